"""What may go wrong in an open workbook: nothing is written on the wrong lead, and nothing stays half written."""

from __future__ import annotations

import datetime as dt

import pytest
from dumping import sheet_dump
from small_books import HEADERS, lead, write_leads
from watching import REJECTED, WATCH, ComError, closed_at, failing_at

from leadbook.books.live import lists
from leadbook.books.live.book import LiveBook
from leadbook.books.live.calls import BookGoneError, Calls
from leadbook.model.issues import BookBusyError, BookRefusedError, InputError
from leadbook.run.live import refresh_open, undo_open

DAY = dt.date(2026, 11, 20)
SETTINGS = {"screen_updating": True, "display_alerts": True, "enable_events": True, "interactive": True,
            "calculation": "automatic"}  # fmt: skip


@pytest.fixture
def book(opened, tmp_path):
    return opened(write_leads(tmp_path / "leads.xlsx", 60))


def refresh(book, folder=None):
    return refresh_open(book, as_of=DAY, journal_folder=folder)


def column(book, header):
    sheet = book.impl._wb["Leads"]
    headers = [cell.value for cell in sheet[1]]
    at = headers.index(header)
    return [row[at].value for row in sheet.iter_rows(min_row=2)]


def scores_by_company(book):
    return dict(zip(column(book, "Company"), column(book, "Score"), strict=True))


def everything(book):
    return {sheet.title: sheet_dump(sheet) for sheet in book.impl._wb.worksheets}


def assert_usable(book):
    for name, value in SETTINGS.items():
        assert getattr(book.app.impl, name) == value, name


def assert_same_but_name(one, other):
    assert list(one) == list(other)
    for name, dump in one.items():
        for part in dump.keys() - {"cells"}:
            assert dump[part] == other[name][part], (name, part)


def test_a_filtered_list_is_written_on_the_right_leads_and_filtered_again(opened, tmp_path):
    plain = opened(write_leads(tmp_path / "plain.xlsx", 60))
    refresh(plain)
    wanted = scores_by_company(plain)
    book = opened(write_leads(tmp_path / "leads.xlsx", 60))
    table = book.sheets["Leads"].tables["Leads"]
    table.autofilter.apply_values(HEADERS.index("Owner") + 1, ["Ann Lee"])
    hidden = [row for row, held in book.impl._wb["Leads"].row_dimensions.items() if held.hidden]
    assert len(hidden) == 40
    refresh(book)
    assert scores_by_company(book) == wanted
    assert [row for row, held in book.impl._wb["Leads"].row_dimensions.items() if held.hidden] == hidden
    [criteria] = [field for field in table.autofilter.criteria if field.type != "none"]
    assert (criteria.field, criteria.values) == (HEADERS.index("Owner") + 1, ["Ann Lee"])


@pytest.mark.slow
def test_rows_hidden_by_hand_are_written_too_and_hidden_again(opened, tmp_path):
    plain = opened(write_leads(tmp_path / "plain.xlsx", 60))
    refresh(plain)
    book = opened(write_leads(tmp_path / "leads.xlsx", 60))
    rows = book.impl._wb["Leads"].row_dimensions
    hidden = {5, 6, 7, 30, 61}
    for row in hidden:
        rows[row].hidden = True
    refresh(book)
    assert scores_by_company(book) == scores_by_company(plain)
    assert {row for row, held in rows.items() if held.hidden} == hidden


def test_a_filter_that_cannot_be_put_back_is_refused_before_anything_is_written(book):
    from openpyxl.worksheet.filters import ColorFilter, FilterColumn

    stored = book.impl._wb["Leads"].tables["Leads"]
    stored.autoFilter.filterColumn.append(FilterColumn(colId=2, colorFilter=ColorFilter(dxfId=0)))
    before = everything(book)
    with pytest.raises(BookRefusedError, match='is filtered by "Owner" in a way that cannot be put back'):
        refresh(book)
    assert everything(book) == before
    assert_usable(book)


def test_a_protected_sheet_is_refused_before_anything_is_written(book):
    book.impl._wb["Leads"].protection.sheet = True
    before = everything(book)
    with pytest.raises(BookRefusedError, match='Sheet "Leads" is protected'):
        refresh(book)
    assert everything(book) == before


