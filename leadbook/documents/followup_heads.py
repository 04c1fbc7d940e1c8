"""The head of a follow-up's template: for which leads it is meant, in words a seller types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.nurture import Track
from leadbook.analysis.touches import KINDS
from leadbook.documents.template_faults import nearest_name
from leadbook.model.cells import NO, YES
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from leadbook.model.playbook import Stage

_RULE = re.compile(r"-{3,}\s*")
# How a span of days is typed, and what stands for the end that is left out; the first that fits counts.
_SPANS = (
    re.compile(r"(?:from )?(?P<first>\d{1,5}) ?(?:to|-|\u2013|\.\.) ?(?P<last>\d{1,5})"),
    re.compile(r"(?:up to|to|until|at most|<=) ?(?P<last>\d{1,5})"),
    re.compile(
        r"(?:from|at least|>=) ?(?P<first>\d{1,5})(?: on| up)?|(?P<first_>\d{1,5}) ?(?:\+|-|on|(?:or|and) (?:more|up))"
    ),
    re.compile(r"(?P<only>\d{1,5})"),
)
_ANY = frozenset({"any", "all", "*"})


class Circumstances(Struct, frozen=True):
    """What decides which follow-up a lead gets.

    Parameters
    ----------
    stage : Stage or None
        None where the lead's stage is blank.
    silent_days : float
        Since the last touch, NaN for none.
    attempts : int
        Since the buyer last took part.
    contacted : bool
    after : str
        The kind of the last touch, of `touches.KINDS`.
    track : str
        A `Track` value, or "".
    objection : str
        The last open one, "" for none.
    industry, country : str
    """

    stage: Stage | None
    silent_days: float
    attempts: int
    contacted: bool
    after: str = ""
    track: str = ""
    objection: str = ""
    industry: str = ""
    country: str = ""


class Head(Struct, frozen=True):
    """For whom a template is meant; a line that is not there asks for nothing.

    Parameters
    ----------
    name : str
        What the follow-up is called in lists.
    stages : tuple of str
        Names or other words of stages, their roll-ups, or classes (``open``, ``nurture``); case-folded, as all words.
    tracks, after, objections, industries, countries : tuple of str
        One of them must fit.
    silent_days, attempts : (int, int) or None
        From and to, both inclusive.
    contacted : bool or None
    objected : bool or None
        Whether there must be an open objection at all, or none.
    """

    name: str
    stages: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    silent_days: tuple[int, int] | None = None
    attempts: tuple[int, int] | None = None
    contacted: bool | None = None
    objected: bool | None = None

    @property
    def lines(self) -> int:
        """How many things it asks for; a named objection asks for more than any."""
        asked = (
            self.stages, self.tracks, self.after, self.objections, self.industries, self.countries, self.silent_days,
            self.attempts, self.contacted is not None, self.objected is not None,
        )  # fmt: skip
        return sum(map(bool, asked))

    @property
    def width(self) -> int:
        """How many days of silence it allows; fewer are more specific."""
        first, last = self.silent_days or (0, _FOREVER)
        return last - first

    def fits(self, lead: Circumstances) -> bool:
        """Tell whether a lead is in these circumstances."""
        return (
            (not self.stages or bool(set(self.stages) & words_of(lead.stage)))
            and (not self.tracks or lead.track in self.tracks)
            and (not self.after or lead.after in self.after)
            and (not self.industries or _folded(lead.industry) in self.industries)
            and (not self.countries or _folded(lead.country) in self.countries)
            and _within(lead.silent_days, self.silent_days)
            and _within(lead.attempts, self.attempts)
            and (self.contacted is None or self.contacted == lead.contacted)
            and (self.objected is None or self.objected == bool(lead.objection))
            and (not self.objections or _names(lead.objection, self.objections))
        )


_FOREVER = 99_999


def read_head(text: str, file: str) -> tuple[Head, int]:
    """Return a template's head, and how many lines it takes with the dashes that end it.

    Raises
    ------
    InputError
        It cannot be read; told with the file and the line.
    """
    lines = text.split("\n")
    start = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if _RULE.fullmatch(lines[start].strip()):
        start += 1
    found: dict[str, object] = {}
    for at, line in enumerate(lines[start:], start=start):
        words = line.strip()
        if _RULE.fullmatch(words):
            name = str(found.pop("name", "")) or file.removesuffix(".txt").removeprefix("followup-").replace("-", " ")
            return Head(name, **found), at + 1  # type: ignore[arg-type] # each reader returns what its field holds
        if words and not words.startswith("#"):
            try:
                found |= _read_line(words, found)
            except ValueError as fault:
                raise InputError(f"{file}, line {at + 1}: {fault}.") from None
    raise InputError(
        f"{file}, line 1: the head has no end; begin the file with lines such as stage: Proposal, then a line of ---."
    )


def _read_line(words: str, found: Mapping[str, object]) -> dict[str, object]:
    key, colon, value = words.partition(":")
    key, value = " ".join(key.casefold().replace("_", " ").split()), value.strip()
    if not colon:
        raise ValueError(f'"{words[:40]}" has no colon; write it as stage: Proposal')
    read = _READERS.get(key)
    if read is None:
        near = nearest_name(key, _READERS)
        raise ValueError(
            f'"{key[:40]}" is nothing a head can say; '
            + (f'write "{near}"' if near else f"there are {', '.join(_READERS)}")
        )
    if not value:
        raise ValueError(f'"{key}" has nothing behind its colon; take the line out, or write any')
    made = {} if value.casefold() in _ANY and key != "objection" else read(value)
    if set(made) & set(found):
        raise ValueError(f'"{key}" stands in the head twice')
    return made


def _list_of(field: str) -> Callable[[str], dict[str, object]]:
    return lambda value: {field: tuple(filter(None, map(_folded, value.split(","))))}


def _one_of(field: str, known: tuple[str, ...]) -> Callable[[str], dict[str, object]]:
    def read(value: str) -> dict[str, object]:
        words = tuple(filter(None, map(_folded, value.split(","))))
        for word in words:
            if word not in known:
                near = nearest_name(word, known)
                raise ValueError(f'"{word[:40]}" is none of {", ".join(known)}' + (f"; write {near}" if near else ""))
        return {field: words}

    return read


def _span(field: str) -> Callable[[str], dict[str, object]]:
    def read(value: str) -> dict[str, object]:
        words = re.sub(r" ?days?$", "", _folded(value))
        match = next((found for span in _SPANS if (found := span.fullmatch(words))), None)
        if match is None:
            raise ValueError(f'"{value[:40]}" is no span; write it as 7 to 14, from 14 or up to 6')
        ends = {name.rstrip("_"): int(digits) for name, digits in match.groupdict().items() if digits is not None}
        first, last = ends.get("first", ends.get("only", 0)), ends.get("last", ends.get("only", _FOREVER))
        if first > last:
            raise ValueError(f'"{value[:40]}" ends before it begins; write the smaller number first')
        return {field: (first, last)}

    return read


def _flag(value: str) -> dict[str, object]:
    word = _folded(value)
    if word not in YES | NO:
        raise ValueError(f'"{value[:40]}" is neither yes nor no')
    return {"contacted": word in YES}


def _objection(value: str) -> dict[str, object]:
    word = _folded(value)
    if word in _ANY:
        return {"objected": True}
    if word in {"none", "no"}:
        return {"objected": False}
    return {"objected": True, **_list_of("objections")(value)}


_READERS: dict[str, Callable[[str], dict[str, object]]] = {
    "name": lambda value: {"name": value[:60]},
    "stage": _list_of("stages"),
    "silent days": _span("silent_days"),
    "objection": _objection,
    "track": _one_of("tracks", tuple(track.value for track in Track)),
    "after": _one_of("after", KINDS),
    "attempts": _span("attempts"),
    "contacted": _flag,
    "industry": _list_of("industries"),
    "country": _list_of("countries"),
}


def words_of(stage: Stage | None) -> set[str]:
    """Return what a stage may be called in a head; a lead without one is open."""
    if stage is None:
        return {"open"}
    return set(map(_folded, (stage.name, *stage.aliases, stage.roll_up, stage.stage_class.value))) - {""}


def _within(value: float, span: tuple[int, int] | None) -> bool:
    return span is None or span[0] <= value <= span[1]  # NaN is within nothing


def _names(objection: str, words: tuple[str, ...]) -> bool:
    said = _folded(objection)
    return any(re.search(rf"(?<!\w){re.escape(word)}", said) for word in words)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
