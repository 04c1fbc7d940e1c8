"""What ``leadbook score`` says: for people in plain lines, for programs as JSON."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from leadbook.analysis.winning.enough import insufficient
from leadbook.analysis.winning.reasons import terms_of
from leadbook.analysis.winning.telling import tell_figures, tell_model
from leadbook.cli.printing import shown
from leadbook.model.frame_rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.analysis.winning.figures import Estimate
    from leadbook.analysis.winning.learning import Learned, Validation
    from leadbook.analysis.winning.reasons import Term
    from leadbook.run.scoring.book import BookScores
    from leadbook.run.scoring.table import FileScores

SHOWN_LEADS = 10
_PLACES = 6


def print_as_json(found: dict[str, object]) -> None:
    """Print one JSON object."""
    print(json.dumps(found, ensure_ascii=False, indent=2))


def print_file(found: FileScores) -> None:
    """Print what a file taught and which columns were left out."""
    learned = found.learned
    print(
        f"{found.source}: learned from {learned.won:,} won and {learned.lost:,} lost; {len(found.rows):,} to foretell."
    )
    _print_learned(learned, "--keep COLUMN learns from one all the same.")
    for note in found.notes:
        print(note)


def print_book(found: BookScores) -> None:
    """Print the warmest leads with their reasons, what was learned and which columns were left out."""
    scores, standing, leads = found.scores.frame, found.standing.frame, found.records.leads.frame
    texts = found.reasons.texts(len(leads))
    rows = found.open_rows
    listed = rows[:SHOWN_LEADS].tolist()
    if listed:
        print(f"The {len(listed)} open leads to look at first:" if len(rows) > 1 else "The open lead:")
    for row in listed:
        place = leads.index.get_loc(row)
        lead, points, stands = leads.loc[row], scores.loc[row], standing.loc[row]
        chance = "n/a" if math.isnan(stands["win"]) else f"{stands['win']:.0%}"
        name = shown(lead["company"] or f"{lead['first_name']} {lead['last_name']}".strip() or f"row {row}")
        print(f"  {lead['lead_id']}  {name}: {points['total']:.0f} points ({points['grade']}), win {chance}")
        for head, text in (
            ("points", points["reasons"]), ("raise", points["raise_most"]), ("win", texts[place]),
            ("priority", stands["priority_reason"]), ("next", stands["next_action"]),
        ):  # fmt: skip
            if text:
                print(f"    {head}: {' '.join(str(text).split())}")
    _print_learned(
        found.wins.learned, "Settings, table Leaks, overrules it: the column's header, and keep or leave out."
    )
    for note in found.notes:
        print(note)
    print(
        f"{found.book}: 1 lead scored, {'open' if len(rows) else 'not open'}."
        if len(leads) == 1
        else f"{found.book}: {len(leads):,} leads scored, {len(rows):,} of them open."
    )


def _print_learned(learned: Learned, overruled: str) -> None:
    if learned.leaks:
        print(f"Left out, because {_they(len(learned.leaks))} the outcome away:")
        for leak in learned.leaks:
            print(f"  {shown(leak.header)}: {leak.why}")
        print(overruled)
    for finding in learned.findings:
        if finding.by_seller and finding.teaches and finding.why:
            print(f"  {shown(finding.header)} is kept as you say, though: {finding.why}")
    if learned.points is None:
        print(insufficient(learned.won, learned.lost))
        return
    print(tell_model(learned))
    for sentence in tell_figures(learned):
        print(sentence)


def _they(count: int) -> str:
    return "it gives" if count == 1 else "they give"


def file_json(found: FileScores) -> dict[str, object]:
    """Return a file's chances as plain values."""
    learned = found.learned
    return {
        "source": found.source,
        "model": _model(learned),
        "columns": _columns(learned),
        "points": _points(learned),
        "leaks": _leaks(learned),
        "rows": [
            {
                "id": row.id,
                "win_probability": round(row.win_probability, _PLACES),
                "reasons": row.reasons,
                "start": None if learned.points is None else round(learned.start, _PLACES),
                "terms": [] if learned.points is None else _terms(terms_of(learned, place)),
            }
            for place, row in enumerate(found.rows)
        ],
        "notes": list(found.notes),
    }