def test_something_in_the_way_of_new_columns_is_refused_before_anything_is_written(book):
    book.sheets["Leads"].range((3, len(HEADERS) + 2)).value = "my own note"
    before = everything(book)
    with pytest.raises(BookRefusedError, match="no room to the right of the list Leads"):
        refresh(book)
    assert everything(book) == before


@pytest.mark.slow
@pytest.mark.parametrize("at", ["Range.formula=", "Names.add", "Tables.add", "Charts.add", "Table.resize"])
def test_an_error_in_mid_write_leaves_the_sellers_list_as_it_was(book, at, tmp_path):
    before = everything(book)
    with (
        WATCH.doing(failing_at(at, 2 if at != "Table.resize" else 1)),
        pytest.raises(BookRefusedError, match="Nothing was changed in your lists"),
    ):
        refresh(book, tmp_path / "kept")
    assert everything(book)["Leads"] == before["Leads"]
    assert list(everything(book)) == list(before)  # the sheets that were being added are gone again
    assert_usable(book)
    assert refresh(book).leads == 60


@pytest.mark.slow
def test_an_error_in_a_later_refresh_puts_every_cell_back(book):
    refresh(book)
    cells = {name: dump["cells"] for name, dump in everything(book).items()}
    book.sheets["Leads"].range((2, 4)).value = "Won"
    book.sheets["Leads"].range((3, 4)).value = "Lost"
    with WATCH.doing(failing_at("Table.resize")), pytest.raises(BookRefusedError, match="Nothing was changed"):
        refresh(book)
    now = {name: dump["cells"] for name, dump in everything(book).items()}
    cells["Leads"] |= {"D2": "Won", "D3": "Lost"}
    assert now == cells
    assert refresh(book).leads == 60


@pytest.mark.slow
def test_a_list_sorted_while_leadbook_works_is_refused_before_anything_is_written(book):
    refresh(book)

    def sort(step):
        if step == "measure":
            leads = book.sheets["Leads"]
            one, other = leads.range("A2:J2").value, leads.range("A3:J3").value
            leads.range("A2:J2").value, leads.range("A3:J3").value = other, one

    book.sheets["Leads"].range((5, 4)).value = "Won"
    scores = column(book, "Score")
    with pytest.raises(BookRefusedError, match="was sorted, or leads were added or deleted, while leadbook worked"):
        refresh_open(book, as_of=DAY, journal_folder=None, progress=sort)
    assert column(book, "Score") == scores
    assert_usable(book)


@pytest.mark.slow
def test_a_refresh_of_what_is_fresh_types_nothing_and_undo_goes_back_to_the_one_that_did(book, tmp_path):
    refresh(book)
    refresh(book)  # History has rows now, and Pipeline shows what it tells
    at = [cell.value for cell in book.impl._wb["Leads"][1]].index("Score") + 1
    book.sheets["Leads"].range((7, at)).value = 999
    spoilt = everything(book)
    refresh(book, tmp_path)
    before = everything(book)
    assert before["Leads"]["cells"] != spoilt["Leads"]["cells"]
    with WATCH.counting() as calls:
        refresh(book, tmp_path)
    written = {call for call in calls if call.endswith("=")}
    assert written == {f"App.{name}=" for name in SETTINGS}  # no filter is touched either
    assert everything(book) == before
    assert_usable(book)
    undo_open(book, journal_folder=tmp_path)
    assert everything(book)["Leads"]["cells"] == spoilt["Leads"]["cells"]


@pytest.mark.slow
def test_a_cell_of_leadbooks_own_typed_over_is_put_right_and_no_other_is_typed(book, monkeypatch):
    refresh(book)
    refresh(book)
    before = everything(book)
    at = [cell.value for cell in book.impl._wb["Leads"][1]].index("Score") + 1
    spoilt = book.sheets["Leads"].range((7, at))
    spoilt.value = 999
    typed, type_in = [], lists.type_in

    def seen(cells, rows):
        typed.append(cells.address)
        type_in(cells, rows)

    monkeypatch.setattr(lists, "type_in", seen)
    refresh(book)
    assert typed == [spoilt.address]
    assert everything(book) == before


