"""All books as one: one money, one spelling of each rep, each lead once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from leadbook.analysis.measure_deals import UNKNOWN
from leadbook.analysis.measure_groups import spell_groups
from leadbook.analysis.team.faults import Fault, fault
from leadbook.analysis.team.playbooks import pool_playbooks
from leadbook.analysis.team.same_leads import drop_repeated

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from leadbook.analysis.team.studied import Studied
    from leadbook.model.playbook import Playbook

_MONEY = {
    "deals": ("amount", "amount_then"),
    "promises": ("called", "called_came", "weighted", "came"),
    "quality": ("open_amount", "wrong_amount"),
}


class BookRead(Struct, frozen=True):
    """One book of the review.

    Parameters
    ----------
    name : str
        What sentences and sheets call it: its path as the manager would type it.
    link : str
        Its place as seen from the review workbook, "" where no link can lead there.
    studied : Studied
    opened_by : str or None
        Who has it open in Excel now; "" where nobody can tell, None where it is not open.
    """

    name: str
    link: str
    studied: Studied
    opened_by: str | None = None


class Team(Struct, frozen=True, dict=True):
    """All reps' leads together.

    Parameters
    ----------
    today : date
    currency : str
        All money is in it.
    books : tuple of BookRead
    owners : tuple of str
        Whose book each of them is: the owner of most of its leads.
    deals : DataFrame
        As ``studied.in_shape`` has them, of all books, with ``book`` (place in ``books``); ``owner`` is spelled
        alike for each rep.
    conversions, promises, quality : DataFrame
        As ``Studied`` has them, of all books, summed by owner (and stage).
    playbook : Playbook
        The stages of all books and the reps that own a lead, their quotas in ``currency``.
    faults : tuple of Fault
        What the manager should know of the books.
    factors : tuple of float
        What each book's money is multiplied with; NaN without a rate.
    left_out : int
        Leads with an amount that no rate turns into ``currency``.
    repeated : int
        Leads of one book that are counted from another; what only sums of books tell would count them twice.
    """

    today: dt.date
    currency: str
    books: tuple[BookRead, ...]
    owners: tuple[str, ...]
    deals: pd.DataFrame
    conversions: pd.DataFrame
    promises: pd.DataFrame
    quality: pd.DataFrame
    playbook: Playbook
    faults: tuple[Fault, ...]
    left_out: int
    factors: tuple[float, ...] = ()
    repeated: int = 0


def pool(books: Sequence[BookRead], today: dt.date, currency: str = "") -> Team:
    """Return all books as one.

    Parameters
    ----------
    books : sequence of BookRead
        At least one.
    today : date
    currency : str
        ISO code of the money of the review; "" takes the base currency of most books.

    Notes
    -----
    A book's money is divided by the rate that its own Settings give for the review's currency. Where they give none,
    its amounts are left out and counted. A lead that stands in two books with one id, owner, company, address and day
    of creation is one lead, read from the book that was at it last.
    """
    base = currency or _commonest([book.studied.currency for book in books])
    faults: list[Fault] = []
    factors = [_factor(book, place, base, faults) for place, book in enumerate(books)]
    tables = [dict(book.studied.frames()) for book in books]
    books = [replace(book, studied=book.studied.without_tables()) for book in books]
    parts: list[pd.DataFrame] = []
    for place, (book, frames) in enumerate(zip(books, tables, strict=True)):
        deals = frames.pop("deals")
        own_money = (deals["currency"].str.upper() == base).to_numpy(dtype=bool) & (book.studied.currency != base)
        for name in _MONEY["deals"]:
            deals[name] = (deals[name] * factors[place]).round(4)
        if np.isfinite(factors[place]):  # what is in this money already need not go to and fro
            deals["amount"] = deals["amount"].where(~own_money, deals["typed_amount"])
        deals["no_rate"] = deals["priced"] & deals["amount"].isna()
        deals["owner"] = _owners(book, place, deals, faults)
        parts.append(deals.assign(book=place))
    deals = pd.concat(parts, ignore_index=True)
    parts.clear()  # of many books they are as large as all of them together
    deals, repeated = drop_repeated(deals)
    faults += _repeated_faults(repeated, books)
    listed = [rep.owner for book in books for rep in book.studied.reps]
    deals["owner"] = spell_groups(deals["owner"], listed)
    owners = _main_owners(deals, len(books))
    playbook, told = pool_playbooks([book.studied for book in books], factors, deals, base, today)
    faults += told
    spelled = {_folded(owner): owner for owner in deals["owner"].unique()}
    pooled = {
        name: _summed([frames[name] for frames in tables], factors, _MONEY.get(name, ()), spelled, owners)
        for name in ("conversions", "promises", "quality")
    }
    left_out = int((deals["no_rate"] & deals["open"]).sum())
    return Team(
        today, base, tuple(books), owners, deals, playbook=playbook, faults=tuple(faults), left_out=left_out,
        factors=tuple(factors), repeated=sum(repeated.values()), **pooled,
    )  # fmt: skip


def _commonest(words: Sequence[str]) -> str:
    counts = Counter(words)
    return min(counts, key=lambda word: (-counts[word], word))


def _factor(book: BookRead, place: int, base: str, faults: list[Fault]) -> float:
    """Return what a book's money is multiplied with; NaN, and a fault, where its Rates do not say."""
    if book.studied.currency == base:
        return 1.0
    rate = book.studied.rates.get(base, np.nan)
    if np.isfinite(rate) and rate > 0:
        return 1.0 / rate
    faults.append(fault(
        "LB072",
        f"Its money is in {book.studied.currency} and its Settings (table Rates) have no rate for {base}, so its "
        f"amounts and quotas are left out. Add a row {base}: what one {base} is worth in {book.studied.currency}.",
        place,
    ))  # fmt: skip
    return float("nan")


