"""Settings about what is sold: products, exchange rates and case studies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.issues import Severity
from leadbook.model.money import currency_code
from leadbook.model.playbook import CaseStudy, Product

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.settings_cells import SettingsTable


def read_products(table: SettingsTable) -> tuple[Product, ...]:
    """Return the products."""
    return tuple(
        Product(
            table.text(at, "name"),
            table.money(at, "list_price", None),
            currency_code(table.text(at, "currency")),
            table.percent(at, "tax", None),
            table.date(at, "valid_until"),
        )
        for at in table.rows("name", once=True)
    )


def read_case_studies(table: SettingsTable) -> tuple[CaseStudy, ...]:
    """Return the case studies."""
    return tuple(
        CaseStudy(*(table.text(at, key) for key in ("name", "industry", "problem", "result", "link")))
        for at in table.rows("name")
    )


def read_rates(table: SettingsTable, base: str) -> tuple[dict[str, float], dict[str, dt.date]]:
    """Return the rates by currency, and the day of each that has one.

    A rate that is missing or not above 0 is left out (LB018), so that its amounts are left out too; the base
    currency is 1 whatever its row says.
    """
    rates: dict[str, float] = {}
    dates: dict[str, dt.date] = {}
    for at in table.rows("currency", once=True):
        code = currency_code(table.text(at, "currency"))
        if code in rates:
            table.say(at, "currency", "LB016", f"{code} is there already; the first one counts.")
            continue
        rate = table.number(at, "rate", None)
        if code == base:
            if rate not in {None, 1.0}:
                table.say(at, "rate", "LB018", f"of {base}, the base currency, is {rate:g}; it is taken as 1.")
            rate = 1.0
        if rate is None or rate <= 0:
            message = f"of {code} is missing or not above 0, so {code} amounts are left out."
            table.say(at, "rate", "LB018", message, Severity.ERROR)
            continue
        rates[code] = rate
        day = table.date(at, "as_of")
        if day is not None:
            dates[code] = day
    return {**rates, base: 1.0}, dates