@pytest.mark.slow
def test_a_cell_between_two_that_change_keeps_what_it_holds(book):
    """Leads 2 and 40 change alone; what stands between them in the seller's columns and in leadbook's stays."""
    refresh(book)
    refresh(book)
    before = {header: column(book, header) for header in ("Score", "Flags", "Company", "Amount", "Phone", "Stage")}
    for row in (2, 40):
        book.sheets["Leads"].range((row, HEADERS.index("Stage") + 1)).value = "Lost"
    refresh(book)
    for header, cells in before.items():
        now = column(book, header)
        between = [at for at in range(len(cells)) if at + 2 not in {2, 40}]
        if header != "Score":  # which lost deals may change for all
            assert [now[at] for at in between] == [cells[at] for at in between], header
    refreshed = everything(book)
    refresh(book)
    assert everything(book)["Leads"] == refreshed["Leads"]


def rename(book):
    names = book.sheets["Leads"].range((2, 2), (41, 2))
    names.value = [[value.replace("Company", "Kompany")] for value in names.value]


def win_and_lose(book):
    leads = book.sheets["Leads"]
    leads.range((2, 4)).value, leads.range((9, 6)).value = "Won", 7_777.0
    leads.range((12, 2)).value = "Another name"
    refresh(book)  # what changed stands in History since


@pytest.mark.slow
@pytest.mark.parametrize("edit", [rename, win_and_lose])
def test_what_a_refresh_leaves_is_what_it_would_have_written(book, edit):
    refresh(book)
    refresh(book)
    edit(book)
    refresh(book)
    cells = {name: dump["cells"] for name, dump in everything(book).items()}
    for name in book.names:
        if name.name.startswith("_leadbook_"):
            name.impl._stored.comment = None  # each sheet is drawn anew
    with WATCH.counting() as calls:
        refresh(book)
    assert calls["Charts.add"]
    assert {name: dump["cells"] for name, dump in everything(book).items()} == cells


def spoil(book, value):
    """Put something into the amounts of twenty leads."""
    at = HEADERS.index("Amount") + 1
    book.sheets["Leads"].range((2, at), (21, at)).value = [[value]] * 20


@pytest.mark.slow
def test_a_sheet_shrinks_with_what_it_tells(book):
    amount = book.sheets["Leads"].range((2, HEADERS.index("Amount") + 1)).value
    spoil(book, amount)
    refresh(book)
    before = everything(book)["Issues"]
    spoil(book, "a lot")
    refresh(book)
    assert len(everything(book)["Issues"]["cells"]) > len(before["cells"]) + 20
    spoil(book, amount)
    refresh(book)
    assert everything(book)["Issues"] == before


@pytest.mark.slow
def test_a_sheet_left_half_drawn_is_drawn_anew_the_next_time(book):
    amounts = book.sheets["Leads"].range((2, HEADERS.index("Amount") + 1), (21, HEADERS.index("Amount") + 1))
    kept = amounts.options(ndim=2).value
    refresh(book)
    refresh(book)
    before = everything(book)
    spoil(book, "a lot")
    with WATCH.doing(failing_at("RangeFont.color=", 5)), pytest.raises(BookRefusedError, match="Nothing was changed"):
        refresh(book)
    amounts.value = kept
    refresh(book)
    assert everything(book) == before


def test_notes_where_a_sheet_has_to_grow_are_not_written_over(book):
    refresh(book)
    marked = book.names["_leadbook_Issues"].refers_to.rpartition("$")[2]
    note = book.sheets["Issues"].range((int(marked) + 2, 1))
    note.value = "call the bank"
    spoil(book, "a lot")
    before = everything(book)
    with pytest.raises(BookRefusedError, match='Sheet "Issues" needs more room this time'):
        refresh(book)
    assert note.value == "call the bank"
    assert everything(book) == before


@pytest.mark.slow
def test_longer_lines_alone_draw_no_sheet_anew(book):
    name = book.sheets["Leads"].range((2, 2))
    name.value = "A company of a name that is as wide as any column becomes"
    refresh(book)
    refresh(book)
    name.value += " and that takes several lines more in each of them"
    with WATCH.counting() as calls:
        refresh(book)
    today = book.sheets["Today"]
    assert "several lines more" in str(today.range((1, 1), (300, 13)).value)
    assert not calls["Charts.add"]
    assert not calls["RangeFont.color="]


def tell_otherwise(book, sheet, part):
    """Have a sheet's mark tell another look in one of its three words: the rest, the charts, the heights."""
    mark = book.names[f"_leadbook_{sheet}"].impl._stored
    kept, _, word = mark.comment.partition("look=")
    words = word.split("_")
    words[part] = "0" * 12
    mark.comment = f"{kept}look={'_'.join(words)}"


