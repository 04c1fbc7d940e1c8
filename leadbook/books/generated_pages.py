"""XlsxWriter, told what is known of our sheets: formulas spelled already, texts that are data, parts taken as made."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, cast

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellNumberTuple, CellStringTuple, Worksheet

from leadbook.books.ooxml.escape import escape_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_ROWS_A_SPAN = 16
"""So many rows XlsxWriter tells of together how far they reach."""


class GeneratedPage(Worksheet):  # type: ignore[misc] # XlsxWriter has no types
    """A worksheet that takes formulas as ``formula_text`` has spelled them, each of its texts in its cell."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002 - theirs
        # XlsxWriter looks for over a hundred functions in a formula, which of 500 leads is a fortieth of a refresh.
        return formula.removeprefix("=")

    def put_text(self, row: int, col: int, text: str, shown: Format | None) -> None:
        """Put a text that is known to fit into a cell, counted from 0."""
        if self._check_dimensions(row, col):
            raise ValueError(f"no sheet has a cell in row {row + 1:,}, column {col + 1:,}")
        self.table[row][col] = CellStringTuple(self.str_table._get_shared_string_index(text), shown)  # noqa: SLF001 - as theirs

    def repeat(self, row: int, col: int, cell: Any) -> None:  # noqa: ANN401 - XlsxWriter has no types
        """Put a cell that stands further up in the same column once more, counted from 0."""
        self.table[row][col] = cell
        self.dim_rowmax: int = max(self.dim_rowmax, row)  # below it nothing is written

    def _write_rows(self) -> None:
        # Most cells are texts and numbers. The usual way looks at each attribute for marks to escape, which an
        # address and a number cannot have, and puts texts into a part of their own, to be taken out of it again.
        self._calculate_spans()
        letters = [f'<c r="{xl_col_to_name(column)}' for column in range(self.dim_colmax + 1)]
        # By identity: a list of thousands of rows holds the same few cells over and over.
        known: dict[int, str] = {}
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            cells, info = self.table.get(row), self.row_info.get(row)
            span = self.row_spans.get(row // _ROWS_A_SPAN)
            if not cells:
                if info or row in self.comments:
                    self._write_empty_row(row, span, info)
                continue
            self._write_row(row, span, info)
            number = f'{row + 1}"'
            pieces: list[str] = []
            for column in sorted(cells):
                cell = cells[column]
                rest = known.get(id(cell))
                if rest is None:
                    rest = known[id(cell)] = self._rest(cell)
                if rest:
                    pieces += (letters[column], number, rest)
                else:
                    self.fh.write("".join(pieces))
                    pieces = []
                    self._write_cell(row, column, cell)
            self.fh.write(f"{''.join(pieces)}</row>")

    def _rest(self, cell: Any) -> str:  # noqa: ANN401 - XlsxWriter has no types
        """Return how a text, a number or a blank cell goes on after its address; "" for any other."""
        kind = type(cell)
        shown = f' s="{cell.format._get_xf_index()}"' if cell.format else ""  # noqa: SLF001 - as theirs does
        if kind is CellStringTuple:
            return f"{shown}{self.str_table.inline(cell.string)}"
        if kind is CellNumberTuple:
            return f"{shown}><v>{cell.number:.16G}</v></c>"
        return f"{shown}/>" if kind is CellBlankTuple else ""

    def _calculate_spans(self) -> None:
        spans: dict[int, tuple[int, int]] = {}
        for row, cells in self.table.items():
            if cells:
                block = row // _ROWS_A_SPAN
                first, last = min(cells), max(cells)
                before = spans.get(block, (first, last))
                spans[block] = (min(first, before[0]), max(last, before[1]))
        self.row_spans = {block: f"{first + 1}:{last + 1}" for block, (first, last) in spans.items()}


class _Texts(SharedStringTable):  # type: ignore[misc] # as above
    """The workbook's texts, each once; a cell holds its own, so XlsxWriter is told of none and writes no part.

    In that part a text such as ``<r>Ltd</r>`` would be taken for markup.
    """

    def __init__(self) -> None:
        super().__init__()
        self._texts: list[str] = []
        self._places: dict[str, int] = {}
        self._inline: dict[int, str] = {}

    def _get_shared_string_index(self, string: str) -> int:
        place = self._places.get(string)
        if place is None:
            place = self._places[string] = len(self._texts)
            self._texts.append(string)
        return place

    def _get_shared_string(self, index: int) -> str:
        return self._texts[index]

    def _sort_string_data(self) -> None:
        """Nothing to sort: no part lists them."""

    def inline(self, index: int) -> str:
        """Return how a cell with the text goes on after its format."""
        found = self._inline.get(index)
        if found is None:
            text = self._texts[index]
            space = ' xml:space="preserve"' if text != text.strip() else ""
            found = self._inline[index] = f' t="inlineStr"><is><t{space}>{escape_text(text)}</t></is></c>'
        return found


class GeneratedWorkbook(Workbook):  # type: ignore[misc] # as above
    """A workbook of such worksheets."""

    def __init__(self, target: io.BytesIO, options: dict[str, Any]) -> None:
        super().__init__(target, {**options, "in_memory": True})
        self.str_table = _Texts()

    def add_page(self, name: str) -> GeneratedPage:
        """Add a worksheet."""
        return cast("GeneratedPage", self.add_worksheet(name, GeneratedPage))


class ScratchWorkbook(GeneratedWorkbook):
    """One of which nothing but the parts is wanted; packing and unpacking them costs more than some sheets.

    ``parts`` holds the content of each by its name, once the workbook is closed.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(io.BytesIO(), options)
        self.parts: dict[str, bytes] = {}

    def _get_packager(self) -> Packager:
        return _Unpacked(self.parts)

    def let_go(self) -> None:
        """Forget the cells: XlsxWriter's workbook and sheets know each other, so they would stay in memory."""
        for page in self.worksheets():
            page.table.clear()
            page.hyperlinks.clear()


class _Unpacked(Packager):  # type: ignore[misc] # as above
    def __init__(self, parts: dict[str, bytes]) -> None:
        super().__init__()
        self._parts = parts

    def _create_package(self) -> list[tuple[object, str, bool]]:
        for content, name, is_binary in super()._create_package():
            self._parts[name] = content.getvalue() if is_binary else content.getvalue().encode("utf-8")
        return []
