"""The review itself: find the books, study each, pool them, lay out the manager's workbook and write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from msgspec import Struct

from leadbook.analysis.team.faults import Fault, fault
from leadbook.analysis.team.packing import DamagedTableError
from leadbook.analysis.team.pooling import BookRead, pool
from leadbook.analysis.team.reviewed import review_team
from leadbook.books.review_book import ReviewBook
from leadbook.books.team_files import find_books
from leadbook.model.counts import counted
from leadbook.model.frame_rows import rows_of
from leadbook.model.issues import InputError
from leadbook.model.money import CURRENCIES, currency_code
from leadbook.model.records import TEXT_STORAGE
from leadbook.rules.checking import all_rules
from leadbook.run.collector import without_collecting
from leadbook.run.examining import check_day
from leadbook.run.progress import silent
from leadbook.run.team.cache import Cache
from leadbook.run.team.known_clashes import clash_finder
from leadbook.run.team.mapping import Room, study_all, study_alone
from leadbook.run.team.studying import record_of
from leadbook.sheets.review.bundle import Review
from leadbook.sheets.review.layout import lay_out_review
from leadbook.sheets.review.managers import managers_sheets

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from leadbook.analysis.team.reviewed import Reviewed
    from leadbook.books.book import Plan
    from leadbook.books.team_files import TeamFile
    from leadbook.run.team.studying import Answer


#: So many books that are open are named in the note about them; the sheet Issues lists all.
MOST_NAMED = 5


class RepFigures(Struct, frozen=True):
    """One rep in ``--json``; None where there is nothing to tell."""

    rep: str
    open_leads: int
    open_amount: float
    weighted_amount: float
    won_quarter: float
    quota: float | None
    coverage: float | None
    win_rate: float | None
    velocity_per_day: float | None
    quality: float | None
    sla_attainment: float | None
    bias: float | None
    load: float | None


class ReviewSummary(Struct, frozen=True):
    """What a review found and did, for the closing sentence and ``--json``.

    Money is in ``currency``; ``faults`` are the lines of the Issues sheet, each with its code, severity and book;
    ``agenda`` names the deals to talk about first, and why.
    """

    review: str
    as_of: dt.date
    currency: str
    books: int
    from_cache: int
    not_read: int
    leads: int
    open_leads: int
    open_amount: float
    weighted_amount: float
    quarter: str
    won_quarter: float
    quota: float | None
    clashing_leads: int
    clashing_accounts: int
    slipped: int
    stuck: int
    reps: tuple[RepFigures, ...]
    agenda: tuple[dict[str, object], ...]
    faults: tuple[dict[str, object], ...]
    notes: tuple[str, ...]
    plan: Plan
    dry_run: bool

    @property
    def sentence(self) -> str:
        """The one sentence a manager reads at the end."""
        lost = f" ({self.not_read:,} could not be read)" if self.not_read else ""
        return (
            f"{counted(self.books, 'book')}{lost}, {counted(len(self.reps), 'rep')}, "
            f"{counted(self.leads, 'lead')}, {self.open_leads:,} open: weighted pipeline "
            f"{self.weighted_amount:,.0f} {self.currency}; {counted(len(self.agenda), 'deal')} to "
            f"talk about, {counted(self.clashing_leads, 'clashing lead')}, "
            f"{counted(self.clashing_accounts, 'clashing account')}."
        )


@without_collecting()
@pd.option_context(*TEXT_STORAGE)
def review_books(
    patterns: Sequence[str],
    out: Path,
    as_of: dt.date,
    *,
    currency: str = "",
    room: Room | None = None,
    cache: Cache | None = None,
    dry_run: bool = False,
    progress: Callable[[str], None] = silent,
) -> ReviewSummary:
    """Review many reps' books; see `leadbook.run.reviewing.review`."""
    check_day(as_of)
    money = _money(currency)
    book = ReviewBook(out)
    files = find_books(patterns, out)
    faults = [fault("LB070", f'No workbook matches "{pattern}".', name=pattern) for pattern in files.without]
    if not files.books:
        raise InputError(_none_found(patterns, files.without, out))
    cache = cache or Cache(None)
    answers, keys = study_all(files.books, as_of, room or Room(), cache, progress)
    progress("pool")
    reads: list[BookRead] = []
    used: list[str] = []
    notes: list[str] = []
    for file, key, answer in zip(files.books, keys, answers, strict=True):
        read = _read(file, answer, as_of, faults, notes)
        if read is not None:
            reads.append(read)
            used.append(key)
    unread = faults[len(files.without) :]
    if not reads:
        raise InputError(_none_read(unread, len(answers)))
    del answers
    faults += _about_books(reads)
    notes += _who_has_them_open(reads)
    called = [read.name for read in reads]
    team = pool(reads, as_of, money)
    del reads  # their packed tables are as large as a third of the team's leads
    progress("duplicates")
    found = review_team(team, clash_finder(cache, used, called, team.currency))
    progress("lay out")
    every = (*faults, *team.faults)
    names = {text.code: text.name.replace("-", " ") for text in all_rules()}
    review = Review(found, every, out.name, book.naming, names)
    sheets = lay_out_review(review)
    progress("write")
    plan = book.put(sheets, managers_sheets, dry_run=dry_run)
    cache.tidy()
    return _summarise(found, every, out, plan, cache.hits, len(unread), notes, dry_run=dry_run)


