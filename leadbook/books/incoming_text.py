"""Text files as CRMs, SharePoint and spreadsheets export them, read into a grid of cells."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from pathlib import Path

DELIMITERS = (",", ";", "\t", "|")
# Tried where none of the usual ones makes columns.
RARE_DELIMITERS = ("^", "~", "\x1f", "\x01", "\xa6", ":")
_FIELD_LIMIT = 16 * 1024 * 1024
_MAGIC = {
    b"PK\x03\x04": "is an Excel workbook or a zip file; give it its own ending (.xlsx) and try again",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook (.xls) or an encrypted one; save it as .xlsx without a password",
    b"%PDF": "is a PDF; export the table as CSV or .xlsx and try again",
    b"\x1f\x8b": "is a compressed file; unpack it first",
}


class TextForm(Struct, frozen=True):
    """How a text file is written; "" is worked out from the file.

    Parameters
    ----------
    encoding : str
        A name that Python knows, such as ``cp1250``.
    delimiter : str
        One character, or ``tab``.
    """

    encoding: str = ""
    delimiter: str = ""


WORKED_OUT = TextForm()


class TextGrid(Struct, frozen=True):
    """Records of a text file.

    Parameters
    ----------
    rows : list of lists of str
    lines : list of int
        The line of the file where each record begins, from 1.
    encoding : str
    delimiter : str
    notes : tuple of str
        Sentences: an encoding that had to be guessed, characters that could not be read.
    """

    rows: list[list[str]]
    lines: list[int]
    encoding: str
    delimiter: str
    notes: tuple[str, ...] = ()


def read_text_grid(path: Path, form: TextForm = WORKED_OUT) -> TextGrid:
    """Read a CSV, TSV or other delimited text file; the encoding and the delimiter are worked out.

    Raises
    ------
    InputError
        When the file is missing, empty, or no text at all.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no file {path.name}; check the path.") from None
    except PermissionError:
        raise InputError(f"{path.name} cannot be read; close it in other programs or check its rights.") from None
    except IsADirectoryError:
        raise InputError(f"{path.name} is a folder; name a file in it.") from None
    for magic, sentence in _MAGIC.items():
        if data.startswith(magic):
            raise InputError(f"{path.name} {sentence}.")
    text, encoding, notes = decode(data) if not form.encoding else _decode_as(data, form.encoding, path.name)
    if not text.strip():
        raise InputError(f"{path.name} is empty; export it again.")
    controls = sum(text[:20_000].count(chr(code)) for code in range(32) if chr(code) not in "\t\n\v\f\r")
    if controls > len(text[:20_000]) // 50:
        raise InputError(f"{path.name} is not a text file; export the table as CSV or .xlsx.")
    if "\x00" in text:
        count = text.count("\x00")
        text = text.replace("\x00", "")
        notes = (*notes, f"{'1 NUL character' if count == 1 else f'{count:,} NUL characters'} left out.")
    text, skipped, delimiter = _without_preface(text)
    delimiter = _delimiter(form.delimiter) or delimiter or sniff_delimiter(text)
    rows, lines = _records(text, delimiter, skipped)
    return TextGrid(rows, lines, encoding, delimiter, notes)


def decode(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Return the text, the encoding's name, and sentences on what was uncertain.

    A byte order mark decides; then strict UTF-8; then UTF-16 without a mark (every other byte NUL); then
    Windows-1252, in which the few bytes that mean nothing become U+FFFD and are counted.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            text = data.decode(name, errors="replace")
            return text, name, _unreadable(text)
    head = data[:4000]
    if head.count(b"\x00") > len(head) // 4:
        name = "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be"
        text = data.decode(name, errors="replace")
        return text, name, _unreadable(text)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        note = "The file is not UTF-8; it was read as Windows-1252 (Western European)."
        return text, "cp1252", (note, *_unreadable(text))


def _decode_as(data: bytes, encoding: str, name: str) -> tuple[str, str, tuple[str, ...]]:
    try:
        codec = codecs.lookup(encoding)
    except LookupError:
        raise InputError(f'There is no encoding "{encoding}"; try utf-8, utf-16, cp1252 or cp1250.') from None
    if not codec._is_text_encoding:  # noqa: SLF001 - nothing public tells base64 and zip from encodings of text
        raise InputError(f'"{encoding}" is no encoding of text; try utf-8, utf-16, cp1252 or cp1250.')
    text = data.decode(codec.name, errors="replace").removeprefix("\ufeff")
    if text.count("\ufffd") > max(5, len(text) // 100):
        raise InputError(f"{name} is not written in {encoding}; leave --encoding out, or name another one.")
    return text, codec.name, _unreadable(text)


def _delimiter(said: str) -> str:
    word = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}.get(
        said.casefold(), said
    )
    if len(word) > 1 or (word and word in '"\r\n'):
        raise InputError(f'"{said}" cannot part columns; name one character, or tab.')
    return word


def _unreadable(text: str) -> tuple[str, ...]:
    count = text.count("\ufffd")
    noun = "character" if count == 1 else "characters"
    return (f"{count} {noun} could not be read and stand as \ufffd.",) if count else ()


def _without_preface(text: str) -> tuple[str, int, str]:
    """Cut off what some programs put on the first line; return the rest, lines cut, and a named delimiter."""
    first, end, rest = text.partition("\n")
    if not end or "\r" in first.rstrip("\r"):
        first, _, rest = text.partition("\r")  # as old Macs end their lines
    if first.startswith("ListSchema="):  # SharePoint's list export: the schema as JSON on one line
        return rest, 1, ""
    hint = first.rstrip("\r").strip('"')
    if hint.lower().startswith("sep=") and len(hint) == 5:  # Excel's own hint
        return rest, 1, hint[4]
    return text, 0, ""


def sniff_delimiter(text: str) -> str:
    """Return the delimiter under which the first records agree most on their number of fields."""
    best = (0.0, 0, ",")
    sample = text[:200_000]
    for delimiter in (*DELIMITERS, *RARE_DELIMITERS):
        if delimiter not in DELIMITERS and best[0] > 0.5:
            break
        rows, _ = _records(sample, delimiter, 0, limit=100)
        counts = Counter(len(row) for row in rows if any(row))
        if not counts:
            continue
        fields, agreeing = max(counts.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        if fields < 2:
            continue
        score = (agreeing / sum(counts.values()), fields, delimiter)
        if score[:2] > best[:2]:
            best = score
    return best[2]


def _records(text: str, delimiter: str, skipped: int, limit: int = 0) -> tuple[list[list[str]], list[int]]:
    before = csv.field_size_limit(_FIELD_LIMIT)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        start = 1
        for row in reader:
            rows.append(row)
            lines.append(start + skipped)
            start = reader.line_num + 1
            if limit and len(rows) >= limit:
                break
        if not limit and lines and reader.line_num + skipped > lines[-1] and text.count('"') % 2:
            raise InputError(
                f"Line {lines[-1]} opens a quotation mark that is never closed, so everything below it would be one "
                "cell; close it in the file, or take the mark out."
            )
    except csv.Error as fault:
        raise InputError(
            f"Line {reader.line_num + skipped} cannot be read as delimited text ({fault}); "
            "look for a quotation mark that is never closed."
        ) from None
    finally:
        csv.field_size_limit(before)
    return rows, lines
