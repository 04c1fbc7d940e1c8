"""One sheet of a workbook: what it holds, what is asked of it, and its new bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import Area, letters
from leadbook.books.ooxml.cell_texts import read_texts
from leadbook.books.ooxml.cell_writer import CellWriter
from leadbook.books.ooxml.column_formulas import read_column_formulas
from leadbook.books.ooxml.compression import Deflated, deflate
from leadbook.books.ooxml.edits import CellEdits
from leadbook.books.ooxml.frame import Frame, widen_dimension
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.sheet_scan import SheetScan, iterate_cells, scan_sheet
from leadbook.books.ooxml.sheet_stream import SheetStream, attributes_of
from leadbook.books.ooxml.sheet_values import SheetValues, ValuesKept
from leadbook.books.ooxml.splice import Splicer
from leadbook.books.ooxml.xmlparts import whole_number

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from leadbook.books.ooxml.package import Package
    from leadbook.books.ooxml.relationships import Relationships
    from leadbook.books.ooxml.styles import Styles
    from leadbook.books.ooxml.values import Value


class SheetInfo:
    """A sheet as others see it.

    ``kind`` is the last word of its relationship's type: worksheet, chartsheet, dialogsheet, xlMacrosheet; or
    "missing" for a tab whose part is gone.
    """

    def __init__(self, sheet: SheetPart) -> None:
        self.name = sheet.name
        self.sheet_id = sheet.sheet_id
        self.part = sheet.part
        self.kind = sheet.kind
        self.visible = sheet.visible
        self._sheet = sheet

    @property
    def protected(self) -> bool:
        """Tell whether the sheet is protected against changes by hand; reads through it once."""
        return self.kind == "worksheet" and self._sheet.scan.protected

    def __repr__(self) -> str:
        return f"SheetInfo({self.name!r}, kind={self.kind!r}, part={self.part!r})"


class SheetPart:
    """One sheet and the edits asked of it."""

    def __init__(
        self,
        package: Package,
        links: Relationships,
        *,
        name: str,
        sheet_id: int,
        part: str,
        kind: str,
        visible: bool,
    ) -> None:
        self._package = package
        self._links = links
        self.name = name
        self.sheet_id = sheet_id
        self.part = part
        self.kind = kind
        self.visible = visible
        self.edits = CellEdits()
        self.grafted = False
        self._scan: SheetScan | None = None
        self._frame: Frame | None = None

    @property
    def scan(self) -> SheetScan:
        """What the sheet holds, before the edits asked for since it was last written."""
        if self.kind != "worksheet":
            raise PackageRefusedError(
                f"The sheet {self.name!r} is no worksheet, so it has no cells; choose a sheet with cells."
            )
        if self._scan is None:
            self._scan = scan_sheet(self._package.stream(self.part), self.name, self._package.size(self.part))
        return self._scan

    def read_values(self) -> SheetValues | None:
        """Return the values of the sheet as it was opened; None when it is written in an unusual way.

        They are not remembered; what `scan` tells is found on the way.
        """
        if self.kind != "worksheet":
            raise PackageRefusedError(
                f"The sheet {self.name!r} is no worksheet, so it has no cells; choose a sheet with cells."
            )
        kept = ValuesKept()
        size = self._package.size(self.part)
        self._scan = scan_sheet(self._package.stream(self.part), self.name, size, kept)
        return kept.values()

    @property
    def frame(self) -> Frame:
        """The sheet's XML around its rows."""
        if self._frame is None:
            self._frame = Frame(self.scan, self.name)
        return self._frame

    @property
    def changed(self) -> bool:
        """Tell whether anything was asked of the sheet."""
        return bool(self.edits.columns) or (self._frame is not None and self._frame.changed)

    def forget(self) -> None:
        """Drop edits and knowledge: the part has new bytes."""
        self.edits = CellEdits()
        self._scan = self._frame = None

    def check_writable(self, cells: Mapping[int, Mapping[int, Value]]) -> None:
        """Refuse cells whose change would harm others.

        Raises
        ------
        PackageRefusedError
            For the first cell of a shared, array or data-table formula, any cell inside an array formula or a
            data table (unless all cells of it are given), and any cell of a merged block but its first.
        """
        scan = self.scan
        for (row, column), (kind, area) in scan.locked_formulas.items():
            if _covers(cells, area):  # all that depends on the formula goes with it
                continue
            if row in cells.get(column, ()):
                raise self._refuse_cell(row, column, f"holds {kind} that other cells depend on")
            # A cell that shares a formula may leave it; one inside an array formula may not.
            hit = None if kind == "a shared formula" else _first_hit(area, cells, None)
            if hit is not None:
                raise self._refuse_cell(*hit, f"is part of {kind}")
        for area in scan.merges:
            hit = _first_hit(area, cells, (area.first_row, area.first_column))
            if hit is not None:
                raise self._refuse_cell(*hit, "is hidden inside merged cells")

    def _refuse_cell(self, row: int, column: int, why: str) -> PackageRefusedError:
        return PackageRefusedError(
            f"The cell {letters(column)}{row} on the sheet {self.name!r} {why}, so it is not overwritten; "
            "clear or unmerge it in Excel and retry."
        )

    def occupied(self, area: Area) -> tuple[int, int] | None:
        """Return the first cell (row, column) of an area that holds something, edits included."""
        pending = self.edits.holds(area)
        if pending is not None:
            return pending
        extent = self.scan.extent
        if extent is not None and extent.meets(area):
            for row, column, _, content in iterate_cells(self._package.stream(self.part), self.name, area):
                if content and (b"v>" in content or b"is>" in content or b"f" in content):
                    return row, column
        return next(((merge.first_row, merge.first_column) for merge in self.scan.merges if merge.meets(area)), None)

    def cell_styles(self, area: Area) -> dict[tuple[int, int], int]:
        """Return the style of each cell written in an area."""
        return {
            (row, column): whole_number(attributes_of(attributes).get(b"s", b"0").decode("latin-1"))
            for row, column, attributes, _ in iterate_cells(self._package.stream(self.part), self.name, area)
        }

    def texts(self, area: Area | None = None) -> dict[tuple[int, int], str]:
        """Return the formula or value of each cell that has one; see `read_texts`."""
        return read_texts(self._package, self.part, self.name, self._links, area)

    def texts_near(self, area: Area, only: Container[int] | None = None) -> dict[tuple[int, int], str]:
        """Return the values of an area's cells, or of some of its rows, reading no further than it."""
        return read_texts(self._package, self.part, self.name, self._links, area, near=True, only=only)

    def formulas(self, column: int) -> dict[int, str]:
        """Return the formulas (without "=") that stand in a column, by row."""
        rows = self.scan.formula_rows(column)
        if not len(rows):
            return {}
        found = read_column_formulas(self._package.stream(self.part), self.name, column, rows)
        if found is None:
            texts = self.texts(Area(min(rows), column, max(rows), column))
            found = {row: text[1:] for (row, _), text in texts.items() if text.startswith("=")}
        return found

    def headers(self, row: Area) -> dict[int, str]:
        """Return the plain texts of one row of cells, by column; no numbers and no formulas."""
        plain = {
            column
            for _, column, attributes, content in iterate_cells(self._package.stream(self.part), self.name, row)
            if attributes_of(attributes).get(b"t") in (b"s", b"inlineStr") and b"f>" not in (content or b"")
        }
        return {column: text for (_, column), text in self.texts_near(row).items() if column in plain}

    def render(self, styles: Styles, *, date_1904: bool) -> tuple[Deflated, bool]:
        """Return the sheet's new part, and whether formulas were added or taken away."""
        stream = SheetStream(self._package.stream(self.part), self.name)
        writer = CellWriter(styles, date_1904=date_1904, prefix=stream.head.prefix.decode("ascii"))
        written = self._frame.written() if self._frame is not None and self._frame.changed else None
        extent = self.edits.extent

        def head(text: bytes) -> bytes:
            return widen_dimension(text if written is None else written[0], extent)

        def tail(text: bytes) -> bytes:
            return text if written is None else written[1]

        splicer = Splicer(stream, self.edits, writer, head, tail, size=self._package.size(self.part))
        packed = deflate(splicer.chunks())
        return packed, splicer.formulas_changed


def _covers(cells: Mapping[int, Mapping[int, Value]], area: Area) -> bool:
    """Tell whether every cell of an area is given."""
    rows = range(area.first_row, area.last_row + 1)
    return all(
        len(given) >= len(rows) and all(row in given for row in rows)
        for column in range(area.first_column, area.last_column + 1)
        for given in (cells.get(column, {}),)
    )


def _first_hit(
    area: Area, cells: Mapping[int, Mapping[int, Value]], spared: tuple[int, int] | None
) -> tuple[int, int] | None:
    """Return the first asked-for cell inside an area, but for the spared one."""
    height = area.last_row - area.first_row + 1
    for column, rows in cells.items():
        if not area.first_column <= column <= area.last_column:
            continue
        inside = (
            (row for row in range(area.first_row, area.last_row + 1) if row in rows)
            if height < len(rows)
            else (row for row in rows if area.first_row <= row <= area.last_row)
        )
        for row in inside:
            if (row, column) != spared:
                return row, column
    return None
