"""A proposal, written: the fields of a `Proposal` in a Word file or a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.documents.page_template import ready_page
from leadbook.documents.word_template import ready

if TYPE_CHECKING:
    from collections.abc import Mapping

WORD_TEMPLATE, PAGE_TEMPLATE = "proposal.docx", "proposal.html"


def fill_word(template: bytes, fields: Mapping[str, object], name: str = WORD_TEMPLATE) -> bytes:
    """Return a Word file of a template filled in.

    Parameters
    ----------
    template : bytes
        The .docx file; the same one is made ready once, however many documents are made of it.
    fields : mapping
        Plain data, as `proposal_fields` returns it.
    name : str
        The template's file name, for faults.

    Raises
    ------
    InputError
        The template is wrong: one sentence with the file, the place, the field and the nearest existing one.
    """
    return ready(template, name).fill(fields)


def fill_page(template: str, fields: Mapping[str, object], name: str = PAGE_TEMPLATE) -> str:
    """Return a page (HTML) of a template filled in; every value is escaped.

    Parameters
    ----------
    template : str
    fields : mapping
    name : str
        As `fill_word` takes them.

    Raises
    ------
    InputError
        As `fill_word` raises it.
    """
    return ready_page(template, name).fill(fields)
