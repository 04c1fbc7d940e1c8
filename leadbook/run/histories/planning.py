"""What an export of changes adds to History: rows tied to leads, in order of time, and only those it lacks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from msgspec import structs

from leadbook.analysis.history_events import CREATED, EVENT_OF, JOINED_BY
from leadbook.model.cells import cell_text, comparable, is_blank
from leadbook.model.columns import HISTORY
from leadbook.model.counts import counted
from leadbook.model.frame_rows import rows_of
from leadbook.run.histories.reading import Change, folded, issue_at, read_changes_of
from leadbook.run.imports.matches import merged_away
from leadbook.run.imports.standing import Standing
from leadbook.run.imports.tying import LeadFinder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.books.incoming import IncomingTable
    from leadbook.model.issues import Issue
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records
    from leadbook.run.histories.reading import Told
    from leadbook.run.histories.shapes import Shape
    from leadbook.sheets.spec import Content

KEYS = tuple(column.key for column in HISTORY)
_SOURCE = "import "
_MOST_SOURCE = 60  # characters of the file's name kept beside each row


class Planner:
    """Gathers the rows that several files add.

    Parameters
    ----------
    records : Records
        The workbook's leads, and the History that it has.
    playbook : Playbook
    today : date
        The last day, itself included, that a change may be of.
    """

    def __init__(self, records: Records, playbook: Playbook, today: dt.date) -> None:
        self.rows: list[dict[str, Content]] = []
        self.issues: list[Issue] = []
        self.notes: list[str] = []
        self.held = self.unchanged = self.unknown = 0
        self._playbook, self._today = playbook, today
        self._standing = Standing(records.leads, playbook)
        self._finder = LeadFinder(self._standing, merged_away(records))
        self._ids = records.leads.frame["lead_id"].tolist()
        self._created = [None if day != day else day.date() for day in records.leads.frame["created"].tolist()]  # noqa: PLR0124 - NaT
        self._stages: dict[str, str] = {}
        frame = records.history.frame[list(KEYS)]
        self._held = {self._mark(row) for row in rows_of(frame)} if len(frame) else set()

    def take(self, table: IncomingTable, shape: Shape) -> None:
        """Add the rows of one table."""
        found = read_changes_of(table, shape, self._playbook)
        self.notes += [f"{table.source}: {note}" for note in (*table.notes, *found.notes)]
        place = self._places(table, shape)
        issues: list[Issue] = []
        by_lead: dict[int, list[Change]] = {}
        strangers = {change.row: change.line for change in found.changes if place[change.row] is None}
        named = [table.column(shape.columns[key]) for key in ("lead", "name", "company") if key in shape.columns]
        for row, line in strangers.items():
            who = next((cell_text(column[row]) for column in named if not is_blank(column[row])), "")
            issues.append(issue_at(
                table, line, "LB054", f'"{who[:40]}" is no lead of the workbook, or several; the row is left out.', who
            ))  # fmt: skip
        self.unknown += len(strangers)
        for change in found.changes:
            at = place[change.row]
            if at is None:
                continue
            if change.when.date() > self._today:
                issues.append(issue_at(
                    table, change.line, "LB055", f"{change.when.date()} lies after {self._today}; the row is left out."
                ))  # fmt: skip
                continue
            by_lead.setdefault(at, []).append(change)
        self.issues += [*table.issues, *found.issues, *folded(issues, table)]
        source = f"{_SOURCE}{table.source}"[:_MOST_SOURCE]
        begun = 0
        for at, changes in by_lead.items():
            begun += self._tell(at, sorted(changes, key=lambda change: change.when), source)
        if begun:
            self.notes.append(
                f"{table.source}: {counted(begun, 'row')} of these say what leads were on the day they were created, "
                "by the old value of their first change."
            )

    def _places(self, table: IncomingTable, shape: Shape) -> list[int | None]:
        """Return the place in `Standing` of each row's lead, each different one looked for once."""
        keys = [key for key in ("lead", "name", "company") if key in shape.columns]
        columns = [table.column(shape.columns[key]) for key in keys]
        texts = list(zip(*([cell_text(cell) for cell in column] for column in columns), strict=True))
        different = list(dict.fromkeys(texts))
        headers = {"lead": "Deal ID", "name": "Deal", "company": "Company"}
        asked = structs.replace(
            table,
            headers=tuple(headers[key] for key in keys),
            columns=[list(column) for column in zip(*different, strict=True)],
            lines=list(range(1, len(different) + 1)),
        )
        places, _ = self._finder.places(asked)
        nameless = {at for at in places if at is not None and not self._ids[at]}
        if nameless:
            self.notes.append(
                f"{table.source}: {len(nameless):,} of its leads have no Lead ID yet; run `leadbook refresh` first and "
                "import this file again."
            )
        known = dict(zip(different, (None if at in nameless else at for at in places), strict=True))
        return [known[text] for text in texts]

    def _tell(self, at: int, changes: list[Change], source: str) -> int:
        """Add the rows of one lead; return how many of them say what it was when it was created."""
        state: dict[str, Told] = {}
        begun = 0
        start = self._created[at]
        first_old: dict[str, Told] = {}
        for change in changes:
            for key, value in change.old.items():
                first_old.setdefault(key, value)
        first_old = {key: value for key, value in first_old.items() if value is not None}
        if start is not None and first_old and start < changes[0].when.date():
            begun = self._add(at, dt.datetime.combine(start, dt.time()), CREATED, first_old, source)
            state = dict(first_old)
        for change in _of_one_moment(changes):
            differing = [key for key, value in change.new.items() if key not in state or not _same(state[key], value)]
            if not differing:
                self.unchanged += 1
                continue
            # A stage that came out of nothing is where the deal began.
            fresh = not state and "stage" in change.old and change.old["stage"] is None
            words = [CREATED] if fresh else [word for key, word in EVENT_OF.items() if key in differing]
            state |= change.new
            self._add(at, change.when, JOINED_BY.join(words), dict(change.new), source)
        return begun

    def _add(self, at: int, when: dt.datetime, event: str, cells: dict[str, Told], source: str) -> int:
        row: dict[str, Content] = {
            "changed_at": when if when.time() != dt.time() else when.date(), "lead_id": self._ids[at], "event": event,
            **cells, "source_of_change": source,
        }  # fmt: skip
        mark = self._mark(row)
        if mark in self._held:
            self.held += 1
            return 0
        self._held.add(mark)
        self.rows.append(row)
        return 1

    def _mark(self, row: Mapping[Any, Any]) -> tuple[object, ...]:
        """Return what tells two rows apart, to the minute and the cent, whatever the case."""
        when, close, amount = row["changed_at"], row.get("close_date"), row.get("amount")
        return (
            comparable(cell_text(row["lead_id"])), minute_of(when), self._meant(row.get("stage")),
            None if _blank(amount) else f"{float(str(amount)):.2f}", None if _blank(close) else day_of(close),
            comparable(cell_text(row.get("owner"))) if not _blank(row.get("owner")) else "",
        )  # fmt: skip

    def _meant(self, stage: object) -> str:
        """Return a stage as the playbook means it, so that a word that it learned later is the same row still."""
        if _blank(stage):
            return ""
        text = cell_text(stage)
        if text not in self._stages:
            known = self._playbook.stage(text)
            self._stages[text] = comparable(known.name if known else text)
        return self._stages[text]


