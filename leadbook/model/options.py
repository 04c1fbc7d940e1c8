"""Reading the Options table: a name, a value and what it means."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from msgspec import structs

from leadbook.model.cells import NO, YES, is_blank, shown
from leadbook.model.columns import key_of
from leadbook.model.money import currency_code
from leadbook.model.settings_cells import SettingsTable, default_words, one_of
from leadbook.model.team_options import Options

if TYPE_CHECKING:
    from collections.abc import Callable

ROUTING_MODES = ("off", "suggest", "assign")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_GERMAN_DAYS = {"mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6}

OPTION_HEADERS = {"name": ("Option", "Name"), "value": ("Value",), "meaning": ("Meaning", "Description")}

_LIMITS: dict[str, tuple[float, float]] = {
    "work_start_hour": (0, 24), "work_end_hour": (0, 24), "fiscal_year_start_month": (1, 12), "mql_fit": (0, 50),
    "mql_total": (0, 100), "hot_total": (0, 100), "warm_total": (0, 100), "hot_request_fit": (0, 50),
    "bant_total": (0, 12), "bant_each": (0, 3), "stalled_factor": (0.01, 1000), "next_step_days": (0, 3650),
    "dead_days": (1, 3650), "dead_attempts": (0, 1000), "cadence_min_days": (0, 3650), "cadence_max_days": (0, 3650),
    "nurture_awareness_days": (1, 3650), "nurture_consideration_days": (1, 3650), "nurture_decision_days": (1, 3650),
    "reengaged_days": (1, 365), "proposal_notice_days": (0, 365), "payout_days": (0, 365),
    "top_closer_deals": (0, 10_000),
    "sla_escalate_at": (0.01, 100), "sla_reassign_at": (0.01, 100),
    "proposal_valid_days": (1, 3650), "roi_years": (1, 20), "roi_cautious": (0, 1), "roi_hopeful": (1, 100),
}  # fmt: skip


def option_name(key: str) -> str:
    """Return an option's name as the table shows it: ``base_currency`` is ``Base Currency``."""
    name = key.replace("_", " ").title()
    for spelled in ("MQL", "BANT", "SLA ", "ROI ", "Tax ID"):
        name = name.replace(spelled.title(), spelled)
    return name


