"""The Issues sheet of a review: every book that was read and its state, and what is wrong with some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.issues import Severity, quoted_sheet
from leadbook.sheets import look
from leadbook.sheets.page import Field, Page
from leadbook.sheets.spec import Area, Link, Sheet, Style

if TYPE_CHECKING:
    from leadbook.analysis.team.faults import Fault
    from leadbook.analysis.team.pooling import BookRead
    from leadbook.sheets.review.bundle import Review
    from leadbook.sheets.spec import Content

NAME, TABLE = "Issues", "ReviewIssues"
COLUMNS = 9

_COUNT = look.number(look.WHOLE)
_WORDS = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Info"}
_STYLES = {
    "Error": Style(color=look.RED, fill=look.RED_SOFT, bold=True),
    "Warning": Style(color=look.AMBER, fill=look.AMBER_SOFT),
    "Info": Style(color=look.GREY, fill=look.SOFT),
}


def books_sheet(review: Review) -> Sheet:
    """Lay out the Issues sheet."""
    page = Page(Sheet(review.naming.sheet(NAME), tab_color=look.RED), COLUMNS)
    page.widths(12, 16, 22, 12, 12, 12, 12, 14, 52)
    books, faults = review.found.team.books, sorted(review.faults, key=lambda one: (-one.severity, one.code, one.book))
    lost = sum(one.code == "LB070" for one in faults)
    page.title("Issues of the review", review, said=f"{len(books):,} books read, {lost:,} not")
    page.section("What to know of the books", note="The faults within a book stand on its own Issues sheet.")
    if faults:
        fields = (
            Field("Severity", least=12), Field("Code", least=10), Field("Book", look.WRAPPED, span=2),
            Field("What it is and what to do", look.WRAPPED.but(indent=1, align="left"), span=5),
        )  # fmt: skip
        body = page.grid(fields, [_fault_row(review, one) for one in faults])
        words = Area(body.first_row, 1, body.last_row, 1)
        for word, style in _STYLES.items():
            page.mark(words, f'=$A{body.first_row}="{word}"', style)
    else:
        page.sentence("Every book was read, and all of them agree.", look.TEXT)
    page.gap()
    _put_books(page, review)
    return page.finish()


def _fault_row(review: Review, one: Fault) -> tuple[Content, ...]:
    books = review.found.team.books
    book: Content = one.name
    if one.book >= 0:
        book = _link(books[one.book], "")
    return _WORDS[one.severity], one.code, book or "all books", one.message


def _link(book: BookRead, sheet: str) -> Content:
    """Return a book's name, leading to it."""
    if not book.link:
        return book.name
    return Link(book.name, f"file:{book.link}#{quoted_sheet(sheet or book.studied.leads_sheet)}!A1", "Open the book")


def _put_books(page: Page, review: Review) -> None:
    team = review.found.team
    page.section(
        "Books", note="Each as it was last saved. Errors and warnings: what a refresh of it lists.", flows=True
    )
    fields = (
        Field("Book", look.WRAPPED, span=2), Field("Rep", look.WRAPPED), Field("Leads", _COUNT),
        Field("Open leads", _COUNT), Field("Errors", _COUNT), Field("Warnings", _COUNT),
        Field("History since", look.dated()), Field("State", look.WRAPPED.but(indent=1, align="left")),
    )  # fmt: skip
    open_leads = team.deals.groupby("book")["open"].sum()
    rows: list[tuple[Content, ...]] = []
    for place, book in enumerate(team.books):
        studied = book.studied
        rows.append((
            _link(book, ""), team.owners[place], studied.leads, int(open_leads.get(place, 0)), studied.errors,
            studied.warnings, studied.history_since, _state(book, team.currency),
        ))  # fmt: skip
    body = page.grid(fields, rows)
    busy = f'=LEFT($I{body.first_row},4)="Open"'
    page.mark(Area(body.first_row, 9, body.last_row, 9), busy, Style(color=look.AMBER, fill=look.AMBER_SOFT))


def _state(book: BookRead, currency: str) -> str:
    money = f"; money in {book.studied.currency}" if book.studied.currency != currency else ""
    if book.opened_by is None:
        return f"Saved{money}"
    who = f" by {book.opened_by}" if book.opened_by else ""
    return f"Open in Excel{who}; read as last saved{money}"
