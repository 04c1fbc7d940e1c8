"""A list with a row for buttons above it: everything that belongs to the list goes down with it."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from leadbook.books.starter import starter_bytes
from leadbook.model.defaults import DEFAULT_PLAYBOOK


def rules(sheet) -> list[tuple[str, list[str]]]:
    return sorted((str(area.sqref), [one for rule in found for one in rule.formula]) for area, found in
                  sheet.conditional_formatting._cf_rules.items())  # fmt: skip # noqa: SLF001 - has no other way


def down(reference: str) -> str:
    """Return a reference such as ``AZ2:AZ20000`` a row further down, as Excel moves it when a row is put in."""
    from openpyxl.formula.translate import Translator

    return Translator(f"={reference}", "A1").translate_formula("A2").removeprefix("=")


def test_the_whole_list_of_leads_goes_down_by_the_row_of_its_buttons() -> None:
    plain = load_workbook(io.BytesIO(starter_bytes(DEFAULT_PLAYBOOK)))["Leads"]
    band = load_workbook(io.BytesIO(starter_bytes(DEFAULT_PLAYBOOK, buttons=True)))["Leads"]
    assert band.tables["Leads"].ref == down(plain.tables["Leads"].ref)
    assert [cell.value for cell in band[2]] == [cell.value for cell in plain[1]]
    assert [cell.value for cell in band[3]] == [cell.value for cell in plain[2]]
    assert {cell.value for cell in band[1]} == {None}
    assert (plain.freeze_panes, band.freeze_panes) == ("C2", "C3")
    assert (band.row_dimensions[1].height, band.row_dimensions[2].height) == (27, plain.row_dimensions[1].height)
    assert (plain.print_title_rows, band.print_title_rows) == ("$1:$1", "$2:$2")
    moved = sorted((down(area), [down(one) for one in formulas]) for area, formulas in rules(plain))
    assert rules(band) == moved
    assert any("3" in one for _, formulas in rules(band) for one in formulas)
    old = sorted(str(one.sqref) for one in plain.data_validations.dataValidation)
    new = sorted(str(one.sqref) for one in band.data_validations.dataValidation)
    assert new == sorted(" ".join(down(word) for word in area.split()) for area in old)
