"""Which table of a workbook is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.columns import TABLES
from leadbook.model.headers import match_headers
from leadbook.model.issues import InputError, Issue, Severity
from leadbook.model.team_options import Options

if TYPE_CHECKING:
    from leadbook.model.playbook import Playbook
    from leadbook.model.tables import BookContents, RawTable

PREFIX = "Leadbook_"

SETTINGS_TABLES = (
    "Stages", "Scoring", "Icp", "Sla", "Reps", "Routing", "Products", "CaseStudies", "Milestones", "Objections",
    "Rates", "Holidays", "Options", "Columns", "Leaks",
)  # fmt: skip

# A table looks like leads when it names a stage or an owner, a company or a person, and as many columns of ours.
_LEAST_MATCHES = 3
_WHO = frozenset({"company", "last_name", "email"})
_WHAT = frozenset({"stage", "source", "amount", "close_date", "owner", "phone", "created"})


def find_table(contents: BookContents, *names: str) -> RawTable | None:
    """Return the first table of these names, each also looked for as ``Leadbook_NAME`` (taken on a clash)."""
    for name in names:
        for spelled in (f"{PREFIX}{name}", name):
            table = contents.find(spelled) if name else None
            if table is not None:
                return table
    return None


def find_leads(contents: BookContents, playbook: Playbook) -> tuple[RawTable, list[Issue]]:
    """Return the table of leads: the one Options names, else ``Leads``, else the only one that looks like it.

    Raises
    ------
    InputError
        When there is none, or more than one that may be it.
    """
    wanted = playbook.options.leads_table
    table = find_table(contents, wanted)
    if table is not None:
        return table, []
    issues: list[Issue] = []
    if wanted.casefold() != Options().leads_table.casefold():
        message = f"Settings' Leads Table is \u201c{wanted}\u201d, but the workbook has no table of that name."
        issues.append(Issue("", 0, 0, "LB017", Severity.ERROR, message, wanted))
        table = find_table(contents, Options().leads_table)
        if table is not None:
            return table, issues
    likely = [
        table
        for table in contents.tables.values()
        if table.sheet not in contents.generated_sheets and looks_like_leads(table)
    ]
    if len(likely) == 1:
        return likely[0], issues
    if likely:
        names = _listed([f"{table.name} (sheet {table.sheet})" for table in likely])
        raise InputError(
            f"{contents.name} has {len(likely)} tables that may hold the leads: {names}. Name one of them Leads "
            "(Table Design > Table Name), or type its name into Settings, table Options, option Leads Table."
        )
    if not contents.tables:
        raise InputError(
            f"{contents.name} has no table. Select your leads and press Ctrl+T in Excel, or run "
            "`leadbook adopt` on the workbook, which finds them."
        )
    names = _listed([table.name for table in contents.tables.values()])
    raise InputError(
        f"{contents.name} has no table of leads; the tables there are: {names}. Run `leadbook adopt` on the "
        "workbook to say which one holds them."
    )


def looks_like_leads(table: RawTable) -> bool:
    """Tell whether a table's headers are those of leads or deals, going by our names and their aliases."""
    name = table.name.casefold().removeprefix(PREFIX.casefold())
    # Many a team calls its list of deals Offers; our own table of that name has no company, so it never looks like one.
    ours = {known.casefold() for known in (*TABLES, *SETTINGS_TABLES)} - {"leads", "offers"}
    if name in ours:
        return False
    found = set(match_headers(table, "Leads").places)
    return len(found) >= _LEAST_MATCHES and bool(found & _WHO) and bool(found & _WHAT)


def _listed(names: list[str], most: int = 12) -> str:
    """Return names as a sentence lists them, the rest counted."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
