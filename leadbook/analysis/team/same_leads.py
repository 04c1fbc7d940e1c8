"""Leads that stand in two books at once: copies of one list, which count once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

_FOLDED = ("owner", "company", "email", "first_name", "last_name")
_SAME = (*_FOLDED, "created")


def drop_repeated(deals: pd.DataFrame) -> tuple[pd.DataFrame, Counter[tuple[int, int]]]:
    """Return the leads with each one once, and how many went for which books.

    Parameters
    ----------
    deals : DataFrame
        Of all books, with ``book``.

    Returns
    -------
    deals : DataFrame
        Of leads that are one in all of id, owner, company, person, e-mail and day of creation, the one whose book was
        at it last (the first book among equals); what stands twice within one book stays, for that book says so.
    repeated : Counter of (int, int)
        Book kept and book left out, and how many leads.

    Notes
    -----
    An id alone says nothing: every rep's book may have a lead L-0001.
    """
    says = (deals["key"] != "") & ((deals["company"] != "") | (deals["email"] != ""))
    # What is spelled alike in the first place is looked at alone: to fold the texts of every lead takes seconds.
    says &= deals.duplicated(["key", "created"], keep=False)
    known = deals.loc[says, ["key", *_SAME, "book", "last_touch"]]
    keys = known[["key", *_SAME]].copy()
    for name in _FOLDED:
        keys[name] = _folded(keys[name])
    group = keys.groupby(["key", *_SAME], sort=False, dropna=False).ngroup().to_numpy()
    if len(group) == 0 or int(group.max()) + 1 == len(group):
        return deals, Counter()
    book = known["book"].to_numpy()
    touched = known["last_touch"].to_numpy(dtype="datetime64[s]").astype(np.int64)  # no date is the smallest
    order = np.lexsort((book, -touched.clip(-(2**62)), group))
    first = np.concatenate(([True], group[order][1:] != group[order][:-1]))
    winner = order[np.flatnonzero(first)[np.cumsum(first) - 1]]
    gone = order[book[order] != book[winner]]
    kept_books = book[winner][book[order] != book[winner]]
    repeated = Counter(zip(kept_books.tolist(), book[gone].tolist(), strict=True))
    return deals.drop(index=known.index[gone]).reset_index(drop=True), repeated


def _folded(texts: pd.Series[str]) -> pd.Series[str]:
    """Return the texts without a difference of case or spaces, each different one folded once."""
    return texts.map({text: " ".join(str(text).split()).casefold() for text in texts.unique()})
