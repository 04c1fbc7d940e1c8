"""Fixes applied round after round to what was read, until none is left, and then written as one change."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.issues import Issue, column_letters, quoted_sheet
from leadbook.run.fixes.places import Cell, Places, plain, same, with_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leadbook.books.book import Book
    from leadbook.model.tables import BookContents

#: A fix may uncover another one in the same cell; no honest chain is longer than this.
MOST_ROUNDS = 10


class FixedCell(Struct, frozen=True):
    """One cell that was put right.

    Parameters
    ----------
    table, header, sheet : str
        Where it stands, by its table and the seller's own header.
    row, column : int
        In Excel, from 1.
    lead_id : str
    old, new : object
        What it held, and what it holds after the last of its fixes.
    codes : tuple of str
        The codes whose fixes made it so, in order.
    safe : bool
        Whether all of them need no second look.
    """

    table: str
    header: str
    sheet: str
    row: int
    column: int
    lead_id: str
    old: object
    new: object
    codes: tuple[str, ...]
    safe: bool

    @property
    def address(self) -> str:
        """``Leads!C5``."""
        return f"{quoted_sheet(self.sheet)}!{column_letters(self.column)}{self.row}"


class Fixed(Struct, frozen=True):
    """What fixing came to.

    Parameters
    ----------
    cells : tuple of FixedCell
        In the order of the sheet.
    issues_fixed : int
        How many issues their fixes answered; several may share a cell.
    contents : BookContents
        The workbook as it reads with these cells.
    issues : list of Issue
        What is found in that.
    notes : tuple of str
        Which fix went before which, what was left alone and why.
    """

    cells: tuple[FixedCell, ...]
    issues_fixed: int
    contents: BookContents
    issues: list[Issue]
    notes: tuple[str, ...]


def fix_contents(
    book: Book, find: Callable[[BookContents], list[Issue]], *, unsafe: bool, found: Sequence[Issue] | None = None
) -> Fixed:
    """Apply fixes to the workbook as it was read, in memory, until nothing more can be fixed.

    Parameters
    ----------
    book : Book
        Nothing is planned in it yet; ``plan_fixes`` does that.
    find : callable
        The issues of a workbook's contents that may be fixed.
    unsafe : bool
        Whether fixes that need a second look are applied too.
    found : sequence of Issue or None
        What ``find`` says of the contents as they are, when the caller knows it.

    Notes
    -----
    Of several fixes for one cell the safe one goes first, then the graver, then the lower code; the others are
    looked at anew in the next round. A fix applies only while the cell holds what it was made for. A cell that
    would return to a value it had is put back to what the seller typed and left alone.
    """
    contents = book.contents
    issues = list(find(contents) if found is None else found)
    fixing = _Fixing(book, unsafe)
    for _ in range(MOST_ROUNDS):
        chosen = fixing.choose(contents, issues)
        if not chosen:
            break
        contents = with_values(contents, chosen)
        issues = find(contents)
    else:
        if any(issue.fix and (unsafe or issue.fix.safe) for issue in issues):
            fixing.notes[f"After {MOST_ROUNDS} rounds some fixes still lead to others; run the command again."] = None
    cells = fixing.cells()
    return Fixed(cells, fixing.fixed, contents, issues, (*fixing.notes, *_remarks(book, cells, fixing.formulas)))


def plan_fixes(book: Book, cells: Iterable[FixedCell]) -> None:
    """Put fixed cells into the workbook's plan; ``book.save()`` then writes them.

    Raises
    ------
    LeadbookError
        A sheet is protected, or a text is too long for a cell.
    """
    columns: dict[tuple[str, str], dict[int, object]] = defaultdict(dict)
    for cell in cells:
        columns[cell.table, cell.header][cell.row] = cell.new
    for (table, header), values in columns.items():
        book.correct_cells(table, header, values)  # type: ignore[arg-type] # a rule's fix is a cell's content


class _Fixing:
    """What has been done to each cell so far."""

    def __init__(self, book: Book, unsafe: bool) -> None:
        self._book = book
        self._unsafe = unsafe
        self._values: dict[Cell, list[object]] = {}
        self._issues: dict[Cell, list[Issue]] = {}
        self._homes: dict[Cell, tuple[str, str]] = {}
        self._frozen: set[Cell] = set()
        self.formulas: set[Cell] = set()
        self.notes: dict[str, None] = {}
        self.fixed = 0

    def choose(self, contents: BookContents, issues: Iterable[Issue]) -> dict[Cell, object]:
        """Return the new value of each cell that has a fix this round."""
        proposed: defaultdict[Cell, list[Issue]] = defaultdict(list)
        for issue in issues:
            if issue.fix is not None and issue.row and issue.column and (self._unsafe or issue.fix.safe):
                proposed[issue.sheet, issue.row, issue.column].append(issue)
        places = Places(self._book, contents)
        chosen: dict[Cell, object] = {}
        for cell, offers in proposed.items():
            home = places.find(cell)
            if home is None or cell in self._frozen:
                continue
            if places.is_locked(cell):
                self.formulas.add(cell)
                continue
            held = home.held
            fitting = [
                issue for issue in offers
                if issue.fix and same(issue.fix.old, held) and not same(issue.fix.new, held)
            ]  # fmt: skip
            if fitting:
                self._homes[cell] = home.table.name, home.header
                chosen[cell] = self._settle(cell, held, sorted(fitting, key=_urgency))
        return chosen

    def _settle(self, cell: Cell, held: object, offers: list[Issue]) -> object:
        """Return what a cell will hold: the first offer's value, or what was typed where fixes go round."""
        winner = offers[0]
        new = _new(winner)
        seen = self._values.setdefault(cell, [held])
        applied = self._issues.setdefault(cell, [])
        if any(same(new, value) for value in seen):
            codes = " and ".join(dict.fromkeys(issue.code for issue in (*applied, winner)))
            self.notes[f"{codes} would change {winner.address} to and fro, so it was left as it was."] = None
            self.fixed -= len(applied)
            self._frozen.add(cell)
            del self._values[cell], self._issues[cell]
            return seen[0]
        agreed = [issue for issue in offers if same(_new(issue), new)]
        for issue in offers:
            if issue not in agreed:
                self.notes[f"{winner.address}: {winner.code} was fixed before {issue.code}."] = None
        seen.append(new)
        applied.extend(agreed)
        self.fixed += len(agreed)
        return new

    def cells(self) -> tuple[FixedCell, ...]:
        """Return every cell that ends up different from what was read."""
        cells: list[FixedCell] = []
        for cell in sorted(self._values):
            issues, values = self._issues[cell], self._values[cell]
            (table, header), (sheet, row, column) = self._homes[cell], cell
            cells.append(FixedCell(
                table, header, sheet, row, column, next((issue.lead_id for issue in issues if issue.lead_id), ""),
                values[0], values[-1], tuple(dict.fromkeys(issue.code for issue in issues)),
                all(issue.fix is not None and issue.fix.safe for issue in issues),
            ))  # fmt: skip
        return tuple(cells)


