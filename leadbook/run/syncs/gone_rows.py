"""What belongs to leads and is gone from a copy: said, with its cell in the master, and never deleted there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leadbook.model.cells import cell_text
from leadbook.model.columns import TABLES
from leadbook.model.issues import Issue, column_letters, quoted_sheet
from leadbook.model.sync_codes import SYNC_CODES
from leadbook.run.syncs.followers import ARCHIVE, FOLLOWING, contents_of, own_columns, row_prints, table_of
from leadbook.run.syncs.pairing import leading, merged_into

if TYPE_CHECKING:
    from leadbook.model.records import Typed
    from leadbook.run.syncs.combining import Compared
    from leadbook.run.syncs.side import Side

_CALLED = {
    "Activities": "activity",
    "QuoteLines": "quote line",
    "Offers": "offer",
    "Proposals": "proposal",
    ARCHIVE: "archived row",
}
_MOST_ROWS = 10
"""So many rows of one table are named one by one; more become one sentence, as when a copy's table was emptied."""


def gone_row_issues(master: Side, one: Compared) -> list[Issue]:
    """Return the rows that the copy was made with, the master still holds and the copy no longer has.

    Notes
    -----
    Only the base that the copy itself carries tells what it was made with: later ones of the master know rows of
    other copies too. A row that was typed anew in the copy is another row there, so the sentence names both cases.
    """
    base = one.copy.base
    if base is None:
        return []
    into = merged_into((master, one.copy))
    lead_of = leading(one.lead_of(master), into)
    found: list[Issue] = []
    for name in FOLLOWING:
        made_with = base.rows.get(name, {})
        held = table_of(master.records, name)
        edited = [entry.mark for entry in master.known_of(one.copy.name, name).edited.values()]
        if not made_with or held is None or held.table is None:
            continue
        own = own_columns(held)
        table = table_of(one.copy.records, name)
        theirs = Counter([] if table is None else row_prints(table, name, lead_of, own))
        if any(theirs[mark] < count for mark, count in made_with.items()):
            marks = row_prints(held, name, lambda key: into.get(key, key), own)
            theirs.update(edited)
            found += _told(held, name, _gone(marks, made_with, theirs), one.copy.name)
    return found


def _gone(marks: list[str], made_with: dict[str, int], theirs: dict[str, int]) -> list[int]:
    """Return the places of the master's rows that the copy lacks; of equal rows the last."""
    here = Counter(marks)
    left = {mark: min(count, here[mark]) - theirs.get(mark, 0) for mark, count in made_with.items()}
    found: list[int] = []
    for at in reversed(range(len(marks))):
        if left.get(marks[at], 0) > 0:
            left[marks[at]] -= 1
            found.append(at)
    return found[::-1]


def _told(held: Typed, name: str, gone: list[int], copy: str) -> list[Issue]:
    rows = held.frame.index.tolist()
    table, called = held.table, _CALLED[name]
    if table is None or not gone:
        return []
    column = held.places.get("lead_id", table.first_column)
    sheet, code = quoted_sheet(table.sheet), SYNC_CODES["LB062"]
    if len(gone) > _MOST_ROWS:
        some = ", ".join(f"{sheet}!{column_letters(column)}{rows[at]}" for at in gone[:_MOST_ROWS])
        said = f"{len(gone):,} rows of {table.name} that {copy} was made with are no longer in it (deleted, or typed "
        said += f"anew): {some} and more. They stay here; delete them if that is meant."
        return [Issue(table.sheet, rows[gone[0]], column, code.code, code.severity, said)]
    found: list[Issue] = []
    for at in gone:
        content = contents_of(held, rows[at])
        lead_id = cell_text(content.get("lead_id"))
        told = [cell_text(content.get(one.key)) for one in TABLES[name] if one.key != "lead_id"]
        what = ", ".join([text for text in told if text][:3])
        said = f"The {called} of {lead_id or 'no lead'} in {sheet}!{column_letters(column)}{rows[at]} ({what}) is no "
        said += f"longer in {copy}: it was deleted or typed anew there. It stays here; delete the row if that is meant."
        found.append(Issue(table.sheet, rows[at], column, code.code, code.severity, said, lead_id, None, lead_id))
    return found
