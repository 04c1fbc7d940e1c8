"""Every generated formula, recalculated by LibreOffice, is the value that was cached."""

from __future__ import annotations

import re

import openpyxl
import pytest
from believable_book import (
    HEADERS,
    believable_leads,
    contents_of,
    differences,
    dirty_leads,
    formulas_of,
    some_duplicates,
    study,
    workbook_of,
)
from msgspec.structs import replace

from leadbook.books.render import render_book
from leadbook.sheets.registry import lay_out


def in_currencies(leads, *codes):
    return [{**lead, "Currency": codes[place % len(codes)]} for place, lead in enumerate(leads)]


def renamed(old, new):
    return tuple(new if header == old else header for header in HEADERS)


BOOKS = {
    "clean": lambda: contents_of(believable_leads()),
    "dirty": lambda: contents_of(dirty_leads()),
    "two currencies": lambda: contents_of(
        in_currencies(believable_leads(), None, "EUR", "USD", "usd"), rates={"EUR": 1.0, "USD": 0.9}
    ),
    "dirty, a currency without a rate": lambda: contents_of(
        in_currencies(dirty_leads(), None, "USD", "XYZ"), rates={"USD": 0.9}
    ),
    "special headers": lambda: contents_of(
        believable_leads(),
        headers=renamed("Close Date", "Close [#1] '26"),
        columns=[("Leads", "Close [#1] '26", "Close Date", "by hand")],
    ),
    "dates from 1904": lambda: contents_of(believable_leads(), date_system=1904),
    "a table of another name": lambda: contents_of(believable_leads(), table="My_leads.2026"),
    "enough history to forecast from": lambda: contents_of(believable_leads(500)),
    "empty": lambda: contents_of([]),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_recalculated_values_are_the_cached_ones(name, soffice, tmp_path):
    results = study(BOOKS[name](), duplicates=None if name == "empty" else some_duplicates())
    sheets = lay_out(results)
    path = tmp_path / "book.xlsx"
    workbook_of(results, sheets).write(path)
    assert differences(soffice(path, tmp_path / "out"), sheets) == []
    if name != "empty":
        assert sum(len(formulas_of(sheet)) for sheet in sheets) > 200


def test_changing_a_probability_in_settings_moves_the_weighted_numbers(soffice, tmp_path, clean_results):
    sheets = lay_out(clean_results)
    book = workbook_of(clean_results, sheets)
    path = tmp_path / "book.xlsx"
    settings = book.sheets[1]
    stages = settings.tables[0]
    rows = [(*row[:4], 0.1 if row[0] == "Proposal" else row[4], *row[5:]) for row in stages.rows]
    book.sheets[1] = replace(settings, tables=[replace(stages, rows=rows), *settings.tables[1:]])
    book.write(path)
    page = openpyxl.load_workbook(soffice(path, tmp_path / "out"), data_only=True)["Pipeline"]
    row = next(row for row in range(8, 25) if page.cell(row, 1).value == "Proposal")
    assert page.cell(row, 4).value == pytest.approx(0.1)
    frame = clean_results.records.leads.frame
    proposal = frame[(frame["stage_name"] == "Proposal") & ~(frame["close_date"] < "2026-11-20")]
    own = proposal["probability_override"]
    expected = (proposal["amount_base"] * own.fillna(0.1)).sum()
    assert page.cell(row, 5).value == pytest.approx(expected)


def test_no_generated_formula_is_volatile_or_dynamic(clean_results):
    banned = re.compile(r"\b(NOW|TODAY|RAND|OFFSET|INDIRECT|CELL|INFO|FILTER|UNIQUE|XLOOKUP|LET|SORT)\(")
    for sheet in lay_out(clean_results):
        for address, formula in formulas_of(sheet).items():
            assert not banned.search(formula.text), f"{sheet.name}!{address}"


def test_the_sheets_pass_the_open_xml_validator(tmp_path, ooxml_validator, dirty_results):
    path = tmp_path / "book.xlsx"
    path.write_bytes(render_book(workbook_of(dirty_results, lay_out(dirty_results)).sheets))
    assert ooxml_validator(path) == []
