"""The cells of a block of rows, found with whole-array steps: no Python runs for a single cell.

Only markup is taken that is written as Excel, LibreOffice, openpyxl and XlsxWriter write it. Every tag of a block must
be one that is known, in an order that is allowed, with nothing between; anything else gives None, and the caller
goes through that block tag by tag.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.books.ooxml.addresses import LAST_COLUMN, LAST_ROW

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Places = npt.NDArray[np.int64]


class CellKind(IntEnum):
    """How the content of a cell is to be read: the ``t`` attribute (ECMA-376 part 1, 18.18.11)."""

    BLANK = 0
    NUMBER = 1
    SHARED = 2
    INLINE = 3
    FORMULA_TEXT = 4
    FLAG = 5
    ERROR = 6


# What a tag is. Plain numbers: numpy compares arrays with them several times faster than with an enumeration.
(_OTHER, _ROW, _EMPTY_ROW, _END_ROW, _CELL, _EMPTY_CELL, _END_CELL, _VALUE, _END_VALUE, _FORMULA, _EMPTY_FORMULA,
 _END_FORMULA, _INLINE, _END_INLINE, _TEXT, _END_TEXT) = range(16)  # fmt: skip
_BLANK_KIND, _NUMBER_KIND, _SHARED_KIND, _INLINE_KIND = map(int, list(CellKind)[:4])
_FORMULA_KIND, _FLAG_KIND, _ERROR_KIND = map(int, list(CellKind)[4:])

_AFTER_CELL = (_CELL, _EMPTY_CELL, _END_ROW)
_AFTER_FORMULA = (_VALUE, _END_CELL)
_FOLLOWERS = {
    _ROW: _AFTER_CELL,
    _EMPTY_ROW: (_ROW, _EMPTY_ROW),
    _END_ROW: (_ROW, _EMPTY_ROW),
    _CELL: (_VALUE, _FORMULA, _EMPTY_FORMULA, _INLINE, _END_CELL),
    _EMPTY_CELL: _AFTER_CELL,
    _END_CELL: _AFTER_CELL,
    _VALUE: (_END_VALUE,),
    _END_VALUE: (_END_CELL,),
    _FORMULA: (_END_FORMULA,),
    _EMPTY_FORMULA: _AFTER_FORMULA,
    _END_FORMULA: _AFTER_FORMULA,
    _INLINE: (_TEXT, _END_INLINE),
    _END_INLINE: (_END_CELL,),
    _TEXT: (_END_TEXT,),
    _END_TEXT: (_END_INLINE,),
}
# By a tag and the one after it, four bits each.
_ALLOWED = np.zeros(256, dtype=bool)
for _tag, _followers in _FOLLOWERS.items():
    _ALLOWED[[_tag << 4 | _follower for _follower in _followers]] = True
_HOLDS_TEXT = np.zeros(16, dtype=bool)
_HOLDS_TEXT[[_VALUE, _FORMULA, _TEXT]] = True

# By the two characters after "<".
_TAG_OF = np.zeros(65_536, dtype=np.uint8)
for _letters, _tag in (
    (b"ro", _ROW), (b"/r", _END_ROW), (b"c ", _CELL), (b"/c", _END_CELL), (b"v>", _VALUE), (b"/v", _END_VALUE),
    (b"f>", _FORMULA), (b"f ", _FORMULA), (b"f/", _FORMULA), (b"/f", _END_FORMULA), (b"is", _INLINE),
    (b"/i", _END_INLINE), (b"t>", _TEXT), (b"t ", _TEXT), (b"/t", _END_TEXT),
):  # fmt: skip
    _TAG_OF[_letters[0] << 8 | _letters[1]] = _tag
# Characters from "<" to ">" of the tags that are written in one way only.
_SPAN = np.zeros(16, dtype=np.int64)
_SPAN[[_VALUE, _INLINE, _END_ROW, _END_INLINE]] = 2, 3, 5, 4
_SPAN[[_END_CELL, _END_VALUE, _END_FORMULA, _END_TEXT]] = 3
_KEEPING_SPACE = b'<t xml:space="preserve">'
# By the first letter of the type; "s" and "str" are told apart by the second.
_KIND_OF = np.zeros(256, dtype=np.uint8)
_KIND_OF[list(b"siben")] = _SHARED_KIND, _INLINE_KIND, _FLAG_KIND, _ERROR_KIND, _NUMBER_KIND
_LETTERS = np.ones(7, dtype=np.int64)
_LETTERS[[_FORMULA_KIND, _INLINE_KIND]] = 3, 9
_PADDING = bytes(64)  # so that looking a few characters ahead never leaves the block
_QUOTE, _SLASH, _BLANK, _END = b'"/ >'


class BlockCells(Struct, frozen=True):
    """The cells of one block, in the order they are written.

    Parameters
    ----------
    block : bytes
    text : array of uint8
        The block's bytes, and some zeros.
    rows, columns : arrays of int, shape (cells,)
        From 1.
    kinds : array of uint8, shape (cells,)
        `CellKind`, BLANK for a cell without content.
    styles : array of int, shape (cells,)
    starts, ends : arrays of int, shape (cells,)
        Where in ``text`` the content stands; of an inline text with its ``<t>`` tag.
    formulas : array of int
        Which of the cells have a formula.
    formula_tags : sequence of (int, int, int)
        Of formulas with attributes: which cell, where the tag starts and where it ends.
    row_tags : arrays of int
        The row numbers, where their tags start and where they end.
    """

    block: bytes
    text: Bytes
    rows: Places
    columns: Places
    kinds: Bytes
    styles: Places
    starts: Places
    ends: Places
    formulas: Places
    formula_tags: list[tuple[int, int, int]]
    row_tags: tuple[Places, Places, Places]


class _UnusualError(Exception):
    """The block is written in a way that is not taken here."""


def _demand(usual: object) -> None:
    if not usual:
        raise _UnusualError


def find_cells(block: bytes) -> BlockCells | None:
    """Return the cells of a block of whole rows, None when it is written in any unusual way."""
    try:
        return _find_cells(block)
    except _UnusualError:
        return None


def _find_cells(block: bytes) -> BlockCells:
    text = np.frombuffer(block + _PADDING, dtype=np.uint8)
    opens, closes = np.flatnonzero(text == ord("<")), np.flatnonzero(text == _END)
    _demand(len(opens) and len(opens) == len(closes) and opens[0] == 0 and closes[-1] == len(block) - 1)
    _demand((opens < closes).all() and (closes[:-1] < opens[1:]).all())
    tags = _read_tags(text, opens, closes)
    row_at = np.flatnonzero((tags == _ROW) | (tags == _EMPTY_ROW))
    numbers, after = _read_number(text, opens[row_at] + 8, 7)
    _demand((text[after] == _QUOTE).all() and (numbers[1:] > numbers[:-1]).all() and numbers[-1] <= LAST_ROW)
    is_cell = (tags == _CELL) | (tags == _EMPTY_CELL)
    cell_at = np.flatnonzero(is_cell)
    rows = np.repeat(numbers, np.diff(np.searchsorted(cell_at, row_at), append=len(cell_at)))
    columns, after = _read_addresses(text, opens[cell_at] + 6, rows)
    styles, kinds = _read_looks(text, after, closes[cell_at] - (tags[cell_at] == _EMPTY_CELL))
    owner = np.cumsum(is_cell) - 1
    starts, ends = np.zeros(len(cell_at), dtype=np.int64), np.zeros(len(cell_at), dtype=np.int64)
    value_at, text_at = np.flatnonzero(tags == _VALUE), np.flatnonzero(tags == _TEXT)
    _demand((kinds[owner[value_at]] != _INLINE_KIND).all())
    _demand((kinds[owner[np.flatnonzero(tags == _INLINE)]] == _INLINE_KIND).all())
    starts[owner[value_at]], ends[owner[value_at]] = closes[value_at] + 1, opens[value_at + 1]
    starts[owner[text_at]], ends[owner[text_at]] = opens[text_at], opens[text_at + 1]
    kinds[ends == starts] = _BLANK_KIND
    formula_at = np.flatnonzero((tags == _FORMULA) | (tags == _EMPTY_FORMULA))
    described = formula_at[text[opens[formula_at] + 2] == _BLANK]
    places = zip(owner[described].tolist(), opens[described].tolist(), closes[described].tolist(), strict=True)
    return BlockCells(
        block, text, rows, columns, kinds, styles, starts, ends, owner[formula_at], list(places),
        (numbers, opens[row_at], closes[row_at]),
    )  # fmt: skip


def _read_tags(text: Bytes, opens: Places, closes: Places) -> Bytes:
    """Return what each tag is; all must be known, in order, and followed by text only where it may be."""
    tags: Bytes = _TAG_OF[np.ndarray((len(text) - 1,), ">u2", text, strides=(1,))[opens + 1]]
    for tag in (_CELL, _ROW, _FORMULA):
        at = np.flatnonzero(tags == tag)
        tags[at[text[closes[at] - 1] == _SLASH]] += 1  # closed in itself
    spans, wanted = closes - opens, _SPAN[tags]
    _demand(((wanted == 0) | (spans == wanted)).all())
    _demand(tags[0] in (_ROW, _EMPTY_ROW) and tags[-1] in (_END_ROW, _EMPTY_ROW))
    _demand(_ALLOWED[tags[:-1] << 4 | tags[1:]].all())
    _demand(((opens[1:] == closes[:-1] + 1) | _HOLDS_TEXT[tags[:-1]]).all())
    words = (
        (b'<c r="', (tags == _CELL) | (tags == _EMPTY_CELL)),
        (b'<row r="', (tags == _ROW) | (tags == _EMPTY_ROW)),
        (b"</row>", tags == _END_ROW),
        (b"<is>", tags == _INLINE),
        (b"</is>", tags == _END_INLINE),
        (_KEEPING_SPACE, (tags == _TEXT) & (spans != 2)),
    )
    for word, chosen in words:
        _demand(_are(text, opens[chosen], word))
    return tags


def _are(text: Bytes, places: Places, word: bytes) -> bool:
    """Tell whether a word stands at every one of some places; eight characters are compared at once."""
    if not len(places):
        return True
    eights = np.ndarray((len(text) - 7,), "<u8", text, strides=(1,))
    for start in range(0, len(word), 8):
        part = word[start : start + 8]
        mask = np.uint64((1 << 8 * len(part)) - 1)
        if (eights[places + start] & mask != np.uint64(int.from_bytes(part, "little"))).any():
            return False
    return True


def _read_number(text: Bytes, places: Places, longest: int) -> tuple[Places, Places]:
    """Return the whole numbers that begin at some places (0 where none does), and where each ends."""
    numbers, after = np.zeros(len(places), dtype=np.int64), places.copy()
    going = np.ones(len(places), dtype=bool)
    for at in range(longest):
        digits = text[places + at] - 48  # of uint8: what is no digit becomes 10 or more
        going &= digits < 10
        if not going.any():
            break
        numbers = np.where(going, numbers * 10 + digits, numbers)
        after += going
    return numbers, after


def _read_addresses(text: Bytes, places: Places, rows: Places) -> tuple[Places, Places]:
    """Return each cell's column and where its address ends; all must stand in order in their own rows."""
    columns, more, digits = np.zeros(len(places), dtype=np.int64), np.ones(len(places), dtype=bool), places.copy()
    for at in range(3):
        letters = text[places + at] - 64
        more &= (letters >= 1) & (letters <= 26)
        if not more.any():
            break
        columns = np.where(more, columns * 26 + letters, columns)
        digits += more
    numbers, after = _read_number(text, digits, 7)
    _demand((numbers == rows).all() and (text[after] == _QUOTE).all())
    _demand(((columns[1:] > columns[:-1]) | (rows[1:] > rows[:-1])).all())
    _demand(((columns >= 1) & (columns <= LAST_COLUMN)).all())
    return columns, after + 1


