"""Incoming rows that no key tied to a lead, put to the duplicate model: surely the same one, or only like it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from leadbook.analysis.duplicates import match_rows
from leadbook.model.cells import cell_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.playbook import Playbook
    from leadbook.run.imports.matching import Matching
    from leadbook.run.imports.standing import Incoming, Standing

#: From this probability on a row is taken for the lead; a wrong merge costs more than one duplicate more to decide on.
SURE = 0.95

#: How a lead was recognised.
BY_MODEL = "the duplicate model"

_TEXTS = ("email", "phone", "first_name", "last_name", "company", "website", "street", "postcode", "city", "country")


def match_by_model(
    matching: Matching, incoming: Incoming, standing: Standing, playbook: Playbook
) -> list[tuple[int, int, float]]:
    """Settle the rows that the model is sure of; return (row, lead's place, probability) of those only alike.

    Notes
    -----
    What the model learns changes with the workbook. So that the next import of the file finds the same lead again,
    only rows are settled of which the lead can keep something: the CRM's record id, or a further e-mail address.
    """
    new, free = matching.unmatched, matching.free
    if not new or not free:
        return []
    ours = _ours(standing, free, playbook)
    found = match_rows(ours, _theirs(incoming, new, playbook), home_country=playbook.options.home_country)
    alike: list[tuple[int, int, float]] = []
    taken: set[int] = set()
    rows = sorted(
        zip(found["incoming"].tolist(), found["existing"].tolist(), found["probability"].tolist(), strict=True),
        key=lambda pair: (-pair[2], pair[0]),
    )
    for row, lead, probability in rows:
        place, at = new[row], free[lead]
        if not matching.is_possible(place, at):
            continue
        if probability >= SURE and at not in taken and matching.can_be_remembered(place):
            taken.add(at)
            matching.take(place, at, BY_MODEL)
        else:
            alike.append((place, at, probability))
    return sorted(alike)


def _ours(standing: Standing, places: Sequence[int], playbook: Playbook) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {}
    for key in _TEXTS:
        column = standing.column(key=key)
        columns[key] = [cell_text(column[at]) for at in places]
    for key in ("amount", "close_date"):
        meant = standing.meanings(key)
        columns[key] = [meant[at] for at in places]
    stages = standing.column(key="stage")
    return columns | {"stage_class": _classes([stages[at] for at in places], playbook)}


def _theirs(incoming: Incoming, places: Sequence[int], playbook: Playbook) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {}
    for key in _TEXTS:
        if (column := incoming.keyed.get(key)) is not None:
            columns[key] = [cell_text(column[place]) for place in places]
    if (amounts := incoming.keyed.get("amount")) is not None:
        columns["amount"] = [amount if isinstance(amount := amounts[place], (int, float)) else None for place in places]
    if (days := incoming.keyed.get("close_date")) is not None:
        columns["close_date"] = [day if isinstance(day := days[place], dt.date) else None for place in places]
    if (stages := incoming.keyed.get("stage")) is not None:
        columns["stage_class"] = _classes([stages[place] for place in places], playbook)
    return columns


def _classes(stages: Sequence[object], playbook: Playbook) -> list[object]:
    known = {text: playbook.stage(text) for text in {cell_text(stage) for stage in stages}}
    meant = [known[cell_text(stage)] for stage in stages]
    return ["" if stage is None else stage.stage_class.value for stage in meant]
