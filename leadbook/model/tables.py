"""A table as it was read: the cells as people typed them, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
from msgspec import Struct, field

from leadbook.model.issues import column_letters, quoted_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy.typing as npt


class CellError(Struct, frozen=True):
    """An Excel error value (``#DIV/0!``), kept apart from text that merely looks like one."""

    code: str


class KeptText(str):
    """A text in a cell that is told to keep it one, so that typing over it makes no formula of it."""

    __slots__ = ()


class CodedCells(Sequence[object]):
    """A column of cells that keeps each different value once: one is read for all the cells that hold it.

    Parameters
    ----------
    values : list
        The different values, in order of appearance.
    codes : array of int, shape (n,)
        For each cell the place of its value.
    """

    __slots__ = ("codes", "values")

    def __init__(self, values: list[object], codes: npt.NDArray[np.int64]) -> None:
        self.values = values
        self.codes = codes

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, place: int) -> object: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[object]: ...
    def __getitem__(self, place: int | slice) -> object:
        if isinstance(place, slice):
            return CodedCells(self.values, self.codes[place])
        return self.values[self.codes[place]]

    def __iter__(self) -> Iterator[object]:
        return map(self.values.__getitem__, self.codes.tolist())

    def __contains__(self, value: object) -> bool:
        return any(value == self.values[code] for code in np.unique(self.codes).tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment] # equal to lists, which have none either

    def __repr__(self) -> str:
        return f"CodedCells({list(self)!r})"

    def take(self, places: npt.NDArray[np.int64]) -> CodedCells:
        """Return the cells at some places; values that none of them holds may stay known."""
        return CodedCells(self.values, self.codes[places])

    def array(self) -> npt.NDArray[np.object_]:
        """Return the cells as an array of objects."""
        table = np.empty(len(self.values), dtype=object)
        table[:] = self.values
        return table[self.codes]


class RawTable(Struct, frozen=True):
    """One table of the workbook, column by column.

    Parameters
    ----------
    name : str
        The table's name (``Leads``), as formulas use it.
    sheet : str
        The sheet it stands on.
    headers : sequence of str
        The seller's headers, in order, exactly as typed.
    first_column : int
        Excel column of the first header, counted from 1.
    header_row : int
        Excel row of the headers, counted from 1; 0 for a table without a header row.
    rows : array of int, shape (n rows,)
        The Excel row of each data row. Rows empty in every column are left out; totals rows never come.
    cells : sequence of sequences
        One sequence of n values for each header: str, float, int, bool, date, datetime, time, timedelta,
        ``CellError`` or None for an empty cell. Text is as typed (not stripped).
    last_row : int
        Excel row of the table's last data row (inclusive, an empty one too), totals row excluded.
    formula_columns : frozenset of int
        Excel columns of this table that hold at least one formula.
    has_totals : bool
        Whether a totals row follows.
    filtered : bool
        Whether a filter is active, so that some rows are hidden.
    rows_below : int
        Filled rows that stand directly below the table, most likely typed there in the belief that it grows.
    kept_as_text : callable or None
        The Excel rows of a column whose text Excel never takes for a formula: it is told so, or a formula gives it.
    """

    name: str
    sheet: str
    headers: Sequence[str]
    first_column: int
    header_row: int
    rows: npt.NDArray[np.int64]
    cells: Sequence[Sequence[object]]
    last_row: int
    formula_columns: frozenset[int] = frozenset()
    has_totals: bool = False
    filtered: bool = False
    rows_below: int = 0
    kept_as_text: Callable[[int], frozenset[int]] | None = None

    def column(self, header: str) -> int:
        """Return the Excel column of a header (exact text); raises KeyError when it is not there."""
        for position, name in enumerate(self.headers):
            if name == header:
                return self.first_column + position
        raise KeyError(header)

    def address(self, row: int, column: int) -> str:
        """``Leads!C5`` of an Excel row and column."""
        return f"{quoted_sheet(self.sheet)}!{column_letters(column)}{row}"


class BookContents(Struct, frozen=True):
    """Everything that was read from a workbook.

    Parameters
    ----------
    name : str
        The file's name without its folder, for sentences.
    tables : mapping of str to RawTable
        By table name as it stands in the workbook; looked up without regard to case by ``find``.
    sheet_names : sequence of str
        All sheets in order.
    date_system : int
        1900 or 1904.
    generated_sheets : frozenset of str
        The sheets that leadbook writes anew each time; no table on them is the seller's.
    """

    name: str
    tables: Mapping[str, RawTable]
    sheet_names: Sequence[str] = field(default_factory=tuple)
    date_system: int = 1900
    generated_sheets: frozenset[str] = frozenset()

    def find(self, name: str) -> RawTable | None:
        """Return the table of that name, whatever its case, or None."""
        wanted = name.casefold()
        for key, table in self.tables.items():
            if key.casefold() == wanted:
                return table
        return None
