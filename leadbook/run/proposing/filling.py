"""A proposal as documents: the Word file, and beside it a page or a PDF with the same content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.documents.fields import proposal_fields
from leadbook.documents.proposal import PAGE_TEMPLATE, WORD_TEMPLATE, fill_page, fill_word
from leadbook.documents.template_files import TemplateFile, find_template
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from pathlib import Path

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

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings of the files, the Word file's first."""
        return (WORD, *([PAGE] if self.page else []), *([PDF] if self.pdf else []))


class Templates(Struct, frozen=True):
    """The templates of one run, read once."""

    word: bytes
    word_name: str
    page: str = ""
    page_name: str = PAGE_TEMPLATE

    @classmethod
    def find(cls, home: Path | None, kinds: Kinds) -> Templates:
        """Read the templates that are needed: those given, the team's beside the workbook, or the shipped ones.

        Raises
        ------
        InputError
            There is no such template, or it cannot be read.
        """
        given = kinds.template
        if given is not None and given.suffix.casefold() not in {WORD, PAGE}:
            raise InputError(f'"{given.name}" is no template; name a Word file (.docx) or a page (.html).')
        if given is not None and not given.is_file():
            raise InputError(f'There is no template "{given}".')
        is_page = given is not None and given.suffix.casefold() == PAGE
        if is_page and not kinds.page:
            raise InputError(f'"{given}" is a page; add --html to have pages written.')
        own = None if given is None else TemplateFile(given, own=True)
        word = own if own and not is_page else find_template(home, WORD_TEMPLATE)
        page = (own if own and is_page else find_template(home, PAGE_TEMPLATE)) if kinds.page else None
        try:
            raw = word.path.read_bytes()
        except OSError as failure:
            raise InputError(f'The template "{word.path}" cannot be read ({failure.strerror}).') from failure
        if page is None:
            return cls(raw, word.name)
        return cls(raw, word.name, page.read_text(), page.name)


def fill(proposal: Proposal, kinds: Kinds, templates: Templates) -> dict[str, bytes]:
    """Return the documents of a proposal by their ending.

    Raises
    ------
    LeadbookError
        A template is wrong, or a PDF cannot be made.
    """
    fields = proposal_fields(proposal)
    word = fill_word(templates.word, fields, templates.word_name)
    made = {WORD: word}
    if kinds.page:
        made[PAGE] = fill_page(templates.page, fields, templates.page_name).encode()
    return made
