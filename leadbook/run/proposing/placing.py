"""Documents in their folder: all of a proposal's or none, none over another, and taken away if the workbook fails."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from leadbook.books.interrupting import TooLateInterrupt, interrupts_wait
from leadbook.documents.outgoing import made_folder, write_new
from leadbook.model.issues import BookBusyError, LeadbookError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Placed:
    """The documents of one run in one folder, which is made where it is missing.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    LeadbookError
        The folder cannot be made or written; nothing is there then.
    """

    def __init__(self, folder: Path) -> None:
        self._new = [one for one in (folder, *folder.parents) if not one.exists()]
        self._paths: list[Path] = []
        self.folder = made_folder(folder)

    def put(self, stem: str, version: int, documents: Mapping[str, bytes]) -> tuple[str, ...]:
        """Write the documents of one proposal by their ending, and return their names.

        Raises
        ------
        LeadbookError
            One cannot be written, or somebody wrote that version meanwhile; none of them is there then.
        """
        names: list[str] = []
        before = len(self._paths)
        try:
            for suffix, content in documents.items():
                wanted = f"{stem} - v{version}{suffix}"
                with interrupts_wait():  # a document that stands there is one to be taken back
                    path = write_new(self.folder, wanted, content)
                    self._paths.append(path)
                if path.name != wanted:
                    raise BookBusyError(
                        f'"{wanted}" was written by someone else while leadbook worked. Run the command again for '
                        "the next version."
                    )
                names.append(wanted)
        except LeadbookError:
            self._take_away(before)
            raise
        except TooLateInterrupt:
            raise KeyboardInterrupt from None  # not too late at all: the workbook names none of them yet
        return tuple(names)

    def take_back(self) -> None:
        """Take every document of this run away again, and the folder if it was made for them."""
        self._take_away(0)
        for folder in self._new:
            with contextlib.suppress(OSError):
                folder.rmdir()  # leaves one alone in which something else stands by now

    def _take_away(self, since: int) -> None:
        while len(self._paths) > since:
            with contextlib.suppress(OSError):
                self._paths[-1].unlink(missing_ok=True)
            self._paths.pop()
