"""The styles part: found again structurally before anything is added, so that it never grows by itself."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, TypeAlias

from lxml import etree

from leadbook.books.ooxml.number_formats import BUILT_IN, DATE, DATE_IDS, DATE_TIME, code_shows_dates
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.xmlparts import STYLES_ORDER, elements, main, parse, section, serialize, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_FORMATS = 65_490  # Excel's limit of cell formats

Canonical: TypeAlias = "tuple[str, tuple[tuple[str, str], ...], str, tuple[Canonical, ...]]"


def canonical(element: etree._Element) -> Canonical:
    """Return an element as a value that ignores prefixes, attribute order and white space."""
    return (
        str(element.tag),
        tuple(sorted((str(name), str(value)) for name, value in element.attrib.items())),
        (element.text or "").strip(),
        tuple(canonical(child) for child in element if isinstance(child.tag, str)),
    )


class Styles:
    """The fonts, fills, borders, number formats and cell formats of one workbook."""

    def __init__(self, data: bytes, part: str) -> None:
        self.part = part
        self.root = parse(data, part)
        if self.root.tag != main("styleSheet"):
            raise PackageRefusedError(
                f"The workbook's styles part {part!r} is of an unknown kind; save it again in Excel."
            )
        self.changed = False
        self._known: dict[str, dict[Canonical, int]] = {}
        self._dated: dict[tuple[int, bool], int] = {}

    def items(self, name: str) -> list[etree._Element]:
        """Return the entries of a section, such as ``cellXfs``; empty when there is none."""
        return list(elements(self.root.find(main(name))))

    def intern(self, name: str, element: etree._Element) -> int:
        """Return the index of an entry that looks the same, added when there is none."""
        known = self._known.get(name)
        if known is None:
            known = {}
            for index, entry in enumerate(self.items(name)):
                known.setdefault(canonical(entry), index)
            self._known[name] = known
        key = canonical(element)
        if key not in known:
            parent = section(self.root, name, STYLES_ORDER)
            index = len(self.items(name))
            if name == "cellXfs" and index >= MOST_FORMATS:
                raise PackageRefusedError(
                    "The workbook has as many cell formats as Excel allows; delete unused styles, save and retry."
                )
            parent.append(copy.deepcopy(element))
            parent.set("count", str(index + 1))
            known[key] = index
            self.changed = True
        return known[key]

    def number_format(self, code: str) -> int:
        """Return the id of a number format code; new ids start above 163 and every id in use."""
        if code in BUILT_IN:
            return BUILT_IN[code]
        highest = 163
        for entry in self.items("numFmts"):
            number = whole_number(entry.get("numFmtId"))
            if entry.get("formatCode") == code:
                return number
            highest = max(highest, number)
        parent = section(self.root, "numFmts", STYLES_ORDER)
        etree.SubElement(parent, main("numFmt"), numFmtId=str(highest + 1), formatCode=code)
        parent.set("count", str(len(self.items("numFmts"))))
        self.changed = True
        return highest + 1

    def format_code(self, number: int) -> str:
        """Return the code of a number format id, "" for one that has no code of its own."""
        for entry in self.items("numFmts"):
            if whole_number(entry.get("numFmtId")) == number:
                return entry.get("formatCode") or ""
        return next((code for code, known in BUILT_IN.items() if known == number), "")

    def code_of(self, style: int) -> str:
        """Return the number format code of a cell format; "General" where it has none."""
        formats = self.items("cellXfs")
        number = whole_number(formats[style].get("numFmtId")) if style < len(formats) else 0
        return self.format_code(number) or "General"

    def shows_dates(self, style: int) -> bool:
        """Tell whether a number in this cell format reads as a date."""
        formats = self.items("cellXfs")
        if style >= len(formats):
            return False
        number = whole_number(formats[style].get("numFmtId"))
        own = next((e for e in self.items("numFmts") if whole_number(e.get("numFmtId")) == number), None)
        return number in DATE_IDS if own is None else code_shows_dates(own.get("formatCode") or "")

    def keeps_text(self, style: int) -> bool:
        """Tell whether Excel keeps the text of cells of this format one, as after a typed apostrophe."""
        formats = self.items("cellXfs")
        return style < len(formats) and formats[style].get("quotePrefix") in {"1", "true"}

    def frames_or_fills(self, style: int) -> bool:
        """Tell whether a cell of this format shows a border or a fill even when it is blank."""
        formats = self.items("cellXfs")
        if style >= len(formats):
            return False
        fill, border = (whole_number(formats[style].get(name)) for name in ("fillId", "borderId"))
        fills, borders = self.items("fills"), self.items("borders")
        pattern = fills[fill].find(main("patternFill")) if fill < len(fills) else None
        filled = pattern is not None and pattern.get("patternType", "none") != "none"
        gradient = fill < len(fills) and fills[fill].find(main("gradientFill")) is not None
        sides = elements(borders[border]) if border < len(borders) else ()
        return filled or gradient or any(side.get("style", "none") != "none" for side in sides)

    def dated(self, style: int, *, timed: bool) -> int:
        """Return the format itself when it shows dates, else the same look with a date format."""
        found = self._dated.get((style, timed))
        if found is None:
            found = style if self.shows_dates(style) else self.derive(style, number=DATE_TIME if timed else DATE)
            self._dated[style, timed] = found
        return found

    def derive(
        self,
        based_on: int,
        *,
        number: str | None = None,
        font: Mapping[str, str | None] | None = None,
        fill: str | None = None,
        border: etree._Element | None = None,
        alignment: Mapping[str, str] | None = None,
        locked: bool | None = None,
        kept_text: bool = False,
    ) -> int:
        """Return the format that looks like ``based_on`` but for what is given.

        Parameters
        ----------
        based_on : int
            Index of a cell format of this workbook.
        number : str or None
            Number format code.
        font : mapping or None
            Child elements of the font by name with their ``val`` (or ``rgb`` for ``color``); None removes one.
        fill : str or None
            ``RRGGBB`` of a solid fill; "" for none.
        border : element or None
        alignment : mapping or None
            Attributes of the alignment element.
        locked : bool or None
        kept_text : bool
            Whether Excel is told to keep the cell's text one, whatever it begins with.
        """
        formats = self.items("cellXfs")
        if formats and based_on >= len(formats):
            based_on = 0
        new = (
            copy.deepcopy(formats[based_on])
            if formats
            else etree.Element(main("xf"), numFmtId="0", fontId="0", fillId="0", borderId="0", xfId="0")
        )
        if number is not None:
            new.set("numFmtId", str(self.number_format(number)))
            new.set("applyNumberFormat", "1")
        if font:
            new.set("fontId", str(self._font(whole_number(new.get("fontId")), font)))
            new.set("applyFont", "1")
        if fill is not None:
            new.set("fillId", str(self._fill(fill)))
            new.set("applyFill", "1")
        if border is not None:
            new.set("borderId", str(self.intern("borders", border)))
            new.set("applyBorder", "1")
        if alignment:
            _set_child(new, "alignment", alignment)
            new.set("applyAlignment", "1")
        if locked is not None:
            _set_child(new, "protection", {"locked": str(int(locked))})
            new.set("applyProtection", "1")
        if kept_text:
            new.set("quotePrefix", "1")
        return self.intern("cellXfs", new)

    def _font(self, based_on: int, changes: Mapping[str, str | None]) -> int:
        fonts = self.items("fonts")
        new = copy.deepcopy(fonts[based_on]) if based_on < len(fonts) else etree.Element(main("font"))
        for name, value in changes.items():
            for old in list(elements(new, name)):
                new.remove(old)
            if value is not None:
                attribute = "rgb" if name == "color" else "val"
                child = etree.Element(main(name))
                if value:
                    child.set(attribute, value)
                # Excel reads CT_Font in this order only, whatever the schema's choice group allows.
                later = _FONT_ORDER[_FONT_ORDER.index(name) + 1 :]
                at = next((i for i, c in enumerate(new) if str(c.tag).rpartition("}")[2] in later), len(new))
                new.insert(at, child)
        return self.intern("fonts", new)

    def _fill(self, color: str) -> int:
        new = etree.Element(main("fill"))
        pattern = etree.SubElement(new, main("patternFill"), patternType="solid" if color else "none")
        if color:
            etree.SubElement(pattern, main("fgColor"), rgb=argb(color))
            etree.SubElement(pattern, main("bgColor"), indexed="64")
        return self.intern("fills", new)

    def differential(self, *, fill: str = "", font_color: str = "", bold: bool = False) -> int:
        """Return the index of a differential format (what a conditional format lays over a cell)."""
        new = etree.Element(main("dxf"))
        if font_color or bold:
            font = etree.SubElement(new, main("font"))
            if bold:
                etree.SubElement(font, main("b"))
            if font_color:
                etree.SubElement(font, main("color"), rgb=argb(font_color))
        if fill:
            # In a dxf the background colour is the one a solid fill shows (ECMA-376 part 1, 18.8.14).
            pattern = etree.SubElement(etree.SubElement(new, main("fill")), main("patternFill"))
            etree.SubElement(pattern, main("bgColor"), rgb=argb(fill))
        return self.intern("dxfs", new)

    def serialize(self) -> bytes:
        """Return the part as it is now."""
        return serialize(self.root)


_FONT_ORDER = (
    "b",
    "i",
    "strike",
    "condense",
    "extend",
    "outline",
    "shadow",
    "u",
    "vertAlign",
    "sz",
    "color",
    "name",
    "family",
    "charset",
    "scheme",
)


def _set_child(entry: etree._Element, name: str, attributes: Mapping[str, str]) -> None:
    """Set attributes of a cell format's ``alignment`` or ``protection``, which stand in that order."""
    child = entry.find(main(name))
    if child is None:
        child = etree.Element(main(name))
        entry.insert(len(list(elements(entry, "alignment"))) if name == "protection" else 0, child)
    for attribute, value in attributes.items():
        child.set(attribute, value)


def argb(color: str) -> str:
    """Return ``#RRGGBB`` as the ARGB that SpreadsheetML stores."""
    return "FF" + color.removeprefix("#").upper()
