"""The text of a Word template, line by line, with the place a person finds each line at.

Word cuts what is typed into runs wherever it likes, in the middle of a tag too. Here a paragraph's runs are put
together again, so that a fault is told with the tag as it was typed, and where it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, _TEXT, _TABLE, _ROW, _CELL, _BOX = (f"{_W}{tag}" for tag in ("p", "t", "tbl", "tr", "tc", "txbxContent"))
TAG = re.compile(r"\{\{(?:(?!\{[{%]).)*?\}\}|\{%(?:(?!\{[{%]).)*?%\}|\{#.*?#\}", re.DOTALL)
# {%tr for ...%}: the row it stands in vanishes; {%p: the paragraph; {%tc: the cell; {%r: the run.
PREFIX = re.compile(r"^(\{[{%#])(tr|tc|p|r)(?=\s)")
# Word corrects what is typed: quotes and dashes as print has them, blanks that keep words together.
_STRAIGHT = str.maketrans(
    "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u201b\u2039\u203a\u2013\u2014\u2212\u00a0\u202f\u2007",
    "\"\"\"\"\"\"''''''---   ",
)
_SHOWN = 40
MOST_TAGS = 10_000
"""Of one template; a long proposal has a few hundred, and so many take seconds to read."""


class Line(Struct, frozen=True):
    """One paragraph.

    Parameters
    ----------
    text : str
    place : str
        In words: ``in the table under "Prices", row 2``.
    holder : int
        The same for paragraphs of one cell, text box, header or body.
    row : int
        The same for paragraphs of one table row, 0 outside of tables.
    table : int
        The same for paragraphs of one table, 0 outside.
    row_text : str
        What its whole row says, "" outside of tables.
    """

    text: str
    place: str
    holder: int
    row: int = 0
    table: int = 0
    row_text: str = ""


def straighten(content: bytes) -> bytes:
    """Return a part whose tags have plain quotes, dashes and blanks, as Jinja2 reads them."""
    tree = etree.fromstring(content)
    for paragraph in tree.iter(_PARAGRAPH):
        pieces = _pieces(paragraph)
        whole = "".join(piece.text or "" for piece in pieces)
        if "{" not in whole:
            continue
        plain = TAG.sub(lambda tag: tag[0].translate(_STRAIGHT), whole)
        start = 0
        for piece in pieces:
            length = len(piece.text or "")
            piece.text = plain[start : start + length]
            start += length
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def read_lines(content: bytes, part: str, styles: Mapping[str, int]) -> list[Line]:
    """Return a part's paragraphs in reading order.

    Parameters
    ----------
    content : bytes
    part : str
        Its name in the file.
    styles : mapping of str to int
        As `heading_styles` returns them.
    """
    tree = etree.fromstring(content)
    stem = part.rpartition("/")[2]
    start = next(
        (word for key, word in (("header", "in the header"), ("footer", "in the footer"), ("note", "in a note"))
         if key in stem), "",
    )  # fmt: skip
    return list(_Reader(styles, start).read(tree))


def heading_styles(styles: bytes | None) -> dict[str, int]:
    """Return the styles that are headings, by their id, with their level."""
    found: dict[str, int] = {}
    if styles is None:
        return found
    for style in etree.fromstring(styles).iter(f"{_W}style"):
        level = style.find(f"{_W}pPr/{_W}outlineLvl")
        if level is not None:
            found[style.get(f"{_W}styleId", "")] = int(level.get(f"{_W}val", "0")) + 1
    return found


class _Reader:
    """Goes through a part and remembers the last heading it has passed."""

    def __init__(self, styles: Mapping[str, int], start: str) -> None:
        self._styles = styles
        self._start = start
        self._heading = ""
        self._numbers: dict[etree._Element, int] = {}
        self._rows: dict[etree._Element, tuple[int, str]] = {}

    def read(self, tree: etree._Element) -> Iterator[Line]:
        self._numbers = {one: number for number, one in enumerate(tree.iter(_CELL, _BOX, _ROW, _TABLE), start=1)}
        for paragraph in tree.iter(_PARAGRAPH):
            text = "".join(piece.text or "" for piece in _pieces(paragraph))
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            yield self._line(paragraph, " ".join(text.split("\n")))
            if style is not None and style.get(f"{_W}val", "") in self._styles:
                self._heading = TAG.sub("", text).strip() or self._heading

    def _line(self, paragraph: etree._Element, text: str) -> Line:
        above = list(paragraph.iterancestors(_ROW, _TABLE, _BOX, _CELL))
        holder = next((one for one in above if one.tag in {_CELL, _BOX}), None)
        row = next((one for one in above if one.tag == _ROW), None)
        table = next((one for one in above if one.tag == _TABLE), None)
        within = 0 if holder is None else self._numbers[holder]
        if row is None or table is None:
            box = "in a text box" if holder is not None else ""
            where = [self._start or box, self._under(), f'in "{_short(text)}"']
            return Line(text, ", ".join(part for part in where if part), within)
        number, row_text = self._row(row)
        under = self._under()
        start = f"{self._start}, " if self._start else ""
        place = f"{start}in the table{' ' + under if under else ''}, row {number}"
        return Line(text, place, within, self._numbers[row], self._numbers[table], row_text)

    def _row(self, row: etree._Element) -> tuple[int, str]:
        """Return a row's number in its table, from 1, and what it says."""
        if row not in self._rows:
            before = row.getprevious()
            number = 1 + (self._rows[before][0] if before is not None and before in self._rows else _rows_before(row))
            self._rows[row] = number, "".join(piece.text or "" for piece in row.iter(_TEXT))
        return self._rows[row]

    def _under(self) -> str:
        return f'under "{_short(self._heading)}"' if self._heading else ""


def _rows_before(row: etree._Element) -> int:
    return sum(1 for _ in row.itersiblings(_ROW, preceding=True))


def _pieces(paragraph: etree._Element) -> list[etree._Element]:
    """Return the texts of a paragraph's own runs, not of text boxes that hang on it."""
    return [piece for piece in paragraph.iter(_TEXT) if next(piece.iterancestors(_PARAGRAPH), None) is paragraph]


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
