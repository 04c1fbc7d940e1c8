"""The columns leadbook owns at the right of the Leads table, one value a lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from leadbook.analysis.winning.lead_reasons import reason_out
from leadbook.model.issues import quoted_sheet
from leadbook.sheets.issues import NAME as ISSUES
from leadbook.sheets.issues import issue_anchor
from leadbook.sheets.spec import Formula

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

#: So many open leads, those of the highest priority, carry the reasons of their chance; `leadbook score` tells all.
MOST_REASONS = 2_000
# Text that begins like this would be taken for a formula when somebody types over it or exports it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def owned_lead_columns(results: Results) -> dict[str, dict[int, Content]]:
    """Return what stands in each column that leadbook owns on the Leads table.

    Parameters
    ----------
    results : Results

    Returns
    -------
    dict of key to (dict of Excel row to content)
        A value for every lead, None where there is none to give.
    """
    rows = results.records.leads.frame.index.tolist()
    scores, standing = results.scores.frame, results.standing.frame

    def column(series: pd.Series, shape: Callable[[pd.Series], list[Content]]) -> dict[int, Content]:
        return dict(zip(rows, shape(series), strict=True))

    return {
        "score": column(scores["total"], _whole),
        "grade": column(scores["grade"], _texts),
        "win_percent": column(standing["win"], _numbers),
        "win_30d_percent": column(standing["win_30d"], _numbers),
        "next_action": column(standing["next_action"], _texts),
        "flags": column(standing["flags"], _texts),
        "days_in_stage": column(standing["days_in_stage"], _whole),
        "issues": _issues(results, rows),
        "duplicate_of": _duplicates(results, rows),
        "score_reasons": column(_reasons(results), _texts),
    }


def _reasons(results: Results) -> pd.Series:
    """Return the reasons of the points and, for the open leads that matter most, those of the chance."""
    points = results.scores.frame["reasons"]
    if results.wins is None or not results.wins.speaks:
        return points
    priority = results.standing.frame["priority"].to_numpy(dtype=float)
    wanted = np.zeros(len(priority), dtype=bool)
    wanted[np.argsort(-np.nan_to_num(priority), kind="stable")[:MOST_REASONS]] = True
    why = reason_out(results.wins, results.records, results.standing).texts(len(points), wanted)
    if not (why != "").any():
        return points
    both = [
        f"{one} | Win: {other}" if one and other else f"Win: {other}" if other else one
        for one, other in zip(points.tolist(), why.tolist(), strict=True)
    ]
    return pd.Series(both, points.index, dtype="str")


def _numbers(series: pd.Series) -> list[Content]:
    values = series.to_numpy(dtype=float, na_value=np.nan)
    found = values.astype(object)
    found[np.isnan(values)] = None
    return cast("list[Content]", found.tolist())


def _whole(series: pd.Series) -> list[Content]:
    values = series.to_numpy(dtype=float, na_value=np.nan)
    return [
        None if blank else int(value)
        for value, blank in zip(np.round(np.nan_to_num(values)).tolist(), np.isnan(values).tolist(), strict=True)
    ]


def _texts(series: pd.Series) -> list[Content]:
    # The same few sentences stand on many leads, so each is looked at once.
    known = {value: _sentence(value) for value in series.unique().tolist()}
    return [known.get(value) for value in series.tolist()]


def _sentence(value: object) -> str | None:
    if not isinstance(value, str) or not value:
        return None
    return f"\u2019{value}" if value.startswith(_FORMULA_STARTS) else value


def _issues(results: Results, rows: list[int]) -> dict[int, Content]:
    """Return links to each lead's issues; the text holds codes alone, so nothing of a cell gets into a formula."""
    sheet = quoted_sheet(results.naming.sheet(ISSUES)).replace('"', '""')
    found: dict[int, Content] = dict.fromkeys(rows)
    # Beyond the list's end the links are all to its header: few different ones stand on many leads.
    made: dict[tuple[int, str], Formula] = {}
    for row, anchor in issue_anchor(results).items():
        if row in found:
            link = made.get(anchor)
            if link is None:
                place, text = anchor
                link = made[anchor] = Formula(f'=HYPERLINK("#{sheet}!A{place}","{text}")', text)
            found[row] = link
    return found


def _duplicates(results: Results, rows: list[int]) -> dict[int, Content]:
    """Return the lead that each duplicate should be merged into; masters and single leads stay blank."""
    found: dict[int, Content] = dict.fromkeys(rows)
    clusters = results.duplicates.clusters
    if clusters.empty:
        return found
    masters = clusters[clusters["master"].astype(bool)]
    by_cluster = dict(zip(masters["cluster"].tolist(), masters["lead_id"].tolist(), strict=True))
    others = clusters[~clusters["master"].astype(bool)]
    for row, cluster in zip(others["row"].tolist(), others["cluster"].tolist(), strict=True):
        if row in found:
            found[row] = _sentence(by_cluster.get(cluster))
    return found
