"""What each activity means: a touch that happened or is planned, from whom, and whose lead it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from msgspec import Struct

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from leadbook.model.records import Records, Typed

KINDS = ("request", "meeting", "demo", "reply", "proposal", "call", "email", "note", "other")
_INBOUND = re.compile(r"\b(in|inbound|incoming|received|from (buyer|customer|lead|prospect))\b")
_OUTBOUND = re.compile(r"\b(out|outbound|outgoing|sent|to (buyer|customer|lead|prospect))\b")
_CALLED_OFF = re.compile(
    r"\b(cancel\w*|postponed|rescheduled|no[ -]?show|did ?n[o']t show)\b"
    # Alone these say that it has yet to happen; "meeting scheduled" is what a call led to.
    r"|^(scheduled|planned|to ?do|open|pending|not started)$"
)
_CANCELLED = re.compile(r"\bcancel\w*|\bpostponed\b")
_ASKED = re.compile(r"\b(request\w*|ask(s|ed|ing)?|want(s|ed)?|inquir\w*|enquir\w*)\b")
_WANTED = re.compile(r"\b(pric\w*|quot(e|es|ation)|demo\w*|trial)\b")
_BOUNCED = re.compile(r"\bbounc\w*|\bundeliver(ed|able)\b")
_TYPE_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("request", re.compile(r"\brequest\w*|\bform submission\b")),
    ("reply", re.compile(r"\brepl(y|ied|ies)\b|\banswered e-?mail\b")),
    ("demo", re.compile(r"\bdemo\w*|\bpresentation\b")),
    ("meeting", re.compile(r"\bmeet\w*|\bvisit\b|\bappointment\b|\blunch\b")),
    ("proposal", re.compile(r"\bproposal\b|\bquot(e|ation)\b|\boffer\b")),
    ("call", re.compile(r"\bcall\w*|\bphone\b|\bvoicemail\b")),
    ("email", re.compile(r"\be-?mails?\b|\bletter\b")),
    ("note", re.compile(r"\bnotes?\b|\bcomment\b|\btask\b")),
)


class LeadKeys(Struct, frozen=True):
    """Lead ids as numbers, so that tables join without comparing text row by row.

    Parameters
    ----------
    codes : array of int, shape (n leads,)
        Position of each lead's id in ``names``; -1 for a lead without id.
    names : Index
        The distinct ids, case-folded.
    """

    codes: npt.NDArray[np.intp]
    names: pd.Index[str]

    @property
    def single(self) -> npt.NDArray[np.bool_]:
        """Whether each lead has an id that no other lead has."""
        counts = np.bincount(self.codes[self.codes >= 0], minlength=len(self.names))
        return np.asarray(self.spread(counts == 1, False), dtype=bool)

    def of(self, ids: pd.Series[str]) -> npt.NDArray[np.intp]:
        """Return the codes of other rows' lead ids; -1 for an id that no lead has."""
        codes, words = pd.factorize(ids.to_numpy(dtype=object))
        folded = _folded(words)
        found = np.append(self.names.get_indexer(pd.Index(folded, dtype=object)), -1)
        found[[place for place, text in enumerate(folded) if not text]] = -1
        return np.asarray(found[codes], dtype=np.intp)

    def spread(self, by_code: npt.NDArray[Any], blank: object) -> npt.NDArray[Any]:
        """Return a value held for each id as one value for each lead, ``blank`` where it has no id."""
        if not len(by_code):
            return np.full(len(self.codes), blank, dtype=by_code.dtype)
        spread = by_code[self.codes]
        spread[self.codes < 0] = blank
        return spread


class Touches(Struct, frozen=True):
    """The activities of known leads on a day, as `read_touches` found them.

    Parameters
    ----------
    frame : DataFrame, one row an activity that has a known lead and a date
        ``code`` (see `LeadKeys`), ``day`` (datetime64[s]), ``at`` (with the time of day), ``age_days`` (0
        today, below 0 in the future), ``kind`` (one of `KINDS`), and bools ``done`` (dated up to today and
        not called off), ``planned`` (dated after today and not cancelled), ``inbound``, ``attempt`` (from
        us to the buyer, notes excluded), ``two_way`` (the buyer took part), ``bounced``; and texts ``about``
        ("pricing", "demo" or "": what a request was about) and ``word`` (the type as typed, case-folded).
    keys : LeadKeys
    today : date
    """

    frame: pd.DataFrame
    keys: LeadKeys
    today: dt.date


def fold(texts: pd.Series[str]) -> npt.NDArray[np.object_]:
    """Return texts stripped, with single spaces and case-folded, for comparison; "" where blank."""
    codes, words = pd.factorize(texts.to_numpy(dtype=object))
    folded = np.empty(len(words) + 1, dtype=object)
    folded[:-1] = _folded(words)
    folded[-1] = ""
    return folded[codes]


def _folded(words: Iterable[object]) -> list[str]:
    texts = list(map(str, words))
    together = "\n".join(texts)
    folded = together.casefold()
    # Folding the column at once costs a tenth, and where nothing changes the texts stay those of the table.
    if folded != together:
        texts = folded.split("\n") if folded.count("\n") == len(texts) - 1 else [text.casefold() for text in texts]
    return all_spaced_once(texts)


