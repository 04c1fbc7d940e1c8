"""Two reps at one buyer: the same lead twice, and the same company with two of them."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.duplicates.clusters import components
from leadbook.analysis.duplicates.leads import ROLES, days, lead_rows
from leadbook.analysis.duplicates.normalise import read_field
from leadbook.analysis.duplicates.phones import Dialled
from leadbook.analysis.duplicates.plain import company_names, mail_addresses, mailboxes_and_hosts, sites_of
from leadbook.analysis.duplicates.rows import Deals
from leadbook.analysis.duplicates.search import search

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.analysis.duplicates.search import Found
    from leadbook.analysis.team.pooling import Team

MOST_PAIRS = 500
MOST_ACCOUNTS = 300
MOST_COMPARED = 20
_IDENTIFYING = ("email", "phone", "company", "first_name", "last_name", "street", "website")
#: A mail host that so many companies write from is a mail service.
_SHARED_HOST = 3


class Clashes(Struct, frozen=True):
    """What two reps work at once.

    Parameters
    ----------
    pairs : DataFrame
        ``first`` and ``second`` (places in the team's deals, of different reps, at least one of them open), ``odds`` as
        ``probability``, ``reasons``; what is open with both first, then the largest value.
    accounts : DataFrame
        Beside those whose leads are pairs already: ``account`` (a name), ``reps`` (how many), ``deals`` (tuple of
        places of its open leads, by rep), ``amount``.
    total_pairs, total_accounts : int
        How many there are; the frames hold the first ``MOST_PAIRS`` and ``MOST_ACCOUNTS``.
    """

    pairs: pd.DataFrame
    accounts: pd.DataFrame
    total_pairs: int
    total_accounts: int


def find_clashes(team: Team) -> Clashes:
    """Return the leads and the accounts that two reps work.

    Notes
    -----
    Leads are compared by the model that looks for duplicates in one book, over all books together; lead ids play no
    part. An account is a company name, without its legal form, or a mail or web address of its own; only open leads
    make a clash of accounts, and a clash of leads needs one that is open.
    """
    pairs, total, told = _pairs(team)
    accounts, total_accounts = _accounts(team, told)
    return Clashes(pairs, accounts, total, total_accounts)


def _pairs(team: Team) -> tuple[pd.DataFrame, int, set[tuple[int, int]]]:
    """Return the first clashing pairs, how many there are, and every one as two places in order."""
    deals = team.deals
    says_who = np.zeros(len(deals), dtype=bool)
    for key in _IDENTIFYING:
        says_who |= (deals[key] != "").to_numpy(dtype=bool)
    kept = np.flatnonzero(says_who)
    none = pd.DataFrame({name: pd.Series([], dtype=np.int64) for name in ("first", "second")})
    none = none.assign(probability=pd.Series([], dtype=float), reasons=pd.Series([], dtype=object))
    if deals["owner"].nunique() < 2 or len(kept) < 2:
        return none, 0, set()
    found, places = _search(team, kept)
    one, other = places[found.first], places[found.second]
    owner = pd.factorize(deals["owner"])[0]
    is_open = deals["open"].to_numpy(dtype=bool)
    apart = (owner[one] != owner[other]) & (is_open[one] | is_open[other])
    worth = np.nan_to_num(deals["amount"].to_numpy(dtype=float)) * is_open
    picked = np.flatnonzero(apart)
    both = is_open[one[picked]] & is_open[other[picked]]
    value = worth[one[picked]] + worth[other[picked]]
    order = np.lexsort((other[picked], one[picked], -found.probability[picked], -value, ~both))[:MOST_PAIRS]
    picked = picked[order]
    _, reasons = found.explain(found.first[picked], found.second[picked])
    low, high = np.minimum(one[picked], other[picked]), np.maximum(one[picked], other[picked])
    made = pd.DataFrame(
        {
            "first": low, "second": high, "probability": found.probability[picked],
            "reasons": pd.Series(reasons, dtype=object),
        }
    )  # fmt: skip
    every = np.flatnonzero(apart)
    lows, highs = np.minimum(one[every], other[every]), np.maximum(one[every], other[every])
    return made, len(every), set(zip(lows.tolist(), highs.tolist(), strict=True))


def _search(team: Team, kept: npt.NDArray[np.int64]) -> tuple[Found, npt.NDArray[np.int64]]:
    """Return what was found among some deals, and the place of each compared row in the team's deals."""
    deals = team.deals
    part = deals[[*ROLES, "country", "stage_class", "amount", "close_date"]].iloc[kept]
    columns = {key: part[key].to_numpy(dtype=object) for key in ROLES}
    homes = Counter(book.studied.home_country for book in team.books if book.studied.home_country)
    country = read_field(part["country"].to_numpy(dtype=object))
    ended = np.isin(part["stage_class"].to_numpy(dtype=object), ("won", "lost", "disqualified"))
    about = Deals(part["amount"].to_numpy(dtype=float), days(part["close_date"].to_numpy()), ended)
    dialled = Dialled(country, homes.most_common(1)[0][0] if homes else "")
    rows, order = lead_rows(columns, about, dialled).ordered()
    return search(rows), kept[order]


def _accounts(team: Team, told: set[tuple[int, int]]) -> tuple[pd.DataFrame, int]:
    """Return the accounts that two reps work, without those of which the pairs tell everything."""
    deals = team.deals
    waiting = np.flatnonzero(deals["open"].to_numpy(dtype=bool))
    part = deals[["owner", "company", "website", "email", "amount"]].iloc[waiting]
    names = np.array(company_names(part["company"].tolist()), dtype=object)
    sites = np.array(sites_of(part["website"].tolist()), dtype=object)
    hosts = np.array(mailboxes_and_hosts(mail_addresses(part["email"].tolist()))[1], dtype=object)
    group = _connected(names, (sites, hosts))
    owner = part["owner"].to_numpy(dtype=object)
    table = pd.DataFrame(
        {"group": group, "owner": owner, "place": waiting, "amount": part["amount"].to_numpy(dtype=float)}
    )
    table = table[table["group"] >= 0]
    counts = table.groupby("group")["owner"].nunique()
    table = table[table["group"].isin(counts.index[counts > 1])]
    table = table.assign(group=pd.factorize(table["group"])[0])  # numbered as they come
    table = table.sort_values(["owner", "amount"], ascending=[True, False], kind="stable")
    table = table.sort_values("group", kind="stable")
    ends = np.flatnonzero(np.diff(table["group"].to_numpy(), append=-1)) + 1
    places, owners, amounts = table["place"].tolist(), table["owner"].tolist(), table["amount"].to_numpy(dtype=float)
    companies = deals["company"].to_numpy(dtype=object)
    rows = []
    for start, end in pairwise([0, *ends.tolist()]):
        mine, whose = places[start:end], owners[start:end]
        if _all_told(mine, whose, told):
            continue
        named = Counter(companies[place] for place in mine if companies[place] != "")
        name = named.most_common(1)[0][0] if named else str(deals["email"].iloc[mine[0]])
        rows.append((name, len(set(whose)), tuple(mine), float(np.nansum(amounts[start:end]))))
    rows.sort(key=lambda row: (-row[3], -row[1], row[0]))
    return pd.DataFrame(rows[:MOST_ACCOUNTS], columns=["account", "reps", "deals", "amount"]), len(rows)


def _all_told(places: Sequence[int], owners: Sequence[str], told: set[tuple[int, int]]) -> bool:
    """Say whether every two open leads of an account that have different owners are a pair that is told already."""
    if len(places) > MOST_COMPARED:
        return False
    return all(
        (min(one, other), max(one, other)) in told
        for (one, owner), (other, other_owner) in combinations(zip(places, owners, strict=True), 2)
        if owner != other_owner
    )


def _connected(names: npt.NDArray[np.object_], others: tuple[npt.NDArray[np.object_], ...]) -> npt.NDArray[np.int64]:
    """Return a number for each lead's account: the name, and the addresses that no other company uses; -1 for none."""
    count = len(names)
    codes, _ = _codes(names)
    first: list[npt.NDArray[np.int64]] = []
    second: list[npt.NDArray[np.int64]] = []
    for texts in (names, *others):
        value, distinct = _codes(texts)
        shared = np.zeros(distinct, dtype=np.int64)
        if texts is not names:  # an address of many companies is a mail service or a portal
            seen = pd.DataFrame({"value": value, "name": codes}).query("value >= 0 and name >= 0").drop_duplicates()
            shared = np.bincount(seen["value"].to_numpy(), minlength=distinct)
        rows = np.flatnonzero((value >= 0) & np.append(shared < _SHARED_HOST, False)[value])
        if not len(rows):
            continue
        order = rows[np.argsort(value[rows], kind="stable")]
        same = value[order][1:] == value[order][:-1]
        first.append(order[:-1][same])
        second.append(order[1:][same])
    group = np.where(codes >= 0, np.arange(count), -1).astype(np.int64)
    if first:
        for number, members in enumerate(components(np.concatenate(first), np.concatenate(second))):
            group[members] = count + number
    return group


def _codes(texts: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.int64], int]:
    """Return a number for each different text, -1 for blanks, and how many there are."""
    codes, distinct = pd.factorize(pd.Series(texts, dtype=object).replace("", None))
    return codes.astype(np.int64), len(distinct)
