"""The block of the Scorecard that names the columns which give the outcome away, and the cell that overrules it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.cells import comparable
from leadbook.model.counts import counted
from leadbook.model.settings import HEADERS
from leadbook.model.settings_cells import SettingsTable, lead_key
from leadbook.sheets import look
from leadbook.sheets.page import Field
from leadbook.sheets.spec import Area, Link, Style

if TYPE_CHECKING:
    from leadbook.analysis.winning.leaks import Finding
    from leadbook.model.tables import RawTable
    from leadbook.sheets.page import Page
    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Content

KEEP, LEAVE_OUT = "keep", "leave out"
_FIELDS = (
    Field("Column", look.WRAPPED), Field("Decision", look.WRAPPED), Field("By"),
    Field("Evidence", look.WRAPPED, span=4), Field("To overrule", look.WRAPPED),
)  # fmt: skip


def put_left_out(page: Page, results: Results) -> None:
    """Put the columns that teach nothing because they would give the outcome away, each with the cell that decides.

    Settings belongs to the seller, so what is found is not written there: the seller types it, where this block says.
    """
    assert results.wins is not None, "asked for only where something was learned"  # noqa: S101 - an invariant, not input
    findings = [one for one in results.wins.learned.findings if one.leak or (one.by_seller and one.teaches and one.why)]
    page.section(
        "Columns that give the outcome away",
        note="Left out, since they are filled in or changed once the outcome is known. A column named here or not: "
        "your word in Settings counts.",
    )
    table = results.settings_table("Leaks")
    decided = _Decided(table) if table is not None and table.header_row else None
    page.sentence(_how(decided), look.TEXT)
    if not findings:
        page.sentence("None was found.", look.TEXT)
        page.gap()
        return
    rows: list[tuple[Content, ...]] = [
        (one.header, "left out" if one.leak else "kept", _by(one, decided), one.why, _cell(one, decided))
        for one in findings
    ]
    body = page.grid(_FIELDS, rows)
    page.mark(Area(body.first_row, 2, body.last_row, 2), f'=$B{body.first_row}="kept"', Style(color=look.AMBER))
    page.gap()


class _Decided:
    """What stands in Settings, table Leaks, and where."""

    def __init__(self, raw: RawTable) -> None:
        self.raw = raw
        table = SettingsTable(raw, HEADERS["Leaks"], [])
        self.row_of: dict[str, int] = {}
        for at in table.rows("column"):
            name = table.text(at, "column")
            self.row_of.setdefault(lead_key(name) or comparable(name), int(raw.rows[at]))
        self.columns = [table.place("column"), table.place("decision")]
        inside = set(raw.rows.tolist())
        blank = (row for row in range(raw.header_row + 1, raw.last_row + 1) if row not in inside)
        self.free_row = next(blank, raw.last_row + 1 + raw.rows_below)

    def find(self, header: str) -> int:
        """Return the Excel row that decides about a column, 0 for none."""
        return self.row_of.get(lead_key(header) or "", self.row_of.get(comparable(header), 0))

    def cells(self, row: int) -> tuple[str, str]:
        """Return the addresses of a row's Column and Decision."""
        first, second = (self.raw.address(row, column) for column in self.columns)
        return first, second


def _how(decided: _Decided | None) -> str:
    """Return in words where the seller's decision goes."""
    if decided is None:
        return (
            "To overrule it, make a table named Leaks on the Settings sheet, with the columns Column (the header) and "
            "Decision (keep or leave out), and refresh."
        )
    name, decision = decided.cells(decided.free_row)
    said = (
        f"To decide about any column, type its header into {name} and keep or leave out into "
        f"{decision.rpartition('!')[2]}, and refresh. leadbook never writes there."
    )
    below = decided.raw.rows_below
    if below:
        do = "does" if below == 1 else "do"
        said += (
            f" {counted(below, 'row')} typed below the table Leaks {do} not count yet: drag the table's lower right "
            "corner down."
        )
    return said


def _by(finding: Finding, decided: _Decided | None) -> str:
    return "Settings" if finding.by_seller and decided is not None else "leadbook"


def _cell(finding: Finding, decided: _Decided | None) -> Content:
    """Return the link to the cell that overrules a decision, with what to type there."""
    if decided is None:
        return None
    other = KEEP if finding.leak else LEAVE_OUT
    row = decided.find(finding.header)
    if row:
        _, decision = decided.cells(row)
        return Link(f"{decision}: {other}", decision, f"Choose “{other}” here")
    name, decision = decided.cells(decided.free_row)
    return Link(f"{name}: {finding.header}, {decision.rpartition('!')[2]}: {other}", name, "The first free row")
