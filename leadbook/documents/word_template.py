"""A Word template, made ready once and filled in for each buyer.

docxtpl reads what a person typed into Word (tags in pieces, blocks that take a row or a paragraph with them). It would
read the same template again for each document, which takes longer than all the rest; so its parts are made ready here
once, through its own steps, and only filled in after that.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree
from msgspec import Struct

from leadbook.documents.sandbox import Sandbox
from leadbook.documents.template_check import check_structure, checking_source
from leadbook.documents.template_faults import FAULTS, line_of, tell_fault
from leadbook.documents.word_package import CORE, MAIN, WordPackage, open_package, pack
from leadbook.documents.word_text import MOST_TAGS, TAG, Line, heading_styles, read_lines, straighten
from leadbook.documents.word_tidying import tidy
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docxtpl import DocxTemplate
    from jinja2 import Template

_STYLES = "word/styles.xml"
_TIMES = re.compile(
    r"<(dcterms:(?:created|modified)|cp:lastModifiedBy|cp:revision|cp:lastPrinted)\b[^>]*?(?:/>|>.*?</\1>)"
)
_OFFICE_BREAK = re.compile(r"[\n\t]")


class _Part(Struct, frozen=True):
    """One part that is filled in."""

    name: str
    template: Template
    lines: list[Line]
    is_text: bool


class WordTemplate(Struct, frozen=True):
    """A template that is ready to be filled in; get one from `ready`."""

    name: str
    package: WordPackage
    sandbox: Sandbox
    engine: DocxTemplate
    parts: tuple[_Part, ...]

    def fill(self, fields: Mapping[str, object]) -> bytes:
        """Return the Word file for one buyer.

        Raises
        ------
        InputError
            The template is wrong: the file, the place, the field and the nearest existing one.
        """
        members = dict(self.package.members)
        self.sandbox.begin()
        for part in self.parts:
            try:
                text = part.template.render(fields)
            except FAULTS as failure:
                raise self._told(failure, part, fields) from None
            members[part.name] = self._finished(text, part)
        return pack(members)

    def _finished(self, text: str, part: _Part) -> bytes:
        if not part.is_text:
            return text.encode()
        if _OFFICE_BREAK.search(text):
            text = self.engine.resolve_listing(text)
        try:
            etree.fromstring(text.encode())
        except etree.XMLSyntaxError:
            raise InputError(
                f"{self.name} is no whole document once it is filled in: a block begins in one place and ends in "
                f'another. Run "leadbook templates check {self.name}".'
            ) from None
        self.engine.docx_ids_index = 1000
        tree = self.engine.fix_tables(text.encode())
        self.engine.fix_docpr_ids(tree)
        tidy(tree)
        return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)

    def _told(self, failure: BaseException, part: _Part, fields: Mapping[str, object]) -> InputError:
        """Return a fault with its place: the same tags, one line for a paragraph, meet it again."""
        place = ""
        _, tags = check_structure(part.lines, is_word=part.is_text)
        try:
            self.sandbox.begin()
            self.sandbox.from_string(checking_source(part.lines, tags)).render(fields)
        except FAULTS as again:
            failure = again
        line = line_of(failure)
        if 0 < line <= len(part.lines):
            place = part.lines[line - 1].place
        return tell_fault(
            failure, file=self.name, context=fields, place=place, filters=self.sandbox.filter_names,
            source=part.lines[line - 1].text if place else "",
        )  # fmt: skip


@lru_cache(maxsize=8)
def ready(template: bytes, name: str) -> WordTemplate:
    """Return a template made ready; the same one is made ready once.

    Parameters
    ----------
    template : bytes
        The .docx file.
    name : str
        Its name, for faults.

    Raises
    ------
    InputError
        It is no Word document that may be a template, or its tags and blocks are wrong.
    """
    from docxtpl import DocxTemplate  # noqa: PLC0415 - takes longer to import than a refresh may

    package = open_package(template, name)
    sandbox = Sandbox(autoescape=True)
    engine = DocxTemplate(io.BytesIO(template))
    parts: list[_Part] = []
    for part, lines in read_parts(package):
        if sum(line.text.count("{{") + line.text.count("{%") for line in lines) > MOST_TAGS:
            raise InputError(f"{name} has more than {MOST_TAGS:,} tags; go through lists with {{% for %}}.")
        found, _ = check_structure(lines, is_word=True)
        if found:
            more = f" There are {len(found) - 1} more faults: leadbook templates check {name}" if len(found) > 1 else ""
            raise InputError(f"{name}, {found[0].place}: {found[0].message}{more}")
        is_text = part != CORE
        if is_text:
            source = engine.patch_xml(straighten(package.members[part]).decode())
            # docxtpl reads < and > in a tag as they were typed, but leaves & as XML writes it.
            source = TAG.sub(lambda tag: tag[0].replace("&amp;", "&"), source)
        else:
            # When and by whom the template was saved is nothing the buyer needs to know.
            source = _TIMES.sub("", package.members[part].decode("utf-8", "replace"))
        parts.append(_Part(part, _compiled(sandbox, source, lines, name), lines, is_text=is_text))
    return WordTemplate(name, package, sandbox, engine, tuple(parts))


def read_parts(package: WordPackage) -> list[tuple[str, list[Line]]]:
    """Return the parts of a template that hold tags, with their paragraphs; the properties come last."""
    styles = heading_styles(package.members.get(_STYLES))
    read = [(part, read_lines(straighten(package.members[part]), part, styles)) for part in package.text_parts]
    with_tags = [(part, lines) for part, lines in read if part == MAIN or any("{" in line.text for line in lines)]
    if CORE in package.members:
        texts = [str(text) for text in etree.fromstring(package.members[CORE]).itertext() if text.strip()]
        with_tags.append((CORE, [Line(text, f'in its properties, in "{text[:40]}"', 0) for text in texts]))
    return with_tags


def _compiled(sandbox: Sandbox, source: str, lines: list[Line], name: str) -> Template:
    try:
        return sandbox.from_string(source)
    except FAULTS as failure:
        try:
            _, tags = check_structure(lines, is_word=True)
            sandbox.from_string(checking_source(lines, tags))
        except FAULTS as again:
            line = line_of(again)
            place = lines[line - 1].place if 0 < line <= len(lines) else ""
            raise tell_fault(again, file=name, context={}, place=place, filters=sandbox.filter_names) from None
        raise tell_fault(failure, file=name, context={}, filters=sandbox.filter_names) from None
