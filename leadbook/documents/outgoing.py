"""Writing what was made into a folder: never outside it, never over something else, whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
from pathlib import Path

from leadbook.documents.naming import safe_name
from leadbook.model.issues import InputError, LeadbookError

_MOST_VERSIONS = 9_999
_LONGEST_NAME = 240
_DRAFT = ".leadbook-"
_DRAFT_LIFE_SECONDS = 3_600.0
# What a file system without hard links (FAT, some shares) answers when asked for one.
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES, errno.EXDEV}
_SWEPT: set[Path] = set()  # looking through a folder before each of its thousand documents would add up
_VERSION = re.compile(r"(.*\bv)(\d{1,6})", re.DOTALL)


def write_new(folder: Path, name: str, content: bytes) -> Path:
    """Write a new file into a folder and return its path; nothing that is there is replaced.

    Parameters
    ----------
    folder : Path
        Made where it is missing.
    name : str
        A bare and safe name (see ``naming``). Where a file, a link or a folder has it already, the next free one
        is taken: ``Proposal - Alder - v4.docx`` after ``v3``, else ``leads (2).ics``.
    content : bytes

    Returns
    -------
    Path
        Of the file as it was written. It stands there whole or not at all.

    Raises
    ------
    LeadbookError
        The name reaches out of the folder, or the folder cannot be written; one sentence says what to do.
    """
    _check(name)
    try:
        # Links on the way are followed once, here; below, no name is ever followed.
        home = made_folder(folder)
        draft = home / f"{_DRAFT}{secrets.token_hex(8)}.tmp"
        try:
            _write(draft, content)
            _sweep(home, draft)
            for version in _versions(name):
                if _settle(draft, home / version, content):
                    return home / version
        finally:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
    except OSError as failure:
        raise LeadbookError(
            f'"{name}" could not be written into {folder} ({failure.strerror or failure}); '
            "choose a folder that can be written, with room on its disk."
        ) from None
    raise LeadbookError(
        f'{folder} holds too many files called like "{name}"; move some away, or choose another folder.'
    )


def made_folder(folder: Path) -> Path:
    """Return a folder's real path, making it where it is missing.

    Raises
    ------
    LeadbookError
        There is something else of that name, or it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return folder.resolve(strict=True)
    except (FileExistsError, NotADirectoryError):
        raise LeadbookError(f"{folder} is no folder; give another one with --out.") from None
    except (OSError, RuntimeError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else "its links go round in a circle"
        raise LeadbookError(f"The folder {folder} cannot be made ({why}); give another one with --out.") from None


def _sweep(home: Path, draft: Path) -> None:
    """Remove drafts that a process which was ended left behind; that of one at work is seconds old."""
    if home in _SWEPT:
        return
    _SWEPT.add(home)
    with contextlib.suppress(OSError):  # then they lie there a little longer
        now = draft.stat().st_mtime  # by the clock of the disk, which may be another computer's
        for left in home.glob(f"{_DRAFT}*.tmp"):
            if now - left.lstat().st_mtime > _DRAFT_LIFE_SECONDS:
                left.unlink(missing_ok=True)


def free_name(folder: Path, name: str) -> str:
    """Return the name that `write_new` would take now, writing nothing (for a dry run)."""
    _check(name)
    return next((version for version in _versions(name) if not os.path.lexists(folder / version)), name)


def _check(name: str) -> None:
    if name != Path(name).name or safe_name(name, _LONGEST_NAME) != name:
        raise InputError(f"{name[:80]!r} is no name of a file; it must name no folder, device or hidden file.")


def _versions(name: str) -> list[str]:
    """Return the name and those that come after it."""
    path = Path(name)
    stem, suffix = path.stem, path.suffix
    counted = _VERSION.fullmatch(stem)
    if counted:
        first = int(counted[2])
        return [name, *(f"{counted[1]}{first + more}{suffix}" for more in range(1, _MOST_VERSIONS))]
    return [name, *(f"{stem} ({more}){suffix}" for more in range(2, _MOST_VERSIONS))]


def _write(path: Path, content: bytes) -> None:
    """Write a file that must not be there yet, down to the disk."""
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(draft: Path, path: Path, content: bytes) -> bool:
    """Give the written file its name, unless something has it."""
    try:
        if os.name == "nt":
            draft.rename(path)  # refuses there to replace anything
        else:
            path.hardlink_to(draft)  # as does this everywhere
    except FileExistsError:
        return False
    except OSError as failure:
        if failure.errno not in _NO_LINKS:
            raise
        return not os.path.lexists(path) and _written_in_place(path, content)
    return True


def _written_in_place(path: Path, content: bytes) -> bool:
    """Write where no link can be made: as new as ever, and taken away again where the disk fills."""
    try:
        file = path.open("xb")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return True
