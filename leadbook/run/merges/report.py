"""The decisions on the Duplicates sheet: carried out, and reported where they could not be."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.analysis.archived import folded_id
from leadbook.model.issues import Issue
from leadbook.model.locate import find_table
from leadbook.model.merge_codes import MERGE_CODES
from leadbook.run.merges.merged import Merged
from leadbook.sheets.duplicates import NAME, TABLE, decision_cells, duplicates_sheet, read_decision_rows

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from leadbook.analysis.decisions import DecisionFault
    from leadbook.books.closed import ClosedBook
    from leadbook.model.tables import BookContents
    from leadbook.sheets.results import Results


def merge_decided(book: ClosedBook, today: dt.date) -> Merged:
    """Carry out what the Decision column of the Duplicates sheet asks for; without a decision nothing is done."""
    rows = read_decision_rows(book.contents)
    if not any(row.typed for row in rows):
        return Merged(book)
    from leadbook.analysis.decisions import read_words  # noqa: PLC0415 - most refreshes find no decision to carry out
    from leadbook.run.merges.merging import merge  # noqa: PLC0415 - as above

    return merge(book, read_words(rows), today)


def decision_issues(contents: BookContents) -> list[Issue]:
    """Return what is unclear about the decisions that stand on the Duplicates sheet now."""
    rows = read_decision_rows(contents)
    table = find_table(contents, TABLE)
    if table is None or not any(row.typed for row in rows):
        return []
    from leadbook.analysis.decisions import read_words  # noqa: PLC0415 - few lists of duplicates hold a decision

    return [_issue(fault, table.sheet, fault.row, fault.column) for fault in read_words(rows).faults]


def with_faults(results: Results, faults: Sequence[DecisionFault]) -> Results:
    """Return results whose issues name the decisions that were not carried out, where they will stand."""
    if not faults:
        return results
    sheet = results.naming.sheet(NAME)
    places = {folded_id(lead_id): place for lead_id, place in decision_cells(duplicates_sheet(results)).items()}
    found = [_issue(fault, sheet, *places.get(folded_id(fault.lead_id), (0, 0))) for fault in faults]
    return replace(results, issues=sorted([*results.issues, *found], key=attrgetter("sheet", "row", "column", "code")))


def _issue(fault: DecisionFault, sheet: str, row: int, column: int) -> Issue:
    return Issue(
        sheet, row, column, fault.code, MERGE_CODES[fault.code].severity, fault.message, fault.typed or None, None,
        fault.lead_id, "Decision" if column else "",
    )  # fmt: skip