def option_cell(key: str, options: Options) -> str | float | int | None:
    """Return an option's value as its cell holds it."""
    value = getattr(options, key)
    if key == "work_days":
        return ", ".join(DAYS[day] for day in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return value or None if isinstance(value, str) else value


def read_options(table: SettingsTable) -> Options:
    """Return the options; a row that cannot be read keeps its default and is said as LB015 or LB017."""
    defaults = Options()
    known = Options.__annotations__
    found: dict[str, object] = {}
    for at in table.rows("name"):
        key = key_of(table.text(at, "name"))
        if key not in known:
            table.say(at, "name", "LB017", f"{shown(table.text(at, 'name'))} is not an option; it does nothing.")
            continue
        if key in found:
            table.say(at, "name", "LB016", f"{shown(table.text(at, 'name'))} is there already; the first one counts.")
            continue
        default = getattr(defaults, key)
        if is_blank(table.cell(at, "value")):
            found[key] = default
            if default not in (None, ""):
                table.say(at, "value", "LB015", f"of {option_name(key)} is blank, so {_words(key, defaults)} is used.")
            continue
        found[key] = _READ.get(key, _BY_TYPE.get(known[key], _text))(table, at, key, defaults)
    options = structs.replace(defaults, **found)
    return _in_order(table, options, defaults)


def _words(key: str, defaults: Options) -> str:
    return default_words(option_cell(key, defaults))


def _unreadable(table: SettingsTable, at: int, key: str, defaults: Options, wanted: str) -> object:
    typed = f"{shown(table.text(at, 'value'))} of {option_name(key)}"
    table.say(at, "value", "LB015", f"{typed} is not {wanted}, so {_words(key, defaults)} is used.")
    return getattr(defaults, key)


def _text(table: SettingsTable, at: int, _key: str, _defaults: Options) -> object:
    return table.text(at, "value")


def _number(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    default = getattr(defaults, key)
    number = table.number(at, "value", None)
    low, high = _LIMITS.get(key, (float("-inf"), float("inf")))
    if number is None:
        return default
    if not low <= number <= high or (isinstance(default, int) and number != int(number)):
        kind = "a whole number" if isinstance(default, int) else "a number"
        return _unreadable(table, at, key, defaults, f"{kind} from {low:g} to {high:g}")
    return int(number) if isinstance(default, int) else number


def _hour(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    """Read an hour of the day: 9, 9.5, 09:30, or a cell that Excel keeps as a time."""
    cell = table.cell(at, "value")
    if isinstance(cell, dt.datetime):
        cell = cell.time()
    if isinstance(cell, dt.time):
        return cell.hour + cell.minute / 60
    clock = re.fullmatch(r"(\d{1,2})[:.h](\d{2})", table.text(at, "value"))
    if isinstance(cell, str) and clock and int(clock[1]) <= 24 and int(clock[2]) < 60:
        return int(clock[1]) + int(clock[2]) / 60
    return _number(table, at, key, defaults)


def _share(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    """Read a share of 1 as Excel keeps 15 %, or as the text "15 %"."""
    share = table.percent(at, "value", getattr(defaults, key))
    if share is not None and 0 <= share <= 1:
        return share
    return _unreadable(table, at, key, defaults, "a share from 0 to 100 %")


def _flag(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    cell = table.cell(at, "value")
    word = table.text(at, "value").casefold()
    if cell is True or word in YES:
        return True
    if cell is False or word in NO:
        return False
    return _unreadable(table, at, key, defaults, "Yes or No")


def _currency(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    code = currency_code(table.text(at, "value"))
    if re.fullmatch(r"[A-Z]{3}", code):
        return code
    return _unreadable(table, at, key, defaults, "an ISO code such as EUR")


def _zone(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - costs start-up time and few workbooks name a zone

    name = table.text(at, "value")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return _unreadable(table, at, key, defaults, "an IANA zone such as Europe/Berlin")
    return name


def _country(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    from babel.core import Locale  # noqa: PLC0415 - few workbooks name a country

    code = table.text(at, "value").upper()
    if re.fullmatch(r"[A-Z]{2}", code) and code in Locale("en").territories:
        return code
    return _unreadable(table, at, key, defaults, "an ISO code such as DE")


def _holidays(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    from leadbook.model.public_holidays import calendar_code  # noqa: PLC0415 - few workbooks name a country

    code = calendar_code(table.text(at, "value"))
    if code is not None:
        return code
    return _unreadable(table, at, key, defaults, "a country or a part of one whose holidays are known, such as DE-BY")


def _days(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    """Read working days: ``Mon, Tue`` or ``Mon-Fri``."""
    days: set[int] = set()
    for part in re.split(r"[,;\s]+", re.sub(r"\s*(?:-|\u2013|\bto\b)\s*", "-", table.text(at, "value").casefold())):
        ends = [_day(word) for word in part.split("-")] if part else []
        if None in ends or len(ends) > 2:
            return _unreadable(table, at, key, defaults, "a list of days such as Mon, Tue")
        numbers = [end for end in ends if end is not None]
        if numbers:
            first, last = numbers[0], numbers[-1]
            days |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
    return tuple(sorted(days)) if days else _unreadable(table, at, key, defaults, "a list of days such as Mon, Tue")


def _day(word: str) -> int | None:
    for number, name in enumerate(DAYS):
        if word.startswith(name.casefold()):
            return number
    return _GERMAN_DAYS.get(word)


def _locale(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    from leadbook.model.languages import locale_code  # noqa: PLC0415 - few workbooks name a language

    typed = table.text(at, "value")
    if typed == getattr(defaults, key):
        return typed
    code = locale_code(typed)
    return code or _unreadable(table, at, key, defaults, "a language such as en_GB or de_DE")


def _routing(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    word = one_of(table.text(at, "value"), ROUTING_MODES)
    return _unreadable(table, at, key, defaults, "off, suggest or assign") if word is None else word


def _codes(table: SettingsTable, at: int, key: str, defaults: Options) -> object:
    """Read codes of rules, or their beginnings: ``LB229, LB4``."""
    words = re.split(r"[\s,;]+", table.text(at, "value").upper().strip(" ,;"))
    if all(re.fullmatch(r"LB\d{1,3}", word) for word in words):
        return ", ".join(dict.fromkeys(words))
    return _unreadable(table, at, key, defaults, "a list of codes such as LB229, LB4")


_READ: dict[str, Callable[[SettingsTable, int, str, Options], object]] = {
    "base_currency": _currency,
    "time_zone": _zone,
    "home_country": _country,
    "proposal_language": _locale,
    "holiday_country": _holidays,
    "work_days": _days,
    "work_start_hour": _hour,
    "work_end_hour": _hour,
    "discount_limit": _share,
    "ignored_rules": _codes,
    "routing": _routing,
    "commission_rate": _share,
}
_BY_TYPE: dict[str, Callable[[SettingsTable, int, str, Options], object]] = {
    "bool": _flag,
    "bool | None": _flag,
    "float": _number,
    "int": _number,
    "str": _text,
}

_ORDERED = (
    ("work_start_hour", "work_end_hour", True),
    ("warm_total", "hot_total", False),
    ("sla_escalate_at", "sla_reassign_at", False),
    ("cadence_min_days", "cadence_max_days", False),
)


def _in_order(table: SettingsTable, options: Options, defaults: Options) -> Options:
    """Return the options with every pair that stands the wrong way round put back to its defaults."""
    rows = {key_of(table.text(at, "name")): at for at in reversed(list(table.rows("name")))}
    for low, high, strictly in _ORDERED:
        first, second = getattr(options, low), getattr(options, high)
        if first > second or (strictly and first == second):
            at = rows.get(high, rows.get(low, 0))
            message = f"of {option_name(high)} is not above {option_name(low)}, so both defaults are used."
            table.say(at, "value", "LB015", message)
            options = structs.replace(options, **{low: getattr(defaults, low), high: getattr(defaults, high)})
    return options