def _of_one_moment(changes: Sequence[Change]) -> list[Change]:
    """Return changes in time order with those of one moment as one, as Salesforce writes a row for each field."""
    found: list[Change] = []
    for change in changes:
        last = found[-1] if found else None
        if last is not None and last.when == change.when and not last.new.keys() & change.new.keys():
            found[-1] = structs.replace(last, new=last.new | change.new, old=last.old | change.old)
        else:
            found.append(change)
    return found


def _same(one: Told, other: Told) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return comparable(one) == comparable(other)
    return one == other


def _blank(value: object) -> bool:
    return value is None or value == "" or value != value  # noqa: PLR0124 - not-a-number and not-a-time differ from themselves


def minute_of(moment: object) -> dt.datetime:
    """Return a moment to the minute, by which rows are told apart and put in order; a blank one before all others."""
    if _blank(moment) or not isinstance(moment, dt.date):
        return dt.datetime(1, 1, 1)  # noqa: DTZ001 - before every row
    whole = moment if isinstance(moment, dt.datetime) else dt.datetime.combine(moment, dt.time())
    # Excel keeps times as fractions of a day, which come back some microseconds off.
    whole = (whole + dt.timedelta(seconds=30)).replace(second=0, microsecond=0, tzinfo=None)
    return dt.datetime(whole.year, whole.month, whole.day, whole.hour, whole.minute)  # noqa: DTZ001 - the workbook's own zone


def day_of(moment: object) -> dt.date:
    """Return the day of a moment, or of a day, that History keeps."""
    assert isinstance(moment, dt.date), "only rows with a day come here"  # noqa: S101 - an invariant, not input
    return moment.date() if isinstance(moment, dt.datetime) else moment
