"""The main job: read, check, score, measure, forecast, lay out, write."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from leadbook.analysis.forecast import forecast
from leadbook.analysis.history import changes
from leadbook.analysis.measure import measure
from leadbook.model.counts import counted
from leadbook.model.issues import Severity
from leadbook.model.records import TEXT_STORAGE
from leadbook.rules.checking import all_rules
from leadbook.run.collector import giving_back
from leadbook.run.examining import examine
from leadbook.run.merges.merged import merged_sentence
from leadbook.run.merges.report import with_faults
from leadbook.run.owned_columns import add_missing_columns
from leadbook.run.progress import silent
from leadbook.sheets.duplicates import read_decisions
from leadbook.sheets.owned import owned_lead_columns
from leadbook.sheets.registry import lay_out
from leadbook.sheets.results import Naming, Results

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection

    from leadbook.analysis.routing import Assignment
    from leadbook.books.book import Book, Plan
    from leadbook.model.records import Typed
    from leadbook.model.tables import BookContents
    from leadbook.run.merges.merged import Merged
    from leadbook.sheets.spec import Content


class Summary(Struct, frozen=True):
    """What a refresh found and did, for the closing sentence and ``--json``.

    Money is in ``currency``; ``first_sheet`` is where to start reading; ``plan`` says what was written, or, in a
    dry run, would be.
    """

    book: str
    as_of: dt.date
    leads: int
    open_leads: int
    errors: int
    warnings: int
    stale: int
    duplicate_leads: int
    open_amount: float
    weighted_amount: float
    currency: str
    first_sheet: str
    plan: Plan
    dry_run: bool
    merged: tuple[str, ...] = ()
    merged_into: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The one sentence a seller reads at the end."""
        merged = merged_sentence(self.merged, self.merged_into)
        return (f"{merged} " if merged else "") + (
            f"{counted(self.leads, 'lead')}, {self.open_leads:,} open: "
            f"{counted(self.errors, 'error')}, {counted(self.warnings, 'warning')}, "
            f"{self.stale:,} stale, {counted(self.duplicate_leads, 'likely duplicate')}; "
            f"weighted pipeline {self.weighted_amount:,.0f} {self.currency}."
        )  # fmt: skip


class Findings(Struct, frozen=True):
    """Everything worked out about a workbook before a sheet is laid out."""

    results: Results
    history_rows: pd.DataFrame
    new_lead_ids: dict[int, str]
    assigned: dict[int, Assignment]


@pd.option_context(*TEXT_STORAGE)
def study(
    contents: BookContents,
    today: dt.date,
    naming: Naming,
    progress: Callable[[str], None] = silent,
    fillable: Callable[[Typed], Collection[int]] | None = None,
) -> Findings:
    """Read, check, score, measure and forecast, writing nothing.

    Parameters
    ----------
    contents, today, progress, fillable
        As `examine` takes them, and refuses them.
    naming : Naming
        The names generated sheets and tables will have.
    """
    known = examine(contents, today, progress, fillable)
    records, standing = known.records, known.standing
    progress("measure")
    history_rows = changes(
        records.history, records.leads, standing.frame, today, playbook=records.playbook, archive=records.archive
    )
    if known.assigned:
        from leadbook.run.assigning import name_routing  # noqa: PLC0415 - few teams switch it on

        history_rows = name_routing(history_rows, records.leads, known.assigned)
    measures = measure(records, known.scores, standing, known.issues, known.visits, today)
    progress("forecast")
    outlook = forecast(records, standing, today, known.visits)
    results = Results(
        records=records, issues=known.issues, scores=known.scores, standing=standing, duplicates=known.duplicates,
        measures=measures, forecast=outlook, today=today, book_name=contents.name, naming=naming, contents=contents,
        code_texts={text.code: text for text in all_rules()}, decisions=read_decisions(contents),
        kept_apart=known.kept_apart, wins=known.wins,
    )  # fmt: skip
    return Findings(results, history_rows, known.new_lead_ids, known.assigned)


