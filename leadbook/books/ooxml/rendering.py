"""Everything that was asked of a workbook, rendered into the parts of its package and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.calc import ask_full_calculation, drop_chain
from leadbook.books.ooxml.xmlparts import serialize

if TYPE_CHECKING:
    from leadbook.books.ooxml.opening import OpenedWorkbook


def render_package(book: OpenedWorkbook, *, formulas_changed: bool, names_changed: bool) -> bytes:
    """Return the workbook's new bytes.

    Parameters
    ----------
    book : OpenedWorkbook
    formulas_changed : bool
        Whether formulas came or went other than by the cells that are about to be written.
    names_changed : bool
        Whether the workbook's own part changed.
    """
    for sheet in book.sheets:
        if not sheet.changed:
            continue
        packed, formulas = sheet.render(book.styles, date_1904=book.date_1904)
        book.package.put(sheet.part, packed)
        formulas_changed = formulas_changed or formulas
        sheet.forget()
    for table in book.tables:
        if table.changed:
            book.package.put(table.part, table.serialize())
            table.changed = False
    if book.styles.changed:  # after the sheets: dates may have brought formats
        book.package.put(book.styles.part, book.styles.serialize())
    if formulas_changed:
        drop_chain(book.package, book.links, book.types)
    if book.package.changed() or names_changed:
        ask_full_calculation(book.root)
        book.package.put(book.part, serialize(book.root))
    return book.package.save()
