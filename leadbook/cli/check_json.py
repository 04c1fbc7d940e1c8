"""What ``check`` prints for programs: one JSON object whose fields only ever grow."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from leadbook.cli.printing import WORD, plain_json
from leadbook.model.frame_rows import rows_of
from leadbook.model.issues import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadbook.model.issues import Issue
    from leadbook.run.checking import CheckReport


def count_codes(issues: Iterable[Issue]) -> list[dict[str, object]]:
    """Return how often each code was found, the most frequent first: found, and how many have which fix."""
    from leadbook.rules.checking import all_rules

    names = {text.code: text.name for text in all_rules()}
    listed = list(issues)
    found = Counter(issue.code for issue in listed)
    gravest: dict[str, Severity] = {}
    for issue in listed:
        gravest[issue.code] = max(issue.severity, gravest.get(issue.code, Severity.INFO))
    safe = Counter(issue.code for issue in listed if issue.fix and issue.fix.safe)
    others = Counter(issue.code for issue in listed if issue.fix and not issue.fix.safe)
    return [
        {"code": code, "name": names.get(code, ""), "severity": WORD[gravest[code]], "found": found[code],
         "safe_fixes": safe[code], "unsafe_fixes": others[code]}
        for code in sorted(found, key=lambda code: (-found[code], code))
    ]  # fmt: skip


def print_json(report: CheckReport, *, statistics: bool, most: int | None, quiet: bool) -> None:
    """Print one JSON object.

    Notes
    -----
    ``schema`` 1: ``book``, ``as_of``, ``leads``; ``counts`` (error, warning, info), ``fixable`` (safe, unsafe);
    ``issues`` (address, sheet, row, column, header, code, severity, message, value, lead_id, see, and ``fix`` with
    old, new, safe, or null; ``rows`` counts the rows of a fault told for a whole column, else null), or with
    ``--statistics`` in their place ``statistics`` (code, name, severity, found, safe_fixes, unsafe_fixes);
    ``fixed`` (address, lead_id, header, codes, old, new, safe), ``issues_fixed``, ``notes``, ``written``;
    ``quality`` with ``leads`` (row, lead_id, quality, errors, warnings, notes; those below 100) and ``owners``
    (name, open_leads, clean_leads, open_amount, wrong_amount, clean_share, quality, fault, fault_leads), of all
    issues whatever was selected. Fields are only ever added.
    """
    counts = Counter(issue.severity for issue in report.issues)
    found: dict[str, object] = {
        "schema": 1, "book": report.book, "as_of": report.as_of, "leads": report.leads,
        "counts": {WORD[severity]: counts[severity] for severity in sorted(Severity, reverse=True)},
        "fixable": {"safe": report.fixable(safe=True), "unsafe": report.fixable(safe=False)},
    }  # fmt: skip
    if statistics:
        found["statistics"] = count_codes(report.issues)
    elif not quiet:
        found["issues"] = [_issue(issue) for issue in report.issues[:most]]
    found["fixed"] = [
        {"address": cell.address, "lead_id": cell.lead_id, "header": cell.header, "codes": cell.codes,
         "old": cell.old, "new": cell.new, "safe": cell.safe}
        for cell in report.fixed
    ]  # fmt: skip
    found |= {"issues_fixed": report.issues_fixed, "notes": report.notes, "written": report.saved}
    if report.quality is not None and not quiet:
        leads = report.quality.leads[report.quality.leads["quality"] < 100]
        found["quality"] = {
            "leads": [{"row": row, "lead_id": report.named.get(row, ("",))[0], **counted}
                      for row, counted in zip(leads.index.tolist(), rows_of(leads), strict=True)],
            "owners": rows_of(report.quality.owners),
        }  # fmt: skip
    print(json.dumps(_without_nan(found), default=plain_json, ensure_ascii=False, indent=2))


def _without_nan(value: object) -> object:
    """Return a value with not-a-number as None, for JSON has no word for it."""
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - only not-a-number differs from itself


def _issue(issue: Issue) -> dict[str, object]:
    return {
        "address": issue.address, "sheet": issue.sheet, "row": issue.row, "column": issue.column,
        "header": issue.header, "code": issue.code, "severity": WORD[issue.severity], "message": issue.message,
        "value": issue.value, "lead_id": issue.lead_id, "see": issue.see,
        "rows": None if issue.rows is None else len(issue.rows),
        "fix": {"old": issue.fix.old, "new": issue.fix.new, "safe": issue.fix.safe} if issue.fix else None,
    }  # fmt: skip
