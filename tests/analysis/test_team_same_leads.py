"""Leads that stand in two books count once, whatever their case and spaces, and the book that was at it last tells."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.analysis.team.same_leads import drop_repeated

TEXTS = ("owner", "company", "email", "first_name", "last_name")
DAYS = st.sampled_from([None, "2026-01-05", "2026-02-01"])
LEADS = st.fixed_dictionaries(
    {
        "key": st.sampled_from(["", "l-1", "l-2"]), "owner": st.sampled_from(["Ann", "ann "]),
        "company": st.sampled_from(["", "Tidal  Stores", "tidal stores"]), "email": st.sampled_from(["", "a@b.cd"]),
        "first_name": st.sampled_from(["", "Noah"]), "last_name": st.just(""), "created": DAYS, "last_touch": DAYS,
        "book": st.integers(0, 2),
    }
)  # fmt: skip


def told_plainly(leads):
    """Return the places of the leads that stay, and how many went for which books, lead by lead."""
    groups = defaultdict(list)
    for place, lead in enumerate(leads):
        if lead["key"] and (lead["company"] or lead["email"]):
            said = tuple(" ".join(lead[name].split()).casefold() for name in TEXTS)
            groups[(lead["key"], lead["created"], *said)].append(place)
    gone, repeated = set(), Counter()
    for places in groups.values():
        latest = max(leads[place]["last_touch"] or "" for place in places)
        winner = min(leads[place]["book"] for place in places if (leads[place]["last_touch"] or "") == latest)
        for place in places:
            if leads[place]["book"] != winner:
                gone.add(place)
                repeated[winner, leads[place]["book"]] += 1
    return [place for place in range(len(leads)) if place not in gone], repeated


@settings(deadline=None)
@given(st.lists(LEADS, min_size=1, max_size=12))
def test_each_lead_counts_once(leads):
    frame = pd.DataFrame(leads).astype(dict.fromkeys(("key", *TEXTS), object))
    for name in ("created", "last_touch"):
        frame[name] = np.array([lead[name] or "NaT" for lead in leads], dtype="datetime64[s]")
    frame["place"] = np.arange(len(leads))
    kept, repeated = drop_repeated(frame)
    stay, went = told_plainly(leads)
    assert kept["place"].tolist() == stay
    assert repeated == went
    assert kept.index.tolist() == list(range(len(stay)))
