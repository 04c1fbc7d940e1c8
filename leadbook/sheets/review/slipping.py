"""The sheet of slipped and stuck deals: what moved out of its date, and what does not move at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.sheets import look
from leadbook.sheets.page import Field, Page
from leadbook.sheets.review.agenda import deal_row
from leadbook.sheets.spec import Area, Sheet, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.analysis.team.reviewed import Talk
    from leadbook.sheets.review.bundle import Review

NAME = "Slipped and stuck"
COLUMNS = 8

_FIELDS = (
    Field("Deal", look.WRAPPED, least=26, most=30), Field("Rep", look.WRAPPED, least=17, most=22),
    Field("Stage", look.WRAPPED, least=16, most=20), Field("Amount", look.number(look.MONEY), least=13),
    Field("Close date", look.dated(), least=14), Field("Chance", look.number(look.PERCENT), least=10),
    Field("Why", look.WRAPPED, least=50, most=56), Field("Next action", look.WRAPPED, least=36, most=42),
)  # fmt: skip


def slipping_sheet(review: Review) -> Sheet:
    """Lay out the sheet."""
    page = Page(Sheet(review.naming.sheet(NAME), tab_color=look.GOLD), COLUMNS)
    page.widths(28, 18, 17, 14, 14, 10, 52, 38)
    found = review.found
    page.title(NAME, review, said=f"{found.total_slipped:,} slipped or late, {found.total_stuck:,} stuck")
    _put(page, review, "Slipped", "SlippedDeals", found.slipped, found.total_slipped,
         "Due in the quarter at its start and now due later, past their close date, or pushed three times or more.",
         "No open deal has slipped, is past its close date or was pushed three times.")  # fmt: skip
    _put(page, review, "Stuck", "StuckDeals", found.stuck, found.total_stuck,
         "Not slipped, but silent for the stage's stale days, or in the stage far longer than expected.",
         "No open deal is silent or stands still in its stage.")  # fmt: skip
    return page.finish()


def _put(  # noqa: PLR0917 - what a block of the sheet is told by, in the order it is read
    page: Page, review: Review, title: str, table_name: str, talks: Sequence[Talk], total: int, note: str, none: str
) -> None:  # fmt: skip
    more = f" The {len(talks):,} largest of {total:,}." if total > len(talks) else ""
    page.section(title, note=note + more)
    if not talks:
        page.sentence(none, look.TEXT)
        page.gap()
        return
    table = page.table(review.naming.table(table_name), _FIELDS, [deal_row(review, talk) for talk in talks])
    first = table.row + 1
    late = f"=AND(ISNUMBER($E{first}),$E{first}<$A$2)"
    page.mark(Area(first, 5, table.last_row, 5), late, Style(color=look.RED, bold=True))
