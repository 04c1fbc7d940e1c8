"""A seller who works in LibreOffice: refresh, save there, refresh again, as often as one likes."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from leadbook.books.ooxml import Workbook
from leadbook.model.issues import BookRefusedError
from leadbook.run.commands import refresh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AS_OF = dt.date(2026, 11, 20)
GENERATED = ("Today", "Pipeline", "Forecast", "Issues", "Duplicates", "Scorecard")

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported", "ignore:Print area cannot be set")


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory, request) -> Path:
    path = tmp_path_factory.mktemp("refreshed") / "sample.xlsx"
    shutil.copy(request.config.rootpath / "workbooks" / "sample.xlsx", path)
    for _ in range(2):  # the first one adds to History what the second one counts
        refresh(path, as_of=AS_OF)
    return path


def rewrite(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Write a package again with its parts changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def without_comments(name: str, data: bytes) -> bytes:
    """What LibreOffice does to leadbook's hidden names: it drops their comments."""
    if name != "xl/workbook.xml":
        return data
    assert re.search(rb"objects=[1-9]", data)
    return re.sub(rb' comment="leadbook [^"]*"', b"", data)


def as_it_is(name: str, data: bytes) -> bytes:
    del name
    return data


def floating(path: Path, sheet: str) -> int:
    """How many charts and pictures stand on a sheet."""
    return len(Workbook.open(path.read_bytes()).floating_areas(sheet))


def shown(path: Path) -> dict:
    """Every value and chart of the generated sheets."""
    book = load_workbook(path, data_only=True)
    return {
        name: (
            {cell.coordinate: cell.value for line in book[name].iter_rows() for cell in line if cell.value is not None},
            floating(path, name),
        )
        for name in GENERATED
    }


def look(path: Path, sheet: str) -> tuple:
    """Tables, conditional formats and validations of a sheet."""
    found = load_workbook(path)[sheet]
    return (
        {name: str(ref) for name, ref in found.tables.items()},
        sorted(
            (str(block.sqref), rule.type, *rule.formula)
            for block in found.conditional_formatting
            for rule in block.rules
        ),
        sorted((str(one.sqref), one.type, one.formula1 or "") for one in found.data_validations.dataValidation),
    )


@pytest.mark.slow
def test_a_book_saved_by_libreoffice_is_refreshed_again_and_again(
    refreshed, tmp_path, soffice, new_validator_errors
) -> None:
    first = shown(refreshed)
    assert first["Pipeline"][1] == 6
    path = refreshed
    for turn in range(2):
        resaved = soffice(path, tmp_path / str(turn))
        kept = look(resaved, "Leads")
        path = shutil.copy(resaved, tmp_path / "sample.xlsx")
        refresh(path, as_of=AS_OF)
        assert shown(path) == first
        assert look(path, "Leads") == kept
        assert new_validator_errors(resaved, path) == []
    was = look(refreshed, "Leads")
    assert look(path, "Leads")[:2] == was[:2]
    assert len(look(path, "Leads")[2]) == len(was[2])


@pytest.mark.slow
def test_charts_of_ours_are_known_without_the_count_of_the_hidden_name(refreshed, tmp_path) -> None:
    path = rewrite(refreshed, tmp_path / "book.xlsx", without_comments)
    refresh(path, as_of=AS_OF)
    assert floating(path, "Pipeline") == floating(refreshed, "Pipeline") > 0


def test_charts_of_an_earlier_version_are_known_by_their_titles(refreshed, tmp_path) -> None:
    def older(name: str, data: bytes) -> bytes:
        return without_comments(name, data).replace(b'name="leadbook: ', b'name="')

    path = rewrite(refreshed, tmp_path / "book.xlsx", older)
    refresh(path, as_of=AS_OF)
    assert floating(path, "Pipeline") == floating(refreshed, "Pipeline") > 0


@pytest.mark.parametrize("change", [without_comments, as_it_is])
def test_a_chart_the_seller_put_in_the_place_of_ours_is_never_lost(refreshed, tmp_path, change) -> None:
    def own(name: str, data: bytes) -> bytes:
        data = change(name, data).replace(b'name="leadbook: Open value by owner"', b'name="Chart 7"')
        return data.replace(b"Open value by owner", b"My own chart") if "/charts/" in name else data

    path = rewrite(refreshed, tmp_path / "book.xlsx", own)
    was = path.read_bytes()
    with pytest.raises(BookRefusedError, match=r"Pipeline.*chart or picture that leadbook did not put there"):
        refresh(path, as_of=AS_OF)
    assert path.read_bytes() == was
