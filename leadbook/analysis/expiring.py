"""Until when the buyer of an open deal can say yes to what was offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.touches import days
from leadbook.model.standing_offers import standing_offers

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.touches import LeadKeys
    from leadbook.model.records import Records


def offers_end(records: Records, keys: LeadKeys) -> npt.NDArray[np.datetime64]:
    """Return the last day on which each lead's offer holds (``datetime64[D]``), NaT without one.

    Notes
    -----
    The latest Valid Until of its proposals that wait for an answer (no later version, and Status says nothing else) and
    of its quote lines.
    """
    latest = np.full(len(keys.names), np.iinfo(np.int64).min, dtype=np.int64)
    for table in (records.proposals, records.quote_lines):
        if table is None or "valid_until" not in table.places:
            continue
        until = days(table.frame["valid_until"])
        codes = keys.of(table.frame["lead_id"])
        known = (codes >= 0) & ~np.isnat(until) & standing_offers(table)
        np.maximum.at(latest, codes[known], until[known].astype(np.int64))
    return np.asarray(keys.spread(latest.astype("datetime64[D]"), np.datetime64("NaT", "D")))
