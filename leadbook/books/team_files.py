"""The reps' books: found by pattern, folder or address, each file once, and read as it was last saved."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from leadbook.books.backups import FOLDER_SUFFIX
from leadbook.books.opening import read_file
from leadbook.books.owner_files import EXCEL_PREFIX, opened_by
from leadbook.model.issues import BookBusyError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: What a pattern or a folder gives; a file named outright is read whatever its ending.
ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb")
_MAGIC = frozenset("*?[")


class TeamFile(Struct, frozen=True):
    """One rep's book before it is read.

    Parameters
    ----------
    name : str
        What sentences call it: its place below the folder that all of them share.
    address : str
        Where it is: a path, or an address such as ``s3://team/anna.xlsx``.
    link : str
        Its path as seen from the review, "" where no link can lead there.
    """

    name: str
    address: str
    link: str = ""

    def read(self) -> bytes:
        """Return what the file holds.

        Raises
        ------
        LeadbookError
            It cannot be read, or is plainly no workbook.
        """
        if "://" in self.address:
            return _read_address(self.address)
        return read_file(Path(self.address))

    @property
    def opened_by(self) -> str | None:
        """Who has it open now; "" where nobody can tell, None where it is not open."""
        return None if "://" in self.address else opened_by(Path(self.address))


class TeamFiles(Struct, frozen=True):
    """The books that were found, in order of their names, and the patterns that gave none."""

    books: tuple[TeamFile, ...]
    without: tuple[str, ...]


def find_books(patterns: Sequence[str], review: Path) -> TeamFiles:
    """Return the books that some patterns mean.

    Parameters
    ----------
    patterns : sequence of str
        Paths, patterns (``team/**/*.xlsx``), folders, or addresses that fsspec knows.
    review : Path
        The review workbook, which is no rep's book.

    Returns
    -------
    TeamFiles
        Each file once, whatever it is called; Excel's owner files (``~$anna.xlsx``), leadbook's backups and the review
        itself are left out.

    Raises
    ------
    InputError
        An address is of a kind that nothing installed can read.
    """
    found: dict[object, str] = {}
    without: list[str] = []
    own = _identity(str(review))
    for pattern in patterns:
        hits = list(_addresses(pattern) if "://" in pattern else _paths(pattern))
        kept = [hit for hit in hits if _identity(hit) != own]
        for hit in kept:
            found.setdefault(_identity(hit), hit)
        if not kept and not hits:
            without.append(pattern)
    return TeamFiles(tuple(_named(sorted(found.values()), review)), tuple(without))


def _identity(address: str) -> object:
    """Return what tells a file from another one, whatever it is called: links and second names mean the same."""
    if "://" in address:
        return address
    path = os.path.realpath(address)
    try:
        seen = os.stat(path)  # noqa: PTH116 - a path that may be no file
    except (OSError, ValueError):
        return path
    return (seen.st_dev, seen.st_ino) if seen.st_ino else os.path.normcase(path)


def _paths(pattern: str) -> Iterator[str]:
    path = Path(pattern)
    if path.is_dir():
        yield from _paths(str(Path(glob.escape(pattern)) / "**" / "*"))
    elif path.is_file() or not _MAGIC & set(pattern):
        yield pattern  # one that is not there gets its sentence when it is read
    else:
        for hit in glob.iglob(pattern, recursive=True):  # noqa: PTH207 - a pattern may be absolute
            if _is_book(hit) and Path(hit).is_file():
                yield hit


def _is_book(address: str) -> bool:
    parts = address.replace("\\", "/").split("/")
    name = parts[-1]
    if name.startswith((EXCEL_PREFIX, ".~")) or not name.casefold().endswith(ENDINGS):
        return False
    return not any(part.endswith(FOLDER_SUFFIX) for part in parts[:-1])


def _named(addresses: Sequence[str], review: Path) -> Iterator[TeamFile]:
    paths = {address: address if "://" in address else str(Path(address).absolute()) for address in addresses}
    folders = {os.path.dirname(path) for path in paths.values()}  # noqa: PTH120 - addresses are no paths
    try:
        shared = os.path.commonpath(folders) if folders and not any("://" in path for path in folders) else ""
    except ValueError:  # on two drives
        shared = ""
    for address, path in paths.items():
        if "://" in address:
            yield TeamFile(address, address)
            continue
        name = os.path.relpath(path, shared) if shared else path
        yield TeamFile(name.replace(os.sep, "/"), path, _link(path, review))


def _link(path: str, review: Path) -> str:
    """Return the path as seen from the review's folder; "" where a link in Excel could not lead there."""
    try:
        link = os.path.relpath(path, review.absolute().parent).replace(os.sep, "/")
    except ValueError:  # on another drive
        return ""
    return link if link.isprintable() and not set(link) & set('#%"<>|?*') else ""


def _file_system(address: str) -> tuple[Any, str]:
    """Return what reads an address, and the path it knows it by."""
    scheme = address.partition("://")[0]
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - only addresses need it
    except ImportError as failure:
        raise InputError(
            f'Reading "{address}" needs the package fsspec. Install it: pip install "leadbook[remote]"'
        ) from failure
    try:
        system, path = url_to_fs(address)
    except ImportError as failure:
        raise InputError(
            f'Reading addresses that begin with "{scheme}://" needs one more package: {failure}. Install it '
            "and run the command again."
        ) from failure
    except ValueError as failure:
        raise InputError(f'Nothing installed can read addresses that begin with "{scheme}://".') from failure
    return system, str(path)


def _addresses(pattern: str) -> Iterator[str]:
    system, path = _file_system(pattern)
    if "file" in system.protocol:  # file:///home/ann/ann.xlsx is a path like any other
        yield from _paths(path)
        return
    try:
        if _MAGIC & set(path):
            hits = [hit for hit in system.glob(path) if _is_book(str(hit))]
        elif system.isdir(path):
            hits = [hit for hit in system.find(path) if _is_book(str(hit))]
        else:
            hits = [path]
    except Exception as failure:
        raise InputError(f'"{pattern}" cannot be listed: {_first_line(failure)}.') from failure
    for hit in hits:
        yield str(system.unstrip_protocol(hit))


def _read_address(address: str) -> bytes:
    system, path = _file_system(address)
    try:
        data: bytes = system.cat_file(path)
    except FileNotFoundError as failure:
        raise InputError(f'There is no file "{address}". Check its name and folder.') from failure
    except Exception as failure:
        raise BookBusyError(f'"{address}" cannot be read: {_first_line(failure)}.') from failure
    return data


def _first_line(failure: Exception) -> str:
    text = str(failure).strip().partition("\n")[0].rstrip(".")
    return text or type(failure).__name__
