"""How clean each owner's pipeline is: the share of open value without errors, and the fault met most often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.measure_deals import UNKNOWN
from leadbook.analysis.measure_groups import spell_groups
from leadbook.analysis.quality import POINTS
from leadbook.model.frame_rows import rows_of
from leadbook.model.issues import Severity, quoted_sheet
from leadbook.sheets import look
from leadbook.sheets.issues import NAME as ISSUES
from leadbook.sheets.issues import list_row
from leadbook.sheets.live_where import Where
from leadbook.sheets.page import Field
from leadbook.sheets.spec import Area, Formula, Link, Style

if TYPE_CHECKING:
    import pandas as pd

    from leadbook.sheets.live import Tally
    from leadbook.sheets.page import Page
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

FEW = 20
MOST_OWNERS = 30

_COUNT = look.number(look.WHOLE)
_MONEY = look.number(look.MONEY)
_FIELDS = (
    Field("Owner", look.WRAPPED), Field("Open leads", _COUNT), Field("Without errors", _COUNT),
    Field("Open value", _MONEY), Field("Value with errors", _MONEY),
    Field("Share without errors", look.number(look.PERCENT)), Field("Quality, mean", look.number(look.TENTH)),
    Field("Leads with it", _COUNT), Field("Commonest fault", look.TEXT.but(indent=1, align="left")),
    Field(""), Field(""),  # the fault's name runs over these two
)  # fmt: skip


def put_quality(page: Page, results: Results, tally: Tally) -> None:
    """Put one line an owner and one for all; nothing when no lead is open.

    Notes
    -----
    Counts and values of open leads are live; which leads have an error is known from the last refresh, so the
    value with errors is a plain number and the share is worked out from the two.
    """
    owners = results.quality.owners
    owners = owners[owners["open_leads"] > 0]
    if owners.empty:
        return
    error, warning, note = (POINTS[severity] for severity in sorted(Severity, reverse=True))
    page.section(
        "Data quality",
        note=f"Quality of a lead: 100 less {error} an error, {warning} a warning, {note} a note; a fault of a whole "
        "column counts for each lead it concerns. Grey: fewer than 20 leads.",
    )
    shown = owners.head(MOST_OWNERS)
    places = _first_places(results)
    rows: list[tuple[Content, ...]] = []
    for row, owner in enumerate(rows_of(shown), page.at + 1):
        name = str(owner["name"])
        where = Where(group_key="owner", group=name, group_cell=f"$A{row}")
        rows.append((
            name,
            tally.count(where, owner["open_leads"]),
            int(owner["clean_leads"]),
            tally.value(where, owner["open_amount"]),
            float(owner["wrong_amount"]),
            _share(row, owner["open_amount"], owner["wrong_amount"]),
            float(owner["quality"]),
            int(owner["fault_leads"]) or None,
            _fault_link(results, str(owner["fault"]), places.get((name, str(owner["fault"])))),
            None,
            None,
        ))  # fmt: skip
    body = page.grid(_FIELDS, rows)
    if len(owners) > len(shown):
        page.put(page.at, 1, f"{len(owners) - len(shown):,} more owners are left out here.", look.NOTE)
        page.at += 1
    _put_total(page, owners, body)
    first = body.first_row
    few = Style(color=look.FAINT, italic=True)
    page.mark(Area(first, 6, body.last_row, 7), f"=$B{first}<{FEW}", few)
    page.gap()


def _put_total(page: Page, owners: pd.DataFrame, body: Area) -> None:
    """Put all owners together; plain numbers where not all of them are shown."""
    row = page.at
    leads, clean = int(owners["open_leads"].sum()), int(owners["clean_leads"].sum())
    value, wrong = float(owners["open_amount"].sum()), float(owners["wrong_amount"].sum())
    whole = len(owners) == body.last_row - body.first_row + 1

    def total(letter: str, number: float) -> Content:
        return Formula(f"=SUM({letter}{body.first_row}:{letter}{body.last_row})", number) if whole else number

    mean = float((owners["quality"] * owners["open_leads"]).sum() / leads)
    contents: tuple[Content, ...] = (
        "Open in all", total("B", leads), total("C", clean), total("D", value), total("E", wrong),
        _share(row, value, wrong), mean, None, None, None, None,
    )  # fmt: skip
    numbers = ("", look.WHOLE, look.WHOLE, look.MONEY, look.MONEY, look.PERCENT, look.TENTH, "", "", "", "")
    for column, (content, number) in enumerate(zip(contents, numbers, strict=True), 1):
        page.put(row, column, content, look.number(number, look.TOTAL) if number else look.TOTAL)
    page.at = row + 1


def _share(row: int, value: float, wrong: float) -> Formula:
    """Return the share of the open value that is without errors, live; blank without any value."""
    share = max(0.0, 1 - wrong / value) if value else ""
    return Formula(f'=IF($D{row}=0,"",MAX(0,1-$E{row}/$D{row}))', share)


def _first_places(results: Results) -> dict[tuple[str, str], int]:
    """Return the row on the Issues sheet where an owner's first open lead with a code is told."""
    leads = results.records.leads
    frame = leads.frame
    active = [rep.owner for rep in results.records.playbook.reps if rep.active]
    spelled = spell_groups(frame["owner"].where(frame["owner"] != "", UNKNOWN), active)
    owners = dict(zip(frame.index.tolist(), spelled.tolist(), strict=True))
    is_open = dict(zip(frame.index.tolist(), results.meaning.counted_open.tolist(), strict=True))
    found: dict[tuple[str, str], int] = {}
    for place, issue in enumerate(results.listed_issues, list_row(results) + 1):
        if not leads.holds(issue):
            continue
        if issue.rows is not None:
            for owner in {owners[row] for row in issue.rows.tolist() if is_open.get(row)}:
                found.setdefault((owner, issue.code), place)
        elif is_open.get(issue.row):
            found.setdefault((owners[issue.row], issue.code), place)
    return found


def _fault_link(results: Results, code: str, place: int | None) -> Content:
    """Return the code and its name, leading to the first such issue; to the list where that is cut short."""
    if not code:
        return None
    text = results.code_texts.get(code)
    said = f"{code} {text.name.replace('-', ' ')}" if text else code
    target = f"{quoted_sheet(results.naming.sheet(ISSUES))}!A{place or list_row(results)}"
    return Link(said, target, "Go to the first of them")
