"""A template judged before anything is filled in: all its faults at once, each with its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import Environment, TemplateError, TemplateSyntaxError

from leadbook.documents.sandbox import Sandbox
from leadbook.documents.template_names import NameCheck
from leadbook.documents.template_tags import Finding, Tag, check_blocks, check_tags, find_tags
from leadbook.documents.word_text import PREFIX, TAG, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_OF_WORD = re.compile(r"\{%\s*(?:(vm|hm)|(cellbg|colspan)\s+(.*?))\s*%\}", re.DOTALL)


def check_lines(lines: Sequence[Line], example: Mapping[str, object], *, is_word: bool = False) -> list[Finding]:
    """Return what is wrong with a template.

    Parameters
    ----------
    lines : sequence of Line
        As `text_lines` or `read_lines` return them.
    example : mapping
        The fields, each list with an item.
    is_word : bool
        Whether it is a Word document, whose blocks must not cross cells.

    Returns
    -------
    list of Finding
        In the template's order.
    """
    found, sound = check_structure(lines, is_word=is_word)
    checked = list(found)

    def tell(line: int, message: str) -> None:
        checked.append(Finding(lines[min(line, len(lines)) - 1].place if lines else "", message))

    sandbox = Sandbox(autoescape=True)
    source = checking_source(lines, sound)
    try:
        tree = Environment(autoescape=True).parse(source)  # the sandbox would stop at the first thing it refuses
        NameCheck(example, filters=sandbox.filter_names, tell=tell).check(tree)
        if not checked:
            sandbox.parse(source)
    except TemplateSyntaxError as failure:
        if not found:
            tell(failure.lineno, f"{(failure.message or 'it cannot be read').rstrip('.')}.")
    except (TemplateError, RecursionError):
        tell(1, "it is nested too deeply; make it simpler.")
    order = {line.place: number for number, line in reversed(list(enumerate(lines)))}
    return sorted(dict.fromkeys(checked), key=lambda one: order.get(one.place, 0))


def check_structure(lines: Sequence[Line], *, is_word: bool) -> tuple[list[Finding], list[Tag]]:
    """Return what is wrong with the tags and blocks themselves, and the tags that can be read."""
    tags, found = find_tags(lines)
    faulty, sound = check_tags(lines, tags, is_word=is_word)
    crossed, whole = check_blocks(lines, sound)
    return [*found, *faulty, *crossed], whole


def checking_source(lines: Sequence[Line], tags: Iterable[Tag]) -> str:
    """Return a template of a line for each line, with these tags and none of the text, for Jinja2 to read."""
    kept: dict[int, list[str]] = {}
    for tag in tags:
        kept.setdefault(tag.line, []).append(_OF_WORD.sub(lambda found: f"{{{{ {found[3] or '0'} }}}}", tag.text))
    return "\n".join("".join(kept.get(number, ())) for number in range(len(lines)))


def text_lines(source: str) -> list[Line]:
    """Return the lines of a text template; a tag that runs over several stands in its first."""
    joined = TAG.sub(lambda tag: PREFIX.sub(r"\1", tag[0].replace("\n", " ")) + "\n" * tag[0].count("\n"), source)
    return [Line(text, f"line {number}", 0) for number, text in enumerate(joined.split("\n"), start=1)]
