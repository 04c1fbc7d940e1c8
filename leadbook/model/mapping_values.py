"""Foreign values as our cells hold them: dates as dates, amounts as numbers, stage words as the book's stages."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from leadbook.model.cells import (
    NAME_PLACEHOLDERS,
    NO,
    PLACEHOLDERS,
    YES,
    Reading,
    one_line,
    placeholders_among,
    tidy,
)
from leadbook.model.columns import TABLES, Kind, column
from leadbook.model.counts import counted
from leadbook.model.dates import read_dates
from leadbook.model.mapping_cells import (
    Value,
    addresses_in_names,
    first_addresses,
    of_each,
    own_values,
    split_names,
    text_value,
    text_values,
    whole_or_not,
)
from leadbook.model.mapping_looks import day_comes_first
from leadbook.model.mapping_stages import read_outcomes, read_stages, settle_endings
from leadbook.model.mapping_words import CURRENCY_NAMES, ENDINGS, FULL_NAME, MODIFIED, OPT_OUT_WORDS, OUTCOME
from leadbook.model.money import currencies_of, read_money
from leadbook.model.numerals import read_number, read_percent, read_points

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leadbook.model.playbook import Playbook
    from leadbook.model.team_options import Options


#: Further addresses of a person, in a column of the team's own.
OTHER_EMAILS = "Other Emails"

# When a lead came, and when it was first spoken to, is measured in hours; the other dates are days.
_MOMENTS = frozenset({"created", "first_contacted", "last_activity", MODIFIED})
_NAMES = frozenset({"company", "first_name", "last_name", FULL_NAME})


class Converted(Struct):
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
    playbook = _with_order_of_dates(keyed, playbook, table)
    for key, values in keyed.items():
        label = named.get(key, key)
        if key == FULL_NAME:
            first, last = split_names(values)
            out.keyed["first_name"], out.keyed["last_name"] = first, last
            if "email" not in keyed and any(inside := addresses_in_names(values)):
                out.keyed["email"] = inside
        elif key in ENDINGS:
            continue
        elif key == MODIFIED:
            out.modified = _dates(_Source(key, label, values, out.notes), playbook.options)
        elif key == OUTCOME:
            out.keyed["stage"] = read_outcomes(values, playbook, label, out.notes)
        elif key == "stage" and table == "Leads":
            out.keyed["stage"] = read_stages(values, playbook, label, out.notes)
        else:
            source = _Source(key, label, values, out.notes)
            out.keyed[key] = _by_kind(source, column(table, key).kind, playbook, out)
        _count_placeholders(values, label, out.notes)
    endings = {key: values for key, values in keyed.items() if key in ENDINGS}
    if endings:
        out.keyed["stage"] = settle_endings(out.keyed.get("stage"), endings, playbook, out.notes)
    for header, values in extra.items():
        out.extra[header] = own_values(values)
        _count_placeholders(values, header, out.notes)
    return out


def _with_order_of_dates(keyed: Mapping[str, Sequence[object]], playbook: Playbook, table: str) -> Playbook:
    """Return the playbook with the order of day and month that the file shows: who wrote one column wrote them all."""
    kinds = {entry.key: entry.kind for entry in TABLES[table]} | {MODIFIED: Kind.DATE}
    dated = [values for key, values in keyed.items() if kinds.get(key) is Kind.DATE]
    order = day_comes_first(dated) if playbook.options.day_first is None else None
    return playbook if order is None else replace(playbook, options=replace(playbook.options, day_first=order))


class _Source(Struct, frozen=True):
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
            result = of_each(values, _opt_out if source.key == "opt_out" else _flag)
        case Kind.EMAIL:
            result, further = first_addresses(values)
            if any(further):
                out.extra[OTHER_EMAILS] = further
                several = sum(value is not None for value in further)
                source.notes.append(
                    f"{source.label}: {counted(several, 'cell')} with several addresses; the first is the lead's, the "
                    f"others stand in {OTHER_EMAILS}."
                )
        case _ if source.key == "currency":
            result = of_each(values, _currency)
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
    read, codes = np.unique(reading.values, return_inverse=True)
    each: list[Value] = [to_value(one) for one in read.tolist()]
    meant: list[Value] = [each[code] for code in codes.tolist()]
    unread: list[str] = []
    for place in [place for place, converted in enumerate(meant) if converted is None]:
        value = source.values[place]
        if value is not None and (text := text_value(value)) is not None:
            meant[place] = text
            unread.append(text)
    if unread:
        examples = ", ".join(dict.fromkeys(one_line(text, 30) for text in unread[:50]))[:80]
        verb = "is" if len(unread) == 1 else "are"
        source.notes.append(
            f"{source.label}: {counted(len(unread), 'cell')} {verb} no {words} and left as typed ({examples})."
        )
    return meant


def _dates(source: _Source, options: Options) -> list[Value]:
    reading = read_dates(source.values, day_first=options.day_first, time_zone=options.time_zone)
    for fault, count in reading.column_faults:
        source.notes.append(f"{source.label} {fault.message} ({counted(count, 'cell')})")

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


def _currency(value: object) -> Value:
    text = text_value(value)
    return CURRENCY_NAMES.get("".join(filter(str.isalpha, (text or "").casefold())), text)


def _opt_out(value: object) -> Value:
    """Return an opt-out; CRMs also say it as a state ("Unsubscribed", "Do Not Allow")."""
    text = text_value(value)
    return OPT_OUT_WORDS.get("".join(filter(str.isalpha, (text or "").casefold()))) or _flag(value)


def _flag(value: object) -> Value:
    text = text_value(value)
    if text is None:
        return None
    word = text.casefold()
    if word in YES:
        return "Yes"
    return "No" if word in NO else text


def _count_placeholders(values: Sequence[object], label: str, notes: list[str]) -> None:
    found: Counter[str] = Counter()
    likely = placeholders_among([value for value in set(values) if type(value) is str])
    for text, number in Counter(value for value in values if value in likely).items() if likely else ():
        found[tidy(str(text))] += number
    found.pop("", None)
    notes.extend(f"{label}: {counted(number, 'cell')} with {word} taken as blank." for word, number in found.items())
