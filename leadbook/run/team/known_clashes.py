"""The clashes of books that have not changed: found once, kept beside the books' own records."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.team.clashes import Clashes, find_clashes
from leadbook.analysis.team.packing import DamagedTableError, PackedTable, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leadbook.analysis.team.pooling import Team
    from leadbook.run.team.cache import Cache


class _Kept(Struct, frozen=True):
    pairs: PackedTable
    accounts: list[tuple[str, int, list[int], float]]
    total_pairs: int
    total_accounts: int


def clash_finder(cache: Cache, keys: Sequence[str], names: Sequence[str], currency: str) -> Callable[[Team], Clashes]:
    """Return what finds the clashes of these books, or knows them.

    Parameters
    ----------
    cache : Cache
    keys, names : sequence of str
        What each book was looked up by, in order, and what it is called.
    currency : str
    """
    told = repr((list(keys), list(names), currency))
    key = "clashes-" + hashlib.sha256(told.encode()).hexdigest()

    def find(team: Team) -> Clashes:
        kept = cache.find(key)
        if kept is not None:
            try:
                return _read(kept, len(team.deals))
            except DamagedTableError:
                cache.drop(key)
        found = find_clashes(team)
        cache.keep(key, _written(found))
        return found

    return find


def _written(found: Clashes) -> bytes:
    accounts = [
        (str(account), int(reps), [int(place) for place in deals], float(amount))
        for account, reps, deals, amount in found.accounts.itertuples(index=False)
    ]
    return msgspec.msgpack.encode(_Kept(pack(found.pairs), accounts, found.total_pairs, found.total_accounts))


def _read(data: bytes, deals: int) -> Clashes:
    try:
        kept = msgspec.msgpack.decode(data, type=_Kept)
    except msgspec.MsgspecError as failure:
        raise DamagedTableError(str(failure)) from failure
    pairs = unpack(kept.pairs)
    accounts = pd.DataFrame(
        [(account, reps, tuple(places), amount) for account, reps, places, amount in kept.accounts],
        columns=["account", "reps", "deals", "amount"],
    )
    places = [
        *pairs["first"].tolist(),
        *pairs["second"].tolist(),
        *(place for some in accounts["deals"] for place in some),
    ]
    if places and not 0 <= int(np.min(places)) <= int(np.max(places)) < deals:
        raise DamagedTableError("places")
    return Clashes(pairs, accounts, kept.total_pairs, kept.total_accounts)
