"""What is found out about each lead of a workbook: typed, scored, placed, compared with the others and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from leadbook.analysis.apart import separate
from leadbook.analysis.archived import archived_ids
from leadbook.analysis.duplicates import find_duplicates
from leadbook.analysis.handing_over import waiting_issues
from leadbook.analysis.history import assign_lead_ids, history_issues, visits
from leadbook.analysis.history_gaps import gap_issues
from leadbook.analysis.open_conflicts import open_conflicts
from leadbook.analysis.score import score
from leadbook.analysis.standing import stand
from leadbook.analysis.winning.leads import learn_wins
from leadbook.model.issues import InputError
from leadbook.model.kept_apart import read_kept_apart
from leadbook.model.leads import read_records, with_offers
from leadbook.model.records import TEXT_STORAGE
from leadbook.model.settings import read_playbook
from leadbook.rules.checking import check
from leadbook.run.progress import silent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection

    from leadbook.analysis.results import Duplicates, Scores, Standing
    from leadbook.analysis.routing import Assignment
    from leadbook.analysis.winning.leads import Wins
    from leadbook.model.issues import Issue
    from leadbook.model.records import Records, Typed
    from leadbook.model.tables import BookContents

#: Days outside these years are slips of the keyboard, and trailing years would leave the calendar.
EARLIEST_YEAR, LATEST_YEAR = 1990, 2199


class Examined(Struct, frozen=True):
    """What is known of every lead before anything is summed up.

    Parameters
    ----------
    records : Records
    scores : Scores
    standing : Standing
    duplicates : Duplicates
        Without the pairs that the seller keeps apart.
    issues : list of Issue
    visits : DataFrame
        As ``history_visits.visits`` returns them.
    wins : Wins or None
        What the workbook's outcomes teach; None where nobody asked.
    kept_apart : int
        How many pairs the seller decided to keep both of.
    new_lead_ids : dict of int to str
        Excel row of each lead whose Lead ID is blank, and the id it gets.
    assigned : dict of int to Assignment
        Excel row of each lead that routing gives an owner.
    """

    records: Records
    scores: Scores
    standing: Standing
    duplicates: Duplicates
    issues: list[Issue]
    visits: pd.DataFrame
    wins: Wins | None
    kept_apart: int
    new_lead_ids: dict[int, str]
    assigned: dict[int, Assignment]


@pd.option_context(*TEXT_STORAGE)
def examine(
    contents: BookContents,
    today: dt.date,
    progress: Callable[[str], None] = silent,
    fillable: Callable[[Typed], Collection[int]] | None = None,
    *,
    learn: bool = True,
) -> Examined:
    """Read, score, place, compare and check every lead, writing nothing.

    Parameters
    ----------
    contents : BookContents
    today : date
        The day everything is worked out for.
    progress : callable
        Called with the name of each step before it begins.
    fillable : callable or None
        The Excel rows of the leads whose Owner may be filled where the option Routing says assign; None assigns none.
    learn : bool
        Whether the chance of winning is learned from the workbook's outcomes; without it, the chances of the standing,
        and the priority that follows from them, start from the stage's.

    Raises
    ------
    InputError
        No table holds leads, or more than one could; or ``today`` lies outside 1990 to 2199.
    """
    check_day(today)
    progress("read")
    playbook, reading = read_playbook(contents)
    records, found = read_records(contents, playbook)
    records, of_offers = with_offers(records, contents, only_filled=True)
    new_ids = assign_lead_ids(records.leads, records.history, records.archive, records.activities, records.quote_lines)
    records = with_lead_ids(records, new_ids)
    reading = [
        *reading,
        *found,
        *of_offers,
        *history_issues(records.history, records.leads, today),
        *gap_issues(records, today),
        *open_conflicts(contents, records.leads),
    ]
    progress("score")
    scores = score(records, today)
    assigned: dict[int, Assignment] = {}
    if fillable is not None and playbook.options.routing == "assign":
        from leadbook.run.assigning import with_owners  # noqa: PLC0415 - few teams switch it on

        records, assigned = with_owners(records, scores, today, fillable(records.leads))
    stage_visits = visits(records.history)
    wins = learn_wins(records, scores, stage_visits, today) if learn else None
    standing = stand(records, scores, today, wins)
    progress("duplicates")
    apart = read_kept_apart(contents)
    duplicates = separate(find_duplicates(records), apart, archived_ids(records.archive))
    progress("check")
    reading += waiting_issues(records, standing.frame)
    issues = check(records, today, duplicates=duplicates, reading=reading)
    return Examined(records, scores, standing, duplicates, issues, stage_visits, wins, len(apart), new_ids, assigned)


def check_day(today: dt.date) -> None:
    """Refuse a day outside the years that leads can be worked out for."""
    if not EARLIEST_YEAR <= today.year <= LATEST_YEAR:
        raise InputError(f"{today} is no day to work leads out for; give one from {EARLIEST_YEAR} to {LATEST_YEAR}.")


def with_lead_ids(records: Records, new_ids: dict[int, str]) -> Records:
    """Return the records with the ids that blank Lead ID cells get."""
    if not new_ids:
        return records
    frame = records.leads.frame.copy()
    frame.loc[list(new_ids), "lead_id"] = list(new_ids.values())
    return replace(records, leads=replace(records.leads, frame=frame))
