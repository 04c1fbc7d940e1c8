"""Text files that leadbook writes: CSV that a spreadsheet opens without running anything, whole or not at all."""

from __future__ import annotations

import csv
import io
import os
from typing import TYPE_CHECKING

from leadbook.books.locking import PREFIX
from leadbook.books.places import describe_failure, flush_folder, the_file_itself
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

#: What a spreadsheet takes for the beginning of a formula; the full-width signs too, where it is set to Japanese.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe goes before what would be one.

    Plain numbers (-12, +49) stay as they are, so that ids and amounts can be joined to their source.
    """
    if not text.lstrip(" ").startswith(STARTS_A_FORMULA):  # a spreadsheet drops the spaces
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text if text.strip() == text else f"'{text}"


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file in UTF-8 as a whole; a file of this name is replaced.

    Parameters
    ----------
    path : Path
    headers : sequence of str
    rows : iterable of sequences of str
        Every text is made harmless for spreadsheets.

    Raises
    ------
    InputError
        When the folder does not exist, or a folder has this name.
    BookBusyError
        When it cannot be written.
    """
    if not path.parent.is_dir():
        raise InputError(f'There is no folder "{path.parent}"; make it first, or name another place.')
    if path.is_dir():
        raise InputError(f'"{path.name}" is a folder; name a file.')
    real = the_file_itself(path)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    with describe_failure(real):
        beside = real.with_name(f"{PREFIX}{os.getpid()}-{real.name}")
        try:
            with beside.open("xb") as file:
                file.write(text.getvalue().encode("utf-8"))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(real)
            flush_folder(real.parent)
        finally:
            beside.unlink(missing_ok=True)