def _money(currency: str) -> str:
    code = currency_code(currency) if currency else ""
    if code and code not in CURRENCIES:
        raise InputError(f'"{currency}" is no currency; give its code, such as EUR.')
    return code


def _read(file: TeamFile, answer: Answer, as_of: dt.date, faults: list[Fault], notes: list[str]) -> BookRead | None:
    """Return a book with its record; None, with the reason put down, where there is none."""
    if answer.record:
        try:
            return BookRead(file.name, file.link, record_of(answer), file.opened_by)
        except DamagedTableError:
            answer = study_alone(file, as_of)
            if answer.record:
                return BookRead(file.name, file.link, record_of(answer), file.opened_by)
    if answer.is_review:
        notes.append(f"{file.name} is a review itself and was left out.")
    else:
        faults.append(fault("LB070", answer.why_not, name=file.name))
    return None


def _none_found(patterns: Sequence[str], without: Sequence[str], out: Path) -> str:
    if without:
        return f"There is no workbook to review: {' '.join(patterns)} matches none. Check the folder and the name."
    return f"There is no workbook to review but {out.name}, which the review is written to. Name the reps' books."


def _none_read(faults: Sequence[Fault], count: int) -> str:
    told = [one.message for one in faults if one.message]
    if count == 1 and told:
        return f"The one workbook that was found could not be reviewed. {told[0]}"
    first = f" The first one: {told[0]}" if told else " They are reviews themselves."
    return f"None of the {counted(count, 'workbook')} could be reviewed.{first}"


def _about_books(reads: Sequence[BookRead]) -> list[Fault]:
    """Return what is to be said of the state each book was read in."""
    found = []
    for place, read in enumerate(reads):
        if read.opened_by is not None:
            who = f" by {read.opened_by}" if read.opened_by else ""
            found.append(fault(
                "LB071", f"It is open in Excel{who}, so what is shown is its last saved state. Have it saved and "
                "run the review again for the latest.", place,
            ))  # fmt: skip
        found += [fault("LB077", note, place) for note in read.studied.notes]
    return found


def _who_has_them_open(reads: Sequence[BookRead]) -> list[str]:
    names = [read.name for read in reads if read.opened_by is not None]
    if not names:
        return []
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    are, their = ("is", "its") if len(names) == 1 else ("are", "their")
    return [f"{', '.join(names[:MOST_NAMED])}{more} {are} open in Excel; {their} last saved state was read."]


def _summarise(  # noqa: PLR0917 - what the steps before it gave
    found: Reviewed, faults: Sequence[Fault], out: Path, plan: Plan, hits: int, not_read: int, notes: Sequence[str], *,
    dry_run: bool,
) -> ReviewSummary:  # fmt: skip
    team, whole, deals = found.team, found.reps.whole, found.team.deals
    return ReviewSummary(
        review=str(out),
        as_of=team.today,
        currency=team.currency,
        books=len(team.books),
        from_cache=hits,
        not_read=not_read,
        leads=len(deals),
        open_leads=int(whole["open_leads"]),
        open_amount=float(whole["open_amount"]),
        weighted_amount=float(whole["weighted"]),
        quarter=found.reps.quarter.name,
        won_quarter=float(whole["won_quarter"]),
        quota=_known(whole["quota"]),
        clashing_leads=found.clashes.total_pairs,
        clashing_accounts=found.clashes.total_accounts,
        slipped=found.total_slipped,
        stuck=found.total_stuck,
        reps=tuple(_figures(rep) for rep in rows_of(found.reps.frame)),
        agenda=tuple(
            {
                "deal": str(deals["company"].iloc[talk.place]), "lead_id": str(deals["lead_id"].iloc[talk.place]),
                "rep": str(deals["owner"].iloc[talk.place]), "amount": _known(deals["amount"].iloc[talk.place]),
                "why": talk.why,
            }
            for talk in found.agenda
        ),
        faults=tuple(
            {
                "code": one.code, "severity": one.severity.name.casefold(),
                "book": team.books[one.book].name if one.book >= 0 else one.name, "message": one.message,
            }
            for one in faults
        ),
        notes=tuple(notes),
        plan=plan,
        dry_run=dry_run,
    )  # fmt: skip


def _figures(rep: dict[str, Any]) -> RepFigures:
    return RepFigures(
        rep=str(rep["name"]),
        open_leads=int(rep["open_leads"]),
        open_amount=float(rep["open_amount"]),
        weighted_amount=float(rep["weighted"]),
        won_quarter=float(rep["won_quarter"]),
        quota=_known(rep["quota"]),
        coverage=_known(rep["coverage"]),
        win_rate=_known(rep["win_rate"]),
        velocity_per_day=_known(rep["velocity"]),
        quality=_known(rep["quality"]),
        sla_attainment=_known(rep["sla"]),
        bias=_known(rep["bias"]),
        load=_known(rep["load"]),
    )


def _known(number: object) -> float | None:
    value = float(number)  # type: ignore[arg-type] # a number of the frame
    return None if value != value else value  # noqa: PLR0124 - NaN is unlike itself
