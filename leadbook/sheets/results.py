"""Everything the generated sheets are laid out from, in one bundle."""

from __future__ import annotations

import heapq
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.analysis.quality import measure_quality
from leadbook.model.locate import find_table
from leadbook.sheets.live_cells import CellView
from leadbook.sheets.live_meaning import Meaning
from leadbook.sheets.live_where import StageWords, stage_words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from leadbook.analysis.quality import Quality
    from leadbook.analysis.results import Duplicates, Forecast, Measures, Scores, Standing
    from leadbook.analysis.winning.leads import Wins
    from leadbook.model.codes import CodeText
    from leadbook.model.issues import Issue, Severity
    from leadbook.model.records import Records
    from leadbook.model.tables import BookContents, RawTable

#: The Issues sheet lists so many at most; a longer list is read on the command line.
ISSUES_LISTED = 2_000


def _as_wanted(name: str) -> str:
    return name


class Naming(Struct, frozen=True):
    """The names generated sheets and tables really get, for the seller may own a sheet called "Pipeline".

    Parameters
    ----------
    sheet : callable
        Wanted sheet name to the actual one.
    table : callable
        Wanted table name to the actual one.
    """

    sheet: Callable[[str], str] = _as_wanted
    table: Callable[[str], str] = _as_wanted


class Results(Struct, frozen=True, dict=True):
    """What the rules and the analysis found, and the names to write it under.

    Parameters
    ----------
    records : Records
    issues : list of Issue
    scores : Scores
    standing : Standing
    duplicates : Duplicates
    measures : Measures
    forecast : Forecast
    today : date
        The day everything was worked out for.
    book_name : str
        The workbook's file name, for titles.
    naming : Naming
    contents : BookContents or None
        What was read; the Settings tables in it decide which formulas can be live.
    code_texts : mapping of code to CodeText
        What each code means, for the Issues sheet.
    decisions : mapping of str to str
        The seller's earlier decisions on duplicates, see ``sheets.duplicates.read_decisions``.
    kept_apart : int
        How many pairs the seller decided to keep both of.
    wins : Wins or None
        What the workbook's outcomes teach about its open leads.
    """

    records: Records
    issues: list[Issue]
    scores: Scores
    standing: Standing
    duplicates: Duplicates
    measures: Measures
    forecast: Forecast
    today: dt.date
    book_name: str
    naming: Naming = field(default_factory=Naming)
    contents: BookContents | None = None
    code_texts: Mapping[str, CodeText] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)
    kept_apart: int = 0
    wins: Wins | None = None

    @property
    def currency(self) -> str:
        """ISO code of the workbook's base currency."""
        return self.records.playbook.options.base_currency

    @property
    def leads_sheet(self) -> str:
        """The sheet the leads stand on."""
        table = self.records.leads.table
        return table.sheet if table else ""

    def settings_table(self, name: str) -> RawTable | None:
        """Return a table of the Settings sheet as it was read, None when the workbook has none."""
        return find_table(self.contents, name) if self.contents else None

    @cached_property
    def lead_cells(self) -> CellView:
        """The Leads table as Excel's functions see it, shared by every sheet."""
        return CellView(self.records.leads, self.contents.date_system if self.contents else 1900)

    @cached_property
    def open_words(self) -> StageWords:
        """The words that stand for open stages in the Leads table."""
        return stage_words(self)

    @cached_property
    def meaning(self) -> Meaning:
        """The leads as leadbook reads them, for the figures that formulas have to show."""
        return Meaning(self)

    @cached_property
    def quality(self) -> Quality:
        """How clean each lead and each owner's pipeline is."""
        active = [rep.owner for rep in self.records.playbook.reps if rep.active]
        return measure_quality(self.records, self.issues, self.standing.frame["open"].to_numpy(dtype=bool), active)

    @cached_property
    def issue_counts(self) -> Counter[tuple[str, Severity]]:
        """How many issues there are of each code and severity; there may be hundreds of thousands."""
        return Counter((issue.code, issue.severity) for issue in self.issues)

    def count_issues(self, severity: Severity) -> int:
        """Return how many issues there are of a severity."""
        return sum(count for (_, level), count in self.issue_counts.items() if level is severity)

    @cached_property
    def listed_issues(self) -> list[Issue]:
        """The issues the Issues sheet shows: the gravest first, then by sheet and cell."""
        home = self.leads_sheet
        gravest = self.issues
        if len(gravest) > ISSUES_LISTED:  # whole severities fall away before anything is put in order
            levels = sorted({level for _, level in self.issue_counts}, reverse=True)
            least, taken = levels[0], 0
            for severity in levels:
                least, taken = severity, taken + self.count_issues(severity)
                if taken >= ISSUES_LISTED:
                    break
            gravest = [issue for issue in self.issues if issue.severity >= least]
        return heapq.nsmallest(
            ISSUES_LISTED,
            gravest,
            key=lambda issue: (-issue.severity, issue.sheet != home, issue.sheet, issue.row, issue.column, issue.code),
        )
