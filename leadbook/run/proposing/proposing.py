"""The steps of propose: choose, check, fill in, write the documents, and log them in the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from leadbook.analysis.proposing.choosing import Chosen, choose_rows
from leadbook.analysis.proposing.preparing import prepare_proposals
from leadbook.model.issues import LeadbookError
from leadbook.model.leads import with_offers
from leadbook.model.proposal import Proposal
from leadbook.run.as_it_stands import records_to
from leadbook.run.progress import silent
from leadbook.run.proposing.document_links import path_from
from leadbook.run.proposing.filling import Kinds, Templates, fill
from leadbook.run.proposing.log import Logged, log, refresh_latest
from leadbook.run.proposing.names import name_stems, next_versions
from leadbook.run.proposing.placing import Placed
from leadbook.run.proposing.report import LeftOut, Proposed, Written

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from leadbook.books.book import Book
    from leadbook.model.issues import Issue
    from leadbook.model.proposal import Refused
    from leadbook.model.records import Records


class Wanted(Struct, frozen=True):
    """Which leads get a proposal, and how it is written.

    Parameters
    ----------
    lead_ids : tuple of str
    stage, owner : str
        "" for any.
    rows : tuple of int
        Excel rows of the leads instead.
    locale : str
        By which amounts and days are written, as ``de_DE``; "" for what each offer says.
    kinds : Kinds
    """

    lead_ids: tuple[str, ...] = ()
    stage: str = ""
    owner: str = ""
    rows: tuple[int, ...] = ()
    locale: str = ""
    kinds: Kinds = Kinds()


class Room(Struct, frozen=True):
    """Where a workbook and its documents are.

    Parameters
    ----------
    home : Path or None
        The workbook's folder, from which links lead to the documents; None where nobody knows it.
    folder : Path
        Where the documents go.
    shown : str
        That folder as the seller is told it.
    file : Path or None
        The workbook itself, where it is closed.
    """

    home: Path | None
    folder: Path
    shown: str
    file: Path | None = None

    def stamp(self) -> tuple[int, int, int]:
        """Return what changes when the workbook's file is replaced."""
        if self.file is None:
            return 0, 0, 0
        seen = self.file.stat()
        return seen.st_ino, seen.st_mtime_ns, seen.st_size


class _Ready(Struct, frozen=True):
    """What is known before anything is written."""

    records: Records
    stems: dict[int, str]
    proposals: list[Proposal]
    left_out: list[LeftOut]


def propose_in(
    book: Book, room: Room, wanted: Wanted, today: dt.date, progress: Callable[[str], None] = silent
) -> Proposed:
    """Write proposals for leads of a workbook, and log them in it.

    Parameters
    ----------
    book : Book
    room : Room
    wanted : Wanted
    today : date
    progress : callable
        Called with the name of each step before it begins.

    Raises
    ------
    LeadbookError
        Nothing was written: no such lead, template or folder, or the workbook cannot be saved.
    """
    progress("read")
    templates = Templates.find(room.home, wanted.kinds)
    ready = _prepare(book, room, wanted, today, progress)
    made, failed = _fill(ready, wanted.kinds, templates, progress)
    if not made:
        return _report(book, room, today, [], [*ready.left_out, *failed])
    placed = Placed(room.folder)
    before = room.stamp()
    try:
        written, unplaced = _place(placed, ready, made)
        if written:
            progress("write")
            _log(book, ready.records, room, written, today)
            book.save()
    except LeadbookError as failure:
        placed.take_back()
        raise type(failure)(f"{failure} No proposal was kept.") from failure
    except BaseException:
        if room.stamp() == before:  # else the workbook was replaced already, and its rows name the documents
            placed.take_back()
        raise
    if not written:
        placed.take_back()
    return _report(book, room, today, written, [*ready.left_out, *failed, *unplaced])


def plan_in(
    book: Book, room: Room, wanted: Wanted, today: dt.date, progress: Callable[[str], None] = silent
) -> Proposed:
    """Tell what ``propose_in`` would write, filling in every document and writing none."""
    progress("read")
    templates = Templates.find(room.home, wanted.kinds)
    ready = _prepare(book, room, wanted, today, progress)
    made, failed = _fill(ready, wanted.kinds, templates, progress)
    would = [
        _written(proposal, tuple(f"{ready.stems[proposal.row]} - v{proposal.version}{suffix}" for suffix in documents))
        for proposal, documents in made
    ]
    return _report(book, room, today, would, [*ready.left_out, *failed], dry_run=True)


