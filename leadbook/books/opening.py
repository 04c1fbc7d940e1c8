"""A workbook's bytes from its path, or one sentence on why there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.issues import BookBusyError, BookRefusedError, InputError

if TYPE_CHECKING:
    from pathlib import Path

_ZIP = b"PK"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # also the envelope of an encrypted .xlsx, which the package editor tells apart


def read_file(path: Path) -> bytes:
    """Return what a workbook's file holds.

    Raises
    ------
    InputError
        When there is no such file, or it is a folder.
    BookBusyError
        When it cannot be read now.
    BookRefusedError
        When it is empty or plainly no workbook.
    """
    name = path.name or str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError as failure:
        raise InputError(f'There is no file "{path}". Check its name and folder.') from failure
    except IsADirectoryError as failure:
        raise InputError(f'"{path}" is a folder. Name the workbook in it.') from failure
    except PermissionError as failure:
        # Windows says so for a folder too, and for a file that Excel holds alone.
        if path.is_dir():
            raise InputError(f'"{path}" is a folder. Name the workbook in it.') from failure
        raise BookBusyError(
            f'"{name}" cannot be read: another program has it open, or its permissions forbid it. Close it there '
            "and run the command again."
        ) from failure
    except (OSError, ValueError) as failure:
        raise InputError(f'"{path}" cannot be opened as a file. Check its name and folder.') from failure
    if not data:
        raise BookRefusedError(
            f'"{name}" is empty (0 bytes). Take it from a backup, or start a new one with "leadbook init".'
        )
    if not data.startswith((_ZIP, _OLD_EXCEL)) and path.suffix.casefold() in {".csv", ".tsv", ".txt"}:
        raise BookRefusedError(
            f'"{name}" is a text file, no workbook. Bring its leads into one: leadbook init leads.xlsx, then '
            f"leadbook import {name} --into leads.xlsx"
        )
    if not data.startswith((_ZIP, _OLD_EXCEL)):
        raise BookRefusedError(
            f'"{name}" is not an Excel workbook, whatever its ending says. If it is a CSV file, give it the ending '
            '.csv and use "leadbook import"; otherwise open it in Excel and save it as .xlsx.'
        )
    return data