@pytest.mark.slow
def test_a_sheet_drawn_anew_keeps_its_charts_and_gets_back_one_that_was_deleted(book):
    refresh(book)
    refresh(book)
    before = everything(book)
    assert len(before["Pipeline"]["charts"]) > 1
    tell_otherwise(book, "Pipeline", 0)
    with WATCH.counting() as calls:
        refresh(book)
    assert calls["Range.clear_formats"]
    assert not calls["Charts.add"]
    assert everything(book) == before
    book.sheets["Pipeline"].charts[0].delete()
    tell_otherwise(book, "Pipeline", 0)
    refresh(book)
    assert everything(book) == before


@pytest.mark.slow
def test_rows_that_need_another_height_alone_draw_no_sheet_anew(book):
    refresh(book)
    refresh(book)
    before, heights = everything(book), row_heights(book, "Pipeline")
    book.sheets["Pipeline"].range((1, 1), (60, 1)).row_height = 3
    tell_otherwise(book, "Pipeline", 2)
    with WATCH.counting() as calls:
        refresh(book)
    assert not calls["Range.clear_formats"]
    assert not calls["Charts.add"]
    assert row_heights(book, "Pipeline") == heights
    assert everything(book) == before
    with WATCH.counting() as calls:
        refresh(book)
    assert not calls["Range.row_height="]


def row_heights(book, sheet):
    return [book.sheets[sheet].range((row, 1)).row_height for row in range(1, 60)]


def test_a_rule_that_lost_rows_tints_all_leads_again(book):
    refresh(book)
    rules = book.impl._wb["Leads"].conditional_formatting

    def tints():
        return [(held, rule) for held in rules for rule in held.rules if "leadbook_issue_ids" in str(rule.formula)]

    [(held, rule)] = tints()
    whole = str(held.sqref)
    rules._cf_rules[held] = []
    rules.add("A2:J20", rule)  # as cutting and pasting rows leaves it
    refresh(book)
    assert [str(held.sqref) for held, _ in tints()] == [whole]


@pytest.mark.slow
def test_a_sheet_whose_table_the_seller_cut_is_drawn_anew(book):
    refresh(book)
    refresh(book)
    before = everything(book)
    today = book.sheets["Today"]
    table = next(iter(today.tables))
    cut = table.range[:-1, :]
    table.resize(cut)
    refresh(book)
    assert everything(book)["Today"] == before["Today"]
    with WATCH.counting() as calls:
        refresh(book)
    assert not calls["Range.formula="]


def test_a_workbook_closed_in_mid_write_is_told_with_what_was_written(book):
    with (
        WATCH.doing(closed_at("Charts.add")),
        pytest.raises(BookGoneError, match=r"was closed.*Written by then: .*Today"),
    ):
        refresh(book)


@pytest.mark.slow
def test_a_cell_typed_into_is_waited_for_in_mid_write_and_everything_is_written_once(book, opened, tmp_path):
    left = {"Range.formula=": 3, "Tables.add": 2, "Names.add": 2, "RangeFont.color=": 4}

    def before(call):
        if left.get(call):
            left[call] -= 1
            raise ComError(REJECTED, "Call was rejected by callee.")

    with WATCH.doing(before):
        live = LiveBook(book, calls=Calls(sleep=lambda _: None))
        live.calls(lambda: None)
    assert any(left.values())
    slept = []
    with WATCH.doing(before):
        from leadbook.books.starter import add_to
        from leadbook.model.defaults import DEFAULT_PLAYBOOK
        from leadbook.run.refresh import refresh_book

        live = LiveBook(book, calls=Calls(sleep=slept.append))
        add_to(live, DEFAULT_PLAYBOOK, only=("Settings", "History"))
        refresh_book(live, DAY)
    assert not any(left.values())
    assert len(slept) == 11
    once = opened(write_leads(tmp_path / "once.xlsx", 60))
    refresh(once)
    assert_same_but_name(everything(book), everything(once))


