"""Books that have not changed since an earlier review: their records, kept in the user's own cache folder.

A record is looked up by what it was made from: the book's bytes, the day, and leadbook's own code. It is read back as
data (``msgspec``, checked against its shape), never as code, and only from files of one's own that nobody else may
write.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from leadbook import __version__
from leadbook.analysis.team.studied import SHAPE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

MOST_BYTES = 512 * 2**20
_ENDING = ".book"
_HASH_BYTES = 32
_OTHERS_MAY_WRITE = 0o022


class Cache:
    """Records by key.

    Parameters
    ----------
    folder : Path or None
        Where they are kept; None keeps nothing and knows nothing.
    most_bytes : int
        What they may take together; those not asked for the longest go first.
    """

    def __init__(self, folder: Path | None, most_bytes: int = MOST_BYTES) -> None:
        self._wanted = folder
        self._most = most_bytes
        self.hits = 0

    @classmethod
    def of_user(cls) -> Cache:
        """Return the cache in the folder that the system has for it."""
        import platformdirs  # noqa: PLC0415 - only a review needs it

        return cls(Path(platformdirs.user_cache_dir("leadbook", appauthor=False)) / "review")

    @cached_property
    def _folder(self) -> Path | None:
        """The folder, made where it is missing; None where it cannot be, or somebody else could write into it."""
        folder = self._wanted
        if folder is None:
            return None
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return folder if _is_own(folder) else None
        return None

    def find(self, key: str) -> bytes | None:
        """Return what is kept for a key, None for nothing; what is damaged is thrown away."""
        if self._folder is None:
            return None
        path = self._folder / (key + _ENDING)
        try:
            if not _is_own(path):
                return None
            data = path.read_bytes()
        except OSError:
            return None
        kept = data[_HASH_BYTES:]
        if hashlib.sha256(kept).digest() != data[:_HASH_BYTES]:
            self.drop(key)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # it was asked for just now
        return kept

    def keep(self, key: str, data: bytes) -> None:
        """Keep something for a key; where there is no room for it, nothing happens."""
        folder = self._folder
        if folder is None or len(data) > self._most // 4:
            return
        with contextlib.suppress(OSError):
            handle, beside = tempfile.mkstemp(dir=folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.sha256(data).digest() + data)
                Path(beside).replace(folder / (key + _ENDING))
            finally:
                Path(beside).unlink(missing_ok=True)

    def drop(self, key: str) -> None:
        """Throw away what is kept for a key."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                (self._folder / (key + _ENDING)).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Throw away what has not been asked for the longest, until the rest fits."""
        if self._folder is None:
            return
        kept = sorted(self._files(), reverse=True)
        taken = 0
        for _, size, path in kept:
            taken += size
            if taken > self._most:
                with contextlib.suppress(OSError):
                    path.unlink()

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir() if self._folder else ():
                if path.suffix in {_ENDING, ".part"}:
                    with contextlib.suppress(OSError):
                        seen = path.lstat()
                        yield seen.st_mtime, seen.st_size, path


def _is_own(path: Path) -> bool:
    """Whether a file or folder is the user's own, no link, and nobody else may write to it."""
    if path.is_symlink():
        return False
    if not hasattr(os, "geteuid"):
        return True  # on Windows the folder lies in the user's own profile
    seen = path.lstat()
    return seen.st_uid == os.geteuid() and not seen.st_mode & _OTHERS_MAY_WRITE


def key_of(data: bytes, as_of: dt.date) -> str:
    """Return what a book's record is looked up by."""
    digest = hashlib.sha256(f"{_code()} {SHAPE} {as_of.isoformat()} ".encode())
    digest.update(data)
    return digest.hexdigest()


_CODE: list[str] = []


def _code() -> str:
    """Return what tells this code from other versions, and from itself with a line changed."""
    if not _CODE:
        home = Path(__file__).resolve().parents[2]
        seen = sorted(
            (str(path.relative_to(home)), path.stat().st_size, path.stat().st_mtime_ns) for path in home.rglob("*.py")
        )
        _CODE.append(f"{__version__} {hashlib.sha256(repr(seen).encode()).hexdigest()}")
    return _CODE[0]
