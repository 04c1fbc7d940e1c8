"""Whose word counts where the workbook and the file disagree about a known lead."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Literal

import pandas as pd
from msgspec import Struct

from leadbook.analysis.history_events import CREATED, FIRST_SEEN
from leadbook.model.cells import NO, YES, cell_text, comparable, is_blank
from leadbook.model.playbook import StageClass
from leadbook.run.imports.identities import id_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records
    from leadbook.run.imports.standing import Incoming, Standing
    from leadbook.run.imports.upserting import Difference

Policy = Literal["fill-blanks", "newest", "ours", "theirs"]
POLICIES: tuple[Policy, ...] = ("fill-blanks", "newest", "ours", "theirs")

# A cell that means nothing, or something else, without its partner: an amount is in its currency.
_TOGETHER = {"currency": "amount", "amount": "currency", "first_name": "last_name"}
_ENDED = frozenset({StageClass.LOST, StageClass.DISQUALIFIED, StageClass.WON})


class Verdict(Struct, frozen=True):
    """What happens to one difference: written or left, and why it was left."""

    difference: Difference
    written: bool
    why: str = ""


class Moments(Struct, frozen=True):
    """When each side last changed its leads, None where it does not tell.

    Parameters
    ----------
    theirs : sequence of (date or None), or None
        By incoming row: the file's column of modification dates, or else its Last Activity.
    ours : mapping of int to datetime
        By place in ``Standing``: the later of Last Activity and the last change that History saw.
    """

    theirs: Sequence[object] | None
    ours: Mapping[int, dt.datetime]

    def newer(self, place: int, at: int) -> tuple[bool | None, str]:
        """Tell whether the incoming row is newer (None when that cannot be told), and in words how it is known."""
        there, here = _moment(self.theirs[place] if self.theirs is not None else None), self.ours.get(at)
        if there is None:
            return None, "the file does not say when the row was changed"
        if here is None:
            return None, "the workbook does not say when the lead was changed"
        if there.time() == dt.time() or here.time() == dt.time():
            there, here = _midnight(there), _midnight(here)
        if there == here:
            return None, "both were changed on the same day" if there.time() == dt.time() else "both are equally new"
        return there > here, f"the workbook's is newer ({here:%Y-%m-%d} after {there:%Y-%m-%d})"


def moments_of(incoming: Incoming, standing: Standing, records: Records) -> Moments:
    """Return when each side last changed its leads.

    The workbook's is the later of Last Activity and the last change that History saw. The file's is its column of
    modification dates, or else its Last Activity.

    Notes
    -----
    That History first saw a lead, and no change since, is no bound: it watches six columns, a refresh that finds them
    unchanged leaves no row, and a corrected city or phone is seen by none. Were the day of the first row taken, a
    file older than such a correction would be written over it; a cell that is left is listed, and nothing is lost.
    """
    seen: dict[str, dt.datetime] = {}
    history = records.history.frame
    for lead_id, event, moment in zip(
        history["lead_id"].tolist(), history["event"].tolist(), history["changed_at"].tolist(), strict=True
    ):
        if event not in {FIRST_SEEN, CREATED} and isinstance(moment, dt.datetime) and not pd.isna(moment):
            key = id_key(lead_id)
            seen[key] = max(seen.get(key, moment), moment)
    ours: dict[int, dt.datetime] = {}
    for at, (lead_id, active) in enumerate(
        zip(standing.column(key="lead_id"), standing.meanings("last_activity"), strict=True)
    ):
        last = seen.get(id_key(lead_id)) if seen and not is_blank(lead_id) else None
        if isinstance(active, dt.datetime):
            last = active if last is None else max(last, active)
        if last is not None:
            ours[at] = last
    theirs = incoming.modified if incoming.modified is not None else incoming.keyed.get("last_activity")
    return Moments(theirs, ours)


class Court(Struct, frozen=True):
    """Everything a decision about a difference rests on.

    Parameters
    ----------
    policy : Policy
    playbook : Playbook
    incoming : Incoming
    standing : Standing
    moments : Moments
    """

    policy: Policy
    playbook: Playbook
    incoming: Incoming
    standing: Standing
    moments: Moments


def settle(changes: Sequence[Difference], court: Court) -> list[Verdict]:
    """Return what happens to each difference.

    Notes
    -----
    ``fill-blanks``: blank cells are filled, others are left. ``theirs``: the file's filled cells are written.
    ``ours``: known leads are left as they are, blank cells included. ``newest``: blank cells are filled, and where
    both sides say something the side that was changed later counts; where that cannot be told, the workbook's.
    Under each of them a lead that is won, lost or disqualified is not reopened and an opt-out not taken back,
    while an opt-out in the file is always written (but under ``ours``).
    """
    by_lead: defaultdict[int, list[Difference]] = defaultdict(list)
    for change in changes:
        by_lead[change.at].append(change)
    verdicts: list[Verdict] = []
    for group in by_lead.values():
        newer, words = None, ""
        if court.policy == "newest":
            newer, words = court.moments.newer(group[0].place, group[0].at)
        alone = {change.key or change.header: _alone(change, court, newer, words) for change in group}
        verdicts += [_with_partner(verdict, alone, court) for verdict in alone.values()]
    return verdicts


def _alone(change: Difference, court: Court, newer: bool | None, words: str) -> Verdict:
    """Decide on one cell without a look at its neighbours."""
    why = _against(change, court)
    if court.policy == "ours" or why:
        return Verdict(change, False, why)
    opted_out = change.key == "opt_out" and _flag(change.value) is True
    if change.blank or opted_out or court.policy == "theirs" or newer is True:
        return Verdict(change, True)
    return Verdict(change, False, words)


def _against(change: Difference, court: Court) -> str:
    """Return what speaks against writing a cell whatever the policy, "" for nothing."""
    if court.policy == "ours":
        return "known leads are left as they are"
    if change.blank:
        return ""
    if change.key == "last_activity" and court.policy in {"newest", "theirs"}:
        there, here = _moment(change.value), _moment(change.held)
        return "the workbook's is later" if there is not None and here is not None and there < here else ""
    return _guarded(change, court.playbook)


def _guarded(change: Difference, playbook: Playbook) -> str:
    """Return why a cell is left whatever the policy, "" when nothing speaks against writing it."""
    if change.key == "opt_out" and _flag(change.held) is True and _flag(change.value) is not True:
        return "an opt-out is never taken back by an import; change the cell yourself if they agreed again"
    if change.key == "stage":
        held, said = playbook.stage(cell_text(change.held)), playbook.stage(cell_text(change.value))
        if held is not None and held.stage_class in _ENDED and (said is None or said.stage_class not in _ENDED):
            return f"{held.name} is never reopened by an import; change the stage yourself if it is"
    return ""


def _with_partner(verdict: Verdict, others: Mapping[str, Verdict], court: Court) -> Verdict:
    """Leave a cell whose partner is left: dollars are not put beside an amount in euros."""
    change = verdict.difference
    partner = _TOGETHER.get(change.key)
    if partner is None or not verdict.written:
        return verdict
    other = others.get(partner)
    if other is not None:
        return verdict if other.written else Verdict(change, False, "it goes with a cell that was left")
    if change.key != "currency":
        return verdict
    amount = court.standing.column(key="amount")[change.at]
    said = court.incoming.keyed.get("amount")
    alone = said is None or is_blank(said[change.place])
    base = court.playbook.options.base_currency
    if not is_blank(amount) and (alone or (change.blank and str(change.value) != base)):
        return Verdict(change, False, f"the amount beside it is in {cell_text(change.held) or base}")
    return verdict


def _flag(value: object) -> bool | None:
    word = comparable(cell_text(value))
    return True if word in YES else False if word in NO else None


def _moment(value: object) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    return dt.datetime.combine(value, dt.time()) if isinstance(value, dt.date) else None


def _midnight(moment: dt.datetime) -> dt.datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