@pd.option_context(*TEXT_STORAGE)
def refresh_book(
    book: Book,
    today: dt.date,
    *,
    dry_run: bool = False,
    progress: Callable[[str], None] = silent,
    merged: Merged | None = None,
) -> Summary:
    """Refresh a workbook that has been opened: the owned columns, the generated sheets and History.

    Parameters
    ----------
    book : Book
        Must have its Settings and History tables (``leadbook.books.starter.add_to`` adds them).
    today : date
        The day everything is worked out for.
    dry_run : bool
        Plan everything and save nothing.
    progress : callable
        Called with the name of each step before it begins.
    merged : Merged or None
        What the decisions on the Duplicates sheet did to the book before.

    Returns
    -------
    Summary

    Raises
    ------
    LeadbookError
        The workbook cannot be read, written or edited safely; the file is then what it was.
    """
    naming = Naming(sheet=book.sheet_name, table=book.table_name)
    progress = giving_back(progress, book.contents)
    findings = study(book.contents, today, naming, progress, partial(_fillable, book))
    results = findings.results if merged is None else with_faults(findings.results, merged.faults)
    leads = results.records.leads
    assert leads.table is not None, "read_records refuses a workbook without leads"  # noqa: S101 - an invariant, not input
    table = leads.table.name
    book.allow_protected(results.records.playbook.options.owned_writes_on_protected)
    leads = add_missing_columns(book, leads)
    results = replace(results, records=replace(results.records, leads=leads))
    if findings.new_lead_ids:
        book.write_column(table, leads.headers["lead_id"], findings.new_lead_ids)
    if findings.assigned:
        from leadbook.run.assigning import write_owners  # noqa: PLC0415 - few teams switch it on

        book.plan.notes.extend(write_owners(book, leads, findings.assigned))
    progress("lay out")
    columns = owned_lead_columns(results)
    for key in list(columns):  # each is let go as soon as the book has it: of very many leads they are large
        book.write_column(table, leads.headers[key], columns.pop(key))
    if "latest_proposal" in leads.places or (
        results.records.proposals is not None and len(results.records.proposals.frame)
    ):
        from leadbook.run.proposing.log import refresh_latest  # noqa: PLC0415 - many workbooks have no proposals yet

        refresh_latest(book, results.records)
    if len(findings.history_rows):
        book.append_columns(book.table_name("History"), _columns(findings.history_rows))
    book.put_sheets(lay_out(results))
    book.tint_issues(table, leads.headers["lead_id"])
    summary = summarise(results, book.plan, dry_run=dry_run)
    if not dry_run:
        # Everything is in the book by now, and of very many leads the findings are as large as the book.
        del findings, leads, results
        progress("write")
        book.save()
    if merged is None:
        return summary
    book.plan.steps.extend(merged.steps)
    book.plan.notes.extend([*merged.notes, *([] if dry_run else merged.way_back), *merged.left_undone])
    book.plan.cells_before = merged.cells
    return replace(summary, merged=merged.leads, merged_into=merged.masters)


def _fillable(book: Book, leads: Typed) -> Collection[int]:
    from leadbook.run.assigning import fillable_rows  # noqa: PLC0415 - few teams switch it on

    return fillable_rows(book, leads)


def summarise(results: Results, plan: Plan, *, dry_run: bool) -> Summary:
    """Return the numbers of the closing sentence: the same ones that the sheets show."""
    headline = {measure.key: measure.value or 0.0 for measure in results.measures.headline}
    clusters = results.duplicates.clusters
    return Summary(
        book=results.book_name,
        as_of=results.today,
        leads=len(results.records.leads.frame),
        open_leads=int(headline["open_leads"]),
        errors=results.count_issues(Severity.ERROR),
        warnings=results.count_issues(Severity.WARNING),
        stale=int(results.measures.owners["stale"].sum()),
        duplicate_leads=int((~clusters["master"].astype(bool)).sum()) if len(clusters) else 0,
        open_amount=headline["open_amount"],
        weighted_amount=headline["weighted_amount"],
        currency=results.currency,
        first_sheet=results.naming.sheet("Today"),
        plan=plan,
        dry_run=dry_run,
    )


def _columns(frame: pd.DataFrame) -> list[list[Content]]:
    """Return the columns of a frame with blanks as None and days as dates."""
    return [_contents(frame[name]) for name in frame.columns]


def _contents(series: pd.Series) -> list[Content]:
    # Each different value is turned once: a first refresh tells the same few of every lead.
    codes, found = pd.factorize(series)
    contents: list[Content] = found.tolist() if series.dtype.kind != "M" else pd.DatetimeIndex(found).date.tolist()
    known = [None if content == "" else content for content in contents]
    # A blank has the code -1, which is the last place.
    return list(map([*known, None].__getitem__, codes.tolist()))
