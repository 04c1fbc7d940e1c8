"""What a workbook can do for leadbook, whether it is a file on disk or open in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.model.columns import Column
    from leadbook.model.tables import BookContents
    from leadbook.sheets.spec import Content, Sheet


class CellChange(Struct, frozen=True):
    """One planned change of one cell: what it holds now and what it will hold."""

    sheet: str
    address: str
    old: object
    new: object


class Plan(Struct):
    """Everything a save will do, for ``--dry-run`` and for the closing sentence.

    Parameters
    ----------
    cells : sequence of CellChange
        Cells of the seller's own sheets.
    sheets_added, sheets_replaced : list of str
        Generated sheets.
    rows_appended : mapping of table name to number of rows
    columns_added : mapping of table name to headers
    notes : list of str
        Sentences the user should read, such as chart ranges that do not follow.
    steps : list of str
        Rows that move to another table or back, one a line.
    cells_before : sequence of CellChange
        Cells of the seller's own sheets that change before those rows move, at the addresses they have then.
    """

    cells: Sequence[CellChange] = field(default_factory=list)
    sheets_added: list[str] = field(default_factory=list)
    sheets_replaced: list[str] = field(default_factory=list)
    rows_appended: dict[str, int] = field(default_factory=dict)
    columns_added: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    cells_before: Sequence[CellChange] = ()

    @property
    def is_empty(self) -> bool:
        """Whether a save would leave the workbook as it is."""
        changes = (
            self.cells, self.cells_before, self.sheets_added, self.sheets_replaced, self.rows_appended,
            self.columns_added, self.steps,
        )  # fmt: skip
        return not any(changes)


class Book(Protocol):
    """A workbook that can be read once, changed in a plan, and saved once."""

    @property
    def contents(self) -> BookContents:
        """Every table of the workbook, read once."""

    @property
    def plan(self) -> Plan:
        """What has been asked for so far."""

    def sheet_name(self, wanted: str) -> str:
        """Return the name a generated sheet has, or will have: the seller may own a sheet called ``wanted``."""

    def has_sheet(self, wanted: str) -> bool:
        """Whether leadbook put a generated sheet there before and it was not deleted."""

    def table_name(self, wanted: str) -> str:
        """Return the name a generated table has, or will have, free of clashes with the seller's names."""

    def free_table_name(self, wanted: str) -> str:
        """Return the name a new table will have beside every table and name that is there."""

    def allow_protected(self, allowed: bool) -> None:
        """Say whether leadbook may write on protected sheets; an option that is known only after reading."""

    def add_columns(self, table: str, columns: Sequence[Column]) -> None:
        """Append columns that the table lacks at its right edge, with their headers and formats."""

    def write_column(self, table: str, header: str, values: Mapping[int, Content]) -> None:
        """Write cells of one column by Excel row; only cells whose value differs are touched."""

    def locked_rows(self, table: str, header: str) -> frozenset[int]:
        """Return the Excel rows in which a column holds a formula, or a part of one."""

    def hidden_rows(self, table: str) -> frozenset[int]:
        """Return the Excel rows of a table that a filter or the seller has hidden."""

    def correct_cells(self, table: str, header: str, values: Mapping[int, Content]) -> None:
        """Put cells right that the seller typed, by Excel row: their look stays, and text stays text."""

    def make_room(self, table: str, count: int) -> None:
        """Put blank records in at a table's end where it cannot grow by itself; before anything else is asked for."""

    def append_rows(self, table: str, rows: Sequence[Sequence[Content]]) -> None:
        """Append rows below the table's last one, which grows by them."""

    def append_columns(self, table: str, columns: Sequence[Sequence[Content]]) -> None:
        """Append rows as `append_rows` does, given column by column: far quicker for very many."""

    def put_sheets(self, sheets: Sequence[Sheet]) -> None:
        """Add generated sheets at the end, or replace those leadbook put there before, in place."""

    def add_sheets(self, sheets: Sequence[Sheet]) -> list[str]:
        """Add sheets that the seller will own, at the end, and return the names they got."""

    def tint_issues(self, table: str, id_header: str = "Lead ID") -> None:
        """Have Excel tint the cells that the Issues sheet lists; ``id_header`` names the column of lead ids."""

    def save(self) -> None:
        """Carry out the plan as one atomic replacement of the file."""
