"""Leads out of the workbook, as a CSV file that mail merge or a CRM takes in."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.touches import read_touches
from leadbook.books.outgoing_text import STARTS_A_FORMULA
from leadbook.model.cells import cell_text, comparable, is_blank, number_text
from leadbook.model.columns import TABLES, Kind
from leadbook.model.export_columns import FULL_NAME, STATUS, TARGETS, Target
from leadbook.model.headers import squeezed
from leadbook.model.issues import InputError
from leadbook.model.mapping_words import DEAL_NAME, SPECIAL
from leadbook.model.playbook import StageClass
from leadbook.run.exports.filters import Filters, chosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records, Typed

_KINDS = {column.key: column.kind for column in TABLES["Leads"]}
_PHONE = re.compile(r"\+[\d\s().\-/\u00a0]+(\s*(x|ext\.?)\s*\d+)?", re.IGNORECASE)


class Export(Struct, frozen=True):
    """A file ready to be written.

    Parameters
    ----------
    data : bytes
        UTF-8 with a byte order mark, by which Excel knows it.
    leads : int
        Rows under the headers.
    headers : tuple of str
    notes : tuple of str
        Who was left out and what was changed, one sentence each.
    """

    data: bytes
    leads: int
    headers: tuple[str, ...]
    notes: tuple[str, ...]


def target_of(name: str) -> Target:
    """Return the program to export for, by its name.

    Raises
    ------
    InputError
        There is none of that name.
    """
    found = TARGETS.get(name.strip().casefold())
    if found is None:
        raise InputError(f'There is no export for "{name}"; choose one of {", ".join(TARGETS)}.')
    return found


def export_leads(
    records: Records,
    target: Target,
    today: dt.date,
    filters: Filters | None = None,
    *,
    delimiter: str = ",",
    everyone: bool = False,
) -> Export:
    """Lay out leads as a CSV file.

    Parameters
    ----------
    records : Records
    target : Target
    today : date
        Activities after it have not happened.
    filters : Filters, optional
    delimiter : str
        One character.
    everyone : bool
        Whether those who opted out or whose mail bounced go along in a mail merge.

    Raises
    ------
    InputError
        A filter makes no sense, or no lead is left.

    Notes
    -----
    Dates are ISO, numbers plain. A text that a spreadsheet would take for a formula gets an apostrophe in front,
    which an import takes away again; a telephone number that begins with a plus keeps it, and is written with
    spaces only, so that no spreadsheet computes with it. Merged leads in the archive are left out.
    """
    notes: list[str] = []
    places = chosen(records.leads, records.playbook, filters or Filters())
    places = _without_archived(records, places)
    if target.for_people and not everyone:
        places = _reachable(records, places, today, notes)
    if not places:
        if not len(records.leads.frame):
            raise InputError("There is no lead to export yet; the table of leads is empty.")
        raise InputError("No lead is left to export; loosen the filters." + "".join(f" {note}" for note in notes))
    columns = [
        (header, values)
        for header, values in _columns(records.leads, target, records.playbook)
        if any(values[place] != "" for place in places)
    ]
    guarded = 0
    texts: list[list[str]] = []
    for header, values in columns:
        cells = [values[place] for place in places]
        phones = squeezed(header).endswith(("phone", "phonenumber")) or header == records.leads.headers.get("phone")
        safe = [_safe(cell, phone=phones) for cell in cells]
        guarded += sum(
            cell.startswith("'") and not str(before).startswith("'") for cell, before in zip(safe, cells, strict=True)
        )
        texts.append(safe)
    if guarded:
        count = "1 cell begins" if guarded == 1 else f"{guarded:,} cells begin"
        notes.append(f"{count} like a formula and got an apostrophe in front.")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([_safe(header) for header, _ in columns])
    writer.writerows(zip(*texts, strict=True))
    data = b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", errors="replace")
    return Export(data, len(places), tuple(header for header, _ in columns), tuple(notes))


def _columns(leads: Typed, target: Target, playbook: Playbook) -> list[tuple[str, list[object]]]:
    """Return every column as (header, values); a number stays one, everything else is text, "" for blank."""
    if target.with_own_columns:
        named = [(leads.headers[key], key) for key in leads.raw.columns]
        named.sort(key=lambda pair: leads.places[pair[1]])
        made = [(header, _values(leads, key, target, playbook)) for header, key in named]
        return made + [(str(header), _own(leads.extra[header].tolist())) for header in leads.extra.columns]
    return [(header, _values(leads, key, target, playbook)) for header, key in target.columns]


def _values(leads: Typed, key: str, target: Target, playbook: Playbook) -> list[object]:
    frame = leads.frame
    if key in {FULL_NAME, DEAL_NAME}:
        return _full_names(leads) if key == FULL_NAME else _deal_names(leads)
    if key in {"stage", STATUS}:
        return _stages(leads, target, playbook, status=key == STATUS)
    if key not in leads.raw.columns:
        return [""] * len(frame)
    raw, kind = leads.raw[key].tolist(), _KINDS[key]
    if kind in {Kind.DATE, Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.POINTS}:
        meant = frame[key].astype(object).where(frame[key].notna(), None).tolist()
        scale = 100 if kind is Kind.PERCENT and target.percent else 1
        return [
            _plain(value, scale) if value is not None else ("" if is_blank(cell) else cell_text(cell))
            for value, cell in zip(meant, raw, strict=True)
        ]
    if kind is not Kind.FLAG:
        return _own(raw)
    return [
        "" if is_blank(cell) else ("Yes" if flag else "No") for flag, cell in zip(frame[key].tolist(), raw, strict=True)
    ]


def _own(values: Sequence[object]) -> list[object]:
    return ["" if is_blank(value) else _plain(value) for value in values]


def _plain(value: object, scale: int = 1) -> object:
    """Return a number as a number with a point and no exponent, a day as ISO, everything else as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, dt.datetime)):
        return cell_text(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.strftime("%Y-%m-%d %H:%M:%S")
    return _Number(number_text(round(value * scale, 10)))


class _Number(str):
    """A number's text, which begins with a minus where it is negative and is no formula for that."""

    __slots__ = ()


def _full_names(leads: Typed) -> list[object]:
    pairs = zip(leads.frame["first_name"].tolist(), leads.frame["last_name"].tolist(), strict=True)
    return [" ".join(filter(None, pair)) for pair in pairs]


def _deal_names(leads: Typed) -> list[object]:
    known = {squeezed(name) for name in (*SPECIAL[DEAL_NAME], "Deal - Title", "Lead - Title", "Topic")} - {
        "name",
        "title",
    }
    for header in leads.extra.columns:
        if squeezed(str(header)) in known:
            return _own(leads.extra[header].tolist())
    return [""] * len(leads.frame)


def _stages(leads: Typed, target: Target, playbook: Playbook, *, status: bool) -> list[object]:
    ends = {StageClass.WON: "Won", StageClass.LOST: "Lost"}
    named = {StageClass.WON: target.won, StageClass.LOST: target.lost}
    made: dict[str, str] = {}
    for text in set(leads.frame["stage"].tolist()):
        stage = playbook.stage(text) if text else None
        if status:
            made[text] = "" if not text else ends.get(stage.stage_class, "Open") if stage else "Open"
        else:
            made[text] = (named.get(stage.stage_class, "") or stage.name) if stage else text
    return [made[text] for text in leads.frame["stage"].tolist()]


def _safe(value: object, *, phone: bool = False) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    if isinstance(value, _Number):
        return str(value)
    text = str(value).replace("\x00", "")
    if phone and _PHONE.fullmatch(text):
        return " ".join(re.sub(r"[().\-/\u00a0]", " ", text).split())
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_A_FORMULA) else text


