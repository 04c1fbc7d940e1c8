"""Table parts: what tables there are, and how one gets columns or grows by rows."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from lxml import etree
from msgspec import Struct

from leadbook.books.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, parse_area
from leadbook.books.ooxml.escape import escape_name, unescape_text
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.xmlparts import MAIN, elements, main, parse, serialize, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TABLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"


class TableInfo(Struct, frozen=True):
    """A table as it is now; rows and columns count from 1 and include header and totals.

    Parameters
    ----------
    name : str
        The name formulas use (``displayName``).
    sheet : str
    first_row, first_column, last_row, last_column : int
    has_header, has_totals : bool
    columns : tuple of str
        Headers, as the cells show them.
    calculated : mapping of header to str
        Formulas of calculated columns, without "=".
    filtered : bool
        Whether a filter hides rows by a criterion.
    query : bool
        Whether a query fills it.
    """

    name: str
    sheet: str
    first_row: int
    first_column: int
    last_row: int
    last_column: int
    has_header: bool
    has_totals: bool
    columns: tuple[str, ...]
    calculated: Mapping[str, str]
    filtered: bool
    query: bool

    @property
    def area(self) -> Area:
        """The whole block."""
        return Area(self.first_row, self.first_column, self.last_row, self.last_column)

    @property
    def first_body_row(self) -> int:
        """The row of its first record."""
        return self.first_row + int(self.has_header)

    @property
    def last_body_row(self) -> int:
        """The row of its last record."""
        return self.last_row - int(self.has_totals)


class TablePart:
    """One table part as a tree."""

    def __init__(self, data: bytes, part: str, sheet: str) -> None:
        self.part = part
        self.sheet = sheet
        self.root = parse(data, part)
        self._changed = False
        self.area = self._read_area()
        # How its last records looked, and where they were, when rows were first appended.
        self.row_styles: list[list[int]] | None = None
        self.first_appended = 0
        self.calculated_origin: int | None = None
        self._info: TableInfo | None = None

    def _read_area(self) -> Area:
        area = parse_area(self.root.get("ref"))
        columns = self.column_elements()
        if self.root.tag != main("table") or area is None or not columns:
            raise PackageRefusedError(
                f"The table part {self.part!r} cannot be read, so the file is damaged; "
                "open it in Excel, let it repair the file, save and retry."
            )
        return area

    def column_elements(self) -> list[etree._Element]:
        """Return the ``tableColumn`` elements."""
        return list(elements(self.root.find(main("tableColumns")), "tableColumn"))

    @property
    def changed(self) -> bool:
        """Whether it differs from the part it was read from; to be set after each change of the tree."""
        return self._changed

    @changed.setter
    def changed(self, changed: bool) -> None:
        self._changed, self._info = changed, None

    @property
    def id(self) -> int:
        """The table's number, unique in the workbook."""
        return whole_number(self.root.get("id"))

    @property
    def name(self) -> str:
        """The name formulas use."""
        return unescape_text(self.root.get("displayName") or self.root.get("name") or "")

    @property
    def info(self) -> TableInfo:
        """The table as others see it."""
        if self._info is None:
            self._info = self._read_info()
        return self._info

    def _read_info(self) -> TableInfo:
        calculated = {
            unescape_text(column.get("name") or ""): formula.text
            for column in self.column_elements()
            if (formula := column.find(main("calculatedColumnFormula"))) is not None and formula.text
        }
        has_header = self.root.get("headerRowCount", "1") != "0"
        filters = self.root.find(main("autoFilter"))
        filtered = filters is not None and any(len(column) for column in elements(filters, "filterColumn"))
        return TableInfo(
            name=self.name,
            sheet=self.sheet,
            first_row=self.area.first_row,
            first_column=self.area.first_column,
            last_row=self.area.last_row,
            last_column=self.area.last_column,
            has_header=has_header,
            has_totals=whole_number(self.root.get("totalsRowCount")) > 0,
            columns=tuple(unescape_text(column.get("name") or "") for column in self.column_elements()),
            calculated=calculated,
            filtered=filtered,
            query=self.root.get("tableType") == "queryTable",
        )

    def resize(self, area: Area) -> None:
        """Give the table, and its filter, another block."""
        self.area = area
        self.root.set("ref", area.ref)
        filters = self.root.find(main("autoFilter"))
        if filters is not None:
            bottom = area.last_row - whole_number(self.root.get("totalsRowCount"))
            filters.set("ref", area._replace(last_row=bottom).ref)
        self.changed = True

    def add_columns(self, headers: Sequence[str]) -> int:
        """Append columns at the right edge; return the first one's sheet column."""
        first = self.area.last_column + 1
        parent = self.root.find(main("tableColumns"))
        if parent is None or first + len(headers) - 1 > LAST_COLUMN:
            raise PackageRefusedError(f"The table {self.name!r} reaches Excel's last column; delete columns and retry.")
        taken = {name.casefold() for name in self.info.columns}
        number = max(whole_number(column.get("id")) for column in self.column_elements())
        for header in headers:
            if not header or header.casefold() in taken:
                raise ValueError(f"The table {self.name!r} already has a column {header!r}, or the header is blank.")
            taken.add(header.casefold())
            number += 1
            etree.SubElement(parent, main("tableColumn"), id=str(number), name=escape_name(header))
        parent.set("count", str(len(self.column_elements())))
        self.resize(self.area._replace(last_column=first + len(headers) - 1))
        return first

    def grow(self, rows: int) -> None:
        """Let the table reach ``rows`` further down."""
        last = self.area.last_row + rows
        if last > LAST_ROW:
            raise PackageRefusedError(
                f"The table {self.name!r} would pass Excel's last row ({LAST_ROW:,}); archive old rows and retry."
            )
        self.resize(self.area._replace(last_row=last))

    def serialize(self) -> bytes:
        """Return the part as it is now."""
        return serialize(self.root)


def new_table(
    number: int,
    name: str,
    area: Area,
    headers: Sequence[str],
    style_name: str | None,
    *,
    criteria: Sequence[etree._Element] = (),
) -> bytes:
    """Return the part of a table over cells that exist; ``criteria`` are the filter columns it begins with.

    Raises
    ------
    ValueError
        When a header is blank or repeated: Excel would rename it behind the formulas' backs.
    """
    folded = [header.casefold() for header in headers]
    if "" in folded or len(set(folded)) != len(folded):
        raise ValueError("Every header of a table needs a text of its own.")
    root = etree.Element(
        main("table"),
        {"id": str(number), "name": name, "displayName": name, "ref": area.ref, "totalsRowShown": "0"},
        nsmap={None: MAIN},  # type: ignore[dict-item] # None is the default prefix
    )
    etree.SubElement(root, main("autoFilter"), ref=area.ref).extend(copy.deepcopy(one) for one in criteria)
    columns = etree.SubElement(root, main("tableColumns"), count=str(len(headers)))
    for index, header in enumerate(headers, 1):
        etree.SubElement(columns, main("tableColumn"), id=str(index), name=escape_name(header))
    if style_name:
        etree.SubElement(
            root,
            main("tableStyleInfo"),
            {
                "name": style_name.replace(" ", ""),
                "showFirstColumn": "0",
                "showLastColumn": "0",
                "showRowStripes": "1",
                "showColumnStripes": "0",
            },
        )
    return serialize(root)
