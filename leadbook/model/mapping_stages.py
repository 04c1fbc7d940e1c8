"""Where foreign leads stand: stage words as the book's stages, and what a CRM says about the end of a deal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leadbook.model.cells import NO, YES, one_line
from leadbook.model.counts import counted
from leadbook.model.foreign_stages import foreign_stage
from leadbook.model.mapping_cells import Value, text_value, text_values
from leadbook.model.mapping_words import IS_CLOSED, IS_LOST, IS_WON, STATUS
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.model.playbook import Playbook


def read_stages(values: Sequence[object], playbook: Playbook, label: str, notes: list[str]) -> list[Value]:
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
        f"{label}: {one_line(text, 40)} taken as {name} ({counted(number, 'row')})."
        for (text, name), number in renamed.items()
    )
    notes.extend(
        f"{label}: {one_line(text, 40)} is no stage of this workbook and stays as typed ({counted(number, 'row')}); "
        "add it to Settings, table Stages, or as another word for one of them."
        for text, number in unknown.items()
    )
    return result


def read_outcomes(values: Sequence[object], playbook: Playbook, label: str, notes: list[str]) -> list[Value]:
    """Return the stages that a column of yes and no (became a customer) means, and note how it was taken."""
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
    told = ", ".join(f"{counted(n, 'row')} {name}" for name, n in counts.items() if n)
    notes.append(f"{label} tells who became a customer: yes taken as {won}, no as {first} ({told}).")
    return result


def settle_endings(
    stages: Sequence[Value] | None, endings: Mapping[str, Sequence[object]], playbook: Playbook, notes: list[str]
) -> list[Value]:
    """Return the stages, with the last word given to what a CRM says beside them about the end of a deal.

    Parameters
    ----------
    stages : sequence of Value or None
        As ``read_stages`` returns them; None where the file has no column of stages.
    endings : mapping of str to sequence
        ``deal_status`` (Open, Won, Lost), ``is_won``, ``is_lost`` and ``is_closed`` (yes or no) to the values.
    notes : list of str
        What was decided goes here.

    Notes
    -----
    A deal that was lost keeps in Pipedrive the stage where that happened; Salesforce says with two flags whether a
    deal is closed and whether it was won.
    """
    n = len(next(iter(endings.values())))
    blank: list[object] = [None] * n
    before: Sequence[Value] = stages if stages is not None else [None] * n
    won, lost = _named(StageClass.WON, playbook), _named(StageClass.LOST, playbook)
    columns = [endings.get(key, blank) for key in (STATUS, IS_WON, IS_LOST, IS_CLOSED)]
    known: dict[tuple[object, ...], str] = {}
    result: list[Value] = []
    for stage, *said in zip(before, *columns, strict=True):
        told = (stage, *said)
        if told not in known:
            known[told] = _after_ending(stage, said, (won, lost), playbook)
        result.append(known[told] or stage)
    moved = Counter(str(now) for was, now in zip(before, result, strict=True) if now != was)
    if moved:
        told_as = ", ".join(f"{counted(number, 'row')} {name}" for name, number in moved.items())
        notes.append(f"What the file says about the end of a deal counts before its stage: {told_as}.")
    return result


def _after_ending(stage: Value, said: Sequence[object], ends: tuple[str, str], playbook: Playbook) -> str:
    status, is_won, is_lost, is_closed = (text_value(value) or "" for value in said)
    won, lost = ends
    here = playbook.stage(str(stage)) if stage is not None else None
    if here is not None and here.stage_class in _ENDED:
        return ""
    if is_won.casefold() in YES:
        return won
    if is_lost.casefold() in YES:
        return lost
    if (
        is_closed.casefold() in YES
        and is_won.casefold() in NO
        and (here is None or here.stage_class is StageClass.OPEN)
    ):
        return lost
    meant = foreign_stage(status, playbook) if status else None
    if meant is not None and (stage is None or meant.stage_class in _ENDED):
        return meant.name
    return ""


_ENDED = frozenset({StageClass.WON, StageClass.LOST, StageClass.DISQUALIFIED})


def _named(stage_class: StageClass, playbook: Playbook) -> str:
    """Return the workbook's own name for a kind of end."""
    return next((stage.name for stage in playbook.stages if stage.stage_class is stage_class), stage_class.capitalize())
