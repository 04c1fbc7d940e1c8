"""The block beside a sheet's print area that says which words mean which open stage, with each stage's live chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.model.issues import column_letters
from leadbook.sheets import look
from leadbook.sheets.contents import absolute
from leadbook.sheets.live_where import StageWords, stage_chance
from leadbook.sheets.spec import Area, Formula

if TYPE_CHECKING:
    from leadbook.sheets.page import Page
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

_HEADERS = ("Word in the Stage column", "Stage", "Chance", "Forecast category")
_WIDTHS = (24.0, 18.0, 9.0, 17.0)


def put_words(page: Page, results: Results, *, row: int, column: int) -> StageWords:
    """Put the block with its header at a place, and return the words with the areas that formulas use.

    Parameters
    ----------
    page : Page
    results : Results
    row, column : int
        Place of the block's first header, from 1; it takes four columns and one row a word.

    Notes
    -----
    The chance looks the stage up in Settings, so a probability changed there moves every weighted figure.
    """
    found = results.open_words
    by_name = {stage.name: stage for stage in results.records.playbook.open_stages}
    page.put(row - 1, column, "Words that count as open stages (the formulas on this sheet use this list)", look.NOTE)
    for offset, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True)):
        page.put(row, column + offset, header, look.HEADER)
        page.sheet.widths[column + offset] = width
    for down, (word, name) in enumerate(zip(found.words, found.stages, strict=True), row + 1):
        stage = by_name[name]
        cell = f"${column_letters(column + 1)}{down}"
        live = stage_chance(results, name, stage.probability, cell)
        chance: Content = Formula(f"=N({live})", stage.probability) if live else stage.probability
        page.put(down, column, word, look.NOTE)
        page.put(down, column + 1, name, look.NOTE)
        page.put(down, column + 2, chance, look.number(look.PERCENT, look.NOTE))
        page.put(down, column + 3, stage.category.value, look.NOTE)
    last = row + max(1, len(found.words))
    return replace(
        found,
        word_area=absolute(Area(row + 1, column, last, column)),
        chance_area=absolute(Area(row + 1, column + 2, last, column + 2)),
        category_area=absolute(Area(row + 1, column + 3, last, column + 3)),
    )
