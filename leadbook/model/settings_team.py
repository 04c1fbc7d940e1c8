"""Settings about the team: reps with their quotas, routing, first-contact hours and holidays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.model.cells import comparable, shown
from leadbook.model.countries import country_code
from leadbook.model.date_texts import MONTHS, century
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import Issue, Severity
from leadbook.model.playbook import Rep, Route
from leadbook.model.settings_cells import SettingsTable, one_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from leadbook.model.team_options import Options

_PERIOD = re.compile(
    r"(?:quota\s*)?(?:(?P<y1>\d{4})[\s\-/]*q(?P<q1>[1-4])|q(?P<q2>[1-4])[\s\-/]*'?(?P<y2>\d{4}|\d{2})"
    r"|(?P<y3>\d{4})[\-/](?P<m3>\d{1,2})|(?P<m4>\d{1,2})/(?P<y4>\d{4})"
    r"|(?P<word>[^\W\d_]{3,})\.?[\s\-/]*'?(?P<y5>\d{4}|\d{2}))(?:\s*quota)?"
)


def period_key(header: str) -> str | None:
    """Return the period a quota column's header names: ``2026-Q4`` or ``2026-11``; None when it names none."""
    found = _PERIOD.fullmatch(" ".join(header.split()).casefold())
    if found is None:
        return None
    year = century(int(found["y1"] or found["y2"] or found["y3"] or found["y4"] or found["y5"]))
    quarter = found["q1"] or found["q2"]
    if quarter:
        return f"{year}-Q{quarter}"
    month = MONTHS.get(found["word"]) if found["word"] else int(found["m3"] or found["m4"])
    return f"{year}-{month:02d}" if month and 1 <= month <= 12 else None


def read_reps(table: SettingsTable) -> tuple[Rep, ...]:
    """Return the reps, each with a quota for every column whose header names a period."""
    periods = _quota_columns(table)
    quotas = SettingsTable(table.raw, {key: (table.raw.headers[at],) for at, key in periods.items()}, table.issues)
    reps: list[Rep] = []
    for at in table.rows("owner", once=True):
        amounts = {key: quotas.money(at, key, None) for key in dict.fromkeys(periods.values())}
        reps.append(
            Rep(
                table.text(at, "owner"),
                table.text(at, "email"),
                table.text(at, "team"),
                table.text(at, "territory"),
                table.number(at, "capacity", None, least=0),
                table.flag(at, "active", default=True),
                {key: amount for key, amount in amounts.items() if amount is not None},
                _calendar(table, at),
                table.text(at, "phone"),
                table.text(at, "job_title"),
            )
        )
    return tuple(reps)


def _calendar(table: SettingsTable, at: int) -> str:
    """Return the calendar of a rep's public holidays; an unknown one is said (LB015) and left out."""
    typed = table.text(at, "country")
    if not typed:
        return ""
    from leadbook.model.public_holidays import calendar_code  # noqa: PLC0415 - few workbooks name a country

    code = calendar_code(typed)
    if code is None:
        message = (
            f"{shown(typed)} is not a country or a part of one whose holidays are known, such as DE-BY, so those of "
            "the option Holiday Country count."
        )
        table.say(at, "country", "LB015", message)
    return code or ""


def _quota_columns(table: SettingsTable) -> dict[int, str]:
    """Return position to period of the quota columns; a header that should be one and is not gives LB017."""
    periods: dict[int, str] = {}
    for at, header in table.further_columns().items():
        period = period_key(header)
        if period:
            periods[at] = period
        elif re.search(r"quota|\b(?:19|20)\d{2}\b", header.casefold()):
            message = (
                f"Table {table.raw.name}: column \u201c{header}\u201d names no quarter (2026-Q4) or month (2026-11), "
                "so it is not read as a quota."
            )
            place = table.raw.first_column + at
            table.issues.append(
                Issue(table.raw.sheet, table.raw.header_row, place, "LB017", Severity.WARNING, message, header)
            )
    return periods


def read_routing(table: SettingsTable, reps: Sequence[Rep], options: Options) -> tuple[Route, ...]:
    """Return the routes in order; while Routing is on, one that names nobody of Reps is said (LB017)."""
    routes: list[Route] = []
    names = {"*"} | {
        comparable(name) for rep in reps for name in (rep.owner, rep.email, rep.team, rep.territory) if name
    }
    for at in table.rows("attribute"):
        attribute = table.lead_column(at, "attribute")
        if attribute:
            unknown: list[str] = []
            if options.routing != "off":
                unknown = [word for word in table.words(at, "assign_to") if comparable(word) not in names]
                lands = {country_code(rep.territory) for rep in reps} - {""} if unknown else set()
                unknown = [word for word in unknown if country_code(word) not in lands]
            if options.routing != "off" and (unknown or not table.text(at, "assign_to")):
                which = shown(unknown[0]) if unknown else "nobody"
                message = (
                    f"names {which}, who is no owner, team or territory of Reps, so the row assigns to nobody else."
                )
                if not unknown:
                    message = "is blank, so the row assigns to nobody."
                table.say(at, "assign_to", "LB017", message)
            routes.append(Route(attribute, table.text(at, "value") or "*", table.text(at, "assign_to")))
    return tuple(routes)


def read_sla(table: SettingsTable) -> dict[str, float]:
    """Return working hours until first contact by temperature; one that is missing has its default (LB015)."""
    hours = dict(DEFAULT_PLAYBOOK.sla_hours)
    found: set[str] = set()
    for at in table.rows("temperature", once=True):
        text = table.text(at, "temperature")
        word = one_of(text, tuple(hours))
        if word is None:
            table.say(at, "temperature", "LB017", f"{shown(text)} is not hot, warm or cold; it does nothing.")
            continue
        found.add(word)
        default = hours[word]
        if not table.text(at, "hours"):
            table.say(at, "hours", "LB015", f"is blank, so the default {default:g} is used.")
        hours[word] = table.number(at, "hours", default, least=0.01) or default
    for word, default in hours.items():
        if word not in found:
            message = f"Table {table.raw.name} has no row for {word}, so the default {default:g} hours is used."
            table.issues.append(Issue(table.raw.sheet, table.raw.header_row, 0, "LB015", Severity.WARNING, message))
    return hours


def read_holidays(table: SettingsTable) -> dict[dt.date, str]:
    """Return each holiday with its name."""
    days: dict[dt.date, str] = {}
    for at in table.rows("date"):
        day = table.date(at, "date", lost="it is left out")
        if day is not None:
            days.setdefault(day, table.text(at, "name"))
    return days
