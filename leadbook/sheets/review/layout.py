"""Every sheet of a review, in the order it has in a new workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.sheets.review import agenda, books, clashing, origins, outlook, ratings, slipping, team

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadbook.sheets.review.bundle import Review
    from leadbook.sheets.spec import Sheet

SHEETS: dict[str, Callable[[Review], Sheet]] = {
    agenda.NAME: agenda.agenda_sheet,
    team.NAME: team.team_sheet,
    outlook.NAME: outlook.outlook_sheet,
    ratings.NAME: ratings.ratings_sheet,
    origins.NAME: origins.origins_sheet,
    clashing.NAME: clashing.clashes_sheet,
    slipping.NAME: slipping.slipping_sheet,
    books.NAME: books.books_sheet,
}


def lay_out_review(review: Review) -> list[Sheet]:
    """Return every sheet that leadbook writes anew in a review."""
    return [make(review) for make in SHEETS.values()]
