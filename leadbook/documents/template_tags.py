"""The tags of a template, found before Jinja2 reads it, so that every fault is told at once and at its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import Environment, TemplateSyntaxError
from msgspec import Struct

from leadbook.documents.template_faults import nearest_name
from leadbook.documents.word_text import PREFIX, TAG, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

_BRACKET = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_WORD = re.compile(r"\{%[-+]?\s*(\w*)\s*(.*?)\s*[-+]?%\}", re.DOTALL)
_ENDS = {"if": "endif", "for": "endfor", "with": "endwith", "filter": "endfilter", "raw": "endraw"}
_MIDDLE = frozenset({"elif", "else"})
# What docxtpl adds: cells that merge downwards or across, that take a colour, or several columns.
_OF_WORD = frozenset({"vm", "hm", "cellbg", "colspan"})
_REFUSED = {
    "include": "including another file is not possible; put its text here",
    "extends": "building on another file is not possible; put its text here",
    "import": "importing another file is not possible; put its text here",
    "from": "importing another file is not possible; put its text here",
    "macro": "a macro is not possible: a template only names fields, such as {{ lead.company }}",
    "call": "a call is not possible: a template only names fields, such as {{ lead.company }}",
    "block": "a block is not possible; put its text here",
    "autoescape": "values are always escaped",
}
_PARSER = Environment(autoescape=True)


class Finding(Struct, frozen=True):
    """One fault of a template: where it is, and what is wrong, as half a sentence."""

    place: str
    message: str


class Tag(Struct, frozen=True):
    """One tag: its line's number from 0, and where it stands in it.

    ``kind`` is ``{{``, ``{%`` or ``{#``; ``prefix`` is docxtpl's ``tr``, ``tc``, ``p`` or ``r``; ``word`` is the
    first word of a block (``if``), ``rest`` what follows it.
    """

    line: int
    start: int
    text: str
    kind: str
    prefix: str = ""
    word: str = ""
    rest: str = ""


def find_tags(lines: Sequence[Line]) -> tuple[list[Tag], list[Finding]]:
    """Return the tags of a template, and those that are opened and not closed within their line."""
    tags: list[Tag] = []
    found: list[Finding] = []
    is_raw = False
    for number, line in enumerate(lines):
        for match in TAG.finditer(line.text):
            tag = _tag(number, match)
            is_raw = (is_raw or tag.word == "raw") and tag.word != "endraw"
            if tag.kind != "{#" and (not is_raw or tag.word == "raw"):
                tags.append(tag)
        left = None if is_raw else _BRACKET.search(TAG.sub("", line.text))
        if left:
            found.append(Finding(line.place, _unclosed(left[0])))
    return tags, found


def check_tags(lines: Sequence[Line], tags: Sequence[Tag], *, is_word: bool) -> tuple[list[Finding], list[Tag]]:
    """Return the faults of single tags, and the tags that are sound."""
    found: list[Finding] = []
    sound: list[Tag] = []
    for tag in tags:
        message = _fault_of(tag) or (_fault_in_word(tag, lines[tag.line]) if is_word else "")
        if message:
            found.append(Finding(lines[tag.line].place, message))
        is_refused = tag.word.removeprefix("end") in _REFUSED
        if (not message and not is_refused) or tag.word in _ENDS or tag.word in _ENDS.values():
            sound.append(tag)
    return found, sound


def check_blocks(lines: Sequence[Line], tags: Sequence[Tag]) -> tuple[list[Finding], list[Tag]]:
    """Return the faults of blocks that are opened and closed, and the tags of those that are whole."""
    found: list[Finding] = []
    opened: list[Tag] = []
    stray: list[Tag] = []
    for tag in tags:
        if tag.word in _ENDS or _is_set_block(tag):
            opened.append(tag)
        elif tag.word in _MIDDLE and not (opened and opened[-1].word in {"if", "for"}):
            stray.append(tag)
            found.append(Finding(lines[tag.line].place, f"{tag.text} stands outside of any block {{% if %}}."))
        elif tag.word.startswith("end"):
            if opened and tag.word == _end_of(opened[-1]):
                found += _crossing(lines, opened.pop(), tag)
                continue
            stray.append(tag)
            found.append(Finding(lines[tag.line].place, _closes_nothing(lines, tag, opened)))
    for tag in opened:
        place = lines[tag.line].place
        found.append(Finding(place, f"{tag.text} is opened and never closed; write {{% {_end_of(tag)} %}} at its end."))
    without = {id(tag) for tag in (*opened, *stray)}
    return found, [tag for tag in tags if id(tag) not in without]


def _tag(number: int, match: re.Match[str]) -> Tag:
    prefix = PREFIX.match(match[0])
    plain = PREFIX.sub(r"\1", match[0])
    word = _WORD.fullmatch(plain)
    return Tag(
        number, match.start(), plain, plain[:2], prefix[2] if prefix else "", word[1] if word else "",
        word[2] if word else "",
    )  # fmt: skip


def _unclosed(bracket: str) -> str:
    ends = {"{{": "}}", "{%": "%}", "{#": "#}"}
    if bracket in ends:
        return f'a tag is opened with "{bracket}" and not closed with "{ends[bracket]}" in the same paragraph or line.'
    return f'"{bracket}" closes a tag that was not opened.'


def _fault_of(tag: Tag) -> str:
    if tag.kind == "{{":
        return _unreadable(tag.text, tag.text)
    word = tag.word
    if word in _REFUSED or word in {f"end{refused}" for refused in _REFUSED}:
        return f"{_REFUSED[word.removeprefix('end')]}." if word in _REFUSED else ""
    known = {*_ENDS, *_ENDS.values(), *_MIDDLE, *_OF_WORD, "set", "endset"}
    if word not in known:
        near = nearest_name(word, known)
        return f"there is no block {{% {word} %}}" + (f"; did you mean {{% {near} %}}?" if near else ".")
    if word in {"cellbg", "colspan"}:
        return _unreadable(f"{{{{ {tag.rest} }}}}", tag.text)
    if word in _MIDDLE | {"set"} or word in _ENDS:
        opening = f"{{% if {tag.rest} %}}" if word == "elif" else tag.text
        opening = "{% if 1 %}{% else %}" if word == "else" else opening
        return _unreadable(opening + ("" if word == "set" and not _is_set_block(tag) else _closing(tag)), tag.text)
    return ""


def _closing(tag: Tag) -> str:
    return "{% endif %}" if tag.word in _MIDDLE else f"{{% {_end_of(tag)} %}}"


def _unreadable(source: str, shown: str) -> str:
    try:
        _PARSER.parse(source)
    except TemplateSyntaxError as failure:
        return f"{shown} cannot be read ({(failure.message or '').rstrip('.')}); write it like {{{{ lead.company }}}}."
    except RecursionError:
        return "a tag is nested too deeply; make it simpler."
    return ""


def _fault_in_word(tag: Tag, line: Line) -> str:
    if tag.kind == "{{" and tag.prefix:
        return f'"{{{{{tag.prefix} " takes no field; write {{{{ without the letters that follow it.'
    if tag.prefix not in {"tr", "p"}:
        return ""
    if tag.prefix == "tr" and not line.row:
        return f"{{%tr {tag.word} %}} stands outside of a table; write {{%p {tag.word} %}}."
    text = (line.row_text if tag.prefix == "tr" else line.text).strip()
    if TAG.fullmatch(text) is None:
        what = "row of the table" if tag.prefix == "tr" else "paragraph"
        return (
            f"the {what} with {{%{tag.prefix} {tag.word} %}} is taken out with all that stands in it; "
            "give the tag one of its own."
        )
    return ""


def _is_set_block(tag: Tag) -> bool:
    return tag.word == "set" and "=" not in tag.rest


def _end_of(tag: Tag) -> str:
    return "endset" if tag.word == "set" else _ENDS[tag.word]


def _closes_nothing(lines: Sequence[Line], tag: Tag, opened: Sequence[Tag]) -> str:
    if not opened:
        return f"{tag.text} closes a block that was not opened."
    last = opened[-1]
    return (
        f"{tag.text} stands where {{% {_end_of(last)} %}} must: {last.text} is still open ({lines[last.line].place})."
    )


def _crossing(lines: Sequence[Line], opening: Tag, closing: Tag) -> list[Finding]:
    """Return what is wrong with a block of a Word document that begins in one cell and ends in another."""
    first, last = lines[opening.line], lines[closing.line]
    place = first.place
    if opening.prefix != closing.prefix:
        begin, end = f"{{%{opening.prefix} {opening.word} %}}", f"{{%{closing.prefix} {closing.word} %}}"
        return [Finding(place, f"{begin} is closed by {end}; both need the same letters after the %.")]
    together = {"tr": first.table == last.table, "tc": first.row == last.row}.get(
        opening.prefix, first.holder == last.holder
    )
    if together:
        return []
    advice = ""
    if not opening.prefix and first.table and first.table == last.table:
        rows = f"{{%tr {opening.word} ... %}} and {{%tr {closing.word} %}}"
        advice = f"; to repeat or drop rows, write {rows} in rows of their own"
    return [Finding(place, f"{opening.text} is closed in another cell, row or place ({last.place}){advice}.")]
