"""What adopting writes to Settings: the column mapping, the table's name and the team's names of stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.cells import cell_text
from leadbook.model.columns import OURS_SUFFIX, OWNED_LEAD_COLUMNS, column, key_of
from leadbook.model.headers import match_headers, squeezed
from leadbook.model.locate import find_table
from leadbook.model.mapping_words import IMPORT_ONLY
from leadbook.model.playbook import ColumnMapping
from leadbook.model.settings import HEADERS
from leadbook.run.imports.notes import append_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.book import Book
    from leadbook.model.mapping import Mapping
    from leadbook.model.playbook import Playbook
    from leadbook.model.tables import RawTable

#: How a mapping that the user said is noted in Settings.
AS_SAID = "as you said"


def means(table: str, raw: RawTable, playbook: Playbook) -> bool:
    """Tell whether a table name in Settings/Columns means this table of leads."""
    return table.casefold() in {raw.name.casefold(), "leads", playbook.options.leads_table.casefold(), ""}


def fresh_mappings(
    mapping: Mapping, raw: RawTable, playbook: Playbook, said: Sequence[ColumnMapping] = ()
) -> tuple[ColumnMapping, ...]:
    """Return the rows for Settings/Columns: every header that is not plainly ours, and those kept as they are."""
    settled = {
        squeezed(entry.their_header)
        for entry in playbook.mappings
        if means(entry.table, raw, playbook) and entry.our_key not in IMPORT_ONLY
    }
    # Columns of leadbook's own need no telling, and those that adopting adds must not be news to a second one; but a
    # seller's "Next Action" that means the next step is read as such only where Settings says so.
    plain = {squeezed(ours.header) for ours in (column("Leads", "lead_id"), *OWNED_LEAD_COLUMNS)}
    plain |= {squeezed(ours.header + OURS_SUFFIX) for ours in OWNED_LEAD_COLUMNS}
    owned = {ours.key for ours in OWNED_LEAD_COLUMNS}
    places = match_headers(raw, "Leads", playbook.mappings).places
    settled |= {squeezed(raw.headers[at]) for key, at in places.items() if key in owned}
    told = {squeezed(entry.their_header): entry for entry in said}
    rows: list[ColumnMapping] = []
    for match in mapping.matches:
        word = squeezed(match.header)
        if word in told:
            rows.append(ColumnMapping(raw.name, match.header, told[word].our_key, AS_SAID))
        elif word in settled or (word in plain and match.key in {None, "lead_id", *owned}):
            continue  # said already, or leadbook's own
        elif match.key and match.header == column("Leads", match.key).header:
            continue  # plain without saying
        elif match.key is not None:
            rows.append(ColumnMapping(raw.name, match.header, match.key, match.how))
        elif match.note:
            # It sounds like a column of ours but holds something else; Settings keeps it from being read so.
            rows.append(ColumnMapping(raw.name, match.header, "", f"kept as it is: {match.note}"))
    return tuple(rows)


def write_settings(book: Book, table: str, before: Playbook, after: Playbook, fresh: Sequence[ColumnMapping]) -> None:
    """Write what the Settings tables that the workbook already has do not say yet."""
    columns = find_table(book.contents, "Columns")
    if columns is not None:
        fresh = _without_settled(book, columns, fresh)
        append_settings(
            book,
            "Columns",
            [
                {
                    "table": entry.table,
                    "their_header": entry.their_header,
                    "our_key": column("Leads", entry.our_key).header if entry.our_key else "ignore",
                    "how": entry.how,
                }
                for entry in fresh
            ],
        )
    options = find_table(book.contents, "Options")
    if options is not None and before.options.leads_table.casefold() != table.casefold():
        _set_option(book, options, "leads_table", table)
    stages = find_table(book.contents, "Stages")
    if stages is not None:
        _rename_stages(book, stages, before, after)


def _without_settled(book: Book, raw: RawTable, fresh: Sequence[ColumnMapping]) -> list[ColumnMapping]:
    """Correct the rows of Settings/Columns for headers that stand there; return the entries that do not."""
    theirs, ours, how = (_place(raw, "Columns", key) for key in ("their_header", "our_key", "how"))
    if theirs is None or ours is None:
        return list(fresh)
    rows: dict[str, int] = {}
    for row, cell in zip(raw.rows.tolist(), raw.cells[theirs], strict=True):
        rows.setdefault(squeezed(cell_text(cell)), row)
    left: list[ColumnMapping] = []
    for entry in fresh:
        at = rows.get(squeezed(entry.their_header))
        if at is None:
            left.append(entry)
            continue
        meaning = column("Leads", entry.our_key).header if entry.our_key else "ignore"
        book.write_column(raw.name, raw.headers[ours], {at: meaning})
        if how is not None:
            book.write_column(raw.name, raw.headers[how], {at: entry.how})
    return left


def _place(raw: RawTable, settings: str, key: str) -> int | None:
    spelled = {squeezed(text) for text in HEADERS[settings][key]}
    return next((at for at, header in enumerate(raw.headers) if squeezed(header) in spelled), None)


def _set_option(book: Book, raw: RawTable, name: str, value: str) -> None:
    names, values = _place(raw, "Options", "name"), _place(raw, "Options", "value")
    if names is None or values is None:
        return
    for row, cell in zip(raw.rows.tolist(), raw.cells[names], strict=True):
        if key_of(cell_text(cell)) == name:
            book.write_column(raw.name, raw.headers[values], {row: value})
            return
    append_settings(book, "Options", [{"name": name, "value": value}])


def _rename_stages(book: Book, raw: RawTable, before: Playbook, after: Playbook) -> None:
    """Write the stages that took a word of the team's as their name."""
    names = _place(raw, "Stages", "name")
    aliases = _place(raw, "Stages", "aliases")
    if names is None or aliases is None:
        return
    changed = {
        old.name: new for old, new in zip(before.stages, after.stages, strict=True) if old.aliases != new.aliases
    }
    for row, cell in zip(raw.rows.tolist(), raw.cells[names], strict=True):
        new = changed.get(cell_text(cell))
        if new is not None:
            book.write_column(raw.name, raw.headers[names], {row: new.name})
            book.write_column(raw.name, raw.headers[aliases], {row: ", ".join(new.aliases)})