def _owners(book: BookRead, place: int, deals: pd.DataFrame, faults: list[Fault]) -> pd.Series[str]:
    """Return the owner of each lead; the leads of a rep's own book that name none are that rep's."""
    named = deals["owner"] != UNKNOWN
    blank = int((~named).sum())
    others: dict[str, str] = {}
    for name in deals["owner"][named].value_counts().index:  # the spelling of most leads first
        others.setdefault(_folded(name), name)
    if not blank or len(others) > 1:
        if blank:
            leads = "1 lead names" if blank == 1 else f"{blank:,} leads name"
            faults.append(fault("LB076", f'{leads} no owner, and stand under "{UNKNOWN}". Fill in the Owner.', place))
        return deals["owner"]
    if others:
        rep = next(iter(others.values()))
        leads = "1 lead names" if blank == 1 else f"{blank:,} leads name"
        faults.append(
            fault("LB076", f"{leads} no owner and {'is' if blank == 1 else 'are'} counted as {rep}'s.", place)
        )
    else:
        rep = _stem(book.name)
        faults.append(
            fault("LB076", f'No lead names an owner, so all of them stand under the file\'s name, "{rep}".', place)
        )
    return deals["owner"].where(named, rep)


def _stem(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return last.rsplit(".", 1)[0] or last


def _main_owners(deals: pd.DataFrame, books: int) -> tuple[str, ...]:
    """Return the owner of most leads of each book, the first by name among equals; "" for a book without a lead."""
    counts = deals.groupby(["book", "owner"], sort=True).size().rename("leads").reset_index()
    counts = counts.sort_values("leads", ascending=False, kind="stable").drop_duplicates("book")
    found = dict(zip(counts["book"].tolist(), counts["owner"].tolist(), strict=True))
    return tuple(str(found.get(place, "")) for place in range(books))


def _repeated_faults(repeated: Counter[tuple[int, int]], books: Sequence[BookRead]) -> list[Fault]:
    found = []
    for (kept, gone), count in sorted(repeated.items()):
        leads = "1 lead stands" if count == 1 else f"{count:,} leads stand"
        found.append(fault(
            "LB074",
            f"{leads} in {books[kept].name} too, with the same id, owner and company; counted once, from there.", gone,
        ))  # fmt: skip
    return found


def _summed(
    parts: Sequence[pd.DataFrame], factors: Sequence[float], money: Sequence[str], spelled: dict[str, str],
    owners: Sequence[str],
) -> pd.DataFrame:  # fmt: skip
    """Return the tables of all books with their owners spelled alike and their money in one currency."""
    sizes = [len(part) for part in parts]
    together = pd.concat(list(parts), ignore_index=True)
    for name in money:
        together[name] *= np.repeat(np.array(factors), sizes)
    named = together["owner"].map({owner: spelled.get(_folded(owner)) for owner in together["owner"].unique()})
    whose = np.repeat(np.array(owners, dtype=object), sizes)
    together["owner"] = named.where(named.notna(), whose).astype(object)  # "Unknown" in a rep's own book
    return together


def _folded(text: str) -> str:
    return " ".join(str(text).split()).casefold()


def with_faults(team: Team, faults: Sequence[Fault]) -> Team:
    """Return the team with further faults."""
    return replace(team, faults=(*faults, *team.faults))
