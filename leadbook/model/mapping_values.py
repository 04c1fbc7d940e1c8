"""Foreign values as our cells hold them: dates as dates, amounts as numbers, stage words as the book's stages."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leadbook.model.cells import (
    NAME_PLACEHOLDERS,
    NO,
    PLACEHOLDERS,
    YES,
    Reading,
    is_placeholder,
    one_line,
    tidy,
)
from leadbook.model.columns import Kind, column
from leadbook.model.dates import read_dates
from leadbook.model.mapping_cells import Value, of_each, own_values, split_names, text_value, text_values, whole_or_not
from leadbook.model.mapping_words import FULL_NAME, MODIFIED, OUTCOME, foreign_stage
from leadbook.model.money import currencies_of, read_money
from leadbook.model.numerals import read_number, read_percent, read_points
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leadbook.model.playbook import Options, Playbook


# When a lead came, and when it was first spoken to, is measured in hours; the other dates are days.
_MOMENTS = frozenset({"created", "first_contacted", "last_activity", MODIFIED})
_NAMES = frozenset({"company", "first_name", "last_name", FULL_NAME})


@dataclass
class Converted:
    """Columns of a foreign table under our keys and as columns of the seller's own.

    Parameters
    ----------
    keyed : dict of str to list
        Our key to n values.
    extra : dict of str to list
        Their header to n values.
    notes : list of str
        What was changed or could not be read, one sentence each.
    modified : list or None
        When the other side last changed each row; None where no column tells.
    """

    keyed: dict[str, list[Value]] = field(default_factory=dict)
    extra: dict[str, list[Value]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    modified: list[Value] | None = None


def convert(
    keyed: Mapping[str, Sequence[object]],
    extra: Mapping[str, Sequence[object]],
    playbook: Playbook,
    table: str = "Leads",
    headers: Mapping[str, str] | None = None,
) -> Converted:
    """Convert the columns of a foreign table to what our cells hold.

    Parameters
    ----------
    keyed : mapping of str to sequence
        Our key (or ``full_name``, ``became_customer``) to the values as typed.
    extra : mapping of str to sequence
        Columns that stay the seller's own.
    playbook : Playbook
        Stages and their words, how ambiguous dates are meant, the base currency.
    table : str
        Name of our table.
    headers : mapping of str to str, optional
        Key to their header, for the sentences.

    Notes
    -----
    What cannot be read stays as typed, so that the linter shows it in its cell; placeholders ("Select", "n/a")
    become blank and are counted.
    """
    named = headers or {}
    out = Converted()
    for key, values in keyed.items():
        label = named.get(key, key)
        if key == FULL_NAME:
            first, last = split_names(values)
            out.keyed["first_name"], out.keyed["last_name"] = first, last
        elif key == MODIFIED:
            out.modified = _dates(_Source(key, label, values, out.notes), playbook.options)
        elif key == OUTCOME:
            out.keyed["stage"] = _outcomes(values, playbook, label, out.notes)
        elif key == "stage" and table == "Leads":
            out.keyed["stage"] = _stages(values, playbook, label, out.notes)
        else:
            source = _Source(key, label, values, out.notes)
            out.keyed[key] = _by_kind(source, column(table, key).kind, playbook, out)
        _count_placeholders(values, label, out.notes)
    for header, values in extra.items():
        out.extra[header] = own_values(values)
        _count_placeholders(values, header, out.notes)
    return out


@dataclass(frozen=True)
class _Source:
    """One foreign column on its way: our key, its own header, its values, and where remarks on it go."""

    key: str
    label: str
    values: Sequence[object]
    notes: list[str]


def _by_kind(source: _Source, kind: Kind, playbook: Playbook, out: Converted) -> list[Value]:
    options = playbook.options
    values = source.values
    match kind:
        case Kind.DATE:
            result = _dates(source, options)
        case Kind.MONEY:
            result = _money(source, options, out)
        case Kind.NUMBER:
            result = _kept(source, read_number(values), whole_or_not, "numbers")
        case Kind.PERCENT:
            result = _percentages(source)
        case Kind.POINTS:
            result = _kept(source, read_points(values), whole_or_not, "points from 0 to 3")
        case Kind.FLAG:
            result = of_each(values, _flag)
        case _:
            words = NAME_PLACEHOLDERS if source.key in _NAMES else PLACEHOLDERS
            result = text_values(values, words)
    return result


def _percentages(source: _Source) -> list[Value]:
    reading = read_percent(source.values)
    if any("percentages" in fault.message for fault, _ in reading.column_faults):
        source.notes.append(f"{source.label}: numbers up to 100 taken as percentages (70 as 70 %).")
    return _kept(source, reading, whole_or_not, "percentages")


def _kept(source: _Source, reading: Reading, to_value: Callable[[object], Value], words: str) -> list[Value]:
    """Return what was read, and what could not be read as it was typed."""
    meant: list[Value] = [to_value(read) for read in reading.values.tolist()]
    unread: list[str] = []
    for place, (value, converted) in enumerate(zip(source.values, meant, strict=True)):
        if converted is None and value is not None and (text := text_value(value)) is not None:
            meant[place] = text
            unread.append(text)
    if unread:
        examples = ", ".join(dict.fromkeys(one_line(text, 30) for text in unread[:50]))[:80]
        verb = "is" if len(unread) == 1 else "are"
        source.notes.append(
            f"{source.label}: {_count(len(unread), 'cell')} {verb} no {words} and left as typed ({examples})."
        )
    return meant


def _dates(source: _Source, options: Options) -> list[Value]:
    reading = read_dates(source.values, day_first=options.day_first, time_zone=options.time_zone)
    for fault, count in reading.column_faults:
        source.notes.append(f"{source.label} {fault.message} ({_count(count, 'cell')})")

    def to_value(moment: object) -> Value:
        if not isinstance(moment, dt.datetime):
            return None
        midnight = moment.time() == dt.time(0)
        return moment.replace(microsecond=0) if source.key in _MOMENTS and not midnight else moment.date()

    return _kept(source, reading, to_value, "dates")


def _money(source: _Source, options: Options, out: Converted) -> list[Value]:
    reading = read_money(source.values)
    amounts = _kept(source, reading, whole_or_not, "amounts")
    if reading.currencies is not None:
        codes: list[Value] = []
        taken: dict[str, str] = {}
        for mark in reading.currencies.tolist():
            possible = currencies_of(mark)
            code = options.base_currency if options.base_currency in possible else next(iter(possible), None)
            if code and mark != code:
                taken[mark] = code
            codes.append(code)
        if any(codes):
            out.keyed.setdefault("currency", codes)
        source.notes.extend(f"{source.label}: {mark} taken as {code}." for mark, code in taken.items())
    return amounts


def _flag(value: object) -> Value:
    text = text_value(value)
    if text is None:
        return None
    word = text.casefold()
    if word in YES:
        return "Yes"
    return "No" if word in NO else text


def _stages(values: Sequence[object], playbook: Playbook, label: str, notes: list[str]) -> list[Value]:
    """Return the book's own names of the stages; a word that it does not know stays as typed."""
    texts = text_values(values)
    named: dict[Value, str] = {}
    for text in {text for text in texts if text is not None}:
        stage = foreign_stage(str(text), playbook)
        named[text] = stage.name if stage else ""
    counts = Counter(str(text) for text in texts if text is not None)
    renamed = {(text, name): n for text, n in counts.items() if (name := named[text]) and name != text}
    unknown = {text: n for text, n in counts.items() if not named[text]}
    result: list[Value] = [None if text is None else named[text] or text for text in texts]
    notes.extend(
        f"{label}: {one_line(text, 40)} taken as {name} ({_count(number, 'row')})."
        for (text, name), number in renamed.items()
    )
    notes.extend(
        f"{label}: {one_line(text, 40)} is no stage of this workbook and stays as typed ({_count(number, 'row')}); "
        "add it to Settings, table Stages, or as another word for one of them."
        for text, number in unknown.items()
    )
    return result


