"""Duplicate rules: one person or deal, one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.rules.cells import folded, repeats, texts
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records
    from leadbook.rules.registry import LikelyDuplicates


@rule("LB501", "looks-like-another", Severity.WARNING)
def looks_like_another(records: Records, duplicates: LikelyDuplicates) -> Iterator[Finding]:
    """Find a lead that is most likely another row's.

    Anti-pattern: "Anna Schmidt, Acme GmbH" and "A. Schmidt, ACME" with the same phone number.

    Why it matters: Two sellers call the same buyer, and the pipeline counts the deal twice.

    Best practice: Compare the two on the Duplicates sheet and decide there.
    """
    clusters = duplicates.clusters
    leads = records.leads
    if not len(clusters):
        return
    columns = zip(
        *(clusters[name].tolist() for name in ("cluster", "row", "lead_id", "master", "probability")), strict=True
    )
    entries = list(columns)
    masters = {cluster: (row, lead_id) for cluster, row, lead_id, master, _ in entries if master}
    places = {row: place for place, row in enumerate(leads.frame.index.tolist())}
    meant = sorted(
        (places[row], *masters[cluster], probability)
        for cluster, row, _, master, probability in entries
        if not master and row in places
    )
    mask = np.zeros(len(leads.frame), dtype=bool)
    mask[[place for place, *_ in meant]] = True
    key = next((name for name in ("company", "last_name", "email", "lead_id") if name in leads.places), "")
    yield Finding(
        leads,
        mask,
        key,
        (
            f"This looks like {short(lead_id) if lead_id else 'the lead in row ' + str(row)} ({probability:.2f}); "
            "decide on the Duplicates sheet."
            for _, row, lead_id, probability in meant
        ),
    )


@rule("LB502", "email-twice", Severity.WARNING, ("email",))
def email_twice(records: Records) -> Iterator[Finding]:
    """Find the same email address on two rows.

    Anti-pattern: anna@firma.de in row 12 and, as Anna@Firma.de, in row 480.

    Why it matters: The person gets every mail twice.

    Best practice: Keep one row a person; put a second deal of theirs on a row that names the deal.
    """
    leads = records.leads
    again, first = repeats(folded(texts(leads, "email")))
    rows = leads.frame.index.to_numpy()
    yield Finding(
        leads,
        again,
        "email",
        (f"Row {row} has the same address; keep one row for one person." for row in rows[first]),
    )
