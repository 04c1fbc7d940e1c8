"""Duplicate rules: one person or deal, one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.rules.cells import repeats
from leadbook.rules.finding import Finding, percent, short
from leadbook.rules.on_entry import earlier_rows
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import numpy.typing as npt

    from leadbook.model.records import Records, Typed
    from leadbook.rules.finding import Mask
    from leadbook.rules.registry import LikelyDuplicates


@rule("LB501", "looks-like-another", Severity.WARNING)
def looks_like_another(records: Records, today: dt.date, duplicates: LikelyDuplicates) -> Iterator[Finding]:
    """Find a lead that is most likely another row's.

    Anti-pattern: "Anna Schmidt, Acme GmbH" and "A. Schmidt, ACME" with the same phone number.

    Why it matters: Two sellers call the same buyer, and the pipeline counts the deal twice.

    Best practice: Compare the two on the Duplicates sheet and decide there.
    """
    clusters = duplicates.clusters
    leads = records.leads
    if not len(clusters):
        return
    names = ("cluster", "row", "lead_id", "master", "probability")
    entries = list(zip(*(clusters[name].tolist() for name in names), strict=True))
    masters = {cluster: (row, lead_id) for cluster, row, lead_id, master, _ in entries if master}
    places = {row: place for place, row in enumerate(leads.frame.index.tolist())}
    told = _told_on_entry(records, today, duplicates)
    meant = sorted(
        (places[row], *masters[cluster], probability)
        for cluster, row, _, master, probability in entries
        if not master and row in places and row not in told
    )
    mask = np.zeros(len(leads.frame), dtype=bool)
    mask[[place for place, *_ in meant]] = True
    key = next((name for name in ("company", "last_name", "email", "lead_id") if name in leads.places), "")
    yield Finding(
        leads,
        mask,
        key,
        (
            f"This looks like {'lead ' + short(lead_id) if lead_id else 'the lead in row ' + str(row)} "
            f"({percent(round(probability, 2))} likely); decide on the Duplicates sheet."
            for _, row, lead_id, probability in meant
        ),
    )


def _told_on_entry(records: Records, today: dt.date, duplicates: LikelyDuplicates) -> set[int]:
    """Return the rows of which LB503 tells more: those just typed, and the older row that alone they are like."""
    clusters = duplicates.clusters
    new = set(earlier_rows(records, today, duplicates)["row"].tolist())
    if not new:
        return new
    others = clusters[~clusters["row"].isin(new)]
    alone = others[~others["cluster"].duplicated(keep=False)]
    masters = clusters[clusters["master"].astype(bool) & clusters["row"].isin(new)]
    return new | set(alone["row"][alone["cluster"].isin(masters["cluster"])].tolist())


def _without_pairs(
    leads: Typed, again: Mask, first: npt.NDArray[np.int64], apart: frozenset[tuple[str, str]]
) -> tuple[Mask, npt.NDArray[np.int64]]:
    """Return repeats without those of which the seller keeps both: each names the first row that it repeats still."""
    named = {one for pair in apart for one in pair}
    ids = leads.frame["lead_id"].tolist()
    again, kept = again.copy(), first.copy()
    earlier: dict[int, list[int]] = {}
    left: list[int] = []
    for at, (place, head) in enumerate(zip(np.flatnonzero(again).tolist(), first.tolist(), strict=True)):
        own = _folded(ids[place])
        group = earlier.setdefault(head, [head])
        still = group
        if own in named:
            others = ((one, _folded(ids[one])) for one in group)
            still = [one for one, other in others if (min(own, other), max(own, other)) not in apart]
        group.append(place)
        if still:
            kept[at] = still[0]
            left.append(at)
        else:
            again[place] = False
    return again, kept[left]


def _folded(lead_id: object) -> str:
    """Return a lead id as kept pairs have it: without case, with single spaces."""
    return " ".join(str(lead_id).casefold().split())


@rule("LB502", "email-twice", Severity.WARNING, ("email",))
def email_twice(records: Records, duplicates: LikelyDuplicates | None = None) -> Iterator[Finding]:
    """Find the same email address on two rows.

    Anti-pattern: anna@firma.de in row 12 and, as Anna@Firma.de, in row 480.

    Why it matters: The person gets every mail twice.

    Best practice: Keep one row a person; put a second deal of theirs on a row that names the deal.
    """
    leads = records.leads
    again, first = repeats(leads, "email")
    rows = leads.frame.index.to_numpy()
    if duplicates is not None and duplicates.apart:
        again, first = _without_pairs(leads, again, first, duplicates.apart)
    if duplicates is not None and len(duplicates.clusters):
        # LB501 tells these two rows apart or together by more than their address.
        clusters = duplicates.clusters
        told = np.isin(rows, clusters["row"].to_numpy()[~clusters["master"].to_numpy(dtype=bool)])
        first, again = first[~told[again]], again & ~told
    yield Finding(
        leads,
        again,
        "email",
        (f"Row {row} has the same address; keep one row for one person." for row in rows[first]),
    )
