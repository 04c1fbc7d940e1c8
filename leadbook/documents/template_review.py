"""The templates a team has, judged: what each is for, whose it is, and all that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.documents.followup_templates import read_follow_up
from leadbook.documents.outgoing import free_name, write_new
from leadbook.documents.page_template import find_reaching, ready_page
from leadbook.documents.template_check import check_lines, text_lines
from leadbook.documents.template_files import TemplateFile, find_templates
from leadbook.documents.template_kinds import KINDS, TemplateKind, kind_of
from leadbook.documents.template_tags import Finding
from leadbook.documents.word_package import open_package
from leadbook.documents.word_template import read_parts, ready
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from leadbook.documents.fields import Fields


def list_templates(home: Path | None) -> list[tuple[TemplateFile, str]]:
    """Return the templates that documents are made from, with what each is for.

    Parameters
    ----------
    home : Path or None
        The folder the workbook is in.
    """
    found = [(file, kind_of(name)) for name, file in find_templates(home).items()]
    return [(file, kind.name) for file, kind in found if kind is not None]


def review(file: TemplateFile) -> list[Finding]:
    """Return everything that is wrong with a template.

    Every field it names is looked up, in blocks that stay out of this buyer's document too; then it is filled in
    twice, with something in every field and with next to nothing.
    """
    ways = {".docx": _review_word, ".html": _review_page, ".txt": _review_text}
    way = ways.get(file.path.suffix.casefold())
    # A text that is being written may have any name yet.
    kind = kind_of(file.name) or (KINDS["followup"] if file.path.suffix.casefold() == ".txt" else None)
    if way is None or kind is None:
        return [Finding("", f"{file.name} is no template; Word files (.docx), pages (.html) and texts (.txt) are.")]
    try:
        return way(file, kind)
    except InputError as failure:
        return [_as_finding(file, failure)]


def copy_template(name: str, folder: Path, new_name: str = "") -> Path:
    """Copy a template that comes with leadbook into a folder and return where it is; nothing is replaced.

    Parameters
    ----------
    name : str
        The template's file name; the ending may be left away.
    folder : Path
        Made where it is missing.
    new_name : str
        What the copy is called; "" keeps the name.

    Raises
    ------
    LeadbookError
        There is no such template, the folder has a file of that name, or it cannot be written.
    """
    shipped = {file.name: file for file, _ in list_templates(None)}
    wanted = name.strip().casefold()
    found = next(
        (file for known, file in shipped.items() if wanted in {known.casefold(), known.rpartition(".")[0].casefold()}),
        None,
    )
    if found is None:
        raise InputError(f'There is no template "{name}"; there are {", ".join(shipped)}.')
    target = new_name or found.name
    if not target.casefold().endswith(found.path.suffix):
        target += found.path.suffix
    if folder.is_dir() and free_name(folder, target) != target:
        raise InputError(f"{folder / target} is there already and stays as it is; move it away, or give another name.")
    return write_new(folder, target, found.read_bytes())


def _review_word(file: TemplateFile, kind: TemplateKind) -> list[Finding]:
    raw = file.read_bytes()
    found: list[Finding] = []
    for _, lines in read_parts(open_package(raw, file.name)):
        found += check_lines(lines, kind.example(), is_word=True)
    return found or _try_out(file, kind, lambda fields: ready(raw, file.name).fill(fields))


def _review_page(file: TemplateFile, kind: TemplateKind) -> list[Finding]:
    source = file.read_text()
    found = [Finding(f"line {line}", message) for line, message in find_reaching(source)]
    found += check_lines(text_lines(source), kind.example())
    return found or _try_out(file, kind, lambda fields: ready_page(source, file.name).fill(fields))


def _review_text(file: TemplateFile, kind: TemplateKind) -> list[Finding]:
    found = check_lines(text_lines(file.read_text()), kind.example())
    return found or _try_out(file, kind, read_follow_up(file).fill)


def _try_out(file: TemplateFile, kind: TemplateKind, fill: Callable[[Fields], object]) -> list[Finding]:
    for fields, when in ((kind.example(), ""), (kind.bare(), "; this happens where a lead has few fields filled in")):
        try:
            fill(fields)
        except InputError as failure:
            finding = _as_finding(file, failure)
            return [Finding(finding.place, f"{finding.message.rstrip('.')}{when}.")]
    return []


def _as_finding(file: TemplateFile, failure: InputError) -> Finding:
    """Return a fault without its file's name, which stands above it."""
    place, colon, message = str(failure).partition(": ")
    if colon and place.startswith((f"{file.name}, ", file.name)):
        return Finding(place.removeprefix(file.name).removeprefix(", "), message)
    return Finding("", str(failure))
