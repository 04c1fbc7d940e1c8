"""Proposals as documents: the Word file of each, and beside it a page or a PDF with the same content."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from leadbook.documents.fields import proposal_fields
from leadbook.documents.proposal import PAGE_TEMPLATE, WORD_TEMPLATE, fill_page, fill_word
from leadbook.documents.template_files import TemplateFile, find_template
from leadbook.documents.written import paper_of
from leadbook.model.issues import InputError, LeadbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from leadbook.documents.pdf import PdfProgram
    from leadbook.model.proposal import Proposal

WORD, PAGE, PDF = ".docx", ".html", ".pdf"


class Kinds(Struct, frozen=True):
    """Which documents are made of each proposal, besides the Word file.

    Parameters
    ----------
    page, pdf : bool
    template : Path or None
        A Word or HTML template that stands in for the one of its kind.
    """

    page: bool = False
    pdf: bool = False
    template: Path | None = None


class Templates(Struct, frozen=True):
    """What documents of one run are made with: the templates, read once, and the programs that make PDF files.

    ``page`` is "" where no page is filled of each proposal; ``spare_page`` is then the template of those that a browser
    prints when no Word program can.
    """

    word: bytes
    word_name: str
    page: str = ""
    page_name: str = PAGE_TEMPLATE
    programs: tuple[PdfProgram, ...] = ()
    spare_page: TemplateFile | None = None


class Filled(Struct, frozen=True):
    """One proposal and its documents by their ending, or why there are none."""

    proposal: Proposal
    documents: dict[str, bytes]
    failure: LeadbookError | None = None


def find_templates(home: Path | None, kinds: Kinds) -> Templates:
    """Read the templates that are needed: those given, the team's beside the workbook, or the shipped ones.

    Raises
    ------
    LeadbookError
        There is no such template, it cannot be read, or nothing here makes PDF files.
    """
    given = kinds.template
    is_page = given is not None and given.suffix.casefold() == PAGE
    if given is not None:
        if given.suffix.casefold() not in {WORD, PAGE}:
            raise InputError(f'"{given}" is no template; name a Word file (.docx) or a page (.html).')
        if not given.is_file():
            raise InputError(f'There is no template "{given}". Check its name and folder.')
        if is_page and not kinds.page:
            raise InputError(f'"{given.name}" is a page; add --html to have pages written.')
    own = None if given is None else TemplateFile(given, own=True)
    word = own if own and not is_page else find_template(home, WORD_TEMPLATE)
    programs: tuple[PdfProgram, ...] = ()
    if kinds.pdf:
        from leadbook.documents.pdf import find_pdf_programs  # noqa: PLC0415 - few runs make any

        programs = tuple(find_pdf_programs())
    try:
        found = Templates(word.path.read_bytes(), word.name, programs=programs)
    except OSError as failure:
        raise InputError(
            f'The template "{word.path}" cannot be read ({failure.strerror}); check its name and permissions.'
        ) from failure
    page = own if own and is_page else find_template(home, PAGE_TEMPLATE)
    if kinds.page or (programs and programs[0].ending == "html"):
        return replace(found, page=page.read_text(), page_name=page.name)
    return replace(found, spare_page=page)


def fill_all(
    proposals: Sequence[Proposal], kinds: Kinds, templates: Templates, progress: Callable[[str], None]
) -> list[Filled]:
    """Return the documents of each proposal; one that fails does not stop the rest."""
    made: list[Filled] = []
    pages: dict[int, str] = {}
    for number, proposal in enumerate(proposals, 1):
        progress(f"writing the proposals, {number:,} of {len(proposals):,}")
        try:
            fields = proposal_fields(proposal)
            documents = {WORD: fill_word(templates.word, fields, templates.word_name)}
            if templates.page:
                page = pages[proposal.row] = fill_page(templates.page, fields, templates.page_name)
                if kinds.page:
                    documents[PAGE] = page.encode()
        except LeadbookError as failure:
            made.append(Filled(proposal, {}, failure))
        else:
            made.append(Filled(proposal, documents))
    return _with_pdfs(made, pages, templates, progress) if templates.programs else made


def _with_pdfs(
    made: Sequence[Filled], pages: Mapping[int, str], templates: Templates, progress: Callable[[str], None]
) -> list[Filled]:
    """Return the proposals with a PDF each; all at once, since starting a program takes longest."""
    from leadbook.documents.pdf import Printable, to_pdfs  # noqa: PLC0415 - few runs make any

    ready = [one for one in made if one.failure is None]
    progress(f"making the PDFs, 0 of {len(ready):,}")
    printable = [
        Printable(
            one.proposal.buyer.company or one.proposal.buyer.lead_id, one.documents[WORD],
            partial(_page_of, one.proposal, pages, templates), paper_of(one.proposal.locale),
        )
        for one in ready
    ]  # fmt: skip
    printed = to_pdfs(
        printable, templates.programs, tell=lambda done: progress(f"making the PDFs, {done:,} of {len(ready):,}")
    )
    found = {one.proposal.row: pdf for one, pdf in zip(ready, printed, strict=True)}
    result: list[Filled] = []
    for one in made:
        pdf = found.get(one.proposal.row)
        if isinstance(pdf, bytes):
            result.append(Filled(one.proposal, {**one.documents, PDF: pdf}))
        else:
            result.append(Filled(one.proposal, {}, pdf or one.failure))
    return result


def _page_of(proposal: Proposal, pages: Mapping[int, str], templates: Templates) -> str:
    if templates.spare_page is None:
        return pages[proposal.row]
    return fill_page(templates.spare_page.read_text(), proposal_fields(proposal), templates.spare_page.name)
