"""What xlwings has no words for and only the platform's own Excel can do, behind one small seam."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from leadbook.books.live.excel import NoExcelError

if TYPE_CHECKING:
    import xlwings as xw

    from leadbook.sheets.spec import Chart, Print, Series, Validation


class View(Struct, frozen=True):
    """What the seller looks at: the sheet in front, the cells selected on it, and how far it is scrolled."""

    sheet: str
    selected: str
    top_row: int
    left_column: int


class Seam(Protocol):
    """One platform's Excel; ranges, sheets and books are xlwings' own."""

    def counts_from_1904(self, book: xw.Book) -> bool:
        """Tell whether the workbook's dates count from 1904."""

    def full_name(self, book: xw.Book) -> str:
        """Return a workbook's path as Excel says it: a web address in OneDrive, a bare name before it is saved."""

    def is_protected(self, sheet: xw.Sheet) -> bool:
        """Tell whether a sheet is protected."""

    def is_marked_as_text(self, cells: xw.Range) -> bool | None:
        """Tell whether cells carry the mark that a typed apostrophe leaves; None when some do."""

    def look(self, book: xw.Book) -> View:
        """Return what the seller looks at."""

    def look_again(self, book: xw.Book, view: View) -> None:
        """Show the seller what was seen before."""

    def comment(self, name: xw.Name) -> str:
        """Return the comment of a workbook name."""

    def hide(self, name: xw.Name, comment: str) -> None:
        """Hide a workbook name from the seller's lists and give it a comment."""

    def unlist(self, table: xw.main.Table) -> None:
        """Make a table an ordinary range again; its cells stay."""

    def underline(self, cells: xw.Range) -> None:
        """Underline the text of cells."""

    def indent(self, cells: xw.Range, level: int) -> None:
        """Indent the text of cells."""

    def validate(self, cells: xw.Range, validation: Validation) -> None:
        """Put a dropdown, a limit or a message on cells."""

    def add_series(self, chart: xw.Chart, series: Series, categories: xw.Range, values: xw.Range) -> None:
        """Add one series to a chart."""

    def dress_chart(self, chart: xw.Chart, spec: Chart) -> None:
        """Put gap, labels, fonts and description on a chart whose series are there."""

    def set_up(self, sheet: xw.Sheet, *, zoom: int, tab_color: str, hidden_columns: tuple[int, ...]) -> None:
        """Set the zoom, the colour of the tab and the columns that stay hidden."""

    def freeze(self, sheet: xw.Sheet, rows: int, columns: int) -> None:
        """Keep so many rows and columns in sight, or none."""

    def set_up_printing(self, sheet: xw.Sheet, printing: Print) -> None:
        """Set how a sheet prints."""


_TESTED: dict[str, Seam] = {}


def register(engine: str, seam: Seam) -> None:
    """Have workbooks of another engine than Excel driven through a seam of their own."""
    _TESTED[engine] = seam


def seam_of(book: xw.Book) -> Seam:
    """Return the seam of the Excel that a workbook is open in."""
    found = _TESTED.get(book.app.engine.name)
    if found is not None:
        return found
    if sys.platform == "win32":
        from leadbook.books.live.windows import ExcelOnWindows  # noqa: PLC0415 - of one platform

        return ExcelOnWindows()
    if sys.platform == "darwin":
        from leadbook.books.live.mac import ExcelOnMac  # noqa: PLC0415 - of one platform

        return ExcelOnMac()
    raise NoExcelError("This needs Excel on Windows or macOS.")