def test_excel_that_never_answers_is_given_up_and_left_usable(book):
    before = everything(book)
    stuck = [False]
    now = [0.0]

    def sleep(seconds):
        now[0] += seconds

    def before_call(call):
        stuck[0] = stuck[0] or call == "Charts.add"
        if stuck[0] and now[0] < 30:
            raise ComError(REJECTED, "rejected")
        if now[0] >= 30:
            stuck[0] = False

    from leadbook.books.starter import add_to
    from leadbook.model.defaults import DEFAULT_PLAYBOOK
    from leadbook.run.refresh import refresh_book

    live = LiveBook(book, calls=Calls(20, clock=lambda: now[0], sleep=sleep))
    add_to(live, DEFAULT_PLAYBOOK, only=("Settings", "History"))
    with WATCH.doing(before_call), pytest.raises((BookBusyError, BookRefusedError), match="Press Enter or Esc"):
        refresh_book(live, DAY)
    assert everything(book)["Leads"] == before["Leads"] or now[0] >= 20


def test_undo_takes_a_refresh_back_cell_by_cell(book, tmp_path):
    first, names = {name: dump["cells"] for name, dump in everything(book).items()}, [name.name for name in book.names]
    refresh(book, tmp_path)
    assert len(book.names) > len(names)
    undo_open(book, journal_folder=tmp_path)
    assert [name.name for name in book.names] == names
    assert {name: dump["cells"] for name, dump in everything(book).items()} == first
    assert book.sheets["Leads"].tables["Leads"].range.shape == (61, len(HEADERS))


def test_undo_leaves_no_copy_of_the_sellers_cells_behind(book, tmp_path):
    refresh(book, tmp_path / "kept")
    assert list((tmp_path / "kept").glob("*.json"))
    undo_open(book, journal_folder=tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_undo_refuses_another_workbook_of_the_same_name(opened, book, tmp_path):
    refresh(book, tmp_path)
    book.close()
    (tmp_path / "other").mkdir()
    namesake = opened(write_leads(tmp_path / "other" / "leads.xlsx", 60))
    before = everything(namesake)
    with pytest.raises(InputError, match="nothing to take back"):
        undo_open(namesake, journal_folder=tmp_path)
    assert everything(namesake) == before


def test_days_are_the_same_days_in_a_workbook_that_counts_them_from_1904(opened, tmp_path):
    """Both are refreshed twice, so that days are typed into lists, onto new sheets and onto those that stand."""

    def days(name, *, date_1904):
        book = opened(write_leads(tmp_path / name, 60, date_1904=date_1904))
        refresh(book)
        book.sheets["Leads"].range("D3:D5").value = [["Won"], ["Lost"], ["Proposal"]]
        refresh(book)
        found = {sheet.name: sheet.used_range.value for sheet in book.sheets}
        return {
            name: [(row, column, value) for row, values in enumerate(rows) for column, value in enumerate(values)
                   if isinstance(value, dt.datetime)]
            for name, rows in found.items()
        }  # fmt: skip

    usual, other = days("1900.xlsx", date_1904=False), days("1904.xlsx", date_1904=True)
    assert usual == other
    for sheet in ("Leads", "History", "Today", "Pipeline"):
        assert usual[sheet], sheet


def test_undo_refuses_a_list_that_was_sorted_since(book, tmp_path):
    refresh(book, tmp_path)
    leads = book.sheets["Leads"]
    one, other = leads.range("A2:J2").value, leads.range("A3:J3").value
    leads.range("A2:J2").value, leads.range("A3:J3").value = other, one
    with pytest.raises(Exception, match="was sorted, or rows were added or deleted"):
        undo_open(book, journal_folder=tmp_path)


def test_the_sellers_own_formulas_formats_and_view_stay(book):
    leads = book.sheets["Leads"]
    leads.range((1, 30)).formula = "=SUM(Leads[Amount])"
    leads.range((2, 2)).color = "#FFEE00"
    book.impl._wb["Leads"].column_dimensions["B"].width = 33
    refresh(book)
    assert book.impl._wb.active.title == "Leads"  # whatever came to the front to be frozen
    notes = book.sheets["Pipeline"].range((1, 40))
    notes.value = "my note beside it"
    book.impl._wb.active = book.impl._wb["Leads"]
    refresh(book)
    assert leads.range((1, 30)).formula == "=SUM(Leads[Amount])"
    assert leads.range((2, 2)).color == (0xFF, 0xEE, 0)
    assert book.impl._wb["Leads"].column_dimensions["B"].width == 33
    assert notes.value == "my note beside it"
    assert book.impl._wb.active.title == "Leads"
    assert column(book, "Company") == [lead(number)[1] for number in range(1, 61)]
    assert column(book, "Phone") == [lead(number)[8] for number in range(1, 61)]
