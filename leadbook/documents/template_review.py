"""The templates a team has, judged: what each is for, whose it is, and all that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.documents.known_fields import bare_fields, example_fields
from leadbook.documents.outgoing import free_name, write_new
from leadbook.documents.page_template import find_reaching, ready_page
from leadbook.documents.template_check import check_lines, text_lines
from leadbook.documents.template_files import TemplateFile, find_templates
from leadbook.documents.template_tags import Finding
from leadbook.documents.word_package import open_package
from leadbook.documents.word_template import read_parts, ready
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KINDS = {"proposal": ("proposal.docx", "proposal.html")}
"""What documents are made from, and the names of their templates."""


def kind_of(name: str) -> str:
    """Return what a template is for by its file name: ``proposal``, or "" for what leadbook makes nothing from."""
    folded = name.casefold()
    if folded.endswith((".docx", ".html")):
        return "proposal"
    return ""


def list_templates(home: Path | None) -> list[tuple[TemplateFile, str]]:
    """Return the templates that documents are made from, with what each is for.

    Parameters
    ----------
    home : Path or None
        The folder the workbook is in.
    """
    return [(file, kind_of(name)) for name, file in find_templates(home).items() if kind_of(name)]


def review(file: TemplateFile) -> list[Finding]:
    """Return everything that is wrong with a template.

    Every field it names is looked up, in blocks that stay out of this buyer's document too; then it is filled in
    twice, with something in every field and with next to nothing.
    """
    suffix = file.path.suffix.casefold()
    try:
        if suffix == ".docx":
            return _review_word(file)
        if suffix == ".html":
            return _review_page(file)
    except InputError as failure:
        return [Finding("", str(failure))]
    return [Finding("", f"{file.name} is no template; Word files (.docx) and pages (.html) are.")]


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
    return write_new(folder, target, found.path.read_bytes())


def _review_word(file: TemplateFile) -> list[Finding]:
    raw = _bytes_of(file)
    found: list[Finding] = []
    for _, lines in read_parts(open_package(raw, file.name)):
        found += check_lines(lines, example_fields(), is_word=True)
    return found or _try_out(file, lambda fields: ready(raw, file.name).fill(fields))


def _review_page(file: TemplateFile) -> list[Finding]:
    source = file.read_text()
    found = [Finding(f"line {line}", message) for line, message in find_reaching(source)]
    found += check_lines(text_lines(source), example_fields())
    return found or _try_out(file, lambda fields: ready_page(source, file.name).fill(fields))


def _try_out(file: TemplateFile, fill: Callable[[dict[str, object]], object]) -> list[Finding]:
    for fields, when in (
        (example_fields(), ""),
        (bare_fields(), "; this happens where a lead has few fields filled in"),
    ):
        try:
            fill(fields)
        except InputError as failure:
            place, _, message = str(failure).removeprefix(f"{file.name}, ").rpartition(": ")
            return [Finding(place, message.rstrip(".") + when + ".")]
    return []


def _bytes_of(file: TemplateFile) -> bytes:
    try:
        return file.path.read_bytes()
    except OSError as failure:
        raise InputError(f"The template {file.path} cannot be read ({failure.strerror}).") from None
