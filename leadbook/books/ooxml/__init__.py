"""The lossless editor of Office Open XML packages; it knows nothing of leads."""

from leadbook.books.ooxml.addresses import Area
from leadbook.books.ooxml.names import DefinedName
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.sheet import SheetInfo
from leadbook.books.ooxml.sheet_scan import SheetScan
from leadbook.books.ooxml.tables import TableInfo
from leadbook.books.ooxml.values import CellFormula, Value
from leadbook.books.ooxml.workbook import Workbook

__all__ = [
    "Area",
    "CellFormula",
    "DefinedName",
    "PackageRefusedError",
    "SheetInfo",
    "SheetScan",
    "TableInfo",
    "Value",
    "Workbook",
]
