"""The lossless editor of Office Open XML packages; it knows nothing of leads."""

from leadbook.books.ooxml.addresses import Area
from leadbook.books.ooxml.block_cells import CellKind
from leadbook.books.ooxml.names import DefinedName
from leadbook.books.ooxml.refusal import PackageRefusedError, StrictWorkbookError
from leadbook.books.ooxml.scratch import ScratchBook
from leadbook.books.ooxml.shared_texts import SharedTexts, is_plain
from leadbook.books.ooxml.sheet import SheetInfo
from leadbook.books.ooxml.sheet_scan import SheetScan
from leadbook.books.ooxml.sheet_values import SheetValues
from leadbook.books.ooxml.tables import TableInfo
from leadbook.books.ooxml.values import CellFormula, Value
from leadbook.books.ooxml.workbook import Workbook

__all__ = [
    "Area",
    "CellFormula",
    "CellKind",
    "DefinedName",
    "PackageRefusedError",
    "ScratchBook",
    "SharedTexts",
    "SheetInfo",
    "SheetScan",
    "SheetValues",
    "StrictWorkbookError",
    "TableInfo",
    "Value",
    "Workbook",
    "is_plain",
]
