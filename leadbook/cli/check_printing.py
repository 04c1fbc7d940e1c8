"""What ``check`` prints: grouped for people, flat for pipes, annotations for GitHub, JSON for programs."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from leadbook.cli.check_json import count_codes, print_json
from leadbook.cli.printing import WORD, shown
from leadbook.model.issues import Severity
from leadbook.model.tables import KeptText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leadbook.model.issues import Issue
    from leadbook.run.checking import CheckReport
    from leadbook.run.fixes.fixing import FixedCell

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_COLORS = {Severity.ERROR: "\033[31m", Severity.WARNING: "\033[33m", Severity.INFO: "\033[2m"}
_BOLD, _PLAIN = "\033[1m", "\033[0m"
_WIDEST = 120


def print_report(
    report: CheckReport, *, path: str, output_format: str, statistics: bool, most: int | None, quiet: bool,
    fixes: bool, unsafe: bool,
) -> None:  # fmt: skip
    """Print what a check found and fixed.

    Parameters
    ----------
    report : CheckReport
    path : str
        The workbook as it was typed.
    output_format : {"plain", "github", "json"}
    statistics : bool
        Print counts by code in place of the issues.
    most : int or None
        Print so many issues, and fixed cells, at most.
    quiet : bool
        Print no issues.
    fixes, unsafe : bool
        Whether fixes, and unsafe ones, were asked for.
    """
    if output_format == "json":
        print_json(report, statistics=statistics, most=most, quiet=quiet)
        return
    if output_format == "github":
        _print_annotations([] if quiet or statistics else report.issues[:most], path)
        if statistics:
            print_statistics(report)
        return
    if not quiet:
        print_fixed(report.fixed[:most], len(report.fixed))
    if statistics:
        print_statistics(report)
    elif not (quiet or report.dry_run):
        _print_issues(report, most)
    for note in report.notes:
        print(note)
    for line in summary_lines(report, path, fixes=fixes, unsafe=unsafe):
        print(line)


def print_fixed(cells: Sequence[FixedCell], total: int) -> None:
    """Print each fixed cell: what it held, what it holds, and by which codes."""
    for cell in cells:
        second = "" if cell.safe else ", unsafe"
        old, new = shown(cell.old), _shown_new(cell.new)
        if old == new:  # they differ in spaces or in type alone, which is shown
            old, new = repr(cell.old), repr(cell.new)
        print(f"{cell.address}: {old} → {new} ({', '.join(cell.codes)}{second})")
    if total > len(cells):
        print(f"… and {total - len(cells):,} more cells")


def _print_issues(report: CheckReport, most: int | None) -> None:
    """Print issues: on a terminal under the lead they belong to, in a pipe one a line."""
    issues = report.issues if most is None else report.issues[:most]
    if sys.stdout.isatty():
        width = min(_WIDEST, shutil.get_terminal_size().columns)
        for line in grouped_lines(issues, report, width, colors=_has_colors()):
            print(line)
    else:
        for issue in issues:
            print(flat_line(issue))
    if len(issues) < len(report.issues):
        print(f"… and {len(report.issues) - len(issues):,} more issues")


def flat_line(issue: Issue) -> str:
    """Return an issue on one line: address, code, severity, what to do, the fix."""
    return f"{issue.address}: {issue.code} {WORD[issue.severity]}: {_told(issue)}"


def _told(issue: Issue) -> str:
    if issue.fix is None:
        return issue.message
    return f"{issue.message} [{'fix' if issue.fix.safe else 'unsafe fix'}: {_shown_new(issue.fix.new)}]"


def _shown_new(value: object) -> str:
    """Return what a fix puts into a cell; a text that only gets marked as one is shown as Excel's formula bar does."""
    return f"'{shown(value)}, marked as text" if isinstance(value, KeptText) else shown(value)


def grouped_lines(issues: Iterable[Issue], report: CheckReport, width: int, *, colors: bool) -> Iterator[str]:
    """Yield issues under headings, one for each row, wrapped to a width."""
    bold, plain = (_BOLD, _PLAIN) if colors else ("", "")
    for (sheet, row, lead_id), group in groupby(issues, key=lambda issue: (issue.sheet, issue.row, issue.lead_id)):
        yield bold + _heading(sheet, row, lead_id, report) + plain
        for issue in group:
            color = _COLORS[issue.severity] if colors else ""
            start = f"  {issue.address}: {issue.code} {WORD[issue.severity]}: "
            lines = wrap(start + _told(issue), width, subsequent_indent="      ", break_on_hyphens=False)
            word = f" {WORD[issue.severity]}: "
            if color and word in lines[0]:
                lines[0] = lines[0].replace(word, f" {color}{WORD[issue.severity]}{plain}: ", 1)
            yield from lines
        yield ""


