"""From the text of a date to the date, or to the two it may mean."""

from __future__ import annotations

import datetime as dt
import re

from msgspec import Struct

from leadbook.model.digits import plain

_MONTH_WORDS = (
    ("jan", "january", "januar", "jänner", "janvier", "janv", "enero", "ene"),
    ("feb", "february", "februar", "février", "févr", "fév", "fevrier", "fevr", "febrero"),
    ("mar", "march", "märz", "mrz", "maerz", "mär", "mars", "marzo"),
    ("apr", "april", "avril", "avr", "abril", "abr"),
    ("may", "mai", "mayo"),
    ("jun", "june", "juni", "juin", "junio"),
    ("jul", "july", "juli", "juillet", "juil", "julio"),
    ("aug", "august", "août", "aout", "agosto", "ago"),
    ("sep", "sept", "september", "septembre", "septiembre"),
    ("oct", "october", "okt", "oktober", "octobre", "octubre"),
    ("nov", "november", "novembre", "noviembre"),
    ("dec", "december", "dez", "dezember", "déc", "décembre", "decembre", "dic", "diciembre"),
)
# Portuguese, Italian, Dutch, Polish, Czech and Scandinavian; "listopada" is November in Polish and October in
# Croatian, so it stays unread.
_FURTHER_MONTHS = (
    "janeiro gennaio gen januari leden ledna stycze\u0144 stycznia sty",
    "fev fevereiro febbraio februari \u00fanor \u00fanora luty lutego",
    "mar\u00e7o marts maart mrt marzec marca b\u0159ezen b\u0159ezna",
    "aprile kwiecie\u0144 kwietnia kwi duben dubna",
    "maio maggio mag maj mei maja kv\u011bten kv\u011btna",
    "junho giugno giu czerwiec czerwca cze \u010derven \u010dervna",
    "julho luglio lug lipiec lipca \u010dervenec \u010dervence",
    "augusti augustus sierpie\u0144 sierpnia sie srpen srpna",
    "setembro set settembre wrzesie\u0144 wrze\u015bnia wrz z\u00e1\u0159\u00ed",
    "outubro out ottobre ott pa\u017adziernik pa\u017adziernika pa\u017a \u0159\u00edjen \u0159\u00edjna",
    "novembro listopadu",
    "dezembro dicembre desember des grudzie\u0144 grudnia gru prosinec prosince",
)

MONTHS: dict[str, int] = {word: number for number, words in enumerate(_MONTH_WORDS, 1) for word in words} | {
    word: number for number, words in enumerate(_FURTHER_MONTHS, 1) for word in words.split()
}

_TIME = (
    r"(?:(?:,?\s+|t)(?:at\s+)?(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-]\d{2}:?\d{2}|(?:utc|gmt)?[+-]\d{1,2})?)?"
)
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|mo|di|mi|do|fr|sa|so)[a-zäöü]*\.?,?\s+)?"
# Texts, not patterns: what no date is written as is never compiled.
_ISO = r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + _TIME
_COMPACT = r"(?P<year>(?:19|20|21)\d{2})(?P<month>\d{2})(?P<day>\d{2})" + _TIME.replace("|t)", "|t|)")
_NUMBERS = (
    _WEEKDAY + r"(?P<one>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<two>\d{1,2})\s?(?P=mark)\s?(?P<year>\d{4}|\d{2})" + _TIME
)
_DAY_MONTH = (
    _WEEKDAY + r"(?P<day>\d{1,2})(?:st|nd|rd|th|er)?\.?[\s\-/]*(?:of\s+|de\s+)?(?P<word>[^\W\d_]+)\.?,?"
    r"[\s\-/]*(?:de\s+|del\s+)?'?(?P<year>\d{4}|\d{2})" + _TIME
)
_MONTH_DAY = (
    _WEEKDAY
    + r"(?P<word>[^\W\d_]+)\.?[\s\-/]*(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[\s\-/]+'?(?P<year>\d{4}|\d{2})"
    + _TIME
)
_YEAR_WORD = r"(?P<year>\d{4})[\s\-/]+(?P<word>[^\W\d_]+)[\s\-/]+(?P<day>\d{1,2})" + _TIME


