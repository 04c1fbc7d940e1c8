"""What the Stages table asks of a lead in each stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.model.playbook import StageClass
from leadbook.rules.cells import in_stages, texts

if TYPE_CHECKING:
    from leadbook.model.playbook import Playbook, Stage
    from leadbook.model.records import Records
    from leadbook.rules.finding import Mask


def required_in(playbook: Playbook, stage: Stage) -> tuple[str, ...]:
    """Return what a stage requires: its own list, and those of all open stages before it when it is open.

    Alternatives stay joined by "|".
    """
    if stage.stage_class is not StageClass.OPEN:
        return stage.required
    before = (other for other in playbook.open_stages if other.order <= stage.order)
    return tuple(dict.fromkeys(names for other in before for names in other.required))


def requirements(records: Records) -> dict[str, Mask]:
    """Return for each field that some stage requires which leads stand in such a stage.

    The keys are column keys, alternatives joined by "|", in the order of the stages.
    """
    book = records.playbook
    asked: dict[str, set[str]] = {}
    for stage in book.stages:
        for names in required_in(book, stage):
            asked.setdefault(names, set()).add(stage.name)
    codes, found = pd.factorize(texts(records.leads, "stage_name"))
    return {
        names: np.array([*(name in stages for name in found), False], dtype=bool)[codes]
        for names, stages in asked.items()
    }


def requiring(records: Records, names: str) -> Mask:
    """Return which leads stand in a stage that requires ``names`` (a key, or alternatives joined by "|")."""
    book = records.playbook
    return in_stages(records, tuple(stage for stage in book.stages if names in required_in(book, stage)))


def qualifying_stage(playbook: Playbook) -> Stage | None:
    """Return the open stage where BANT is asked for, else the one called Qualification, else None."""
    bant = {"budget", "authority", "need", "timeline"}
    for stage in playbook.open_stages:
        if bant & set(stage.required):
            return stage
    found = playbook.stage("Qualification")
    return found if found and found.stage_class is StageClass.OPEN else None


def stage_for(playbook: Playbook, words: tuple[str, ...]) -> Stage | None:
    """Return the first open stage that is named for one of some words, None when none is."""
    for stage in playbook.open_stages:
        if any(word in stage.name.casefold() for word in words):
            return stage
    return None


def up_to(records: Records, stage: Stage) -> Mask:
    """Return which open leads stand in ``stage`` or an earlier one."""
    return in_stages(records, tuple(other for other in records.playbook.open_stages if other.order <= stage.order))


def beyond(records: Records, stage: Stage) -> Mask:
    """Return which open leads stand in a stage after ``stage``."""
    return in_stages(records, tuple(other for other in records.playbook.open_stages if other.order > stage.order))


def nowhere(records: Records) -> Mask:
    """Return a mask that is False for every lead."""
    return np.zeros(len(records.leads.frame), dtype=bool)