def _heading(sheet: str, row: int, lead_id: str, report: CheckReport) -> str:
    if not sheet:
        return "The workbook"
    if not row:
        return f"{sheet}: whole columns"
    known, company = report.named.get(row, ("", "")) if not lead_id or lead_id == _id(report, row) else ("", "")
    name = " ".join(shown(part) for part in (lead_id or known, company) if part)
    place = f"{sheet} row {row}"
    quality = ""
    if report.quality is not None and name and row in report.quality.leads.index and lead_id == _id(report, row):
        quality = f", quality {report.quality.leads['quality'].loc[row]}"
    return f"{name} ({place}{quality})" if name else place


def _id(report: CheckReport, row: int) -> str:
    return report.named.get(row, ("", ""))[0]


def _has_colors() -> bool:
    return "NO_COLOR" not in os.environ and (os.name != "nt" or "WT_SESSION" in os.environ)


def summary_lines(report: CheckReport, path: str, *, fixes: bool, unsafe: bool) -> list[str]:
    """Return the closing sentences: what is left, and how to go on."""
    counts = Counter(issue.severity for issue in report.issues)
    leads = f"{report.leads:,} {'lead' if report.leads == 1 else 'leads'}"
    lines: list[str] = []
    if fixes:
        lines.append(_fixing_sentence(report, unsafe=unsafe))
    if not report.issues:
        lines.append(f"{report.book}: {leads}, nothing to mend.")
    else:
        parts = [f"{counts[severity]:,} {WORD[severity]}{'' if counts[severity] == 1 else 's'}"
                 for severity in (Severity.ERROR, Severity.WARNING)]  # fmt: skip
        left = ("would be left" if report.dry_run else "left") if fixes else ""
        ending = f" {left}" if left else ""
        lines.append(f"{report.book}: {leads}, {', '.join(parts)}, {counts[Severity.INFO]:,} to know"
                     f"{ending}. To learn more: leadbook explain CODE")  # fmt: skip
    safe, others = report.fixable(safe=True), report.fixable(safe=False)
    if not fixes and safe + others:
        how = [f"{safe:,} can be fixed with --fix" if safe else "", f"{others:,} {'more ' if safe else 'can be fixed '}"
               "with --unsafe-fixes" if others else ""]  # fmt: skip
        lines.append(f"{', '.join(part for part in how if part)}; add --dry-run to see each cell first.")
    if report.saved:
        lines.append(f"To take it back: leadbook undo {path}")
    elif report.dry_run:
        lines.append("Nothing was written.")
    return lines


def _fixing_sentence(report: CheckReport, *, unsafe: bool) -> str:
    """Return what was fixed, of how many, and how the others can be."""
    total = report.issues_fixed + len(report.issues)
    cells = len(report.fixed)
    word = "Would fix" if report.dry_run else "Fixed"
    said = f"{word} {report.issues_fixed:,} of {total:,} {'issue' if total == 1 else 'issues'}"
    said += f" in {cells:,} {'cell' if cells == 1 else 'cells'}" if cells else ""
    others = 0 if unsafe else report.fixable(safe=False)
    if others:
        said += f"; {others:,} more with --unsafe-fixes"
    needed = len(report.issues) - others
    if needed:
        said += f"; {needed:,} {'needs' if needed == 1 else 'need'} a person"
    return said + "."


def _print_annotations(issues: Iterable[Issue], path: str) -> None:
    for issue in issues:
        print(github_line(issue, path))


def github_line(issue: Issue, path: str) -> str:
    """Return an issue as a workflow command of GitHub: ``::error file=leads.xlsx,title=LB101::Leads!C5: ...``."""
    properties = f"file={_property(path)},title={_property(issue.code)}"
    return f"::{_GITHUB[issue.severity]} {properties}::{_data(f'{issue.address}: {_told(issue)}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def print_statistics(report: CheckReport) -> None:
    """Print a line a code: how often it was found, and how many of these ``--fix`` and ``--unsafe-fixes`` mend."""
    rows = count_codes(report.issues)
    if not rows:
        return
    print(f"{'Found':>7} {'--fix':>7} {'unsafe':>7}  Code   Severity  Name")
    for row in rows:
        fix, unsafe = (f"{row[key]:,}" if row[key] else "" for key in ("safe_fixes", "unsafe_fixes"))
        print(f"{row['found']:>7,} {fix:>7} {unsafe:>7}  {row['code']}  {row['severity']:<8}  {row['name']}")