class Pending(Struct, frozen=True):
    """A date of two numbers whose order the column must decide: the reading with the day first and last."""

    day_first: dt.datetime | None
    month_first: dt.datetime | None


def century(year: int) -> int:
    """Return a full year: two digits below 69 are 2000s, from 69 on 1900s (POSIX)."""
    if year >= 100:
        return year
    return year + (2000 if year < 69 else 1900)


def parse_date(text: str, time_zone: str = "") -> dt.datetime | Pending | None:
    """Return the date that a text spells, a pending one when its order is open, None when it spells none."""
    text = " ".join(plain(text).split()).casefold()
    if len(text) > 60:
        return None
    for pattern in (_ISO, _COMPACT):
        found = re.fullmatch(pattern, text)
        if found:
            return _moment(found, int(found["year"]), int(found["month"]), int(found["day"]), time_zone)
    found = re.fullmatch(_NUMBERS, text)
    if found:
        return _by_order(found, time_zone)
    for pattern in (_DAY_MONTH, _MONTH_DAY, _YEAR_WORD):
        found = re.fullmatch(pattern, text)
        month = MONTHS.get(found["word"]) if found else None
        if found and month:
            return _moment(found, century(int(found["year"])), month, int(found["day"]), time_zone)
    return None


def _by_order(found: re.Match[str], time_zone: str) -> dt.datetime | Pending | None:
    """Return the date of ``3/4/2026``: pending unless only one order gives a date, or both give the same."""
    year, one, two = century(int(found["year"])), int(found["one"]), int(found["two"])
    day_first = _moment(found, year, two, one, time_zone) if two <= 12 else None
    month_first = _moment(found, year, one, two, time_zone) if one <= 12 else None
    if day_first is None and month_first is None:
        return None
    if found["mark"] == "." and day_first is not None:
        return day_first  # dotted dates are written day first wherever dots are used
    return Pending(day_first, month_first)


def _moment(found: re.Match[str], year: int, month: int, day: int, time_zone: str) -> dt.datetime | None:
    """Return the date and time of a match, None when there is no such day or time."""
    time = found["hour"], found["minute"], found["second"], found["fraction"], found["half"]
    try:
        moment = dt.datetime.combine(dt.date(year, month, day), _clock(*time) if time[0] else dt.time())
    except ValueError:
        return None
    return _in_zone(moment, found["zone"], time_zone) if found["zone"] else moment


def _clock(hours: str, minutes: str | None, seconds: str | None, fraction: str | None, half: str | None) -> dt.time:
    """Return the time of day of a match; raises ValueError when there is no such time."""
    hour = int(hours)
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hours)
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif minutes is None:
        raise ValueError(hours)  # "12 Mar 2026 7" says no time
    return dt.time(hour, int(minutes or 0), int(seconds or 0), int((fraction or "")[:6].ljust(6, "0")))


def _in_zone(moment: dt.datetime, zone: str, time_zone: str) -> dt.datetime | None:
    """Return a moment given with an offset as the workbook's own wall clock shows it."""
    offset = zone.removeprefix("utc").removeprefix("gmt").replace(":", "")
    minutes = 0
    if offset not in {"", "z"}:
        digits = offset[1:].rjust(2, "0").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        if minutes >= 24 * 60:
            return None
        minutes = -minutes if offset[0] == "-" else minutes
    return local(moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes))), time_zone)


def local(moment: dt.datetime, time_zone: str) -> dt.datetime | None:
    """Return a moment with a zone as wall-clock time in ``time_zone`` ("" is the computer's)."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - costs start-up time and few workbooks need it

    try:
        return moment.astimezone(ZoneInfo(time_zone) if time_zone else None).replace(tzinfo=None)
    except (OverflowError, ValueError, OSError):
        return None