def _without_archived(records: Records, places: list[int]) -> list[int]:
    archive = records.archive.frame
    if "lead_id" not in archive.columns or not len(archive):
        return places
    gone = {comparable(text) for text in archive["lead_id"].tolist()} - {""}
    ids = records.leads.frame["lead_id"].tolist()
    return [place for place in places if comparable(ids[place]) not in gone]


def _reachable(records: Records, places: list[int], today: dt.date, notes: list[str]) -> list[int]:
    """Leave out whoever must not or cannot be written to, and every further lead of one address; say how many."""
    frame = records.leads.frame
    opted = frame["opt_out"].tolist()
    touches = read_touches(records, today)
    bounced_codes = set(touches.frame.loc[touches.frame["bounced"].to_numpy(dtype=bool), "code"].tolist())
    codes = touches.keys.codes.tolist()
    emails, streets = frame["email"].tolist(), frame["street"].tolist()
    counts = {"opted out": 0, "with mail that bounced": 0, "without an e-mail address or a street": 0, "doubled": 0}
    kept: list[int] = []
    seen: set[str] = set()
    for place in places:
        if opted[place]:
            counts["opted out"] += 1
        elif codes[place] in bounced_codes:
            counts["with mail that bounced"] += 1
        elif not emails[place] and not streets[place]:
            counts["without an e-mail address or a street"] += 1
        elif emails[place] and emails[place] in seen:
            counts["doubled"] += 1
        else:
            kept.append(place)
            seen.add(emails[place])
    told = {"doubled": "with an address that another one has"}
    notes += [
        f"Left out: {'1 lead' if count == 1 else f'{count:,} leads'} {told.get(why, why)}."
        for why, count in counts.items()
        if count
    ]
    return kept
