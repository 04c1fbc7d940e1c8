"""Which last row of a list sums the others and is no lead."""

from __future__ import annotations

import pytest

from leadbook.books.header_rows import find_table, is_totals_row

LIST = [["Empresa", "Contacto", "Importe"], ["Ox", "Ana", 1200], ["Elk", "Luis", 800]]


@pytest.mark.parametrize(
    "row",
    [
        ["Total general", None, 2000], ["Total g\u00e9n\u00e9ral :", None, 2000], ["Gesamtsumme", None, None],
        [None, "Totaux", 2000], ["Total HT", None, 2000], ["Suma:", None, 2000], ["Zwischensumme", None, 2000],
    ],
)  # fmt: skip
def test_a_row_that_sums_the_list_in_any_of_its_languages_is_none_of_its_leads(row):
    assert is_totals_row(row)
    found = find_table([*LIST, row])
    assert found is not None
    assert found.end == len(LIST)


@pytest.mark.parametrize(
    "row",
    [
        ["Total Energies", "Paul", 900], ["Total Energies", None, None], ["Summer Ltd", None, 900], [None, None, 5], [],
        [":", None, 900],
    ],
)  # fmt: skip
def test_a_company_whose_name_begins_so_is_a_lead(row):
    assert not is_totals_row(row)
