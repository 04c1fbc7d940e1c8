"""What Excel demands of a workbook as a whole and the Open XML SDK validator does not look at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.xmlparts import elements, main, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.books.ooxml.opening import OpenedWorkbook
    from leadbook.books.ooxml.tables import TablePart


def book_problems(book: OpenedWorkbook) -> Iterator[str]:
    """Yield what is wrong with parts, relationships, sheets, names, styles and tables."""
    yield from _part_problems(book)
    yield from _sheet_list_problems(book)
    yield from _name_problems(book)
    yield from _style_problems(book)
    yield from _table_problems(book)


def _part_problems(book: OpenedWorkbook) -> Iterator[str]:
    package = book.package
    for name in package.names():
        if name.lower().endswith(".rels"):
            owner = name.replace("_rels/", "")[: -len(".rels")]
            if owner and not package.has(owner):
                yield f"the relationships {name} belong to no part"
                continue
            links = list(Relationships(package, owner))
            for link in links:
                if not link.external and not package.has(link.part) and link.target != "NULL":
                    yield f"{owner or 'the package'} relates to the missing part {link.part}"
            yield from _repeated([link.id for link in links], f"relationship of {owner}")
        elif name != book.types.PART and not book.types.get(name):
            yield f"{name} has no content type"
    for name in book.types.overridden():
        if not package.has(name):
            yield f"a content type is declared for the missing part {name}"
    yield from _repeated([name.lower() for name in book.types.overridden()], "content type")


def _sheet_list_problems(book: OpenedWorkbook) -> Iterator[str]:
    yield from _repeated([sheet.name.casefold() for sheet in book.sheets], "sheet name")
    yield from _repeated([str(sheet.sheet_id) for sheet in book.sheets], "sheet id")
    for sheet in book.sheets:
        if not 1 <= len(sheet.name) <= 31:
            yield f"the sheet name {sheet.name!r} is too long or blank"
        if sheet.kind == "missing":
            yield f"the sheet {sheet.name!r} relates to no part"


def _name_problems(book: OpenedWorkbook) -> Iterator[str]:
    scoped = []
    for element in elements(book.root.find(main("definedNames"))):
        name, scope = element.get("name") or "", element.get("localSheetId")
        scoped.append(f"{name.casefold()} {scope}")
        if scope is not None and whole_number(scope, -1) not in range(len(book.sheets)):
            yield f"the name {name} belongs to no sheet"
        if not (element.text or "").strip():
            yield f"the name {name} refers to nothing"
    yield from _repeated(scoped, "defined name")


def _style_problems(book: OpenedWorkbook) -> Iterator[str]:
    styles = book.styles
    sizes = {name: len(styles.items(name)) for name in ("fonts", "fills", "borders", "cellStyleXfs")}
    for entry in styles.items("cellXfs"):
        for attribute, name in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if whole_number(entry.get(attribute)) >= max(1, sizes[name]):
                yield f"a cell format uses a missing entry of {name}"
    for name in (*sizes, "cellXfs", "dxfs", "numFmts"):
        section = styles.root.find(main(name))
        if section is not None and section.get("count") not in (None, str(len(styles.items(name)))):
            yield f"the count of {name} is wrong"
    yield from _repeated([entry.get("numFmtId") or "" for entry in styles.items("numFmts")], "number format id")


def _table_problems(book: OpenedWorkbook) -> Iterator[str]:
    yield from _repeated([str(table.id) for table in book.tables], "table id")
    names = [table.name.casefold() for table in book.tables]
    for element in elements(book.root.find(main("definedNames"))):
        if (name := (element.get("name") or "").casefold()) in names:
            names.append(name)
    yield from _repeated(names, "table name")
    differentials = len(book.styles.items("dxfs"))
    for table in book.tables:
        info = table.info
        if info.last_column - info.first_column + 1 != len(info.columns):
            yield f"the table {info.name!r} is not as wide as its columns are many"
        yield from _repeated([name.casefold() for name in info.columns], f"column of the table {info.name!r}")
        ids = [column.get("id") or "" for column in table.column_elements()]
        yield from _repeated(ids, f"column id of the table {info.name!r}")
        columns = table.root.find(main("tableColumns"))
        if columns is not None and columns.get("count") not in (None, str(len(ids))):
            yield f"the column count of the table {info.name!r} is wrong"
        if info.last_body_row < info.first_body_row:
            yield f"the table {info.name!r} has no row"
        for element in table.root.iter():
            for attribute, value in element.attrib.items():
                if str(attribute).lower().endswith("dxfid") and whole_number(str(value)) >= differentials:
                    yield f"the table {info.name!r} uses a missing differential format"
    yield from _overlaps(book.tables)


def _overlaps(tables: list[TablePart]) -> Iterator[str]:
    by_sheet: dict[str, list[TablePart]] = {}
    for table in tables:
        for other in by_sheet.setdefault(table.sheet, []):
            if table.area.meets(other.area):
                yield f"the tables {other.name!r} and {table.name!r} overlap"
        by_sheet[table.sheet].append(table)


def _repeated(values: list[str], what: str) -> Iterator[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"the {what} {value!r} is there {count} times"
