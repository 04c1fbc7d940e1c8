"""The linter on a workbook: what is wrong in it, how clean it is, and what fixing would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct, field

from leadbook.analysis.apart import separate
from leadbook.analysis.archived import archived_ids
from leadbook.analysis.duplicates import find_duplicates
from leadbook.analysis.handing_over import waiting_issues
from leadbook.analysis.history import history_issues
from leadbook.analysis.history_gaps import gap_issues
from leadbook.analysis.measure_deals import UNKNOWN
from leadbook.analysis.open_conflicts import open_conflicts
from leadbook.analysis.quality import measure_quality
from leadbook.analysis.score import score
from leadbook.analysis.standing import stand_waiting
from leadbook.model.issues import InputError, Severity
from leadbook.model.kept_apart import read_kept_apart
from leadbook.model.leads import NO_OWNERS, read_records, with_offers
from leadbook.model.playbook import StageClass
from leadbook.model.records import TEXT_STORAGE
from leadbook.model.settings import read_playbook
from leadbook.rules.checking import check, choose_codes
from leadbook.run.fixes.fixing import fix_contents, plan_fixes
from leadbook.run.merges.report import decision_issues
from leadbook.run.progress import silent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from leadbook.analysis.quality import Quality
    from leadbook.books.book import Book
    from leadbook.model.issues import Issue
    from leadbook.model.records import Records
    from leadbook.model.tables import BookContents
    from leadbook.run.fixes.fixing import FixedCell


class Wanted(Struct, frozen=True):
    """Which issues a check is about.

    Parameters
    ----------
    select, ignore : sequence of str
        Codes or their beginnings (``LB2``) to keep or to leave out.
    least : Severity
        The least severity.
    owner : str
        Only issues of this seller's leads; "" for all.
    """

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    least: Severity = Severity.INFO
    owner: str = ""


class CheckReport(Struct, frozen=True):
    """What ``check`` found, after fixing where that was asked for.

    Parameters
    ----------
    book : str
        The workbook's file name.
    leads : int
        How many leads were read.
    issues : list of Issue
        The wanted ones that are left, in order.
    as_of : date or None
        The day of the check.
    quality : Quality or None
        Of all issues, whichever were wanted.
    named : mapping of Excel row to (lead id, company)
        Of the leads with an issue, for headings.
    fixed : tuple of FixedCell
    issues_fixed : int
    notes : tuple of str
        What to know about the fixes.
    dry_run : bool
        Whether the fixes were only planned; ``issues`` is then what would be left.
    errors_now : int
        In a dry run: the errors that stand in the workbook.
    saved : bool
        Whether the workbook was written.
    """

    book: str
    leads: int
    issues: list[Issue]
    as_of: dt.date | None = None
    quality: Quality | None = None
    named: dict[int, tuple[str, str]] = field(default_factory=dict)
    fixed: tuple[FixedCell, ...] = ()
    issues_fixed: int = 0
    notes: tuple[str, ...] = ()
    dry_run: bool = False
    errors_now: int = 0
    saved: bool = False

    def fixable(self, *, safe: bool) -> int:
        """Return how many of the issues left have a fix that is safe, or one that needs a second look."""
        return sum(issue.fix is not None and issue.fix.safe is safe for issue in self.issues)

    @property
    def has_errors(self) -> bool:
        """Whether an error is left in the workbook as it stands on disk."""
        if self.dry_run:
            return self.errors_now > 0
        return any(issue.severity is Severity.ERROR for issue in self.issues)


@pd.option_context(*TEXT_STORAGE)
def check_book(
    contents: BookContents, today: dt.date, wanted: Wanted, progress: Callable[[str], None] = silent
) -> CheckReport:
    """Return every wanted fault in a workbook's data, with its cell.

    Raises
    ------
    InputError
        No table holds leads, or a code or owner in ``wanted`` does not exist.
    """
    choose_codes(wanted.select, wanted.ignore)  # refuses before anything long begins
    progress("read")
    records, reading = _read(contents, today)
    rows = _owner_rows(records, wanted.owner)
    return _report(contents, (records, reading), today, wanted, rows=rows, progress=progress)


@pd.option_context(*TEXT_STORAGE)
def fix_book(
    book: Book,
    today: dt.date,
    wanted: Wanted,
    *,
    unsafe: bool = False,
    dry_run: bool = False,
    progress: Callable[[str], None] = silent,
) -> CheckReport:
    """Apply the fixes of the wanted issues, check anew until no more applies, and save once.

    Parameters
    ----------
    book : Book
    today : date
    wanted : Wanted
    unsafe : bool
        Whether fixes that need a second look are applied too.
    dry_run : bool
        Plan everything and save nothing.
    progress : callable
        Called with the name of each step before it begins.

    Raises
    ------
    LeadbookError
        The workbook cannot be read or written safely; the file is then what it was.
    """
    codes = choose_codes(wanted.select, wanted.ignore)
    progress("read")
    # Settled once: a fix may put the seller's own name right.
    rows = _owner_rows(_read(book.contents, today)[0], wanted.owner) if wanted.owner else None

    def find(contents: BookContents) -> list[Issue]:
        # No fix rests on the duplicate search, which takes longest.
        records, reading = _read(contents, today)
        issues = check(records, today, reading=reading)
        return _keep(issues, records, wanted, codes, rows)

    progress("fix")
    found = find(book.contents)
    errors = sum(issue.severity is Severity.ERROR for issue in found)
    fixed = fix_contents(book, find, unsafe=unsafe, found=found)
    plan_fixes(book, fixed.cells)
    after = _report(fixed.contents, _read(fixed.contents, today), today, wanted, rows=rows, progress=progress)
    if fixed.cells and not dry_run:
        progress("write")
        book.save()
    return CheckReport(
        after.book, after.leads, after.issues, today, after.quality, after.named, fixed.cells, fixed.issues_fixed,
        fixed.notes, dry_run, errors, bool(fixed.cells) and not dry_run,
    )  # fmt: skip


def _report(
    contents: BookContents,
    read: tuple[Records, list[Issue]],
    today: dt.date,
    wanted: Wanted,
    *,
    rows: set[int] | None,
    progress: Callable[[str], None],
) -> CheckReport:
    records, reading = read
    codes = choose_codes(wanted.select, wanted.ignore)
    progress("duplicates")
    found = find_duplicates(records, in_words=False)  # no issue quotes the reasons
    duplicates = separate(found, read_kept_apart(contents), archived_ids(records.archive))
    progress("check")
    waiting = waiting_issues(records, stand_waiting(records, score(records, today), today))
    reading = [*reading, *decision_issues(contents), *waiting]
    everything = check(records, today, duplicates=duplicates, reading=reading)
    issues = _keep(everything, records, wanted, codes, rows)
    frame = records.leads.frame
    is_open = (frame["stage_class"] == StageClass.OPEN.value).to_numpy(dtype=bool) | (
        (frame["stage_class"] == "") & (frame["stage"] == "")
    ).to_numpy(dtype=bool)
    active = [rep.owner for rep in records.playbook.reps if rep.active]
    told = frame.index.intersection(sorted({issue.row for issue in issues if records.leads.holds(issue)}))
    named = {
        int(row): (str(lead_id), str(company))
        for row, lead_id, company in zip(told, frame.loc[told, "lead_id"], frame.loc[told, "company"], strict=True)
    }
    return CheckReport(
        contents.name, len(frame), issues, today, measure_quality(records, everything, is_open, active), named
    )


def _read(contents: BookContents, today: dt.date) -> tuple[Records, list[Issue]]:
    playbook, reading = read_playbook(contents)
    records, found = read_records(contents, playbook)
    records, of_offers = with_offers(records, contents, only_filled=True)
    return records, [
        *reading,
        *found,
        *of_offers,
        *history_issues(records.history, records.leads, today),
        *gap_issues(records, today),
        *open_conflicts(contents, records.leads),
    ]


def _keep(
    issues: Sequence[Issue], records: Records, wanted: Wanted, codes: set[str], rows: set[int] | None
) -> list[Issue]:
    """Return the issues that are wanted; ``rows`` are the leads they have to belong to, None for any."""
    known = choose_codes()
    kept = [
        issue for issue in issues if issue.severity >= wanted.least and (issue.code in codes or issue.code not in known)
    ]
    if rows is None:
        return kept
    leads = records.leads
    mine = leads.frame.index.isin(list(rows))
    ids = {lead_id for lead_id in leads.frame["lead_id"][mine] if lead_id}

    def is_theirs(issue: Issue) -> bool:
        if not leads.holds(issue):
            return issue.lead_id in ids
        return issue.row in rows if issue.rows is None else not rows.isdisjoint(issue.rows.tolist())

    return [issue for issue in kept if is_theirs(issue)]


def _owner_rows(records: Records, owner: str) -> set[int] | None:
    """Return the Excel rows of a seller's leads, whatever the case and spaces of the name; None without a name."""
    frame = records.leads.frame
    if not owner:
        return None
    names = frame["owner"].where(frame["owner"] != "", UNKNOWN)
    words = {name: " ".join(name.split()).casefold() for name in {*names.unique(), *_reps(records)}}
    wanted = " ".join(owner.split()).casefold()
    if wanted not in words.values():
        from rapidfuzz import process, utils  # noqa: PLC0415 - only for a name that is not there

        if not set(words) - {UNKNOWN}:
            raise InputError(NO_OWNERS)
        near = process.extractOne(owner, sorted(words), processor=utils.default_process, score_cutoff=60)
        offer = f' Did you mean "{near[0]}"?' if near else f" Owners are: {', '.join(sorted(words)[:8])}."
        raise InputError(f'No lead belongs to "{owner}".{offer}')
    mine = np.asarray(names.map(words) == wanted, dtype=bool)
    return set(frame.index[mine].tolist())


def _reps(records: Records) -> list[str]:
    return [rep.owner for rep in records.playbook.reps]
