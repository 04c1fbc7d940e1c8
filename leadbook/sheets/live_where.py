"""Which leads a live figure is about, and the words and Settings tables its formula looks them up in."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.columns import key_of
from leadbook.sheets.live_cells import has_wildcards, quoted, reads_as_text, reference, serial_of

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.playbook import Category
    from leadbook.sheets.results import Results

UNKNOWN = "Unknown"
MOST_WORDS = 60
_CELL = re.compile(r"\$([A-Z]+)\$(\d+)")


class Day(Struct, frozen=True):
    """A day that a formula takes from a cell."""

    reference: str
    day: dt.date


class Where(Struct, frozen=True):
    """Which leads a figure is about; every part narrows it.

    Parameters
    ----------
    stage, stage_cell : str
        One stage, and the cell that holds its name; "" for every open stage.
    won : bool
        Won deals in place of open ones.
    group_key, group, group_cell : str
        A lead column (``owner``, ``source``), the group's name, and the cell that holds it.
    since, before : Day or None
        Close date in ``[since, before)``.
    not_past : Day or None
        Leaves out deals whose close date is before that day; deals without one stay.
    category : Category or None
        Forecast category.
    """

    stage: str = ""
    stage_cell: str = ""
    won: bool = False
    group_key: str = ""
    group: str = ""
    group_cell: str = ""
    since: Day | None = None
    before: Day | None = None
    not_past: Day | None = None
    category: Category | None = None


class StageWords(Struct, frozen=True):
    """The words that stand for open stages on a sheet, with the cells that hold them and their chances.

    Parameters
    ----------
    words : tuple of str
        As typed by the seller: the stage's own name first, then other spellings seen.
    stages : tuple of str
        The stage each word means.
    word_area, chance_area, category_area : str
        Absolute references of the three columns (``$A$40:$A$50``), one row a word.
    """

    words: tuple[str, ...]
    stages: tuple[str, ...]
    word_area: str = ""
    chance_area: str = ""
    category_area: str = ""

    def part(self, area: str, first: int, last: int) -> str:
        """Return the cells of some of the words in one of the areas, from and to a word's place (from 0)."""
        column, top = _CELL.findall(area)[0]
        top_row, end_row = int(top) + first, int(top) + last
        return f"${column}${top_row}" if first == last else f"${column}${top_row}:${column}${end_row}"


def stage_words(results: Results) -> StageWords:
    """Return the words that stand for open stages in the Leads table: every stage's name, then other spellings.

    Returns
    -------
    StageWords
        Without the areas; a sheet that lists them sets those.
    """
    leads = results.records.leads
    stages = results.records.playbook.open_stages
    taken: dict[str, tuple[str, str]] = {}
    for stage in stages:
        if reads_as_text(stage.name) and not has_wildcards(stage.name):
            taken.setdefault(stage.name.lower(), (stage.name, stage.name))
    order = {stage.name: position for position, stage in enumerate(stages)}
    if "stage" in leads.raw.columns:
        pairs = Counter(zip(leads.raw["stage"].tolist(), leads.frame["stage_name"].tolist(), strict=True))
        for (word, name), _ in pairs.most_common():
            if len(taken) >= MOST_WORDS:
                break
            if name in order and isinstance(word, str) and reads_as_text(word) and not has_wildcards(word):
                taken.setdefault(word.lower(), (word, str(name)))
    listed = sorted(taken.values(), key=lambda pair: (order[pair[1]], pair[0] != pair[1], pair[0]))
    return StageWords(tuple(word for word, _ in listed), tuple(name for _, name in listed))


def stage_chance(results: Results, stage: str, probability: float, cell: str) -> str:
    """Return the formula text that looks a stage's probability up in Settings, "" where it cannot.

    Parameters
    ----------
    results : Results
    stage : str
    probability : float
        What the look-up has to give.
    cell : str
        The cell that holds the stage's name.
    """
    names, values = ("stage", "stage_name", "name"), ("probability", "win_probability")
    return looked_up(results, "Stages", (names, values), stage, probability, wanted_cell=cell)


def exchange_rate(results: Results, code: str, rate: float) -> str:
    """Return the formula text that looks a currency's rate up in Settings, "" where it cannot."""
    return looked_up(results, "Rates", (("currency", "code"), ("rate",)), code, rate)


def looked_up(
    results: Results, table_name: str, columns: tuple[tuple[str, ...], tuple[str, ...]], wanted: str, value: float,
    *, wanted_cell: str = "",
) -> str:  # fmt: skip
    """Return a live look-up in a Settings table, "" where it would not give ``value``.

    Parameters
    ----------
    results : Results
    table_name : str
        ``Stages`` or ``Rates``.
    columns : pair of tuples of str
        Keys of headers to look for: where the wanted word stands, and what is returned.
    wanted, wanted_cell : str
        The word, and the cell that holds it when there is one.
    value : float
        What the look-up has to give.
    """
    table = results.settings_table(table_name)
    if table is None or not table.header_row or not reads_as_text(wanted) or has_wildcards(wanted):
        return ""
    by_key = {key_of(header): position for position, header in reversed(list(enumerate(table.headers)))}
    key, column = (next((by_key[name] for name in names if name in by_key), None) for names in columns)
    if key is None or column is None:
        return ""
    for word, cell in zip(table.cells[key], table.cells[column], strict=True):
        if isinstance(word, str) and word.lower() == wanted.lower():
            if not math.isclose(serial_of(cell), value, rel_tol=1e-9):
                return ""
            match = f"MATCH({wanted_cell or quoted(wanted)},{reference(table, table.headers[key])},0)"
            return f"INDEX({reference(table, table.headers[column])},{match})"
    return ""


def folded(word: str) -> str:
    """Return a word as groups compare it: without regard to case and inner spaces."""
    return " ".join(word.split()).casefold()
