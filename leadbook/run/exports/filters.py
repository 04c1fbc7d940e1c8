"""Which leads an export takes: by stage, owner, flag or any column, and never those that may not be written to."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.model.cells import cell_text, comparable, is_blank
from leadbook.model.columns import TABLES
from leadbook.model.headers import squeezed
from leadbook.model.issues import InputError
from leadbook.model.leads import NO_OWNERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Typed

_CONDITION = re.compile(r"^(.+?)\s*(!=|>=|<=|=|~|>|<)\s*(.*)$", re.DOTALL)


class Filters(Struct, frozen=True):
    """What the user wants exported; every kind that is given must hold, and of each kind one of the values.

    Parameters
    ----------
    stages, owners, flags : tuple of str
        Names as they stand in the workbook (stages by any of their words).
    where : tuple of str
        ``Column=value``, ``!=``, ``~`` (contains), ``<``, ``>``, ``<=`` and ``>=`` (numbers and ISO dates); all of
        them must hold.
    """

    stages: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    where: tuple[str, ...] = field(default=())


def chosen(leads: Typed, playbook: Playbook, filters: Filters) -> list[int]:
    """Return the places (from 0) of the leads that the filters let through.

    Raises
    ------
    InputError
        A stage, an owner or a flag stands on no lead, or a condition makes no sense.
    """
    places = list(range(len(leads.frame)))
    if filters.stages:
        wanted = {comparable(_stage(text, playbook)) for text in filters.stages}
        names = [_stage(text, playbook) for text in leads.frame["stage"].tolist()]
        places = _among(places, names, wanted, filters.stages, "stage")
    if filters.owners:
        wanted = {comparable(text) for text in filters.owners}
        places = _among(places, leads.frame["owner"].tolist(), wanted, filters.owners, "owner")
    if filters.flags:
        held = [comparable(cell_text(cell)) for cell in _column(leads, "flags")]
        said = [comparable(text) for text in filters.flags]
        if not any(flag in cell for flag in said for cell in held):
            raise InputError(
                f"No lead has the flag {' or '.join(filters.flags)}; run leadbook refresh first, and take a word that "
                "stands in the column Flags."
            )
        places = [place for place in places if any(flag in held[place] for flag in said)]
    for condition in filters.where:
        test, values = _condition(condition, leads)
        places = [place for place in places if test(values[place])]
    return places


def _stage(text: str, playbook: Playbook) -> str:
    known = playbook.stage(text)
    return known.name if known is not None else text


def _among(places: Sequence[int], names: Sequence[str], wanted: set[str], said: Sequence[str], what: str) -> list[int]:
    """Keep the places whose name is wanted; ``names`` as they are written, ``wanted`` as they are compared."""
    compared = [comparable(name) for name in names]
    if not wanted & set(compared):
        written = {key: name for key, name in zip(compared, names, strict=True) if key}
        if not written:
            raise InputError(NO_OWNERS if what == "owner" else f"No lead has a {what}; leave that choice out.")
        near = difflib.get_close_matches(comparable(said[0]), sorted(written), 3, 0.4) or sorted(written)[:5]
        offered = ", ".join(written[key] for key in near)
        raise InputError(f"No lead has the {what} {' or '.join(said)}; there are {offered}.")
    return [place for place in places if compared[place] in wanted]


def _column(leads: Typed, key: str) -> list[object]:
    return leads.raw[key].tolist() if key in leads.raw.columns else [None] * len(leads.frame)


def _condition(text: str, leads: Typed) -> tuple[Callable[[object], bool], list[object]]:
    found = _CONDITION.match(text.strip())
    if found is None:
        raise InputError(f'"{text}" is no condition; write it as "Country=Germany", "Amount>5000" or "Notes~call".')
    header, sign, value = found[1].strip(), found[2], found[3].strip()
    return _test(sign, value), _values(header, leads)


def _values(header: str, leads: Typed) -> list[object]:
    word = squeezed(header)
    for key in leads.raw.columns:
        ours = next((column.header for column in TABLES["Leads"] if column.key == key), key)
        if word in {squeezed(ours), squeezed(leads.headers.get(key, ""))}:
            if leads.frame[key].dtype.kind in "Mf":
                meant = leads.frame[key].astype(object)
                return list(meant.where(leads.frame[key].notna(), None).tolist())
            return list(leads.raw[key].tolist())
    for own in leads.extra.columns:
        if word == squeezed(own):
            return list(leads.extra[own].tolist())
    names = [*leads.headers.values(), *leads.extra.columns]
    near = difflib.get_close_matches(header, names, 3, 0.4) or names[:5]
    raise InputError(f'Leads have no column "{header}"; there are {", ".join(near)}.')


def _test(sign: str, wanted: str) -> Callable[[object], bool]:
    folded = comparable(wanted)
    if sign == "=":
        return lambda value: comparable("" if is_blank(value) else _said(value)) == folded
    if sign == "!=":
        return lambda value: comparable("" if is_blank(value) else _said(value)) != folded
    if sign == "~":
        return lambda value: folded in comparable(_said(value))
    limit = _number(wanted)
    compare: dict[str, Callable[[float | str, float | str], bool]] = {
        ">": lambda one, other: one > other,  # type: ignore[operator] # both are of one kind, see below
        "<": lambda one, other: one < other,  # type: ignore[operator] # as above
        ">=": lambda one, other: one >= other,  # type: ignore[operator] # as above
        "<=": lambda one, other: one <= other,  # type: ignore[operator] # as above
    }
    holds = compare[sign]

    def test(value: object) -> bool:
        if is_blank(value):
            return False
        if limit is not None:
            number = _number(_said(value))
            return number is not None and holds(number, limit)
        return holds(_said(value)[:10], wanted[:10])

    return test


def _said(value: object) -> str:
    return cell_text(value)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None