def all_spaced_once(texts: list[str]) -> list[str]:
    """Return texts stripped and with single spaces."""
    # One look at a column of ids as a whole spares a look at each of them: few hold any space.
    whole = "".join(texts)
    return texts if " " not in whole and whole.isprintable() else [spaced_once(text) for text in texts]


def spaced_once(text: str) -> str:
    """Return a text stripped and with single spaces."""
    # Most texts have no space at all, and looking is cheaper than splitting a hundred thousand of them.
    return text if " " not in text and text.isprintable() else " ".join(text.split())


def is_blank(texts: pd.Series[str]) -> npt.NDArray[np.bool_]:
    """Tell which texts of a typed frame are blank: the reader has stripped them."""
    return np.asarray(texts.to_numpy(dtype=object) == "", dtype=bool)


def key_leads(leads: Typed) -> LeadKeys:
    """Return every lead's id as a number."""
    codes, names = code_ids(leads)
    return LeadKeys(np.where((names == "")[codes], -1, codes), pd.Index(names, dtype=object))


def code_ids(table: Typed) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.object_]]:
    """Return for each row the place of its folded lead id, and the folded ids, "" among them."""
    typed, words = table.coded("lead_id")
    folded = [*_folded(words), ""]
    places = {text: place for place, text in enumerate(dict.fromkeys(folded))}
    positions = np.fromiter(map(places.__getitem__, folded), np.intp, len(folded))
    names = np.empty(len(places), dtype=object)
    names[:] = list(places)
    return positions[typed], names


def days(dates: pd.Series[pd.Timestamp]) -> npt.NDArray[np.datetime64]:
    """Return dates as whole days (``datetime64[D]``), NaT where blank."""
    return dates.to_numpy().astype("datetime64[D]")


def read_touches(records: Records, today: dt.date) -> Touches:
    """Return what each activity of a known lead means.

    Parameters
    ----------
    records : Records
    today : date
        An activity dated today has happened.

    Returns
    -------
    Touches

    Notes
    -----
    Types, directions and outcomes are read by their words ("Phone call", "E-mail", "inbound"). A request is
    an activity of such a type, an outcome that says someone asked for pricing or a demo, or a demo that
    came in from the buyer.
    """
    keys = key_leads(records.leads)
    table = records.activities.frame
    codes = keys.of(table["lead_id"])
    day = days(table["date"])
    known = (codes >= 0) & ~np.isnat(day)
    table, codes, day = table[known], codes[known], day[known]
    kind_words = _by_word(table["type"], _kind_of, "other")
    direction = _by_word(table["direction"], _direction_of, "")
    asked = _by_word(table["outcome"], _asked_for, "")
    called_off = _by_word(table["outcome"], lambda text: bool(_CALLED_OFF.search(text)), False).astype(bool)
    bounced = _by_word(table["outcome"], lambda text: bool(_BOUNCED.search(text)), False).astype(bool)
    cancelled = _by_word(table["outcome"], lambda text: bool(_CANCELLED.search(text)), False).astype(bool)
    inbound = direction == "in"
    is_request = kind_words == "request"
    asked = np.where(is_request & (asked == ""), _by_word(table["type"], _about, ""), asked)
    asked = np.where(is_request & (asked == ""), _by_word(table["outcome"], _about, ""), asked)
    asked = np.where((kind_words == "demo") & inbound & (asked == ""), "demo", asked)
    kind = np.where(asked != "", "request", kind_words)
    age_days = (np.datetime64(today, "D") - day).astype(np.int64)
    meets = np.isin(kind, ("meeting", "demo"))
    frame = pd.DataFrame(
        {
            "code": codes,
            "day": day.astype("datetime64[s]"),
            "at": table["date"].to_numpy().astype("datetime64[s]"),
            "age_days": age_days,
            "kind": kind,
            "done": (age_days >= 0) & ~called_off,
            "planned": (age_days < 0) & ~cancelled,
            "inbound": inbound,
            "attempt": (direction != "in") & np.isin(kind, ("call", "email", "meeting", "demo", "proposal", "other")),
            "two_way": (inbound | meets | np.isin(kind, ("reply", "request"))) & ~called_off & ~bounced,
            "bounced": bounced,
            "about": asked,
            "word": _by_word(table["type"], str, ""),
        }
    )
    return Touches(frame, keys, today)


def _by_word(texts: pd.Series[str], meaning: Callable[[str], object], blank: object) -> npt.NDArray[np.object_]:
    """Return the meaning of each text, found once for each distinct one."""
    codes, words = pd.factorize(texts.to_numpy(dtype=object))
    found = np.empty(len(words) + 1, dtype=object)
    for position, word in enumerate(words):
        text = " ".join(str(word).split()).casefold()
        found[position] = meaning(text) if text else blank
    found[-1] = blank
    return found[codes]


def _kind_of(text: str) -> str:
    for kind, words in _TYPE_WORDS:
        if words.search(text):
            return kind
    return "other"


def _direction_of(text: str) -> str:
    if _INBOUND.search(text):
        return "in"
    return "out" if _OUTBOUND.search(text) else ""


def _about(text: str) -> str:
    wanted = _WANTED.search(text)
    if wanted is None:
        return ""
    return "demo" if wanted.group().startswith(("demo", "trial")) else "pricing"


def _asked_for(text: str) -> str:
    return _about(text) if _ASKED.search(text) else ""
