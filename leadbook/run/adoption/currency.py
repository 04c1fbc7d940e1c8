"""The currency of an adopted list, told by the signs beside its amounts and by its column of currencies."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import structs

from leadbook.model.cells import cell_text, is_blank
from leadbook.model.digits import plain
from leadbook.model.money import CURRENCIES, currencies_of, currency_code, split_currency

if TYPE_CHECKING:
    from leadbook.model.mapping import Mapping
    from leadbook.model.playbook import Playbook
    from leadbook.model.tables import RawTable

_PLACES = 6


def in_its_currency(playbook: Playbook, raw: RawTable, mapping: Mapping) -> tuple[Playbook, str]:
    """Return the playbook with the base currency of a team's list, and a sentence about it ("" for none).

    Parameters
    ----------
    playbook : Playbook
        The one that a workbook without Settings is given.
    raw : RawTable
        The table of leads.
    mapping : Mapping
        What each header means.

    Notes
    -----
    The base currency is the one that most of the named currencies are; the exchange rates are reckoned anew for it.
    Where no amount names any, it stays, and is said.
    """
    header = mapping.keys.get("amount")
    if header is None:
        return playbook, ""
    base = playbook.options.base_currency
    named = _named(raw, mapping, header)
    most = max(named.values(), default=0)
    common = [code for code, count in named.items() if count == most]
    if not named:
        return playbook, (
            f"No amount names its currency, so all are taken as {base}; if they are not, change Base Currency in "
            "Settings, table Options."
        )
    if base in common:
        return playbook, ""
    code = common[0]
    one = playbook.rates.get(code)
    rates = {other: round(rate / one, _PLACES) for other, rate in playbook.rates.items()} if one else {}
    rates[code] = 1.0
    changed = structs.replace(
        playbook,
        options=structs.replace(playbook.options, base_currency=code),
        rates=rates,
        rate_dates={other: day for other, day in playbook.rate_dates.items() if other in rates},
    )
    return changed, (
        f"Most amounts are in {code}, so every total is shown in {code}; to have another, change Base Currency in "
        "Settings, table Options."
    )


def _named(raw: RawTable, mapping: Mapping, header: str) -> Counter[str]:
    """Return how many amounts name each currency, beside them or in the column of currencies."""
    # An amount names its currency even where its number cannot be read.
    typed = Counter(cell for cell in raw.cells[list(raw.headers).index(header)] if isinstance(cell, str))
    named: Counter[str] = Counter()
    for text, count in typed.items():
        named.update(dict.fromkeys(currencies_of(split_currency(plain(text).strip())[1])[:1], count))
    beside = mapping.keys.get("currency")
    if beside is not None:
        cells = raw.cells[list(raw.headers).index(beside)]
        named.update(currency_code(cell_text(cell)) for cell in cells if not is_blank(cell))
    return Counter({code: count for code, count in named.items() if code in CURRENCIES})
