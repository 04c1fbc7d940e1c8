"""Settings about what is sold and how: products, exchange rates, case studies, milestones and objections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.issues import Severity
from leadbook.model.money import currency_code
from leadbook.model.playbook import Answer, CaseStudy, PlannedStep, Product
from leadbook.model.settings_cells import one_of

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.settings_cells import SettingsTable


MOST_WEEKS = 520
"""No step of a timeline begins later, or takes longer, than ten years."""

SIZES = ("small", "medium", "large")


def read_products(table: SettingsTable) -> tuple[Product, ...]:
    """Return the products."""
    return tuple(
        Product(
            table.text(at, "name"),
            table.money(at, "list_price", None),
            currency_code(table.text(at, "currency")),
            table.percent(at, "tax", None),
            table.date(at, "valid_until"),
            *(table.text(at, key) for key in ("description", "unit", "scope", "not_included")),
        )
        for at in table.rows("name", once=True)
    )


def read_case_studies(table: SettingsTable) -> tuple[CaseStudy, ...]:
    """Return the case studies."""
    return tuple(
        CaseStudy(
            table.text(at, "name"),
            table.text(at, "industry"),
            table.text(at, "problem"),
            table.text(at, "result"),
            table.text(at, "link"),
            _size(table, at),
        )
        for at in table.rows("name")
    )


def _size(table: SettingsTable, at: int) -> str:
    typed = table.text(at, "company_size")
    size = one_of(typed, SIZES)
    if typed and size is None:
        table.say(at, "company_size", "LB015", f"is not {', '.join(SIZES[:-1])} or {SIZES[-1]}, so any size fits.")
    return size or ""


def read_milestones(table: SettingsTable) -> tuple[PlannedStep, ...]:
    """Return the steps of the timeline."""
    return tuple(
        PlannedStep(
            table.text(at, "name"),
            _weeks(table, at, "after_weeks"),
            _weeks(table, at, "weeks"),
            table.text(at, "who"),
            table.text(at, "what"),
        )
        for at in table.rows("name")
    )


def _weeks(table: SettingsTable, at: int, key: str) -> float:
    weeks = table.number(at, key, 0.0, least=0.0) or 0.0
    if weeks > MOST_WEEKS:
        table.say(at, key, "LB015", f"is above {MOST_WEEKS}, so {MOST_WEEKS} is used.")
    return min(weeks, float(MOST_WEEKS))


def read_answers(table: SettingsTable) -> tuple[Answer, ...]:
    """Return what is answered to each objection."""
    return tuple(
        Answer(table.text(at, "objection"), table.text(at, "answer"), table.words(at, "also_called"))
        for at in table.rows("objection", once=True)
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
