"""Leads that become one: the kept lead filled, what belongs to the others pointed at it, their rows archived."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.analysis.archived import archived_ids, folded_id
from leadbook.analysis.decisions import DecisionFault, Decisions, Wanted
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.merge_plan import MergePlan, plan_merge
from leadbook.books.ooxml.moved_comments import comment_text
from leadbook.books.ooxml.row_moving import remove_rows, try_removal
from leadbook.books.starter import add_to
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import BookRefusedError, LeadbookError
from leadbook.model.kept_apart import read_kept_apart
from leadbook.run.merges.book import MergeBook, read_book, rows_of
from leadbook.run.merges.merged import Merged, told_heirs
from leadbook.run.merges.places import whole_line
from leadbook.run.merges.recipe import kept_recipes, next_turn
from leadbook.run.merges.steps import carry_out, read_leaving

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from leadbook.books.closed import ClosedBook
    from leadbook.books.ooxml.row_moving import Moved
    from leadbook.model.records import Records

_NUMBER = re.compile(r"\bM-(\d{1,9})\b")


def merge(book: ClosedBook, decisions: Decisions, today: dt.date) -> Merged:
    """Carry out decisions about duplicates; with none to carry out, the book comes back as it is.

    Parameters
    ----------
    book : ClosedBook
        Just opened; it is used up when anything is done.
    decisions : Decisions
    today : date

    Raises
    ------
    LeadbookError
        The workbook cannot be read or edited safely.
    """
    faults = list(decisions.faults)
    if not (decisions.merges or decisions.apart):
        return Merged(book, faults=tuple(faults))
    work = read_book(book, today)
    work.faults = faults
    known = {frozenset(map(folded_id, pair)) for pair in read_kept_apart(book.contents)}
    apart = [pair for pair in decisions.apart if frozenset(map(folded_id, pair)) not in known]
    plans, tried = _unblocked(work, _planned(work, decisions.merges))
    if not (plans or apart):
        return Merged(book, faults=tuple(faults))
    try:
        return _done(work, plans, apart, tried)
    except LeadbookError as failure:
        if not plans:
            raise
        # Nothing is half done: the book as it was read goes on, with the pairs that are kept apart.
        faults += [_blocked(plan.wanted, f"Nothing was merged into {plan.master_id}. {failure}") for plan in plans]
        again = merge(book.rebased(book.draft.data), Decisions(apart=tuple(apart)), today)
        return replace(again, faults=tuple(faults))


def _done(
    work: MergeBook,
    plans: Sequence[MergePlan],
    apart: Sequence[tuple[str, str]],
    tried: Moved | None,
) -> Merged:
    """Carry out what nothing is known to stand in the way of."""
    book = work.book
    heirs = _heirs(plans)
    trails = tried.trails if tried is not None else {}
    leaving = read_leaving(work, plans, trails)
    add_to(book, DEFAULT_PLAYBOOK, only=("Settings", "History", "Archive") if plans else ("Settings",))
    book.keep_pairs_apart(apart, work.today)
    number = _next_number(work.records)
    merge_ids = tuple(f"M-{number + at:04d}" for at in range(len(plans)))
    line = whole_line(work.order(), kept_recipes(work.records.archive))
    steps = [f"{one} and {other} are kept apart from now on" for one, other in apart]
    turn = next_turn(work.records.archive)
    for plan, merge_id in zip(plans, merge_ids, strict=True):
        carry_out(work, plan, merge_id, line, replace(leaving, turn=turn))
        steps += [
            f"{lead_id} (row {row} of {work.table}) moves to the Archive, merged into {plan.master_id} as {merge_id}"
            + (f", with its {said}" if row in trails and (said := comment_text(trails[row].pieces)) else "")
            for row, lead_id in plan.others
        ]
    cells = tuple(book.plan.cells)
    data = book.rendered()
    if heirs:
        with book.draft.sentences():
            moved = remove_rows(data, work.table, list(heirs), book.contents.generated_sheets, heirs)
        if moved.obstacles:
            raise BookRefusedError(
                f"Nothing was merged, for a row cannot leave the list: {next(iter(moved.obstacles.values()))}."
            )
        data = moved.data
    leads = tuple(lead_id for plan in plans for _, lead_id in plan.others)
    masters = tuple(plan.master_id for plan in plans)
    notes = [
        said
        for plan in plans
        for row, lead_id in plan.others
        if tried is not None
        for said in told_heirs(lead_id, plan.master_id, tried.repointed.get(row, ()), tried.carried.get(row, ()))
    ]
    return Merged(book.rebased(data), tuple(steps), cells, leads, masters, merge_ids, tuple(work.faults), tuple(notes))


def _heirs(plans: Sequence[MergePlan]) -> dict[int, int]:
    """Return the row that each merged lead lives on in."""
    return {row: plan.master_row for plan in plans for row, _ in plan.others}


def _planned(work: MergeBook, merges: Sequence[Wanted]) -> list[MergePlan]:
    """Work out every merge that can be told; the others become faults."""
    scan = work.book.draft.workbook.scan(work.sheet)
    raw = work.records.leads.table
    done = archived_ids(work.records.archive)
    present = set(folded_ids(work.records.leads).tolist())

    def holds_formula(row: int, header: str) -> bool:
        return raw is not None and row in scan.formula_rows(raw.column(header))

    plans: list[MergePlan] = []
    for wanted in merges:
        master = folded_id(done.get(folded_id(wanted.master), wanted.master))
        # A list of duplicates that was not written anew since still names leads that were merged long ago.
        left = tuple(
            one
            for one in wanted.others
            if folded_id(one) in present or folded_id(done.get(folded_id(one), "")) != master
        )
        if not left:
            if not wanted.cells:
                message = f"{', '.join(wanted.others)} is in {wanted.master} already: it was merged into it before."
                work.faults.append(_blocked(wanted, message))
            continue
        plan = plan_merge(work.records, Wanted(wanted.master, left, wanted.reasons, wanted.cells), holds_formula)
        if isinstance(plan, str):
            work.faults.append(_blocked(wanted, plan))
        else:
            plans.append(plan)
    return plans


def _unblocked(work: MergeBook, plans: list[MergePlan]) -> tuple[list[MergePlan], Moved | None]:
    """Return the merges that nothing stands in the way of, and what becomes of their rows; others become faults."""
    kept: list[MergePlan] = []
    tried: Moved | None = None
    for plan in plans:
        why = _own_obstacle(work, plan)
        if why:
            work.faults.append(_blocked(plan.wanted, why))
        else:
            kept.append(plan)
    while kept:
        heirs = _heirs(kept)
        with work.book.draft.sentences():
            tried = try_removal(
                work.book.draft.data, work.table, list(heirs), work.book.contents.generated_sheets, heirs
            )
        obstacles = tried.obstacles
        if not obstacles:
            break
        for plan in list(kept):
            hit = [(row, lead_id) for row, lead_id in plan.others if row in obstacles]
            why = obstacles.get(0, "") or (obstacles[hit[0][0]] if hit else "")
            if why:
                kept.remove(plan)
                named = f"{hit[0][1]} (row {hit[0][0]})" if hit else ", ".join(lead_id for _, lead_id in plan.others)
                message = f"{named} was not merged into {plan.master_id}: {why}, then try again."
                work.faults.append(_blocked(plan.wanted, message, hit[0][1] if hit else ""))
    return kept, tried if kept else None


def _own_obstacle(work: MergeBook, plan: MergePlan) -> str:
    """Return what bars one merge apart from the rows themselves, "" when nothing does."""
    workbook = work.book.draft.workbook
    protected = {info.name for info in workbook.sheets if info.name in _sheets(work) and info.protected}
    if protected:
        return (
            f"Nothing was merged into {plan.master_id}: the sheet {min(protected)} is protected. Unprotect it in "
            "Excel (Review, Unprotect Sheet), then try again."
        )
    for name, table in work.others():
        if table.table is None:
            continue
        formulas = set(workbook.scan(table.table.sheet).formula_rows(table.places["lead_id"]))
        for _, lead_id in plan.others:
            hit = [row for row in rows_of(table, lead_id) if row in formulas]
            if hit:
                return (
                    f"{lead_id} was not merged into {plan.master_id}: its Lead ID in "
                    f"{table.table.address(hit[0], table.places['lead_id'])} ({name}) is a formula; type the id "
                    "instead, then try again."
                )
    return ""


def _sheets(work: MergeBook) -> set[str]:
    named = {work.sheet, *(table.table.sheet for _, table in work.others() if table.table is not None)}
    archive, history = work.records.archive.table, work.records.history.table
    return named | {table.sheet for table in (archive, history) if table is not None}


def _blocked(wanted: Wanted, message: str, lead_id: str = "") -> DecisionFault:
    cell = wanted.cells.get(lead_id) or next(iter(wanted.cells.values()), None)
    if cell is None:
        return DecisionFault("LB521", lead_id or wanted.others[0], message)
    return DecisionFault("LB521", cell.lead_id, message, cell.typed, cell.row, cell.column)


def _next_number(records: Records) -> int:
    """Return the number of the next merge: after every one that the Archive or History ever named."""
    texts: list[Mapping[int, object] | Sequence[object]] = [
        records.archive.frame["merge_id"].tolist(),
        records.history.frame["source_of_change"].tolist(),
    ]
    highest = 0
    for column in texts:
        for text in set(column):
            for found in _NUMBER.findall(str(text)):
                highest = max(highest, int(found))
    return highest + 1
