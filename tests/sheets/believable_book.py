"""A believable book of sixty leads, dirty cells included, taken through the real model and analysis."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

import numpy as np
import openpyxl
import pandas as pd
from msgspec.structs import replace

from leadbook.analysis.forecast import forecast
from leadbook.analysis.history import visits
from leadbook.analysis.measure import measure
from leadbook.analysis.results import Duplicates
from leadbook.analysis.score import score
from leadbook.analysis.standing import stand
from leadbook.analysis.winning.leads import learn_wins
from leadbook.books.render import render_book
from leadbook.model.columns import LEADS, OWNED_LEAD_COLUMNS
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import column_letters
from leadbook.model.leads import read_records
from leadbook.model.settings import read_playbook
from leadbook.model.tables import BookContents, CellError, RawTable
from leadbook.rules.checking import all_rules, check
from leadbook.sheets.contents import value_of
from leadbook.sheets.owned import owned_lead_columns
from leadbook.sheets.results import Results
from leadbook.sheets.spec import Formula, Sheet, Style, Table, TableColumn

TODAY = dt.date(2026, 11, 20)
OWNERS = ("Ana Costa", "Ben Okafor", "Chloe Martin")
COMPANIES = ("Alder Works", "Birch Cloud", "Cobalt Freight", "Delta Clinics", "Ember Stores", "Fjord Capital",
             "Granite Tools", "Harbour Labs", "Indigo Apps", "Juniper Health", "Kestrel Credit")  # fmt: skip
PEOPLE = ("Emma Berg", "Lukas Fischer", "Sofia Novak", "Jonas Hughes", "Clara Larsen", "Oliver Moreau")
STAGES = ("Prospecting", "Initial contact", "Qualification", "Assessment", "Meeting / demo", "Proposal", "Objections",
          "Closing", "Won", "Won", "Lost", "Nurture")  # fmt: skip
HEADERS = tuple(
    column.header for column in LEADS
    if column.header not in {"Street", "Postcode", "Campaign", "Impact", "Trigger", "Terms"} and not column.owned
)  # fmt: skip


def believable_leads(count: int = 60, seed: int = 7) -> list[dict[str, object]]:
    """Return leads as people type them when they type cleanly."""
    draw = random.Random(seed)  # noqa: S311 - the same leads each time, no secret
    leads: list[dict[str, object]] = []
    for number in range(1, count + 1):
        stage = draw.choice(STAGES)
        ended = stage in {"Won", "Lost"}
        created = TODAY - dt.timedelta(days=draw.randint(20, 300))
        close = TODAY + dt.timedelta(days=-draw.randint(1, 250) if ended else draw.randint(-20, 240))
        first, last = draw.choice(PEOPLE).split()
        company = draw.choice(COMPANIES)
        leads.append({
            "Lead ID": f"L-{number:03d}", "Company": company, "First Name": first, "Last Name": last,
            "Email": f"{first}.{last}@{company.split()[0]}.example".lower(), "Phone": f"+49 30 23125{number:03d}",
            "Industry": draw.choice(("Software", "Logistics", "Retail")), "Employees": draw.choice((25, 120, 800)),
            "Job Title": draw.choice(("CFO", "Head of Operations", "Assistant")), "Country": "Germany",
            "Source": draw.choice(("Website", "Referral", "Trade fair", None)),
            "Owner": draw.choice((*OWNERS, *OWNERS, *OWNERS, None)), "Stage": stage, "Created": created,
            "First Contacted": None if stage == "Prospecting" else created + dt.timedelta(days=draw.randint(0, 5)),
            "Last Activity": TODAY - dt.timedelta(days=draw.randint(0, 60)),
            "Next Step": None if ended or draw.random() < 0.3 else "Call about the offer",
            "Next Step Date": None if ended else TODAY + dt.timedelta(days=draw.randint(-15, 20)),
            "Amount": None if draw.random() < 0.1 else draw.randint(2, 60) * 1000,
            "Close Date": None if draw.random() < 0.1 and not ended else close,
            "Probability Override": round(draw.random(), 2) if draw.random() < 0.15 and not ended else None,
            "Forecast Category": draw.choice(("Commit", "Best case")) if draw.random() < 0.15 and not ended else None,
            "Lost Reason": draw.choice(("Price", "Timing", None)) if stage == "Lost" else None,
        })  # fmt: skip
    return leads


def dirty_leads() -> list[dict[str, object]]:
    """Return the same leads after a year of busy typing."""
    leads = believable_leads()
    changes: dict[int, dict[str, object]] = {
        3: {"Amount": "12 k", "Stage": "Proposal"},
        4: {"Amount": "$1,488.00", "Stage": "closing "},
        5: {"Stage": "PROPOSAL", "Amount": 7000},
        6: {"Stage": "Quote Sent", "Amount": 9100, "Close Date": "2027-01-15"},
        7: {"Owner": "ana  costa", "Stage": "Closing", "Amount": 15_000},
        8: {"Owner": "Ben Okafor ", "Stage": "Objections"},
        9: {"Stage": "Prospecting?", "Amount": 400},
        10: {"Amount": CellError("#DIV/0!"), "Stage": "Proposal"},
        11: {"Close Date": 46_400, "Stage": "Closing", "Amount": 8_800},
        12: {"Close Date": dt.datetime(2027, 2, 3, 15, 30), "Stage": "Closing", "Amount": 5_500},  # noqa: DTZ001 - cells have no zone
        13: {"Probability Override": "60 %", "Stage": "Assessment", "Amount": 20_000},
        14: {"Company": '=HYPERLINK("http://x.example","a")', "Stage": "Closing"},
        15: {"Source": "*", "Stage": "Proposal", "Amount": 3_300},
        16: {"Forecast Category": "commit ", "Stage": "Proposal", "Amount": 6_600},
        17: {"Amount": 4_100, "Stage": "Closing"},
        18: {"Owner": "2026-01-05", "Stage": "Closing", "Amount": 2_000},
        19: {"Stage": None},
        20: {"Amount": "about 5", "Stage": "Qualification"},
    }  # fmt: skip
    for place, change in changes.items():
        leads[place].update(change)
    return leads


def settings_tables(rates: dict[str, float] | None = None, columns=()) -> dict[str, RawTable]:
    """Return the Settings tables that formulas look up, as they would stand on the sheet."""
    stages = DEFAULT_PLAYBOOK.stages
    reps = [(owner, "North", 30_000.0 + 5000 * at, 90_000.0) for at, owner in enumerate(OWNERS)]
    made = {
        "Stages": (
            ("Stage", "Class", "Expected Days", "Stale Days", "Probability", "Forecast Category"),
            [(stage.name, stage.stage_class.value, stage.expected_days, stage.stale_days, stage.probability,
              stage.category.value) for stage in stages],
        ),
        "Rates": (("Currency", "Rate"), list((rates or {}).items()) or [("USD", 0.9)]),
        "Columns": (("Table", "Their Header", "Our Column", "How"), [("Leads", "Notes", "Notes", "exact"), *columns]),
        "Reps": (("Owner", "Team", "2026-11", "2026-Q4"), reps),
    }  # fmt: skip
    column = 1
    tables = {}
    for name, (headers, rows) in made.items():
        tables[name] = raw_table(name, "Settings", headers, rows, first_column=column)
        column += len(headers) + 1
    return tables


def raw_table(name, sheet, headers, rows, *, first_column=1, header_row=1) -> RawTable:
    first = header_row + 1
    kept = [at for at, row in enumerate(rows) if any(cell is not None for cell in row)]
    return RawTable(
        name=name, sheet=sheet, headers=tuple(headers), first_column=first_column, header_row=header_row,
        rows=np.array([first + at for at in kept], dtype=np.int64),
        cells=[[rows[at][place] for at in kept] for place in range(len(headers))],
        last_row=header_row + max(1, len(rows)),
    )  # fmt: skip


def contents_of(
    leads, *, headers=HEADERS, rates=None, name="sample.xlsx", date_system=1900, table="Leads", columns=()
) -> BookContents:
    rows = [tuple(lead.get(header) for header in HEADERS) for lead in leads]
    tables = {table: raw_table(table, "Leads", headers, rows), **settings_tables(rates, columns)}
    return BookContents(name, tables, ("Leads", "Settings"), date_system)


def no_duplicates() -> Duplicates:
    pairs = pd.DataFrame(columns=["row_a", "row_b", "id_a", "id_b", "probability", "reasons"])
    clusters = pd.DataFrame(columns=["cluster", "row", "lead_id", "master", "probability", "reasons"])
    return Duplicates(pairs, clusters)


def some_duplicates() -> Duplicates:
    clusters = pd.DataFrame(
        [
            (1, 5, "L-004", True, 0.98, "Email equal +9.1; Company similar (0.94) +3.2"),
            (1, 9, "L-008", False, 0.98, "Email equal +9.1; Company similar (0.94) +3.2"),
            (2, 12, "L-011", True, 0.81, "Phone equal +7.4; Name similar (0.88) +2.0"),
            (2, 20, "L-019", False, 0.81, "Phone equal +7.4"),
            (2, 33, "L-032", False, 0.77, "Name equal +4.0; Company equal +3.0"),
        ],
        columns=["cluster", "row", "lead_id", "master", "probability", "reasons"],
    )
    return replace(no_duplicates(), clusters=clusters)


def study(contents: BookContents, today=TODAY, duplicates=None, **changes) -> Results:
    """Take contents through everything below the sheets."""
    playbook, reading = read_playbook(contents)
    playbook = replace(playbook, scoring=playbook.scoring or DEFAULT_PLAYBOOK.scoring)
    records, found = read_records(contents, playbook)
    scores = score(records, today)
    stage_visits = visits(records.history)
    wins = learn_wins(records, scores, stage_visits, today)
    standing = stand(records, scores, today, wins)
    duplicates = duplicates or no_duplicates()
    issues = check(records, today, duplicates=duplicates, reading=[*reading, *found])
    measures = measure(records, scores, standing, issues, stage_visits, today)
    made = Results(
        records=records, issues=issues, scores=scores, standing=standing, duplicates=duplicates, measures=measures,
        forecast=forecast(records, standing, today), today=today, book_name=contents.name, contents=contents,
        code_texts={text.code: text for text in all_rules()}, wins=wins,
    )  # fmt: skip
    return replace(made, **changes)


@dataclass
class Workbook:
    """A workbook written for LibreOffice, and the formulas that were put into it."""

    sheets: list[Sheet] = field(default_factory=list)
    date_system: int = 1900

    def write(self, path) -> None:
        path.write_bytes(render_book(self.sheets, date_1904=self.date_system == 1904))


def spec_of(table: RawTable, extra=()) -> Table:
    """Return a table of the workbook as a spec, error cells as formulas that give them."""
    by_row = dict(zip(table.rows.tolist(), zip(*table.cells, strict=True), strict=True))
    blank = (None,) * len(table.headers)
    rows = []
    for row in range(table.header_row + 1, table.last_row + 1):
        cells = [Formula("=1/0", "#DIV/0!") if isinstance(cell, CellError) else cell for cell in by_row.get(row, blank)]
        rows.append((*cells, *(values.get(row) for _, values in extra)))
    dated = Style(number="yyyy-mm-dd")
    columns = [TableColumn(header, dated if "Date" in header else Style()) for header in table.headers]
    columns += [TableColumn(header) for header, _ in extra]
    return Table(table.name, table.header_row, table.first_column, tuple(columns), rows)


def workbook_of(results: Results, sheets: list[Sheet]) -> Workbook:
    """Return the seller's tables, the owned columns, and generated sheets, as one workbook."""
    owned = owned_lead_columns(results)
    extra = [(column.header, owned[column.key]) for column in OWNED_LEAD_COLUMNS if column.key in owned]
    tables = results.contents.tables.values()
    leads = next(table for table in tables if table.sheet == "Leads")
    settings = [table for table in tables if table.sheet == "Settings"]
    return Workbook([
        Sheet("Leads", tables=[spec_of(leads, extra)]),
        Sheet("Settings", tables=[spec_of(table) for table in settings]),
        *sheets,
    ], results.contents.date_system)  # fmt: skip


