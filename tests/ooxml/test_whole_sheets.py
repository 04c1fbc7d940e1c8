"""Sheets of several megabytes: every byte that was not asked about comes through, wherever the pieces are cut."""

from __future__ import annotations

import re

import pytest

from leadbook.books.ooxml import PackageRefusedError, Workbook
from leadbook.books.ooxml.sheet_stream import SheetStream

ROWS = 30_000


def line(row, mine=""):
    return (
        f'<row r="{row}" spans="1:3"><c r="A{row}" t="inlineStr"><is><t>Lead {row} of a seller with a long '
        f'name &amp; a note</t></is></c><c r="B{row}"><v>{row * 7}</v></c>'
        f'<c r="C{row}" s="1"><v>45000</v></c>{mine}</row>'
    )


def text(row, value):
    return f'<c r="E{row}" t="inlineStr"><is><t>{value}</t></is></c>'


def rows_in(parts, data):
    xml = parts(data)["xl/worksheets/sheet1.xml"].decode()
    return re.findall(r"<row .*?</row>", xml, re.DOTALL)


def widened(xml):
    return xml.replace('spans="1:3"', 'spans="1:6"')


@pytest.fixture(scope="module")
def rows():
    return [line(row) for row in range(1, ROWS + 1)]


def test_columns_with_gaps_are_appended_to_every_row_and_no_other_byte_changes(package, sheet_xml, edited, parts, rows):
    grades = {row: f"g{row}" for row in range(2, ROWS + 1, 3)}
    scores = {row: row / 2 for row in range(2, ROWS + 1) if row % 5}
    data = package({"S": sheet_xml("".join(rows))})
    after = edited(data, lambda b: b.set_cells("S", {4: scores, 5: grades, 6: {}}, {4: 0, 5: 0}))
    expected = [
        line(
            row,
            (f'<c r="D{row}"><v>{row / 2:g}</v></c>' if row in scores else "")
            + (text(row, grades[row]) if row in grades else ""),
        )
        for row in range(1, ROWS + 1)
    ]
    found = [re.sub(r'spans="1:5"', 'spans="1:3"', xml) for xml in rows_in(parts, after)]
    assert len(found) == ROWS
    assert [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]][:3] == []


@pytest.mark.slow
def test_a_second_round_changes_some_cells_and_leaves_their_neighbours(package, sheet_xml, edited, parts):
    def theirs(row):
        return f'<c r="G{row}"><v>1</v></c>'  # a column the seller added to the right of ours

    old = [
        line(row, (f'<c r="D{row}" s="1"><v>1</v></c>' if row % 2 else "") + text(row, "old") + theirs(row))
        for row in range(1, ROWS + 1)
    ]
    changes = {4: dict.fromkeys(range(1, ROWS + 1, 3), 2), 5: dict.fromkeys(range(1, ROWS + 1, 7))}
    after = edited(package({"S": sheet_xml("".join(old))}), lambda b: b.set_cells("S", changes))
    expected = []
    for row in range(1, ROWS + 1):
        value = 2 if row in changes[4] else 1
        style = ' s="1"' if row % 2 else ""  # a cell that was there keeps its look
        four = f'<c r="D{row}"{style}><v>{value}</v></c>' if row % 2 or row in changes[4] else ""
        five = "" if row in changes[5] else text(row, "old")
        expected.append(line(row, four + five + theirs(row)))
    found = [re.sub(r'spans="1:5"', 'spans="1:3"', xml) for xml in rows_in(parts, after)]
    assert [pair for pair in zip(found, expected, strict=True) if pair[0] != pair[1]][:3] == []


@pytest.mark.slow
def test_all_columns_at_once_take_the_place_of_what_was_there(package, sheet_xml, edited, parts):
    old = [line(row, f'<c r="D{row}"><v>1</v></c>' + text(row, "old")) for row in range(1, ROWS + 1)]
    numbers = range(1, ROWS + 1)
    new = {4: dict.fromkeys(numbers, 5), 5: dict.fromkeys(numbers, "new"), 6: dict.fromkeys(numbers, 6)}
    after = edited(package({"S": sheet_xml("".join(old))}), lambda b: b.set_cells("S", new, dict.fromkeys(new, 0)))
    expected = [
        widened(line(row, f'<c r="D{row}"><v>5</v></c>' + text(row, "new") + f'<c r="F{row}"><v>6</v></c>'))
        for row in numbers
    ]
    assert [pair for pair in zip(rows_in(parts, after), expected, strict=True) if pair[0] != pair[1]][:3] == []


def test_new_cells_stand_before_what_a_row_holds_behind_its_cells(package, sheet_xml, edited, parts):
    extra = '<extLst><ext uri="{u}"/></extLst>'
    after = edited(
        package({"S": sheet_xml(f'<row r="1"><c r="A1"><v>1</v></c>{extra}</row>')}),
        lambda b: b.set_cells("S", {2: {1: 2}}, {2: 0}),
    )
    assert rows_in(parts, after) == [f'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c>{extra}</row>']


def test_the_scan_counts_every_cell_of_every_piece(package, sheet_xml, rows):
    scan = Workbook.open(package({"S": sheet_xml("".join(rows))})).scan("S")
    assert (scan.cell_count, scan.extent.last_row, scan.extent.last_column) == (3 * ROWS, ROWS, 3)


def test_the_values_of_every_piece_are_kept_in_order_wherever_one_is_unusual(package, sheet_xml, rows):
    values = Workbook.open(package({"S": sheet_xml("".join(rows))})).read_values("S")
    assert values.rows.tolist() == [row for row in range(1, ROWS + 1) for _ in range(3)]
    assert values.columns.tolist() == [1, 2, 3] * ROWS
    assert values.numbers[1::3].tolist() == [row * 7 for row in range(1, ROWS + 1)]
    named = [values.texts[int(place)] for place in values.numbers[::3]]
    assert named[20_000] == b"<t>Lead 20001 of a seller with a long name &amp; a note"
    assert len(set(named)) == ROWS
    odd = [*rows]
    odd[15_000] = odd[15_000].replace("<v>", "<v >")  # one piece is read tag by tag, and not all its values are sure
    unusual = Workbook.open(package({"S": sheet_xml("".join(odd))}))
    assert unusual.read_values("S") is None
    assert unusual.scan("S").cell_count == 3 * ROWS


def test_a_lost_piece_of_a_sheet_is_noticed(sheet_xml, rows):
    whole = sheet_xml("".join(rows)).encode()
    pieces = [whole[at : at + 100_000] for at in range(0, len(whole), 100_000)]
    del pieces[3]
    stream = SheetStream(pieces, "S")
    for _ in stream.blocks():
        pass
    with pytest.raises(PackageRefusedError, match="bytes only"):
        stream.check_whole(len(whole))
