"""Which of a table's headers means which of our columns."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.model.cells import comparable
from leadbook.model.columns import OURS_SUFFIX, OWNED_LEAD_COLUMNS, TABLES, WHEN_NEEDED, key_of
from leadbook.model.issues import Issue, Severity
from leadbook.model.mapping_words import IMPORT_ONLY

if TYPE_CHECKING:
    from leadbook.model.playbook import ColumnMapping
    from leadbook.model.tables import RawTable
    from leadbook.model.team_options import Options

# What a team types in Settings/Columns for a header that means none of our columns.
LEFT_ALONE = frozenset({"", "ignore", "ignored", "none", "extra", "keep_as_is", "their_own"})

REQUIRED: dict[str, tuple[str, ...]] = {
    "Leads": ("company", "stage"),
    "Activities": ("date", "lead_id"),
    "QuoteLines": ("lead_id", "product"),
    "Offers": ("lead_id",),
}
# Leads that are people and not companies do without these.
_USEFUL = frozenset({"company"})


class HeaderMap(Struct):
    """Where our columns stand in a table.

    Parameters
    ----------
    places : mapping of key to position (from 0)
    extras : mapping of header to position, for columns of the seller's own
    issues : list of Issue
    """

    places: dict[str, int] = field(default_factory=dict)
    extras: dict[str, int] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def squeezed(header: str) -> str:
    """Return a header as it is matched: letters and digits only, without case (``E-mail`` is ``email``)."""
    return re.sub(r"[\W_]+", "", header.replace("%", "percent").casefold()) or comparable(header)


_BRACKETS = re.compile(r"""\(.*?\)|\[.*?\]|\{.*?\}|".*?"|[\u201c\u201e].*?[\u201d\u201c]""")


def without_brackets(header: str) -> str:
    """Return a header without what stands in brackets or quotes: how the column is filled, not what it is."""
    return _BRACKETS.sub(" ", header)


@cache
def _spellings(table: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the headers and the aliases of a table's columns, each to its key."""
    columns = TABLES[table]
    exact = {squeezed(column.header): column.key for column in columns}
    aliases: dict[str, str] = {}
    for column in columns:
        for alias in column.aliases:
            aliases.setdefault(squeezed(alias), column.key)
    return exact, {alias: key for alias, key in aliases.items() if alias not in exact}


def our_table(name: str, options: Options) -> str | None:
    """Return which of our tables a workbook's table is, by its name and the Options; None for another one."""
    named = {
        options.leads_table: "Leads",
        options.activities_table: "Activities",
        options.quote_lines_table: "QuoteLines",
    }
    spelled = {table: table for table in TABLES} | named
    return {theirs.casefold(): ours for theirs, ours in spelled.items()}.get(name.casefold())


def match_headers(raw: RawTable, table: str, mappings: tuple[ColumnMapping, ...] = ()) -> HeaderMap:
    """Match a table's headers to our columns: Settings/Columns first, then our headers, then their aliases.

    Parameters
    ----------
    table : str
        Name of the table in ``columns.TABLES``.

    Returns
    -------
    HeaderMap
        The first of several matches wins. Repeated headers (LB011), filled columns without a header (LB012)
        and missing required columns (LB013) are among its issues.
    """
    exact, aliases = _spellings(table)
    if table == "Leads":
        exact = _told_apart(raw, exact)
    mapped = {
        squeezed(mapping.their_header): key_of(mapping.our_key)
        for mapping in mappings
        if squeezed(mapping.table) in {squeezed(table), squeezed(raw.name), ""} and mapping.our_key not in IMPORT_ONLY
    }
    known = set(exact.values())
    names = [comparable(header) for header in raw.headers]
    repeated = _repeats(names)
    words = {at: squeezed(raw.headers[at]) for at, name in enumerate(names) if name and at not in repeated}
    result = HeaderMap()
    _claim(result, words, {word: key for word, key in mapped.items() if key in known})
    # Settings says what these headers mean, even where that is nothing of ours.
    words = {at: word for at, word in words.items() if word not in mapped}
    _claim(result, words, exact)
    late = _claim(result, words, aliases)
    # "Amount (EUR)" and "Close Date [dd/mm]" say in brackets how the column is filled, not what it is.
    placed = set(result.places.values())
    bare = {at: squeezed(without_brackets(raw.headers[at])) for at in words if at not in placed}
    _claim(result, {at: word for at, word in bare.items() if word != words[at]}, aliases | exact)
    for at, key in late:
        if squeezed(raw.headers[result.places[key]]) in aliases:
            result.issues.append(_second_alias(raw, at, result.places[key], key))
    _set_others_apart(raw, names, repeated, result)
    result.issues += _missing(raw, table, result)
    return result


