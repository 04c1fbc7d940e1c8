"""How clean the data is: 100 points less what each fault takes, by lead, and the clean share of open value by owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.kept import folded_ids
from leadbook.analysis.measure_deals import UNKNOWN
from leadbook.analysis.measure_groups import spell_groups
from leadbook.analysis.sums import sum_by
from leadbook.model.issues import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from leadbook.model.issues import Issue
    from leadbook.model.records import Records, Typed

FULL = 100
#: What one fault takes from a lead's 100 points.
POINTS: dict[Severity, int] = {Severity.ERROR: 30, Severity.WARNING: 10, Severity.INFO: 2}
_COUNTS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "notes"}


class Quality(Struct, frozen=True):
    """How clean the leads are.

    Parameters
    ----------
    leads : DataFrame, index as the leads
        ``errors``, ``warnings``, ``notes`` (how many different faults), ``quality`` (0 to 100).
    owners : DataFrame, one row an owner ("Unknown" kept), sorted by open amount, largest first
        Of open leads that are not in the archive: ``name``, ``open_leads``, ``clean_leads`` (without an error),
        ``open_amount``, ``wrong_amount`` (of leads with an error), ``clean_share`` (of the amount; NaN without
        any), ``quality`` (mean of the leads'), ``fault`` (the error or warning that most of them have; a note
        where there is nothing graver, "" for none), ``fault_leads``.
    """

    leads: pd.DataFrame
    owners: pd.DataFrame


def rows_with_errors(leads: Typed, issues: Iterable[Issue]) -> set[int]:
    """Return the Excel rows of leads that carry an error, those of a fault told once for a whole column included."""
    found: set[int] = set()
    for issue in issues:
        if issue.severity is Severity.ERROR and leads.holds(issue):
            found.update([issue.row] if issue.rows is None else issue.rows.tolist())
    return found - {0}


def measure_quality(
    records: Records, issues: Sequence[Issue], is_open: npt.NDArray[np.bool_], names: Sequence[str] = ()
) -> Quality:
    """Return how clean each lead and each owner's pipeline is.

    Parameters
    ----------
    records : Records
    issues : sequence of Issue
        Waived ones gone.
    is_open : array of bool, shape (n leads,)
    names : sequence of str
        Owners to show even when they have no lead, and how to spell them.

    Returns
    -------
    Quality

    Notes
    -----
    quality = max(0, 100 - 30 x errors - 10 x warnings - 2 x notes), where a code counts once for each cell of the
    lead's row. A fault that is told once for a whole column counts for every lead it concerns; one that concerns
    the workbook, a header or another table counts for none.
    """
    frame = records.leads.frame
    faults = _faults_by_lead(records.leads, issues)
    counts = {
        name: np.bincount(faults["place"][faults["severity"] == severity.value], minlength=len(frame))
        for severity, name in _COUNTS.items()
    }
    taken = sum(POINTS[severity] * counts[name] for severity, name in _COUNTS.items())
    leads = pd.DataFrame({**counts, "quality": np.maximum(0, FULL - taken)}, index=frame.index)
    away = set(folded_ids(records.archive)) - {""}
    if away:
        is_open = is_open & np.fromiter((key not in away for key in folded_ids(records.leads)), bool, len(frame))
    return Quality(leads, _by_owner(frame, leads, faults, is_open, names))


def _faults_by_lead(leads: Typed, issues: Iterable[Issue]) -> pd.DataFrame:
    """Return one row a lead, code and column: ``place`` (position of the lead), ``code``, ``severity``."""
    alone: list[tuple[int, str, int, int]] = []
    parts: list[pd.DataFrame] = []
    for issue in issues:
        if not leads.holds(issue):
            continue
        if issue.rows is not None:
            rows = {"row": issue.rows, "code": issue.code, "column": issue.column, "severity": issue.severity.value}
            parts.append(pd.DataFrame(rows))
        elif issue.row:
            alone.append((issue.row, issue.code, issue.column, issue.severity.value))
    table = pd.DataFrame(alone, columns=["row", "code", "column", "severity"])
    faults = pd.concat([part for part in (table, *parts) if len(part)] or [table], ignore_index=True)
    faults = faults.drop_duplicates(["row", "code", "column"])
    place = leads.frame.index.get_indexer(pd.Index(faults["row"].to_numpy(dtype=np.int64)))
    return faults.assign(place=place)[place >= 0]


def _by_owner(
    frame: pd.DataFrame,
    leads: pd.DataFrame,
    faults: pd.DataFrame,
    counted: npt.NDArray[np.bool_],
    names: Sequence[str],
) -> pd.DataFrame:
    owner = spell_groups(frame["owner"].where(frame["owner"] != "", UNKNOWN), names)
    amount = frame["amount_base"].fillna(0.0).to_numpy(dtype=float)
    wrong = leads["errors"].to_numpy() > 0
    parts = {
        "open_leads": counted,
        "clean_leads": ~wrong,
        "open_amount": amount,
        "wrong_amount": np.where(wrong, amount, 0.0),
        "quality": leads["quality"].to_numpy(dtype=float),
    }
    found = sum_by(owner.to_numpy(dtype=object)[counted], {name: values[counted] for name, values in parts.items()})
    found["quality"] /= found["open_leads"]
    missing = [name for name in dict.fromkeys(names) if name and name not in found.index]
    found = found.reindex([*found.index, *missing])
    counts = ["open_leads", "clean_leads", "open_amount", "wrong_amount"]
    found[counts] = found[counts].fillna(0)
    clean = found["open_amount"] - found["wrong_amount"]
    found["clean_share"] = clean / found["open_amount"].where(found["open_amount"] != 0)
    commonest = _commonest(faults, owner, counted)
    found["fault"] = [commonest.get(name, ("", 0))[0] for name in found.index]
    found["fault_leads"] = [commonest.get(name, ("", 0))[1] for name in found.index]
    found = found.astype({"open_leads": int, "clean_leads": int}).rename_axis("name").reset_index()
    return found.sort_values(["open_amount", "open_leads", "name"], ascending=[False, False, True], ignore_index=True)


def _commonest(
    faults: pd.DataFrame, owner: pd.Series[str], counted: npt.NDArray[np.bool_]
) -> dict[str, tuple[str, int]]:
    """Return each owner's error or warning that most open leads have, and on how many; the graver among equals.

    A note is named only where there is nothing graver.
    """
    places = faults["place"].to_numpy()
    mine = faults[counted[places]].drop_duplicates(["place", "code"])
    if mine.empty:
        return {}
    owners, names = pd.factorize(owner.to_numpy(dtype=object)[mine["place"].to_numpy()])
    kinds, codes = pd.factorize(mine["code"].to_numpy(dtype=object))
    width = len(codes)
    cell = owners * width + kinds
    count = np.bincount(cell)
    worst = np.zeros(len(count), dtype=np.int64)
    np.maximum.at(worst, cell, mine["severity"].to_numpy(dtype=np.int64))
    told = sorted(
        (worst[at] == Severity.INFO.value, -int(count[at]), -int(worst[at]), str(codes[at % width]), at // width)
        for at in np.flatnonzero(count).tolist()
    )
    commonest: dict[str, tuple[str, int]] = {}
    for _, leads, _, code, place in told:
        commonest.setdefault(str(names[place]), (code, -leads))
    return commonest