def _outcomes(values: Sequence[object], playbook: Playbook, label: str, notes: list[str]) -> list[Value]:
    won = next((stage.name for stage in playbook.stages if stage.stage_class is StageClass.WON), "Won")
    first = playbook.open_stages[0].name if playbook.open_stages else ""
    result: list[Value] = []
    counts: Counter[str] = Counter()
    for value in values:
        text = text_value(value)
        word = (text or "").casefold().removesuffix(".0")
        meaning: Value = text
        if word in YES:
            meaning = won
        elif word in NO:
            meaning = first
        counts[str(meaning)] += meaning is not None
        result.append(meaning)
    told = ", ".join(f"{_count(n, 'row')} {name}" for name, n in counts.items() if n)
    notes.append(f"{label} tells who became a customer: yes taken as {won}, no as {first} ({told}).")
    return result


def _count_placeholders(values: Sequence[object], label: str, notes: list[str]) -> None:
    found: Counter[str] = Counter()
    likely = {value for value in set(values) if isinstance(value, str) and is_placeholder(tidy(value[:80]))}
    for text, number in Counter(value for value in values if value in likely).items() if likely else ():
        found[tidy(str(text))] += number
    found.pop("", None)
    notes.extend(f"{label}: {_count(number, 'cell')} with {word} taken as blank." for word, number in found.items())


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