def book_json(found: BookScores) -> dict[str, object]:
    """Return a workbook's scores and chances as plain values, the leads in the order of the sheet."""
    scores, standing, leads = found.scores.frame, found.standing.frame, found.records.leads.frame
    texts = found.reasons.texts(len(leads))
    at = {int(row): place for place, row in enumerate(found.reasons.rows.tolist())}
    listed = []
    for place, (points, stands, lead_id) in enumerate(
        zip(rows_of(scores), rows_of(standing), leads["lead_id"].tolist(), strict=True)
    ):
        listed.append({
            "id": str(lead_id), "open": bool(stands["open"]),
            "points": round(points["total"], 1), "fit": round(points["fit"], 1),
            "engagement": round(points["engagement"], 1), "deductions": round(points["deductions"], 1),
            "grade": points["grade"], "temperature": points["temperature"], "points_reasons": points["reasons"],
            "raise_most": points["raise_most"], "win": _plain(stands["win"]), "win_source": stands["win_source"],
            "win_30d": _plain(stands["win_30d"]), "reasons": texts[place],
            "terms": _terms(found.reasons.terms(at[place])) if place in at else [],
            "priority": _plain(stands["priority"]), "priority_reason": stands["priority_reason"],
            "next_action": stands["next_action"],
        })  # fmt: skip
    learned = found.wins.learned
    return {
        "book": found.book, "as_of": found.as_of.isoformat(), "model": _model(learned), "columns": _columns(learned),
        "points": _points(learned), "leaks": _leaks(learned), "leads": listed, "notes": list(found.notes),
    }  # fmt: skip


def _model(learned: Learned) -> dict[str, object]:
    used = "none" if learned.points is None else "boosted trees" if learned.trees is not None else "points"
    return {
        "used": used, "won": learned.won, "lost": learned.lost, "learned_from": learned.taught,
        "order": learned.order_told,
        "note": insufficient(learned.won, learned.lost) if learned.points is None else tell_model(learned),
        "points": _validation(learned.readable), "boosted_trees": _validation(learned.stronger),
    }  # fmt: skip


def _validation(found: Validation | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        name: None if figures is None else {
            "auc": _estimate(figures.auc), "brier": _estimate(figures.brier), "ece_equal_width": _plain(figures.ece),
            "ece_equal_count": _plain(figures.ece_equal_count), "won": figures.won, "lost": figures.lost,
        }
        for name, figures in (("left_out_in_turn", found.left_out), ("latest_quarter", found.latest))
    }  # fmt: skip


def _estimate(found: Estimate) -> list[float | None]:
    return [_plain(found.value), _plain(found.low), _plain(found.high)]


def _columns(learned: Learned) -> list[dict[str, object]]:
    return [
        {"column": finding.header, "teaches": finding.teaches, "leak": finding.leak, "why": finding.why,
         "by_seller": finding.by_seller}
        for finding in learned.findings
    ]  # fmt: skip


def _points(learned: Learned) -> list[dict[str, object]]:
    from leadbook.analysis.winning.points_table import points_table

    return [
        {"column": line.column, "value": line.value, "points": round(line.points, 2), "n": line.n, "won": line.won,
         "win_rate": _plain(line.rate), "lift": _plain(line.lift)}
        for line in points_table(learned)
    ]  # fmt: skip


def _leaks(learned: Learned) -> list[dict[str, object]]:
    return [{"column": leak.header, "evidence": leak.why, "by_seller": leak.by_seller} for leak in learned.leaks]


def _terms(terms: Sequence[Term]) -> list[dict[str, object]]:
    return [{"column": term.column, "value": term.value, "log_odds": round(term.log_odds, _PLACES)} for term in terms]


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), _PLACES)
