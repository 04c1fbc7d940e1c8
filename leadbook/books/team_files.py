"""The reps' books: found by pattern, folder or address, each file once, and read as it was last saved."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.books.addresses import is_address, list_address, local_path, plain_name, read_address, stands
from leadbook.books.backups import FOLDER_SUFFIX
from leadbook.books.opening import read_file
from leadbook.books.owner_files import EXCEL_PREFIX, OFFICE_PREFIX, opened_by

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
    held : bool
        Whether the file that Excel keeps beside an open workbook was listed beside it, where it is no path.
    """

    name: str
    address: str
    link: str = ""
    held: bool = False

    def read(self) -> bytes:
        """Return what the file holds.

        Raises
        ------
        LeadbookError
            It cannot be read, or is plainly no workbook.
        """
        if is_address(self.address):
            return read_address(self.address)
        return read_file(Path(self.address))

    @property
    def opened_by(self) -> str | None:
        """Who has it open now; "" where nobody can tell, None where it is not open."""
        if is_address(self.address):
            return "" if self.held else None
        return opened_by(Path(self.address))


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
    held: set[str] = set()
    own = _identity(str(review))
    for pattern in patterns:
        hits = list(_listed(pattern, held) if is_address(pattern) else _paths(pattern))
        kept = [hit for hit in hits if _identity(hit) != own]
        for hit in kept:
            found.setdefault(_identity(hit), hit)
        if not kept and not hits:
            without.append(pattern)
    return TeamFiles(tuple(_named(sorted(found.values()), review, held)), tuple(without))


def _identity(address: str) -> object:
    """Return what tells a file from another one, whatever it is called: links and second names mean the same."""
    if is_address(address):
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


def _listed(pattern: str, held: set[str]) -> Iterator[str]:
    """Yield the books of an address, and put down which of them have an owner file beside them."""
    local = local_path(pattern)
    if local is not None:  # file:///home/ann/ann.xlsx is a path like any other
        yield from _paths(local)
        return
    hits, is_named = list_address(pattern, _is_book)
    names = {plain_name(hit) for hit in hits}
    for hit in hits:
        name = plain_name(hit)
        if not is_named and not _is_book(name):
            continue
        folder, _, last = name.rpartition("/")
        beside = [f"{folder}/{EXCEL_PREFIX}{last}", f"{folder}/{OFFICE_PREFIX}{last}#"]
        # The pattern *.xlsx lists Excel's; of a book that is named alone, it has to be asked for.
        if any(owner in names or (is_named and stands(owner)) for owner in beside):
            held.add(hit)
        yield hit


def _is_book(address: str) -> bool:
    parts = address.replace("\\", "/").split("/")
    name = parts[-1]
    if name.startswith((EXCEL_PREFIX, OFFICE_PREFIX)) or not name.casefold().endswith(ENDINGS):
        return False
    return not any(part.endswith(FOLDER_SUFFIX) for part in parts[:-1])


def _named(addresses: Sequence[str], review: Path, held: set[str]) -> Iterator[TeamFile]:
    paths = {address: address if is_address(address) else str(Path(address).absolute()) for address in addresses}
    folders = {os.path.dirname(path) for path in paths.values()}  # noqa: PTH120 - addresses are no paths
    try:
        shared = os.path.commonpath(folders) if folders and not any(map(is_address, folders)) else ""
    except ValueError:  # on two drives
        shared = ""
    for address, path in paths.items():
        if is_address(address):
            yield TeamFile(plain_name(address), address, held=address in held)
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
