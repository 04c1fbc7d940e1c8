"""Conflicts and everything else that people have to look at after a sync, as records and issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.archived import archived_ids, folded_id
from leadbook.analysis.kept import folded_ids
from leadbook.model.cells import cell_text
from leadbook.model.issues import Issue
from leadbook.model.sync_codes import SYNC_CODES
from leadbook.run.syncs.histories import Chronicle, moved_fields
from leadbook.run.syncs.prints import token
from leadbook.run.syncs.report import Claim, Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.run.syncs.combining import Compared
    from leadbook.run.syncs.fields import Word
    from leadbook.run.syncs.side import Side


_LONGEST_SHOWN = 80
"""Characters of a value in a sentence; the sheet Sync has the whole of it."""


def conflicts_of(
    master: Side,
    after: Side,
    disputed: Mapping[tuple[int, str], Sequence[Word]],
    compared: Sequence[Compared],
    chronicles: Mapping[str, Chronicle],
) -> list[Conflict]:
    """Return cells that were changed differently, in the order of the master's rows.

    Parameters
    ----------
    after : Side
        The master with what was taken, which says who each lead is now; its rows stand as before.
    """
    by_copy = {id(one.copy): one for one in compared}
    mine = chronicles[""]
    found: list[Conflict] = []
    table = master.leads.table
    sheet = table.sheet if table is not None else ""
    for (here, label), words in disputed.items():
        header = master.labels[label]
        one = by_copy[id(words[0].copy)]
        moved = moved_fields(mine, one.common.here.get(master.keys[here], []))
        found.append(
            Conflict(
                master.address(label, here), sheet, master.rows[here], table.column(header) if table is not None else 0,
                after.lead_id(here), after.who(here), header, master.cell(label, here),
                moved.get(label, "") or _since_base(words[0], one),
                tuple(_claim(word, by_copy[id(word.copy)], chronicles[word.copy.name]) for word in words),
                words[0].changed_here,
            )
        )  # fmt: skip
    return found


def _since_base(word: Word, one: Compared) -> str:
    """Return since when at the earliest the master holds a value that it changed."""
    day = one.copy.base.day if one.copy.base is not None else ""
    return f"after {day}" if day and word.changed_here else ""


def _claim(word: Word, one: Compared, history: Chronicle) -> Claim:
    copy = word.copy
    moved = moved_fields(history, one.common.there.get(copy.keys[word.there], []))
    return Claim(
        copy.name, copy.cell(word.label, word.there), copy.address(word.label, word.there),
        moved.get(word.label, "") or one.since, cell_text(copy.cell("owner", word.there)),
    )  # fmt: skip


def conflict_issue(conflict: Conflict) -> Issue:
    """Return a conflict as an issue of the master's cell."""
    held = f"{shown(conflict.held)}{f' ({_since(conflict.when)})' if conflict.when else ''}"
    claims = "; ".join(
        f"{claim.copy} says {shown(claim.value)} ({claim.address}"
        + (f", owner {claim.owner}" if claim.owner else "")
        + (f", {_since(claim.when)}" if claim.when else "")
        + ")"
        for claim in conflict.claims
    )
    why = "" if conflict.changed_here is not None else " No common state of this cell is known."
    said = f"{conflict.header} of {conflict.lead_id} ({conflict.who}): the master holds {held}, {claims}. The "
    said += f"master's value stays.{why}"
    return _issue(
        "LB060", said, (conflict.sheet, conflict.row, conflict.column), value=conflict.held, lead_id=conflict.lead_id,
        header=conflict.header,
    )  # fmt: skip


def won_issue(conflict: Conflict, winner: str, owner: object) -> Issue:
    """Return a conflict that the copy of the row's owner won, with every value that gave way."""
    value = next(claim.value for claim in conflict.claims if claim.copy == winner)
    others = [("the master", conflict.held)] if token(conflict.held) != token(value) else []
    others += [(claim.copy, claim.value) for claim in conflict.claims if token(claim.value) != token(value)]
    gave_way = " and ".join(f"{shown(held)} of {name}" for name, held in others)
    said = f"{conflict.header} of {conflict.lead_id} ({conflict.who}) is {shown(value)} now, as {winner} says, for "
    said += f"{shown(owner)} owns it. {gave_way[:1].upper()}{gave_way[1:]} gave way."
    place = (conflict.sheet, conflict.row, conflict.column)
    return _issue("LB066", said, place, value=value, lead_id=conflict.lead_id, header=conflict.header)


def _since(when: str) -> str:
    """Return since when, for a sentence: a day that History tells, or what is known without it."""
    return when if when.startswith(("after", "saved")) else f"since {when}"


def shown(value: object) -> str:
    """Return a value in a sentence."""
    text = f"{value:,.10g}" if isinstance(value, float) else " ".join(cell_text(value).split())
    if len(text) > _LONGEST_SHOWN:
        text = f"{text[:_LONGEST_SHOWN].rpartition(' ')[0] or text[:_LONGEST_SHOWN]}…"
    return text if token(value) else "nothing"


def typed(name: str) -> str:
    """Return a file's name as it is typed into a command."""
    return f'"{name}"' if " " in name else name


def issue_of_copy(said: str) -> Issue:
    """Return why a copy is left out as an issue."""
    return _issue("LB063", said)