def _read_looks(text: Bytes, places: Places, ends: Places) -> tuple[Places, Bytes]:
    """Return each cell's style and kind from what follows its address; there must be nothing else."""
    styles, kinds = np.zeros(len(places), dtype=np.int64), np.full(len(places), _NUMBER_KIND, dtype=np.uint8)
    places = places.copy()
    styled = np.flatnonzero((text[places] == _BLANK) & (text[places + 1] == ord("s")))
    if len(styled):
        numbers, after = _read_number(text, places[styled] + 4, 6)
        _demand(_are(text, places[styled], b' s="') and (text[after] == _QUOTE).all())
        styles[styled], places[styled] = numbers, after + 1
    typed = np.flatnonzero((text[places] == _BLANK) & (text[places + 1] == ord("t")))
    if len(typed):
        at = places[typed]
        found = _KIND_OF[text[at + 4]]
        found[(found == _SHARED_KIND) & (text[at + 5] == ord("t"))] = _FORMULA_KIND
        after = at + 4 + _LETTERS[found]
        _demand(found.all() and _are(text, at, b' t="') and (text[after] == _QUOTE).all())
        _demand(_are(text, at[found == _INLINE_KIND] + 4, b"inlineStr"))
        _demand(_are(text, at[found == _FORMULA_KIND] + 4, b"str"))
        kinds[typed], places[typed] = found, after + 1
    _demand((places == ends).all())
    return styles, kinds
