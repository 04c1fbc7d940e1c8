"""Where the files that come with leadbook are: text templates and workbooks."""

from __future__ import annotations

from pathlib import Path

from leadbook.model.issues import InputError


def shipped(kind: str, name: str) -> Path:
    """Return the path of a file that comes with leadbook.

    Parameters
    ----------
    kind : str
        ``templates`` or ``workbooks``.
    name : str
        The file's name inside that folder, without any folder of its own.

    Returns
    -------
    Path
        In the installed package when it is there, else in the source tree beside the package.

    Raises
    ------
    InputError
        There is no such file, or the name reaches out of its folder.
    """
    if Path(name).name != name or name in {"", ".", ".."} or kind not in {"templates", "workbooks"}:
        raise InputError(f'leadbook ships no file called "{name}" under {kind}; give a bare file name.')
    for folder in _folders(kind):
        candidate = folder / name
        if candidate.is_file():
            return candidate
    raise InputError(f"The file {kind}/{name} that comes with leadbook is missing; install leadbook again.")


def shipped_files(kind: str) -> list[Path]:
    """Return the files of a kind that come with leadbook, by name.

    Raises
    ------
    InputError
        Their folder is missing.
    """
    for folder in _folders(kind):
        if folder.is_dir():
            return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    raise InputError(f"The folder {kind} that comes with leadbook is missing; install leadbook again.")


def _folders(kind: str) -> tuple[Path, Path]:
    package = Path(__file__).parents[1]
    return package / "shipped" / kind, package.parent / kind