def gone_issues(master: Side, one: Compared) -> list[Issue]:
    """Return what a copy deleted, merged or archived, and what it changed on leads that the master no longer has."""
    copy = one.copy
    into = archived_ids(copy.records.archive)
    reasons = dict(
        zip(
            folded_ids(copy.records.archive).tolist(),
            map(str, copy.records.archive.frame["reason"].tolist()),
            strict=True,
        )
    )
    table = master.leads.table
    sheet = table.sheet if table is not None else ""
    column = master.leads.places.get("lead_id", 0)
    found: list[Issue] = []
    for at in one.pairs.gone_there:
        key, lead_id = master.keys[at], master.lead_id(at)
        who = f"{lead_id} ({master.who(at)})"
        if key in into:
            said = f"{who} was merged into {into[key]} in {copy.name}. To do the same here: "
            said += f"leadbook merge {typed(master.name)} {into[key]} {lead_id}"
        elif key in reasons:
            said = f"{who} was archived in {copy.name} ({reasons[key] or 'no reason given'}). It stays here. To "
            said += f"archive it here too, delete row {master.rows[at]} of the sheet {sheet} in {master.name} and sync "
            said += f"again: its row of {copy.name}'s Archive comes over then."
            changed = _changed_here(master, one, key, at)
            if changed:
                said += f" Changed here since: {changed}."
        else:
            said = f"{who} was deleted in {copy.name}. It stays here; delete the row if that is meant."
        found.append(_issue("LB062", said, (sheet, master.rows[at], column), value=lead_id, lead_id=lead_id))
    left = (*one.pairs.gone_here, *one.pairs.merged)
    history = Chronicle(copy.records.history) if left and not one.known.is_exact else None
    for at in left:
        changed = _changed_since(one, at, history)
        if changed:
            where = f"is in {one.pairs.merged[at]} now" if at in one.pairs.merged else "left the master"
            said = f"{copy.lead_id(at)} ({copy.who(at)}) {where}, but {copy.name} changed it since: {changed}. Carry "
            said += "over by hand what still matters."
            found.append(_issue("LB064", said, lead_id=copy.lead_id(at)))
    return found


def _changed_since(one: Compared, at: int, history: Chronicle | None) -> str:
    """Return what a copy changed on a lead since the common state, as far as that is known."""
    copy, key = one.copy, one.copy.keys[at]
    said: list[str] = []
    if history is None:
        for label, header in copy.labels.items():
            before, sure = one.known.prints(label, [key])
            if sure[0] and copy.prints(label)[at] != before[0]:
                said.append(f"{header} {shown(copy.cell(label, at))}")
    else:
        tail = moved_fields(history, one.common.there.get(key, []))
        said = [f"{copy.labels[label]} {shown(copy.cell(label, at))}" for label in tail if label in copy.labels]
    return ", ".join(said)


def _changed_here(master: Side, one: Compared, key: str, at: int) -> str:
    """Return what the master changed on a lead since the common state, as far as that is known."""
    said: list[str] = []
    for label, header in master.labels.items():
        before, sure = one.known.prints(label, [key])
        if sure[0] and master.prints(label)[at] != before[0]:
            said.append(f"{header} {shown(master.cell(label, at))}")
    return ", ".join(said)


def other_tables_notes(master: Side, copy: Side) -> list[str]:
    """Return which tables of the team's own a copy changed; none of them is leadbook's to bring together."""
    before = copy.base.others if copy.base is not None else {}
    changed = [
        name
        for name, mark in copy.others.items()
        if mark not in {master.others.get(name), before.get(name)} and (name in master.others or name not in before)
    ]
    if not changed:
        return []
    tables, differ = ("table", "differs") if len(changed) == 1 else ("tables", "differ")
    said = f"The {tables} {', '.join(changed)} of {copy.name} {differ} from the master's, and nothing of it was taken: "
    return [said + "leadbook brings its own tables together. Carry over by hand what matters."]


def decision_notes(master: Side, copy: Side) -> list[str]:
    """Return how many decisions about duplicates stand in a copy that nobody has carried out."""
    count = sum(master.decisions.get(pair) != word for pair, word in copy.decisions.items())
    if not count:
        return []
    decisions, are, them = ("decision", "is", "it") if count == 1 else ("decisions", "are", "them")
    said = f"{count:,} {decisions} on the sheet Duplicates of {copy.name} {are} not carried out, and not taken. Type "
    return [said + f"{them} on the sheet Duplicates of {master.name}, then run: leadbook merge {typed(master.name)}"]


def renamed_issue(there: str, lead_id: str, copy: str) -> Issue:
    """Return that a new lead got another id than its copy gave it."""
    said = f"{there.upper()} of {copy} is {lead_id} here, with its activities and quote lines: {there.upper()} was "
    said += "given to another lead."
    return _issue("LB061", said, lead_id=lead_id)


def shared_issues(side: Side, name: str) -> list[Issue]:
    """Return the ids that several leads of one workbook have, which a sync leaves alone."""
    spelled = {folded_id(side.lead_id(at)): side.lead_id(at) for at, key in enumerate(side.keys) if key in side.shared}
    return [
        _issue("LB063", f"{lead_id} stands on several leads of {name}, so none of them was synced. Give "
               "each an id of its own.", lead_id=lead_id)
        for key, lead_id in spelled.items()
        if key
    ]  # fmt: skip


def _issue(
    code: str,
    said: str,
    place: tuple[str, int, int] = ("", 0, 0),
    *,
    value: object = None,
    lead_id: str = "",
    header: str = "",
) -> Issue:
    return Issue(*place, code, SYNC_CODES[code].severity, said, value, None, lead_id, header)
