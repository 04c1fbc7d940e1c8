"""Where the templates of documents are: the team's own beside its workbook, else those that come with leadbook."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.issues import InputError
from leadbook.model.shipped import shipped_files

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "templates"
LARGEST_TEXT_BYTES = 1_000_000


class TemplateFile(Struct, frozen=True):
    """One template; ``own`` tells that it is the team's."""

    path: Path
    own: bool

    @property
    def name(self) -> str:
        """The file's name, as errors tell it."""
        return self.path.name

    def read_bytes(self) -> bytes:
        """Return a template as it stands on the disk.

        Raises
        ------
        InputError
            It cannot be read.
        """
        try:
            return self.path.read_bytes()
        except OSError as failure:
            raise InputError(
                f"The template {self.path} cannot be read ({failure.strerror}); check its name and permissions."
            ) from None

    def read_text(self) -> str:
        """Return a text template as it was saved, whatever editor saved it.

        Raises
        ------
        InputError
            It is no text, is too large, or cannot be read.
        """
        raw = self.read_bytes()
        if len(raw) > LARGEST_TEXT_BYTES:
            raise InputError(f"The template {self.name} has more than a million letters; shorten it.")
        coding = "utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
        try:
            text = raw.decode(coding)
        except UnicodeDecodeError:
            text = ""
        if "\0" in text or (raw and not text):
            raise InputError(f"The template {self.name} is no UTF-8 text; save it as plain text in UTF-8.")
        return text.replace("\r\n", "\n").replace("\r", "\n")


def find_templates(book_folder: Path | None, pattern: str = "*") -> Mapping[str, TemplateFile]:
    """Return the templates whose names fit a pattern, by file name in order.

    Parameters
    ----------
    book_folder : Path or None
        The folder the workbook is in: where a folder ``templates`` is beside it, a file there stands in for the
        shipped one of the same name, whatever the case. None takes the shipped ones alone.
    pattern : str
        As ``followup-*.txt``.
    """
    found: dict[str, TemplateFile] = {}
    for path in shipped_files(FOLDER):
        found[path.name.casefold()] = TemplateFile(path, own=False)
    for path in _own_files(book_folder):
        found[path.name.casefold()] = TemplateFile(path, own=True)
    return {file.name: file for key, file in sorted(found.items()) if fnmatch(key, pattern.casefold())}


def find_template(book_folder: Path | None, name: str) -> TemplateFile:
    """Return one template by its file name.

    Raises
    ------
    InputError
        There is none of that name.
    """
    for known, file in find_templates(book_folder).items():
        if known.casefold() == name.casefold():
            return file
    kind = Path(name).suffix
    there = [known for known in find_templates(book_folder) if Path(known).suffix == kind]
    raise InputError(f'There is no template "{name}"' + (f"; there are {', '.join(there)}." if there else "."))


def _own_files(book_folder: Path | None) -> list[Path]:
    """Return the files of the team's folder, without what Word and systems leave there."""
    folder = None if book_folder is None else book_folder / FOLDER
    try:
        listed = [] if folder is None or not folder.is_dir() else sorted(folder.iterdir())
        return [path for path in listed if path.is_file() and not path.name.startswith((".", "~$"))]
    except OSError as failure:
        raise InputError(
            f"The folder {folder} cannot be read ({failure.strerror}); check its name and permissions."
        ) from None