def _told_apart(raw: RawTable, exact: dict[str, str]) -> dict[str, str]:
    """Return the spellings of our headers without those that are the seller's own columns of the same name.

    A tracker may well have a Score or a Grade that a person fills in, and leadbook must never write there. Its own
    columns come ten at a time, so fewer than half of them are the seller's; and once leadbook had to call one of
    its own "Score (leadbook)", the plain Score stays the seller's.
    """
    headers = {squeezed(header) for header in raw.headers}
    suffixed = {squeezed(column.header + OURS_SUFFIX): column for column in OWNED_LEAD_COLUMNS}
    ours = {column.key for word, column in suffixed.items() if word in headers}
    present = ours | {column.key for column in OWNED_LEAD_COLUMNS if squeezed(column.header) in headers}
    usual = len(OWNED_LEAD_COLUMNS) - len(WHEN_NEEDED)
    theirs = ours if 2 * len(present) >= usual else {column.key for column in OWNED_LEAD_COLUMNS}
    kept = {word: key for word, key in exact.items() if key not in theirs}
    return kept | {word: column.key for word, column in suffixed.items() if column.key in ours}


def _claim(result: HeaderMap, words: dict[int, str], spellings: dict[str, str]) -> list[tuple[int, str]]:
    """Give each position its key, first come first served; return those that came too late."""
    late: list[tuple[int, str]] = []
    taken = set(result.places.values())
    for at, word in words.items():
        key = spellings.get(word)
        if key is None or at in taken:
            continue
        if key in result.places:
            late.append((at, key))
        else:
            result.places[key] = at
            taken.add(at)
    return late


def _set_others_apart(raw: RawTable, names: list[str], repeated: dict[int, int], result: HeaderMap) -> None:
    """Keep the seller's own columns as extras; say which columns are ignored."""
    taken = set(result.places.values())
    for at, header in enumerate(raw.headers):
        if at in taken:
            continue
        if at in repeated:
            result.issues.append(_repeated(raw, at, repeated[at]))
        elif names[at]:
            result.extras[header] = at
        elif any(cell is not None and cell != "" for cell in raw.cells[at]):
            result.issues.append(_nameless(raw, at))


def _repeats(names: list[str]) -> dict[int, int]:
    """Return each position that repeats an earlier header, with the earlier position."""
    first: dict[str, int] = {}
    repeated: dict[int, int] = {}
    for position, name in enumerate(names):
        if name and first.setdefault(name, position) != position:
            repeated[position] = first[name]
    return repeated


def _issue(raw: RawTable, position: int, code: str, severity: Severity, message: str) -> Issue:
    header = raw.headers[position]
    return Issue(
        raw.sheet, raw.header_row, raw.first_column + position, code, severity, message, header or None, header=header
    )


def _repeated(raw: RawTable, position: int, first: int) -> Issue:
    place = raw.address(raw.header_row, raw.first_column + first)
    message = (
        f"Header \u201c{raw.headers[position]}\u201d is there already ({place}); this column is ignored. Rename one."
    )
    return _issue(raw, position, "LB011", Severity.WARNING, message)


def _second_alias(raw: RawTable, position: int, first: int, key: str) -> Issue:
    message = (
        f"Headers \u201c{raw.headers[first]}\u201d and \u201c{raw.headers[position]}\u201d both mean {key}; "
        "the first is read. Say which one in Settings (table Columns)."
    )
    return _issue(raw, position, "LB011", Severity.INFO, message)


def _nameless(raw: RawTable, position: int) -> Issue:
    message = "This column holds data but has no header; it is ignored. Give it a header."
    return _issue(raw, position, "LB012", Severity.WARNING, message)


def _missing(raw: RawTable, table: str, result: HeaderMap) -> list[Issue]:
    """Return an issue for each column without which the table says little."""
    headers = {column.key: column.header for column in TABLES[table]}
    return [
        Issue(
            raw.sheet, raw.header_row, 0, "LB013", Severity.WARNING if key in _USEFUL else Severity.ERROR,
            f"Table {raw.name} has no column {headers[key]}; add it, or map yours to it in Settings (table Columns).",
        )
        for key in REQUIRED.get(table, ())
        if key not in result.places
    ]  # fmt: skip
