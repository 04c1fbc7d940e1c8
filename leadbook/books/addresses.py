"""Books behind addresses that fsspec knows (s3://, https://, memory://): listed, named for people, and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from leadbook.model.issues import BookBusyError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable

_WEB = ("http://", "https://")


def is_address(text: str) -> bool:
    """Say whether a text is an address, and no path."""
    return "://" in text


def local_path(address: str) -> str | None:
    """Return the path that an address of this machine means (``file:///home/ann/ann.xlsx``), None for another one."""
    system, path = _file_system(address)
    return path if "file" in system.protocol else None


def plain_name(address: str) -> str:
    """Return an address as sentences and sheets show it.

    Without what follows ? or # in a web address and without user and password, for these may be keys to the file; and
    with %20 as the space it stands for.
    """
    if not address.startswith(_WEB):
        return address
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{unquote(parts.path)}"


def list_address(pattern: str, is_book: Callable[[str], bool]) -> tuple[list[str], bool]:
    """Return the files that an address means, and whether it names a single one.

    Parameters
    ----------
    pattern : str
        A file, a folder, or a pattern; in web addresses ? is no wildcard.
    is_book : callable
        Says of a name whether it is a workbook's, so that nobody asks whether it is a folder's.

    Raises
    ------
    InputError
        Its kind is unknown or needs a package, or it cannot be listed.
    """
    system, path = _file_system(pattern)
    wild = "*" if pattern.startswith(_WEB) else "*?["
    try:
        if any(sign in path for sign in wild):
            hits = system.glob(path)
        elif not is_book(plain_name(pattern)) and system.isdir(path):
            hits = system.find(path)
        else:
            return [pattern], True
    except Exception as failure:
        raise InputError(f'"{plain_name(pattern)}" cannot be listed: {_why(failure, pattern)}.') from failure
    return [str(system.unstrip_protocol(hit)) for hit in hits], False


def stands(address: str) -> bool:
    """Say whether there is a file at an address; False too where nobody can tell, and on the web."""
    if address.startswith(_WEB):
        return False
    system, path = _file_system(address)
    return bool(system.exists(path))


def read_address(address: str) -> bytes:
    """Return what the file at an address holds.

    Raises
    ------
    InputError
        There is none.
    BookBusyError
        It cannot be read now.
    """
    system, path = _file_system(address)
    name = plain_name(address)
    try:
        data: bytes = system.cat_file(path)
    except FileNotFoundError as failure:
        raise InputError(f'There is no file "{name}". Check its name and folder.') from failure
    except Exception as failure:
        raise BookBusyError(f'"{name}" cannot be read: {_why(failure, address)}.') from failure
    return data


def _file_system(address: str) -> tuple[Any, str]:
    """Return what reads an address, and the path it knows it by."""
    scheme = address.partition("://")[0]
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - only addresses need it
    except ImportError as failure:
        raise InputError(
            f'Reading "{plain_name(address)}" needs the package fsspec. Install it: pip install "leadbook[remote]"'
        ) from failure
    try:
        system, path = url_to_fs(address)
    except ImportError as failure:
        raise InputError(
            f'Addresses that begin with "{scheme}://" need one more package ("{failure}"). Install it with pip and run '
            "the command again."
        ) from failure
    except ValueError as failure:
        raise InputError(f'Nothing installed can read addresses that begin with "{scheme}://".') from failure
    return system, str(path)


def _why(failure: Exception, address: str) -> str:
    """Return the first line of what went wrong, without the keys that the address may hold."""
    text = str(failure).strip().partition("\n")[0].rstrip(".")
    text = text.replace(address, plain_name(address))
    for key in (address.partition("?")[2], urlsplit(address).netloc.rpartition("@")[0]):
        text = text.replace(key, "…") if key else text
    return text or type(failure).__name__
