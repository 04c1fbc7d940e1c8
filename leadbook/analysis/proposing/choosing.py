"""Which leads get a proposal: those named, or those of a stage or an owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.called import look_up
from leadbook.analysis.kept import folded_ids
from leadbook.model.cells import comparable, shown
from leadbook.model.issues import InputError, Issue
from leadbook.model.leads import NO_OWNERS
from leadbook.model.playbook import StageClass
from leadbook.model.proposal import Refused
from leadbook.model.proposal_codes import PROPOSAL_CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.analysis.called import Called
    from leadbook.model.records import Records


class Chosen(Struct, frozen=True):
    """The leads that were asked for.

    Parameters
    ----------
    rows : tuple of int
        Their Excel rows, in the order they were named in, else in that of the table; each once.
    refused : tuple of Refused
        One for each id that no lead has.
    """

    rows: tuple[int, ...]
    refused: tuple[Refused, ...] = ()


def choose_rows(records: Records, lead_ids: Sequence[str] = (), stage: str = "", owner: str = "") -> Chosen:
    """Return the leads that are named by id, narrowed to a stage and an owner where those are given.

    Parameters
    ----------
    records : Records
    lead_ids : sequence of str
        Whatever their case and spaces; without any, every lead of the stage and the owner is meant.
    stage : str
        A stage's name or another word for it; "" for any. Where neither ids nor a stage are given, only leads in open
        stages that have quote lines are meant.
    owner : str
        "" for any.

    Raises
    ------
    InputError
        When nothing is given, or no lead has such a stage or owner.
    """
    if not (any(lead_id.strip() for lead_id in lead_ids) or stage.strip() or owner.strip()):
        raise InputError("Name the leads to propose to: by their Lead ID, by a stage or by an owner.")
    frame = records.leads.frame
    keys, numbers = folded_ids(records.leads).tolist(), frame.index.tolist()
    fits = [True] * len(numbers)
    if stage.strip():
        name = _stage_named(records, stage)
        fits = [fit and found == name for fit, found in zip(fits, frame["stage_name"].tolist(), strict=True)]
    if owner.strip():
        wanted = _owner_named(records, owner)
        fits = [fit and comparable(one) == wanted for fit, one in zip(fits, frame["owner"].tolist(), strict=True)]
    if not any(lead_id.strip() for lead_id in lead_ids):
        if not stage.strip():
            quoted = set(folded_ids(records.quote_lines).tolist()) - {""}
            classes = frame["stage_class"].tolist()
            ready = [key in quoted and one == StageClass.OPEN for key, one in zip(keys, classes, strict=True)]
            fits = [fit and is_ready for fit, is_ready in zip(fits, ready, strict=True)]
        return Chosen(tuple(number for number, fit in zip(numbers, fits, strict=True) if fit))
    rows: dict[int, None] = {}
    refused: list[Refused] = []
    for called in look_up(records, [lead_id for lead_id in lead_ids if lead_id.strip()]):
        rows.update((numbers[at], None) for at in called.places if fits[at])
        if not called.places:
            refused.append(_unknown(records, called))
    return Chosen(tuple(rows), tuple(refused))


def _unknown(records: Records, called: Called) -> Refused:
    """Return why an id is no lead's: it was merged away, or it may be a slip of another."""
    spelled, into, near = called.lead_id, called.merged_into, called.near
    if into:
        code, message = "LB603", f"{shown(spelled)} was merged into {into}; propose to that lead."
    else:
        code, message = (
            "LB601",
            f"No lead is called {shown(spelled)}; "
            + (f"did you mean {near}?" if near else "see the column Lead ID of your leads."),
        )
    table = records.leads.table
    issue = Issue(table.sheet if table else "", 0, records.leads.places.get("lead_id", 0), code,
                  PROPOSAL_CODES[code].severity, message, lead_id=spelled,
                  header=records.leads.headers.get("lead_id", ""))  # fmt: skip
    return Refused(0, spelled, "", (issue,))


def _stage_named(records: Records, stage: str) -> str:
    found = records.playbook.stage(stage)
    if found is None:
        names = ", ".join(one.name for one in records.playbook.stages)
        raise InputError(f"There is no stage {shown(stage)}; the stages are: {names}.")
    return found.name


def _owner_named(records: Records, owner: str) -> str:
    wanted = comparable(owner)
    owners = {comparable(name): name for name in records.leads.frame["owner"].unique().tolist() if name}
    if wanted not in owners:
        names = ", ".join(sorted(owners.values())[:12])
        raise InputError(f"No lead belongs to {shown(owner)}; the owners are: {names}." if names else NO_OWNERS)
    return wanted
