"""A page (HTML) made ready once and filled in for each buyer: whole in itself, nothing to run, nothing to fetch."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.documents.sandbox import Sandbox
from leadbook.documents.template_faults import FAULTS, tell_fault
from leadbook.documents.word_text import TAG
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template

_REACHING = tuple(
    (re.compile(pattern, re.IGNORECASE), what)
    for pattern, what in (
        (r"<\s*/?\s*(script|i?frame|object|embed|applet|base|link|form|portal|audio|video)\b",
         "an element <{}>, which runs or fetches something"),
        (r"http-equiv\s*=\s*[\"']?\s*(refresh)", "a {}, which leads to another page"),
        (r"(@import|url\s*\(\s*[\"']?\s*(?!data:|#|[\"')])\w*:?/?/?)", "{} in its styles, which fetches a file"),
        (r"\b(srcset|(?<!-)src|poster|background)\s*=\s*(?![\"']?\s*data:)",
         "{}= with something else than data:, which fetches a file"),
        (r"\s(on[a-z]{3,20})\s*=\s*[\"']", "an attribute {}, which runs something"),
        (r"(javascript\s*:|vbscript\s*:|file\s*:)", "{}, which runs or reads something"),
    )
)  # fmt: skip
# What browsers obey even where the above was got around.
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'\">"
)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


class PageTemplate(Struct, frozen=True):
    """A page's template that is ready; get one from `ready_page`."""

    name: str
    source: str
    sandbox: Sandbox
    template: Template

    def fill(self, fields: Mapping[str, object]) -> str:
        """Return the page for one buyer; every value is escaped.

        Raises
        ------
        InputError
            The template is wrong: the file, the line, the field and the nearest existing one.
        """
        self.sandbox.begin()
        try:
            page = self.template.render(fields)
        except FAULTS as failure:
            raise _told(failure, self.sandbox, self.source, self.name, fields) from None
        return _HEAD.sub(lambda head: f"{head[0]}\n{_POLICY}", page, count=1)


@lru_cache(maxsize=8)
def ready_page(source: str, name: str) -> PageTemplate:
    """Return a page's template made ready; the same one is made ready once.

    Raises
    ------
    InputError
        It runs or fetches something, has no <head>, or cannot be read.
    """
    for line, message in find_reaching(source):
        raise InputError(f"{name}, line {line}: {message}")
    if not _HEAD.search(source):
        raise InputError(f"{name} has no <head>; a page begins with <html><head> and ends with </body></html>.")
    sandbox = Sandbox(autoescape=True, blocks_take_lines=True)
    try:
        return PageTemplate(name, source, sandbox, sandbox.from_string(source))
    except FAULTS as failure:
        raise _told(failure, sandbox, source, name, {}) from None


def find_reaching(source: str) -> list[tuple[int, str]]:
    """Return what in a page's own text runs or fetches something, with the line (from 1)."""
    found: list[tuple[int, str]] = []
    plain = TAG.sub(lambda tag: "\n" * tag[0].count("\n") if tag[0][:2] == "{#" else tag[0], source)
    for number, line in enumerate(plain.split("\n"), start=1):
        for pattern, what in _REACHING:
            reaching = pattern.search(line)
            if reaching:
                shown = what.format(reaching[1].strip().casefold())
                found.append((number, f"it has {shown}; a page must be whole in itself, so take it out."))
    return found


def _told(failure: BaseException, sandbox: Sandbox, source: str, name: str, fields: Mapping[str, object]) -> InputError:
    return tell_fault(failure, file=name, context=fields, source=source, filters=sandbox.filter_names)
