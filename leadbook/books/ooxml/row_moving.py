"""Rows of a table taken out of a workbook, or put in, as when a person does it in Excel; all else stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from leadbook.books.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, letters
from leadbook.books.ooxml.calc import ask_full_calculation, drop_chain
from leadbook.books.ooxml.formula_shifts import FormulaShift
from leadbook.books.ooxml.moved_comments import comment_text
from leadbook.books.ooxml.moved_objects import anchored_cells, move_objects
from leadbook.books.ooxml.moved_references import move_names, move_other_parts, move_other_sheet
from leadbook.books.ooxml.moved_sheet import moved_sheet
from leadbook.books.ooxml.moved_tables import move_tables
from leadbook.books.ooxml.opening import open_workbook
from leadbook.books.ooxml.row_gate import check_moved
from leadbook.books.ooxml.row_trail import RowTrail, Trail
from leadbook.books.ooxml.shifts import Shift
from leadbook.books.ooxml.xmlparts import serialize

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from leadbook.books.ooxml.moved_rows import NewRow
    from leadbook.books.ooxml.tables import TablePart


class Moved(Struct, frozen=True):
    """A workbook after rows moved.

    Parameters
    ----------
    data : bytes
        The new workbook; b"" when something stood in the way.
    obstacles : mapping of int to str
        Row that cannot go (0: none can) to why, and what to do about it.
    whole : bool
        Whether whole rows of the sheet moved.
    trails : mapping of int to RowTrail
        What rows that were taken out left behind; give it to ``insert_rows`` when they come back.
    homeless : str
        The comments of rows that came back for which there is no place any more.
    repointed : mapping of int to tuple of str
        What pointed at nothing but a row that went, and points at its heir now.
    carried : mapping of int to tuple of str
        The pictures that stood on a row that went, and stand on its heir now.
    unreturned : tuple of int
        Rows that came back which something had pointed at, or stood on, that was changed since.
    """

    data: bytes
    obstacles: Mapping[int, str] = field(default_factory=dict)
    whole: bool = True
    trails: Mapping[int, RowTrail] = field(default_factory=dict)
    homeless: str = ""
    repointed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    carried: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    unreturned: tuple[int, ...] = ()


def remove_rows(
    data: bytes,
    table: str,
    rows: Sequence[int],
    rewritten: Collection[str] = (),
    heirs: Mapping[int, int] | None = None,
) -> Moved:
    """Take records out of a table; what stands below them moves up.

    Parameters
    ----------
    data : bytes
        The workbook.
    table : str
    rows : sequence of int
        Rows of the sheet, each one of the table's records, not all of them.
    rewritten : collection of str
        Sheets that are written anew afterwards: formulas there that lose a cell are no obstacle.
    heirs : mapping of int to int, optional
        The row that stays in which each row lives on: what points at nothing else points there afterwards.

    Raises
    ------
    PackageRefusedError
        The workbook cannot be edited safely, or the result fails its checks.
    """
    mover = _Mover(data, table, tuple(sorted(set(rows))), inserting=False, heirs=heirs) if rows else None
    return Moved(data) if mover is None else mover.moved(data, {}, {}, rewritten)


def row_obstacles(data: bytes, table: str, rows: Collection[int], rewritten: Collection[str] = ()) -> dict[int, str]:
    """Return what stands in the way of taking rows out, as ``Moved.obstacles`` has it; nothing is written."""
    return dict(try_removal(data, table, rows, rewritten).obstacles)


def try_removal(
    data: bytes,
    table: str,
    rows: Collection[int],
    rewritten: Collection[str] = (),
    heirs: Mapping[int, int] | None = None,
) -> Moved:
    """Find out what would stand in the way of taking rows out, and what they would leave behind; writes nothing."""
    if not rows:
        return Moved(data)
    mover = _Mover(data, table, tuple(sorted(set(rows))), inserting=False, heirs=heirs)
    mover.run({}, {}, rewritten)
    return Moved(
        b"",
        mover.blocked(),
        mover.shift.whole,
        mover.trail.trails(),
        repointed=mover.repointed(),
        carried=mover.carried(),
    )


def insert_rows(
    data: bytes,
    table: str,
    rows: Mapping[int, NewRow],
    links: Mapping[int, Mapping[int, Mapping[str, str]]] | None = None,
    trails: Mapping[int, RowTrail] | None = None,
) -> Moved:
    """Put records into a table; what stands at their rows moves down.

    Parameters
    ----------
    data : bytes
    table : str
    rows : mapping of int to NewRow
        By the rows they will have.
    links : mapping of row to column to attributes, optional
        Hyperlinks on them: ``target``, or ``location``, and what else Excel keeps.
    trails : mapping of int to RowTrail, optional
        What they left behind, by the rows they will have.
    """
    mover = _Mover(data, table, tuple(sorted(rows)), inserting=True, trails=trails) if rows else None
    return Moved(data) if mover is None else mover.moved(data, rows, links or {}, ())


class _Mover:
    """One shift of one table's rows through a whole workbook."""

    def __init__(
        self,
        data: bytes,
        table: str,
        rows: tuple[int, ...],
        *,
        inserting: bool,
        trails: Mapping[int, RowTrail] | None = None,
        heirs: Mapping[int, int] | None = None,
    ) -> None:
        self.book = open_workbook(data)
        self.table = self._find(table)
        self.part = next(sheet for sheet in self.book.sheets if sheet.name == self.table.sheet)
        self.obstacles: list[tuple[int, int, str]] = []
        info = self.table.info
        body = (info.first_body_row, info.last_body_row)
        limit = body[1] + len(rows) if inserting else body[1]
        if any(not body[0] <= row <= limit for row in rows) or (not inserting and len(rows) > body[1] - body[0]):
            raise ValueError("Rows outside the table, or all of its rows.")
        self.shift = Shift(self.table.sheet, rows, inserting=inserting, body=body)
        if self._stands_beside(info.area):
            self.shift = replace(self.shift, first_column=info.first_column, last_column=info.last_column)
        self.trail = Trail(self.shift, trails, heirs)

    def moved(
        self,
        data: bytes,
        new: Mapping[int, NewRow],
        links: Mapping[int, Mapping[int, Mapping[str, str]]],
        rewritten: Collection[str],
    ) -> Moved:
        """Return the workbook ``data``, which this was made from, after the shift."""
        self.run(new, links, rewritten)
        if self.obstacles:
            return Moved(b"", self.blocked(), self.shift.whole)
        result = self.book.package.save()
        others = [sheet.part for sheet in self.book.sheets if sheet.kind == "worksheet" and sheet is not self.part]
        check_moved(data, result, self.book.package.changed(), self.shift, [self.part.part, *others])
        return Moved(
            result,
            whole=self.shift.whole,
            trails=self.trail.trails(),
            homeless=comment_text(self.trail.homeless()),
            repointed=self.repointed(),
            carried=self.carried(),
            unreturned=tuple(self.trail.unreturned()),
        )

    def run(
        self,
        new: Mapping[int, NewRow],
        links: Mapping[int, Mapping[int, Mapping[str, str]]],
        rewritten: Collection[str],
    ) -> None:
        """Change every part."""
        self._check_table()
        trail, package = self.trail, self.book.package
        move_names(self.book, trail, self.obstacles)
        move_tables(self.book, self.table, trail, self.obstacles)
        move_objects(package, self.part.part, trail, self.obstacles)
        move_other_parts(self.book, trail, self.obstacles)
        for sheet in self.book.sheets:
            if sheet.kind == "worksheet" and sheet is not self.part:
                move_other_sheet(self.book, sheet, trail, self.obstacles, rewritten)
        package.put(
            self.part.part,
            moved_sheet(self.book, self.part, self._change(), trail, obstacles=self.obstacles, new=new, links=links),
        )
        drop_chain(package, self.book.links, self.book.types)
        ask_full_calculation(self.book.root)
        if self.book.styles.changed:
            package.put(self.book.styles.part, self.book.styles.serialize())
        package.put(self.book.part, serialize(self.book.root))

    def blocked(self) -> dict[int, str]:
        """Return which of the rows cannot go, and why."""
        found: dict[int, str] = {}
        for first, last, why in self.obstacles:
            hit = [row for row in self.shift.rows if first <= row <= last] or [0]
            for row in hit:
                found.setdefault(row, why)
        return found

    def repointed(self) -> dict[int, tuple[str, ...]]:
        """Return what points at the heir of each row now, without repeats."""
        found: dict[int, dict[str, None]] = {}
        for first, last, what in self.trail.repointed:
            for row in self.shift.rows:
                if first <= row <= last:
                    found.setdefault(row, {})[what] = None
        return {row: tuple(said) for row, said in found.items()}

    def carried(self) -> dict[int, tuple[str, ...]]:
        """Return the pictures that stand on the heir of each row now."""
        found: dict[int, list[str]] = {}
        for row, what in self.trail.carried:
            found.setdefault(row, []).append(what)
        return {row: tuple(said) for row, said in found.items()}

    def _change(self) -> FormulaShift:
        """Return what changes the formulas of the sheet itself."""
        return FormulaShift(self.shift, trail=self.trail, place="home")

    def _find(self, name: str) -> TablePart:
        for table in self.book.tables:
            if table.name.casefold() == name.casefold():
                return table
        raise ValueError(f"The workbook has no table {name!r}.")

    def _stands_beside(self, area: Area) -> bool:
        """Tell whether anything stands beside the table, or beside what is below it."""
        top = area.first_row
        beside = [
            Area(top, 1, LAST_ROW, area.first_column - 1),
            Area(top, area.last_column + 1, LAST_ROW, LAST_COLUMN),
        ]
        beside = [one for one in beside if one.first_column <= one.last_column]
        if any(one.meets(other.area) for one in beside for other in self.book.tables if other.sheet == self.part.name):
            return True
        for corners in anchored_cells(self.book.package, self.part.part):
            if any(one.meets(Area(*corners)) for one in beside):
                return True
        extent = self.part.scan.extent
        if extent is None:
            return False
        return any(one.meets(extent) and self.part.occupied(one) is not None for one in beside)

    def _check_table(self) -> None:
        """Note what about the table or its sheet bars any row from moving."""
        info, scan, shift = self.table.info, self.part.scan, self.shift
        if info.query:
            self.obstacles.append((0, 0, f"the table {info.name} is filled by a query, which would bring it back"))
        if scan.protected:
            self.obstacles.append((0, 0, "the sheet is protected; unprotect it (Review > Unprotect Sheet)"))
        if not shift.whole and any(row > shift.body[1] and self._moves_in(row) for row in scan.hidden_rows):
            self.obstacles.append((0, 0, "rows below the table are hidden; show them (Home > Format > Unhide Rows)"))
        for (row, column), (kind, area) in scan.locked_formulas.items():
            if kind == "a shared formula" or not shift.overlaps(area) or area.last_row < shift.first_row:
                continue
            inside = [one for one in shift.rows if area.first_row <= one <= area.last_row]
            if inside or not shift.moves(area.first_column, area.last_column):
                self.obstacles.append(
                    (min(inside, default=0), max(inside, default=0), f"{letters(column)}{row} holds {kind}; clear it")
                )

    def _moves_in(self, row: int) -> bool:
        """Tell whether cells of a row stand in the columns that move."""
        return self.part.occupied(Area(row, self.shift.first_column, row, self.shift.last_column)) is not None
