"""What a column's cells look like, whatever its header says: recognised by shape, never converted."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from leadbook.model.cells import NO, YES, is_blank
from leadbook.model.columns import Kind
from leadbook.model.digits import parse_numeral, plain
from leadbook.model.money import is_amount
from leadbook.model.tables import CellError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from leadbook.model.playbook import Playbook

SAMPLE = 400  # distinct values looked at
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_URL = re.compile(
    r"(https?://\S+|www\.\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|net|io|co|eu|de|fr|uk|us|info|biz)(/\S*)?)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?[\d\s().\-/\u00a0]{6,24}(\s*(x|ext\.?|extn\.?)\s*\d+)?", re.IGNORECASE)
_MONEY_MARK = re.compile(
    r"^(us\$|a\$|c\$|[$\u20ac\u00a3\u00a5\u20b9]|[a-z]{3})?\s*|\s*([$\u20ac\u00a3\u00a5\u20b9]|[a-z]{3})?$",
    re.IGNORECASE,
)
_MONTHS = r"(jan|feb|m\u00e4r|mar|apr|mai|may|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*\.?"
_DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ]\S.*)?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})( .*)?"
    rf"|\d{{1,2}}(st|nd|rd|th|\.)?[ -]{_MONTHS},?[ -](\d{{4}}|\d{{2}})( .*)?"
    rf"|{_MONTHS} \d{{1,2}}(st|nd|rd|th)?,? \d{{4}}( .*)?)",
    re.IGNORECASE,
)
_FLAGS = YES | NO | {"0.0", "1.0"}


def present(values: Iterable[object]) -> list[object]:
    """Return the distinct values that say something (at most 400), blanks and placeholders left out."""
    seen: list[object] = []
    for value in dict.fromkeys(values):
        if isinstance(value, CellError) or is_blank(value):
            continue
        seen.append(value)
        if len(seen) >= SAMPLE:
            break
    return seen


def share(kind: Kind, values: Sequence[object]) -> float:
    """Return the part (0 to 1) of some values that look like a kind; 1 when there are none.

    Text columns accept anything.
    """
    test = _TESTS.get(kind)
    if test is None or not values:
        return 1.0
    return sum(map(test, values)) / len(values)


def people(values: Sequence[object]) -> float:
    """Return the part (0 to 1) of some values that may name a person: initials, a first name, a whole name, an e-mail.

    What tells apart channels, kinds of customer or answers is no name.
    """
    named = sum(isinstance(value, str) and _names(value.strip()) for value in values)
    return named / len(values) if values else 0.0


def _names(text: str) -> bool:
    words = text.split()
    return bool(_EMAIL.fullmatch(text)) or (
        0 < len(words) <= 4
        and words[0][0].isupper()
        and not any(letter.isdigit() for letter in text)
        and not {word.strip(".,/&-").casefold() for word in re.split(r"[\s/&-]+", text)} & _NO_PEOPLE
    )


_NO_PEOPLE = frozenset({
    "yes", "no", "y", "n", "ja", "nein", "oui", "non", "si", "s\u00ed", "ok", "x", "direct", "direkt",
    "indirect", "indirekt", "partner", "reseller", "online", "offline", "inside", "outside", "field", "inbound",
    "outbound", "innendienst", "aussendienst", "au\u00dfendienst", "handel", "distributor", "h\u00e4ndler",
    "web", "shop", "residential", "commercial", "industrial", "retail", "government", "public", "private",
    "privat", "gewerbe", "particulier", "professionnel", "particular", "empresa", "team", "new", "open",
    "closed", "won", "lost", "high", "medium", "low", "hot", "warm", "cold", "gmbh", "ltd", "inc", "llc",
    "corp", "sarl", "sas",
})  # fmt: skip


def recognise(
    columns: Mapping[str, Sequence[object]], keys: Collection[str], playbook: Playbook | None = None
) -> dict[str, tuple[str, str]]:
    """Return header to (key, how) for columns that only their values tell, where just one column does.

    Parameters
    ----------
    columns : mapping of str to sequence
        Headers that mean nothing so far, and their distinct values.
    keys : collection of str
        Columns of ours that are still free.
    playbook : Playbook, optional
        For its stage words.

    Notes
    -----
    A column of e-mail addresses named after an owner or a manager is not the lead's; web addresses that mostly
    share one host (profiles on a network) are no company websites; amounts are taken only from a column whose
    header says nothing at all.
    """
    found: dict[str, tuple[str, str]] = {}
    tests: tuple[tuple[str, str, Callable[[str, Sequence[object]], bool]], ...] = (
        (
            "email",
            "e-mails",
            lambda header, values: not _OTHERS.search(header) and share(Kind.EMAIL, values) >= 0.8,
        ),
        (
            "website",
            "web addresses",
            lambda _, values: share(Kind.URL, values) >= 0.8 and _many_hosts(values),
        ),
        (
            "phone",
            "phone numbers",
            lambda header, values: not _OTHERS.search(header) and _marked_phones(values),
        ),
        ("stage", "stage words", lambda _, values: _stage_words(values, playbook) >= 0.6),
        (
            "amount",
            "amounts",
            lambda header, values: bool(_NAMELESS.fullmatch(header)) and _marked_money(values),
        ),
    )
    for key, words, test in tests:
        if key not in keys:
            continue
        likely = [
            header
            for header, values in columns.items()
            if header not in found and len(values) >= (2 if key == "stage" else 3) and test(header, values)
        ]
        if len(likely) == 1:
            found[likely[0]] = (key, f"values: {words}")
    return found


_OTHERS = re.compile(r"owner|manager|rep\b|agent|assign|creat|modif|fax|alternate|second", re.IGNORECASE)
_NAMELESS = re.compile(r"(column|field|unnamed|spalte|col|f)?[ :_]*\d*", re.IGNORECASE)


def _many_hosts(values: Sequence[object]) -> bool:
    hosts = {re.sub(r"^(https?://)?(www\.)?", "", str(value).strip().casefold()).split("/")[0] for value in values}
    return len(hosts) > 0.5 * len(values)


def _marked_phones(values: Sequence[object]) -> bool:
    # Bare digits may be account numbers; a plus, a bracket or groups make a telephone number.
    marked = [value for value in values if isinstance(value, str) and re.search(r"^\+|[()]|\d[- ]\d", value)]
    return len(marked) >= 0.8 * len(values) and share(Kind.PHONE, values) >= 0.8


def _marked_money(values: Sequence[object]) -> bool:
    marked = [value for value in values if isinstance(value, str) and re.search("[$\u20ac\u00a3\u00a5\u20b9]", value)]
    return len(marked) >= 0.8 * len(values) and share(Kind.MONEY, values) >= 0.8


def _stage_words(values: Sequence[object], playbook: Playbook | None) -> float:
    if playbook is None or any(not isinstance(value, str) for value in values):
        return 0.0
    return sum(playbook.stage(str(value)) is not None for value in values) / len(values)


def _number(value: object) -> bool:
    if isinstance(value, (int, float)):
        return not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    return parse_numeral(plain(_MONEY_MARK.sub("", value.strip()))) is not None


def _money(value: object) -> bool:
    if _number(value):
        return True
    return isinstance(value, str) and is_amount(value)


def _percent(value: object) -> bool:
    return _number(value.strip().rstrip("%")) if isinstance(value, str) else _number(value)


def _date(value: object) -> bool:
    if isinstance(value, (dt.date, dt.datetime)):
        return True
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return 20_000 <= value <= 80_000  # an Excel serial number between 1954 and 2119
    return isinstance(value, str) and bool(_DATE.fullmatch(value.strip()))


def _phone(value: object) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return 10**6 <= value < 10**15
    if not isinstance(value, str):
        return False
    text = value.strip()
    digits = sum(letter.isdigit() for letter in text)
    return 6 <= digits <= 18 and bool(_PHONE.fullmatch(text)) and not _date(text)


def _points(value: object) -> bool:
    return str(value).strip() in {"0", "1", "2", "3", "0.0", "1.0", "2.0", "3.0"}


def _text_like(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value.strip()))


_TESTS: dict[Kind, Callable[[object], bool]] = {
    Kind.EMAIL: _text_like(_EMAIL),
    Kind.URL: _text_like(_URL),
    Kind.PHONE: _phone,
    Kind.DATE: _date,
    Kind.MONEY: _money,
    Kind.NUMBER: _number,
    Kind.PERCENT: _percent,
    Kind.FLAG: lambda value: isinstance(value, bool) or str(value).strip().casefold() in _FLAGS,
    Kind.POINTS: _points,
}


def too_late(used: dict[str, int], samples: Sequence[Sequence[object]]) -> dict[int, str]:
    """Return the positions of begin dates that mostly lie after the close dates."""
    if "close_date" not in used:
        return {}
    closing = [_sortable(value) for value in samples[used["close_date"]]]
    refused = {}
    for key in ("opportunity_date", "created", "first_contacted", "mql_date", "sql_date"):
        if key not in used:
            continue
        pairs = [
            (begin, close)
            for begin, close in zip((_sortable(value) for value in samples[used[key]]), closing, strict=True)
            if begin and close
        ]
        if len(pairs) >= 3 and sum(begin > close for begin, close in pairs) > 0.5 * len(pairs):
            refused[used[key]] = "most of these dates lie after the close dates, kept as a column of its own"
    return refused


def _sortable(value: object) -> str:
    """Return an ISO date that sorts, "" for what is not plainly one: a hint is enough here."""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value or "")
    return text[:10] if text[:4].isdigit() and text[4:5] == "-" else ""


_NUMBERS_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})\b")


def day_comes_first(columns: Sequence[Sequence[object]]) -> bool | None:
    """Return whether the dates of a file begin with the day (False: with the month); None when nothing shows it.

    Parameters
    ----------
    columns : sequence of sequences
        Every column of dates; a first number above 12 shows that days come first, a second one that months do.
    """
    shown: set[bool] = set()
    for values in columns:
        for value in set(values):
            found = _NUMBERS_FIRST.match(value.strip()) if isinstance(value, str) else None
            if found is not None and (int(found[1]) > 12) != (int(found[2]) > 12):
                shown.add(int(found[1]) > 12)
    return shown.pop() if len(shown) == 1 else None
