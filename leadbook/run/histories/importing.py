"""History seeded from a CRM's export of changes: tied to leads, put in order, and added to what is there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from leadbook.analysis.history_events import CREATED, EVENT_OF, JOINED_BY
from leadbook.books.starter import add_to
from leadbook.model.cells import cell_text, comparable, is_blank
from leadbook.model.columns import HISTORY
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.frame_rows import rows_of
from leadbook.model.issues import InputError
from leadbook.model.leads import read_records
from leadbook.model.settings import read_playbook
from leadbook.run.histories.reading import Change, folded, issue_at, read_changes_of
from leadbook.run.histories.shapes import shape_of
from leadbook.run.imports.matches import merged_away
from leadbook.run.imports.sources import incoming_tables
from leadbook.run.imports.standing import Standing
from leadbook.run.imports.tying import LeadFinder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from leadbook.books.closed import ClosedBook
    from leadbook.books.incoming import IncomingTable, TextForm
    from leadbook.model.issues import Issue
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records
    from leadbook.run.histories.reading import Told
    from leadbook.run.histories.shapes import Shape
    from leadbook.sheets.spec import Content

_KEYS = tuple(column.key for column in HISTORY)
_SOURCE = "import "
_MOST_SOURCE = 60  # characters of the file's name kept beside each row


class HistoryImport(Struct, frozen=True):
    """What an import of changes did, or would do.

    Parameters
    ----------
    book : str
        File name of the workbook.
    mapping : tuple of (str, str, str)
        Source, header, and what it was read as ("" for not read).
    added, held, unchanged, unknown, leads : int
        Rows added to History; those it had already; rows that say nothing new of their lead; rows of no lead that can
        be told; and leads that got rows.
    first, last : date or None
        Days of the first and the last row added.
    issues : tuple of Issue
        With the line of the file as ``row``.
    notes : tuple of str
    """

    book: str
    mapping: tuple[tuple[str, str, str], ...]
    added: int
    held: int
    unchanged: int
    unknown: int
    leads: int
    first: dt.date | None
    last: dt.date | None
    issues: tuple[Issue, ...]
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The result in one line."""
        if not self.added:
            return f"Nothing to add: {_rows(self.held)} in History already, {_rows(self.unknown)} of no known lead."
        return (
            f"{_rows(self.added)} added to History for {self.leads:,} {'lead' if self.leads == 1 else 'leads'}, "
            f"{self.first} to {self.last}; {self.held:,} there already, {self.unknown:,} of no known lead."
        )


def import_history(
    book: ClosedBook, sources: Sequence[Path], today: dt.date, told: Sequence[str], form: TextForm
) -> HistoryImport:
    """Plan an import of changes into a workbook's History; ``book.save()`` carries it out.

    Parameters
    ----------
    book : ClosedBook
    sources : sequence of Path
        CSV or Excel files, or folders of them.
    today : date
        Later changes are left out.
    told : sequence of str
        What columns mean where they are read otherwise; see ``shapes.shape_of``.
    form : TextForm
        Encoding and delimiter of text files.

    Raises
    ------
    InputError
        A file cannot be read or tells of no changes, or the workbook has no leads.

    Notes
    -----
    Each row holds what the file says of that moment; what it does not say is blank, and read as unchanged. Where the
    first change of a column names an old value and the lead has a Created date before it, one more row says what the
    lead was on that day. Rows that stand in History stay, and none is added that stands there already.
    """
    playbook, _ = read_playbook(book.contents)
    records, _ = read_records(book.contents, playbook)
    if records.leads.frame.empty:
        raise InputError(f"{book.contents.name} has no leads yet; import those first: leadbook import FILE --into BOOK")
    tables = [table for table in incoming_tables(sources, book.contents.name, form) if table.n_rows]
    if not tables:
        raise InputError("There is nothing to import: the files hold no rows.")
    planner = _Planner(records, playbook, today)
    mapping: list[tuple[str, str, str]] = []
    for table in tables:
        shape = shape_of(table, told)
        mapping += [(table.source, header, meant) for header, meant in shape.described(table)]
        planner.take(table, shape)
    rows = sorted(planner.rows, key=lambda row: (_minute(row["changed_at"]), str(row["lead_id"])))
    if rows:
        add_to(book, DEFAULT_PLAYBOOK, only=("Settings", "History"))
        book.append_columns(book.table_name("History"), [[row.get(key) for row in rows] for key in _KEYS])
    days = [_day(row["changed_at"]) for row in rows]
    return HistoryImport(
        book=book.contents.name, mapping=tuple(mapping), added=len(rows), held=planner.held,
        unchanged=planner.unchanged, unknown=planner.unknown, leads=len({row["lead_id"] for row in rows}),
        first=min(days, default=None), last=max(days, default=None), issues=tuple(planner.issues),
        notes=tuple(planner.notes),
    )  # fmt: skip


class _Planner:
    """Gathers the rows that several files add."""

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
        frame = records.history.frame[list(_KEYS)]
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
                f"{table.source}: {_rows(begun)} of these say what leads were on the day they were created, by the old "
                "value of their first change."
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
            comparable(cell_text(row["lead_id"])), _minute(when), self._meant(row.get("stage")),
            None if _blank(amount) else f"{float(str(amount)):.2f}", None if _blank(close) else _day(close),
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


def _minute(moment: object) -> dt.datetime:
    if _blank(moment) or not isinstance(moment, dt.date):
        return dt.datetime(1, 1, 1)  # noqa: DTZ001 - before every row
    whole = moment if isinstance(moment, dt.datetime) else dt.datetime.combine(moment, dt.time())
    # Excel keeps times as fractions of a day, which come back some microseconds off.
    whole = (whole + dt.timedelta(seconds=30)).replace(second=0, microsecond=0, tzinfo=None)
    return dt.datetime(whole.year, whole.month, whole.day, whole.hour, whole.minute)  # noqa: DTZ001 - the workbook's own zone


def _day(moment: object) -> dt.date:
    assert isinstance(moment, dt.date), "only rows with a day come here"  # noqa: S101 - an invariant, not input
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