def _urgency(issue: Issue) -> tuple[bool, int, str]:
    return not (issue.fix and issue.fix.safe), -issue.severity, issue.code


def _new(issue: Issue) -> object:
    return plain(issue.fix.new) if issue.fix else None


def _remarks(book: Book, cells: Sequence[FixedCell], formulas: set[Cell]) -> list[str]:
    """Return what to know about formulas left alone and about rows that are out of sight."""
    said: list[str] = []
    if formulas:
        places = [f"{quoted_sheet(sheet)}!{column_letters(column)}{row}" for sheet, row, column in sorted(formulas)]
        which = (
            "1 cell holds a formula and was" if len(places) == 1 else f"{len(places):,} cells hold formulas and were"
        )
        said.append(f"{which} left alone: {listed(places)}.")
    for table in dict.fromkeys(cell.table for cell in cells):
        hidden = book.hidden_rows(table)
        count = sum(cell.table == table and cell.row in hidden for cell in cells)
        if count:
            which = "1 of the fixed cells is in a row" if count == 1 else f"{count:,} of the fixed cells are in rows"
            said.append(f"{which} of table {table} that a filter hides now.")
    return said


def listed(places: Sequence[str], most: int = 5) -> str:
    """Return the first of some places and how many more there are."""
    more = len(places) - most
    return ", ".join(places[:most]) + (f" and {more:,} more" if more > 0 else "")