def formulas_of(sheet: Sheet) -> dict[str, Formula]:
    """Return every formula of a sheet by its address, those in tables too."""
    found = {
        f"{column_letters(cell.column)}{cell.row}": cell.content
        for cell in sheet.cells
        if isinstance(cell.content, Formula)
    }
    for table in sheet.tables:
        for down, row in enumerate(table.rows, table.row + 1):
            for across, content in enumerate(row, table.column):
                if isinstance(content, Formula):
                    found[f"{column_letters(across)}{down}"] = content
    return found


def differences(path, sheets: list[Sheet]) -> list[str]:
    """Return the formulas whose value in a recalculated workbook is not the one that was cached."""
    book = openpyxl.load_workbook(path, data_only=True)
    wrong = []
    for sheet in sheets:
        page = book[sheet.name]
        for address, formula in formulas_of(sheet).items():
            shown = page[address].value
            cached = formula.value
            if isinstance(cached, int | float) and isinstance(shown, int | float):
                same = abs(cached - shown) <= 1e-6 * max(1.0, abs(cached))
            else:
                same = (shown or "") == (cached if cached is not None else "")
            if not same:
                wrong.append(f"{sheet.name}!{address}: cached {cached!r}, recalculated {shown!r}, {formula.text}")
    return wrong


def texts(made: Sheet) -> list[str]:
    """Return every text a sheet shows."""
    cells = [value_of(cell.content) for cell in made.cells] + [value_of(merge.content) for merge in made.merges]
    return [text for text in cells if isinstance(text, str)]


def shown_at(made: Sheet, row: int, column: int) -> object:
    """Return what one cell shows."""
    return next((value_of(cell.content) for cell in made.cells if (cell.row, cell.column) == (row, column)), None)


def row_of(made: Sheet, label: str, column: int = 1) -> int:
    """Return the row that a label stands in, in one cell or over several."""
    cells = [(cell.row, cell.column, cell.content) for cell in made.cells]
    merges = [(merge.first_row, merge.first_column, merge.content) for merge in made.merges]
    return next(row for row, place, content in [*cells, *merges] if place == column and value_of(content) == label)
