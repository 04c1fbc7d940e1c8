"""The steps of propose: choose, check, fill in, write the documents, and log them in the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from leadbook.analysis.proposing.choosing import Chosen, choose_rows
from leadbook.analysis.proposing.preparing import prepare_proposals
from leadbook.books.closed import ClosedBook
from leadbook.model.issues import InputError, LeadbookError
from leadbook.model.languages import locale_code
from leadbook.model.leads import with_offers
from leadbook.model.locate import find_table
from leadbook.model.proposal import Proposal
from leadbook.run.as_it_stands import records_to
from leadbook.run.progress import silent
from leadbook.run.proposing.filling import PDF, Kinds, fill_all, find_templates
from leadbook.run.proposing.log import TABLE, Logged, log, refresh_latest
from leadbook.run.proposing.names import name_stems, next_versions
from leadbook.run.proposing.placing import Placed
from leadbook.run.proposing.report import LeftOut, Proposed, Written
from leadbook.sheets.document_links import path_from

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from leadbook.books.book import Book
    from leadbook.model.issues import Issue
    from leadbook.model.proposal import Refused
    from leadbook.model.records import Records
    from leadbook.run.proposing.filling import Filled


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

    def is_logged(self, file: str) -> bool:
        """Tell whether the workbook on the disk has a row for a document by now."""
        if self.file is None:
            return False
        try:
            table = find_table(ClosedBook.open(self.file).contents, TABLE)
        except LeadbookError:
            return False
        return table is not None and any(file in column for column in table.cells)


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
    templates = find_templates(room.home, wanted.kinds)
    ready = _prepare(book, room, wanted, today, progress)
    filled = fill_all(ready.proposals, wanted.kinds, templates, progress)
    if all(one.failure is not None for one in filled):
        return _report(book, room, today, [], [*ready.left_out, *_failures(filled)])
    placed = Placed(room.folder)
    written: list[Written] = []
    try:
        unplaced = _place(placed, ready, filled, written)
        if written:
            progress("write")
            _log(book, ready.records, room, written, today)
            book.save()
    except BaseException as failure:
        # The disk may fail, or the seller interrupt, when the workbook was replaced already and names the documents.
        if written and room.is_logged(_way(room, written[0].files[0])):
            raise
        placed.take_back()
        if isinstance(failure, LeadbookError):
            raise type(failure)(f"{failure} No proposal was kept.") from failure
        raise
    if not written:
        placed.take_back()
    return _report(book, room, today, written, [*ready.left_out, *unplaced])


def plan_in(
    book: Book, room: Room, wanted: Wanted, today: dt.date, progress: Callable[[str], None] = silent
) -> Proposed:
    """Tell what ``propose_in`` would write: every template is filled in, no PDF is made and nothing written."""
    progress("read")
    templates = find_templates(room.home, wanted.kinds)
    ready = _prepare(book, room, wanted, today, progress)
    filled = fill_all(ready.proposals, wanted.kinds, replace(templates, programs=()), progress)
    would = []
    for one in filled:
        if one.failure is None:
            name = f"{ready.stems[one.proposal.row]} - v{one.proposal.version}"
            endings = [*one.documents, *([PDF] if wanted.kinds.pdf else [])]
            would.append(_written(one.proposal, tuple(f"{name}{ending}" for ending in endings)))
    return _report(book, room, today, would, [*ready.left_out, *_failures(filled)], dry_run=True)


def _prepare(book: Book, room: Room, wanted: Wanted, today: dt.date, progress: Callable[[str], None]) -> _Ready:
    records, _ = with_offers(records_to(book.contents, today, "propose"), book.contents)
    locale = locale_code(wanted.locale) if wanted.locale else ""
    if locale is None:
        raise InputError(f'There is no locale "{wanted.locale}"; give one such as en_GB, de_DE or fr_FR.')
    chosen = Chosen(wanted.rows)
    if not wanted.rows:
        chosen = choose_rows(records, wanted.lead_ids, wanted.stage, wanted.owner)
    progress("check")
    stems = name_stems(records, chosen.rows)
    found = prepare_proposals(records, chosen.rows, today, next_versions(records, stems, room.folder))
    proposals = [one for one in found if isinstance(one, Proposal)]
    if locale:
        proposals = [replace(one, locale=locale) for one in proposals]
    left_out = [_left_out(one) for one in (*chosen.refused, *found) if not isinstance(one, Proposal)]
    return _Ready(records, stems, proposals, left_out)


def _left_out(refused: Refused) -> LeftOut:
    return LeftOut(refused.row, refused.lead_id, refused.company, tuple(map(_told, refused.issues)))


def _told(issue: Issue) -> str:
    return f"{issue.address}: {issue.message}" if issue.sheet else issue.message


def _failures(filled: Sequence[Filled]) -> list[LeftOut]:
    return [_failed(one.proposal, one.failure) for one in filled if one.failure is not None]


def _failed(proposal: Proposal, failure: LeadbookError) -> LeftOut:
    return LeftOut(proposal.row, proposal.buyer.lead_id, proposal.buyer.company, (str(failure),))


def _place(placed: Placed, ready: _Ready, filled: Sequence[Filled], written: list[Written]) -> list[LeftOut]:
    """Write the documents, add what is there to ``written``, and return what could not be made or written."""
    failed: list[LeftOut] = []
    for one in filled:
        proposal = one.proposal
        try:
            if one.failure is not None:
                raise one.failure
            names = placed.put(ready.stems[proposal.row], proposal.version, one.documents)
        except LeadbookError as failure:
            failed.append(_failed(proposal, failure))
        else:
            written.append(_written(proposal, names))
    return failed


def _written(proposal: Proposal, names: tuple[str, ...]) -> Written:
    return Written(
        proposal.row, proposal.buyer.lead_id, proposal.buyer.company, proposal.version, names,
        proposal.options[0].total, proposal.currency, proposal.valid_until, tuple(map(_told, proposal.notes)),
    )  # fmt: skip


def _log(book: Book, records: Records, room: Room, written: Sequence[Written], today: dt.date) -> None:
    """Plan the rows of the Proposals table, and the links to their documents."""
    book.allow_protected(records.playbook.options.owned_writes_on_protected)
    before = book.contents
    there = records.proposals.table if records.proposals is not None else None
    if there is not None:
        book.make_room(there.name, len(written))
    if book.contents is not before:
        records = records_to(book.contents, today, "propose")
    rows = [
        Logged(
            today, one.lead_id, one.version, _way(room, one.files[0]), float(one.total), one.currency, one.valid_until
        )
        for one in written
    ]
    log(book, records, rows)
    if "next_action" in records.leads.places:  # else the first refresh adds it with the other columns of leadbook's
        refresh_latest(book, records, rows)


def _way(room: Room, name: str) -> str:
    path = room.folder / name
    return str(path) if room.home is None else path_from(room.home, path)


def _report(
    book: Book, room: Room, today: dt.date, written: Sequence[Written], left_out: Sequence[LeftOut], *,
    dry_run: bool = False,
) -> Proposed:  # fmt: skip
    return Proposed(book.contents.name, room.shown, today, tuple(written), tuple(left_out), dry_run)
