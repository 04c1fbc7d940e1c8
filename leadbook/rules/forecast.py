"""Forecast rules: close dates, chances and categories that a manager can believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.model.playbook import Category, StageClass
from leadbook.rules.cells import blank, compared, dates, day, in_class, is_open, numbers, texts, written
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule
from leadbook.rules.spelling import nearest
from leadbook.rules.stages import requiring
from leadbook.rules.timing import created_so_far

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from leadbook.model.records import Records
    from leadbook.rules.finding import Mask

_CATEGORY_WORDS = {
    "bestcase": "Best case", "upside": "Best case", "best": "Best case", "likely": "Best case", "committed": "Commit",
    "closed won": "Closed", "won": "Closed", "closed lost": "Omitted", "omit": "Omitted", "excluded": "Omitted",
    "none": "Omitted", "open": "Pipeline",
}  # fmt: skip


@rule("LB222", "probability-against-outcome", Severity.WARNING, ("stage", "probability_override"), fixable=True)
def probability_against_outcome(records: Records) -> Iterator[Finding]:
    """Find a chance that contradicts how the deal ended.

    Anti-pattern: Stage Won with 60 %, or Lost with 20 %.

    Why it matters: The override was left standing, and whoever learns from these rows learns it wrongly.

    Best practice: Clear the override once a deal has ended, or let it say 100 % or 0 %.
    """
    leads = records.leads
    chances = numbers(leads, "probability_override")
    within = (chances >= 0) & (chances <= 1)
    won = in_class(records, StageClass.WON) & within & (chances < 1)
    lost = in_class(records, StageClass.LOST, StageClass.DISQUALIFIED) & within & (chances > 0)
    yield Finding(
        leads, won, "probability_override", "This deal is won; clear the chance or write 100 %.", [1.0] * int(won.sum())
    )
    yield Finding(
        leads,
        lost,
        "probability_override",
        "This deal is lost; clear the chance or write 0 %.",
        [0.0] * int(lost.sum()),
    )


@rule("LB224", "close-date-overdue", Severity.WARNING, ("stage", "close_date"))
def close_date_overdue(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find an open deal whose close date has passed.

    Anti-pattern: Stage Proposal with a close date last month.

    Why it matters: The deal is left out of the weighted forecast until its date is real again.

    Best practice: Agree on a new date with the buyer, or close the deal.
    """
    leads = records.leads
    closing = dates(leads, "close_date")
    bad = _overdue(records, today) & ~_committed(records)
    yield Finding(
        leads,
        bad,
        "close_date",
        (f"The close date {date} has passed; agree on a new one or close the deal." for date in written(closing[bad])),
    )


@rule("LB225", "commit-overdue", Severity.ERROR, ("stage", "close_date", "forecast_category"))
def commit_overdue(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a committed deal whose close date has passed.

    Anti-pattern: Forecast Category Commit, close date last week, stage still open.

    Why it matters: The number that the manager promised rests on it.

    Best practice: Set the new date today, or take the deal out of Commit.
    """
    leads = records.leads
    closing = dates(leads, "close_date")
    bad = _overdue(records, today) & _committed(records)
    yield Finding(
        leads,
        bad,
        "close_date",
        (
            f"This deal is in Commit, but {date} has passed; set a new date or leave Commit."
            for date in written(closing[bad])
        ),
    )


def _overdue(records: Records, today: dt.date) -> Mask:
    closing = dates(records.leads, "close_date")
    # A close date before the creation is a slip, which LB227 tells.
    return is_open(records) & (closing < day(today)) & ~(closing < created_so_far(records, today))


def _committed(records: Records) -> Mask:
    words = compared(records.leads, "forecast_category")
    return np.asarray((words == "commit") | (words == "committed"), dtype=bool)


@rule("LB226", "forecast-category-unknown", Severity.ERROR, ("forecast_category",), fixable=True)
def forecast_category_unknown(records: Records) -> Iterator[Finding]:
    """Find a forecast category that leadbook does not know.

    Anti-pattern: "Upside" or "Comit" in Forecast Category.

    Why it matters: The deal falls back to its stage's category, and nobody sees that.

    Best practice: Write Omitted, Pipeline, Best case, Commit or Closed.
    """
    leads = records.leads
    words = texts(leads, "forecast_category")
    lowered = compared(leads, "forecast_category")
    known = {category.value.casefold(): category.value for category in Category}
    bad = np.fromiter((word != "" and word not in known for word in lowered), bool, len(words))
    meanings = {
        word: _CATEGORY_WORDS.get(word.replace("-", " ")) or nearest(word, known.values(), cutoff=0.85)
        for word in dict.fromkeys(lowered[bad])
    }
    yield Finding(
        leads,
        bad,
        "forecast_category",
        (
            f'"{short(word)}" is no forecast category; write {meaning or "Pipeline, Best case, Commit or Omitted"}.'
            for word, meaning in zip(words[bad], map(meanings.get, lowered[bad]), strict=True)
        ),
        (meanings[word] for word in lowered[bad]),
        safe=False,
    )


@rule("LB227", "closed-before-created", Severity.ERROR, ("close_date", "created"))
def closed_before_created(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find a close date before the lead was created.

    Anti-pattern: Created 2026-03-01, Close Date 2025-03-15: most often last year's year.

    Why it matters: The sales cycle comes out negative and spoils the velocity.

    Best practice: Correct whichever of the two dates is wrong.
    """
    leads = records.leads
    closing, created = dates(leads, "close_date"), created_so_far(records, today)
    bad = closing < created
    yield Finding(
        leads,
        bad,
        "close_date",
        (
            f"The close date {end} lies before the creation on {start}; correct one of them."
            for end, start in zip(written(closing[bad]), written(created[bad]), strict=True)
        ),
    )


@rule("LB233", "close-date-missing", Severity.WARNING, ("stage", "close_date"))
def close_date_missing(records: Records) -> Iterator[Finding]:
    """Find an open deal that has come to a stage that needs a close date, without one.

    Anti-pattern: A deal in Proposal with a blank Close Date.

    Why it matters: It belongs to no month of the forecast.

    Best practice: Ask the buyer when they mean to decide, and write that day.
    """
    leads = records.leads
    bad = requiring(records, "close_date") & is_open(records) & blank(leads, "close_date")
    names = texts(leads, "stage_name")[bad]
    yield Finding(
        leads,
        bad,
        "close_date",
        (f'Stage "{short(name)}" needs a close date; ask when they mean to decide.' for name in names),
    )


@rule("LB234", "category-against-stage", Severity.WARNING, ("stage", "forecast_category"))
def category_against_stage(records: Records) -> Iterator[Finding]:
    """Find a forecast category that contradicts the stage.

    Anti-pattern: Closed on an open deal, or Commit on a lost one.

    Why it matters: The categories no longer add up to the pipeline.

    Best practice: Clear the category to take the stage's, or correct the stage.
    """
    leads = records.leads
    words = compared(leads, "forecast_category")
    live = np.asarray((words == "pipeline") | (words == "best case") | (words == "commit"), dtype=bool)
    bad = (is_open(records) & np.asarray(words == "closed", dtype=bool)) | (
        in_class(records, StageClass.WON, StageClass.LOST, StageClass.DISQUALIFIED) & live
    )
    yield Finding(
        leads,
        bad,
        "forecast_category",
        (
            f'"{short(word)}" contradicts the stage "{short(stage)}"; clear the category or correct the stage.'
            for word, stage in zip(texts(leads, "forecast_category")[bad], texts(leads, "stage_name")[bad], strict=True)
        ),
    )
