"""What an import prints: how columns were read, what was added, updated and left, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import structs

from leadbook.cli.printing import WORD, plain_json, print_mapping, print_plan, shown

if TYPE_CHECKING:
    from leadbook.books.book import Plan
    from leadbook.run.imports.summary import Conflict, ImportSummary

# So many lines of one kind are printed when the import is carried out; a dry run and --json tell all.
_MOST_LINES = 20


def print_import(summary: ImportSummary, plan: Plan, *, dry_run: bool) -> None:
    """Print what an import did, or would do, for people."""
    print("Columns:")
    print_mapping(summary.mapping)
    if dry_run:
        for lead in summary.added_leads:
            print(f"{lead.address}: would add {lead.lead_id} ({shown(lead.name)}), line {lead.line} of {lead.source}")
        print_plan(plan)
    _print_conflicts(summary, all_of_them=dry_run)
    for alike in summary.lookalikes:
        print(alike.sentence)
    for note in summary.notes:
        print(note)
    for issue in summary.issues:
        print(f"{issue.address}: {issue.code} {WORD[issue.severity]}: {issue.message}")
    if summary.matched_by:
        told = ", ".join(f"{count:,} by {how}" for how, count in summary.matched_by.items())
        print(f"Known leads recognised: {told}.")
    print(f"{'Would be: ' if dry_run else ''}{summary.sentence}")


def _print_conflicts(summary: ImportSummary, *, all_of_them: bool) -> None:
    conflicts = summary.conflicts if all_of_them else summary.conflicts[:_MOST_LINES]
    for conflict in conflicts:
        print(_told(conflict))
    if len(conflicts) < len(summary.conflicts):
        print(f"... and {len(summary.conflicts) - len(conflicts):,} cells more that differ; --dry-run lists them all.")


def _told(conflict: Conflict) -> str:
    text = f"{conflict.address}: {conflict.header} holds {shown(conflict.held)}, {conflict.source} says "
    text += f"{shown(conflict.incoming)} (line {conflict.line})"
    return f"{text}; left, because {conflict.why}" if conflict.why else text


def print_import_json(summary: ImportSummary, plan: Plan, *, dry_run: bool) -> None:
    """Print the summary as one JSON object; ``changes`` lists every cell written, with what it held."""
    left_out = {"mapping", "joined", "issues", "notes"}
    found: dict[str, object] = {name: value for name, value in structs.asdict(summary).items() if name not in left_out}
    for name in ("conflicts", "added_leads", "lookalikes"):
        found[name] = [structs.asdict(entry) for entry in getattr(summary, name)]
    found |= {
        "dry_run": dry_run,
        "sentence": summary.sentence,
        "mapping": [
            {"theirs": match.header, "ours": match.key, "how": match.how, "confidence": match.confidence,
             "note": match.note}
            for match in summary.mapping.matches
        ],
        "joined": [join.sentence for join in summary.joined],
        "notes": list(summary.notes),
        "issues": [
            {"address": issue.address, "code": issue.code, "severity": WORD[issue.severity], "message": issue.message}
            for issue in summary.issues
        ],
        "changes": [structs.asdict(change) for change in plan.cells],
        "rows_appended": plan.rows_appended,
    }  # fmt: skip
    print(json.dumps(found, default=plain_json, ensure_ascii=False, indent=2))