def _prepare(book: Book, room: Room, wanted: Wanted, today: dt.date, progress: Callable[[str], None]) -> _Ready:
    records, _ = with_offers(records_to(book.contents, today, "propose"), book.contents)
    chosen = Chosen(wanted.rows)
    if not wanted.rows:
        chosen = choose_rows(records, wanted.lead_ids, wanted.stage, wanted.owner)
    progress("check")
    stems = name_stems(records, chosen.rows)
    found = prepare_proposals(records, chosen.rows, today, next_versions(records, stems, room.folder))
    proposals = [one for one in found if isinstance(one, Proposal)]
    if wanted.locale:
        proposals = [replace(one, locale=wanted.locale) for one in proposals]
    left_out = [_left_out(one) for one in (*chosen.refused, *found) if not isinstance(one, Proposal)]
    return _Ready(records, stems, proposals, left_out)


def _left_out(refused: Refused) -> LeftOut:
    return LeftOut(refused.row, refused.lead_id, refused.company, tuple(map(_told, refused.issues)))


def _told(issue: Issue) -> str:
    return f"{issue.address}: {issue.message}" if issue.sheet else issue.message


def _fill(
    ready: _Ready, kinds: Kinds, templates: Templates, progress: Callable[[str], None]
) -> tuple[list[tuple[Proposal, dict[str, bytes]]], list[LeftOut]]:
    """Return the documents of each proposal, and the leads for which they could not be made."""
    made: list[tuple[Proposal, dict[str, bytes]]] = []
    failed: list[LeftOut] = []
    for number, proposal in enumerate(ready.proposals, 1):
        progress(f"writing the proposals, {number:,} of {len(ready.proposals):,}")
        try:
            made.append((proposal, fill(proposal, kinds, templates)))
        except LeadbookError as failure:
            failed.append(_failed(proposal, failure))
    return made, failed


def _failed(proposal: Proposal, failure: LeadbookError) -> LeftOut:
    return LeftOut(proposal.row, proposal.buyer.lead_id, proposal.buyer.company, (str(failure),))


def _place(
    placed: Placed, ready: _Ready, made: Sequence[tuple[Proposal, dict[str, bytes]]]
) -> tuple[list[Written], list[LeftOut]]:
    written: list[Written] = []
    failed: list[LeftOut] = []
    for proposal, documents in made:
        try:
            names = placed.put(ready.stems[proposal.row], proposal.version, documents)
        except LeadbookError as failure:
            failed.append(_failed(proposal, failure))
        else:
            written.append(_written(proposal, names))
    return written, failed


def _written(proposal: Proposal, names: tuple[str, ...]) -> Written:
    return Written(
        proposal.row, proposal.buyer.lead_id, proposal.buyer.company, proposal.version, names,
        proposal.options[0].total, proposal.currency, proposal.valid_until, tuple(map(_told, proposal.notes)),
    )  # fmt: skip


def _log(book: Book, records: Records, room: Room, written: Sequence[Written], today: dt.date) -> None:
    """Plan the rows of the Proposals table, the links to them, and the ids of leads that had none."""
    book.allow_protected(records.playbook.options.owned_writes_on_protected)
    before = book.contents
    there = records.proposals.table if records.proposals is not None else None
    if there is not None:
        book.make_room(there.name, len(written))
    if book.contents is not before:
        records = records_to(book.contents, today, "propose")
    leads = records.leads
    assert leads.table is not None, "read_records refuses a workbook without leads"  # noqa: S101 - an invariant, not input
    rows = [
        Logged(
            today, one.lead_id, one.version, _way(room, one.files[0]), float(one.total), one.currency, one.valid_until
        )
        for one in written
    ]
    if "lead_id" in leads.places:
        typed = leads.raw["lead_id"]
        new = {one.row: one.lead_id for one in written if one.row in typed.index and typed[one.row] is None}
        if new:
            book.write_column(leads.table.name, leads.headers["lead_id"], new)
    log(book, records, rows)
    if "next_action" in leads.places:  # else the first refresh adds it with the other columns of leadbook's
        refresh_latest(book, records, rows)


def _way(room: Room, name: str) -> str:
    path = room.folder / name
    return str(path) if room.home is None else path_from(room.home, path)


def _report(
    book: Book, room: Room, today: dt.date, written: Sequence[Written], left_out: Sequence[LeftOut], *,
    dry_run: bool = False,
) -> Proposed:  # fmt: skip
    return Proposed(book.contents.name, room.shown, today, tuple(written), tuple(left_out), dry_run)
