"""To which lead of the workbook an activity belongs: by its id, an e-mail address, the deal, or company and person."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from leadbook.model.cells import cell_text, is_blank
from leadbook.model.mapping import map_headers
from leadbook.model.mapping_words import DEAL_NAME
from leadbook.run.imports.identities import id_key, id_system, is_shared, of_standing
from leadbook.run.imports.keys import plain
from leadbook.run.imports.logs import COMPANIES, DEALS, EMAILS, IDS, PEOPLE, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leadbook.books.incoming import IncomingTable
    from leadbook.run.imports.standing import Standing

_ADDRESS = re.compile(r"[^\s,;<>|\"'()]+@[^\s,;<>|\"'()]+\.[^\s,;<>|\"'()]+")


class LeadFinder:
    """The leads of a workbook by what an activity may say of its own.

    Parameters
    ----------
    standing : Standing
    masters : mapping of str to str
        Compared ids of leads that were merged away to those of the leads they went into.
    """

    def __init__(self, standing: Standing, masters: Mapping[str, str]) -> None:
        own = standing.own_headers
        deal = map_headers(own, [()] * len(own), "Leads").keys.get(DEAL_NAME)
        known = of_standing(standing, deal)
        self._company, self._masters = known.company, masters
        self._person = [known.person(at) for at in range(len(standing))]
        self._by: dict[str, defaultdict[str, list[int]]] = {
            name: defaultdict(list) for name in ("id", "email", "deal", "company", "person")
        }
        for at in range(len(standing)):
            for name, words in (
                ("id", {known.ids[at], known.record_ids[at]}), ("email", set(known.emails[at])),
                ("deal", {known.deal[at]}), ("company", {known.company[at]}),
                ("person", {plain(self._person[at])}),
            ):  # fmt: skip
                for word in words - {""}:
                    self._by[name][word].append(at)

    def places(self, table: IncomingTable) -> tuple[list[int | None], int]:
        """Return the place in ``Standing`` of each row's lead (None without one), and how many rows fit several."""
        columns = words_of(table)
        found: list[int | None] = []
        several = 0
        for row in range(table.n_rows):

            def said(words: Sequence[str], row: int = row) -> list[str]:
                return [cell_text(columns[w][row]) for w in words if w in columns and not is_blank(columns[w][row])]

            place, many = self._place(said(IDS), said(EMAILS), said(DEALS), said(COMPANIES), said(PEOPLE))
            found.append(place)
            several += many
        return found, several

    def _place(
        self, ids: list[str], emails: list[str], deals: list[str], companies: list[str], people: list[str]
    ) -> tuple[int | None, bool]:
        company_words = {plain(text) for text in companies}
        company = {at for word in company_words for at in self._by["company"][word]} if company_words else set()
        deal = {at for text in deals for at in self._by["deal"].get(plain(text), ())}
        person = {at for text in people for at in self._by["person"].get(_name(text), ())}
        for key in (id_key(part) for text in ids for part in text.split(";")):
            key = self._masters.get(key, key)  # noqa: PLW2901 - the id as it stands today
            leads = self._by["id"].get(key, [])
            # Numbers of different kinds of records meet: person 11 is not deal 11 of another company.
            fits = [
                at
                for at in leads
                if id_system(key) not in {"digits", "leadbook"}
                or not company_words
                or not self._company[at]
                or at in company | deal
            ]
            if len(fits) == 1:
                return fits[0], False
        addresses = {address for text in emails for address in _ADDRESS.findall(text.casefold())}
        # Dynamics writes a person, a company or a deal into the one column "Regarding".
        others = [text for text in people if plain(text) not in company_words]
        # A shared mailbox says which company it is, but not which person.
        mailed = {at for a in addresses if not (is_shared(a) and person) for at in self._by["email"].get(a, ())}
        return _only((mailed, deal & company, deal, company & person, self._alone(company, others)), (deal, company))

    def _alone(self, company: set[int], people: list[str]) -> set[int]:
        """Return a company's leads that another person of the company may be about: those that name nobody else."""
        names = {_name(text) for text in people} - {""}
        return {at for at in company if not self._person[at] or not names or plain(self._person[at]) in names}


def _only(candidates: Iterable[set[int]], narrowing: Iterable[set[int]]) -> tuple[int | None, bool]:
    """Return the first single lead among the candidates, narrowed where there are several; else whether several fit."""
    narrower = list(narrowing)
    many = False
    for leads in candidates:
        left = leads
        for further in narrower:
            if len(left) > 1 and left & further:
                left = left & further
        if len(left) == 1:
            return next(iter(left)), False
        many = many or len(left) > 1
    return None, many


def _name(text: str) -> str:
    """Return a person's name as names are compared, without the address that HubSpot puts behind it."""
    bare = re.sub(r"\(.*?\)", "", text).strip()
    last, comma, first = bare.partition(",")
    return plain(f"{first} {last}" if comma else bare)
