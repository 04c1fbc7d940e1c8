"""From the Settings tables to a Playbook, with an issue for every value that could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.cells import shown
from leadbook.model.columns import TABLES, key_of
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.headers import LEFT_ALONE, our_table
from leadbook.model.issues import Issue, Severity
from leadbook.model.locate import SETTINGS_TABLES, find_table
from leadbook.model.mapping_words import IMPORT_ONLY
from leadbook.model.options import OPTION_HEADERS, read_options
from leadbook.model.playbook import ColumnMapping, Leak, Playbook, ScoringRule
from leadbook.model.settings_cells import SettingsTable, lead_key, one_of
from leadbook.model.settings_offer import read_answers, read_case_studies, read_milestones, read_products, read_rates
from leadbook.model.settings_team import read_holidays, read_reps, read_routing, read_sla
from leadbook.model.stages import STAGE_HEADERS, read_stages
from leadbook.model.team_options import Options

if TYPE_CHECKING:
    from leadbook.model.tables import BookContents

HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "Stages": STAGE_HEADERS,
    "Scoring": {
        "attribute": ("Attribute", "Lead Column"), "value": ("Value", "Value or Range"), "points": ("Points",),
        "half_life": ("Half-life Days", "Half-life", "Half Life (Days)"), "group": ("Group",),
    },
    "Icp": {"attribute": ("Attribute",), "description": ("Our Ideal Customer", "Description", "Value")},
    "Sla": {"temperature": ("Temperature", "Grade"), "hours": ("Working Hours", "Hours")},
    "Reps": {
        "owner": ("Owner", "Name", "Rep"), "email": ("Email",), "team": ("Team",), "territory": ("Territory",),
        "capacity": ("Capacity",), "active": ("Active",), "country": ("Country", "Holiday Country"),
        "phone": ("Phone", "Telephone"), "job_title": ("Job Title", "Title", "Position"),
    },
    "Routing": {"attribute": ("Attribute",), "value": ("Value",), "assign_to": ("Assign To", "Owner", "Team")},
    "Products": {
        "name": ("Product", "Name"), "list_price": ("List Price", "Price"), "currency": ("Currency",),
        "tax": ("Tax %", "Tax"), "valid_until": ("Valid Until",), "description": ("Description",), "unit": ("Unit",),
        "scope": ("Scope", "Included", "What Is Included"), "not_included": ("Not Included", "Exclusions"),
    },
    "CaseStudies": {
        "name": ("Case Study", "Name", "Title"), "industry": ("Industry",), "problem": ("Problem",),
        "result": ("Result",), "link": ("Link", "File"), "company_size": ("Company Size", "Size"),
    },
    "Milestones": {
        "name": ("Milestone", "Name", "Step"), "after_weeks": ("After Weeks", "Starts After Weeks"),
        "weeks": ("Weeks", "Duration in Weeks"), "who": ("Who",), "what": ("What", "Description"),
    },
    "Objections": {
        "objection": ("Objection", "Name"), "also_called": ("Also Called", "Words"), "answer": ("Answer",),
    },
    "Rates": {"currency": ("Currency", "Code"), "rate": ("Rate",), "as_of": ("As Of", "Date")},
    "Holidays": {"date": ("Date",), "name": ("Holiday", "Name")},
    "Options": OPTION_HEADERS,
    "Columns": {
        "table": ("Table",), "their_header": ("Their Header", "Your Header"), "our_key": ("Our Column",),
        "how": ("How",),
    },
    "Leaks": {"column": ("Column",), "decision": ("Decision",), "evidence": ("Evidence",)},
}  # fmt: skip

# Only a team that writes proposals needs them, so nobody is told that they are not there.
_FOR_PROPOSALS = frozenset({"Milestones", "Objections"})

# Which default stands in for a table that is not there. Products, rates and the like have none: an example
# taken for a team's own price or rate would be wrong in silence.
_WITHOUT_TABLE = {
    "Stages": "leadbook's own stages are used",
    "Scoring": "leadbook's example points are used",
    "Icp": "leadbook's example is used",
    "Sla": "1, 8 and 16 working hours are used",
    "Reps": "no rep has a quota or a team",
    "Routing": "no lead is routed",
    "Products": "no product is known",
    "CaseStudies": "none is known",
    "Milestones": "proposals have no timeline",
    "Objections": "proposals answer no objection",
    "Rates": "only the base currency counts in totals",
    "Holidays": "no day is a holiday",
    "Options": "every option has its default",
    "Columns": "headers are matched by their names",
    "Leaks": "leadbook's own list is used",
}


def read_playbook(contents: BookContents) -> tuple[Playbook, list[Issue]]:
    """Read the Settings tables.

    Parameters
    ----------
    contents : BookContents
        Each table is looked for by its name and as ``Leadbook_NAME``.

    Returns
    -------
    Playbook
        A missing table gives its default (LB014; one issue when all are missing); an unreadable value the
        default for that value (LB015, with its cell).
    list of Issue
    """
    issues: list[Issue] = []
    tables = _open_tables(contents, issues)
    if not tables:
        message = (
            f"{contents.name} has no Settings tables, so leadbook's own stages and options are used; "
            "`leadbook init --into` adds them for you to change."
        )
        issues.append(Issue("", 0, 0, "LB014", Severity.INFO, message))
    else:
        for name in SETTINGS_TABLES:
            if name not in _FOR_PROPOSALS and find_table(contents, name) is None:
                message = f"There is no table {name} in Settings: {_WITHOUT_TABLE[name]}."
                issues.append(Issue("", 0, 0, "LB014", Severity.INFO, message))
    return _read_all(tables, issues), issues


def settings_there(contents: BookContents) -> frozenset[str]:
    """Return which of ``SETTINGS_TABLES`` are read from a workbook, whoever made them."""
    return frozenset(_open_tables(contents, []))


def _open_tables(contents: BookContents, issues: list[Issue]) -> dict[str, SettingsTable]:
    """Return the Settings tables that the workbook has; one without its first column counts as missing (LB013)."""
    tables: dict[str, SettingsTable] = {}
    for name in SETTINGS_TABLES:
        raw = find_table(contents, name)
        if raw is None:
            continue
        table = SettingsTable(raw, HEADERS[name], issues, date_system=contents.date_system)
        first = next(iter(HEADERS[name]))
        if table.has(first):
            tables[name] = table
        else:
            message = f"Table {raw.name} has no column {HEADERS[name][first][0]}, so {_WITHOUT_TABLE[name]}."
            issues.append(Issue(raw.sheet, raw.header_row, 0, "LB013", Severity.ERROR, message))
    return tables


def _read_all(tables: dict[str, SettingsTable], issues: list[Issue]) -> Playbook:
    """Read every table that is there; the options first, because they say how dates are typed."""
    options = read_options(tables["Options"]) if "Options" in tables else Options()
    for table in tables.values():
        table.day_first = options.day_first
    stages = read_stages(tables["Stages"]) if "Stages" in tables else ()
    if "Stages" in tables and not stages:
        raw = tables["Stages"].raw
        message = f"Table {raw.name} has no stage, so {_WITHOUT_TABLE['Stages']}."
        issues.append(Issue(raw.sheet, raw.header_row, 0, "LB014", Severity.WARNING, message))
    base = options.base_currency
    rates, rate_dates = read_rates(tables["Rates"], base) if "Rates" in tables else ({base: 1.0}, {})
    holidays = read_holidays(tables["Holidays"]) if "Holidays" in tables else {}
    reps = read_reps(tables["Reps"]) if "Reps" in tables else ()
    return Playbook(
        stages=stages or DEFAULT_PLAYBOOK.stages,
        scoring=_scoring(tables["Scoring"]) if "Scoring" in tables else DEFAULT_PLAYBOOK.scoring,
        icp=_icp(tables["Icp"]) if "Icp" in tables else DEFAULT_PLAYBOOK.icp,
        sla_hours=read_sla(tables["Sla"]) if "Sla" in tables else DEFAULT_PLAYBOOK.sla_hours,
        reps=reps,
        products=read_products(tables["Products"]) if "Products" in tables else (),
        rates=rates,
        holidays=frozenset(holidays),
        options=options,
        mappings=_mappings(tables["Columns"], options) if "Columns" in tables else (),
        routing=read_routing(tables["Routing"], reps, options) if "Routing" in tables else (),
        case_studies=read_case_studies(tables["CaseStudies"]) if "CaseStudies" in tables else (),
        leaks=_leaks(tables["Leaks"]) if "Leaks" in tables else DEFAULT_PLAYBOOK.leaks,
        rate_dates=rate_dates,
        holiday_names=holidays,
        milestones=read_milestones(tables["Milestones"]) if "Milestones" in tables else (),
        answers=read_answers(tables["Objections"]) if "Objections" in tables else (),
    )


def _scoring(table: SettingsTable) -> tuple[ScoringRule, ...]:
    rules: list[ScoringRule] = []
    groups = {"activity": "engagement", "deduct": "deduction"}
    for at in table.rows("attribute"):
        word = key_of(table.text(at, "attribute"))
        attribute = word if word in groups else table.lead_column(at, "attribute")
        if attribute is None:
            continue
        if not table.text(at, "points"):
            table.say(at, "points", "LB015", "is blank, so the row gives no points.")
        points = table.number(at, "points", None, lost="the row gives no points")
        if points is None:
            continue
        group = one_of(table.text(at, "group"), ("fit", "engagement", "deduction"))
        if group is None and table.text(at, "group"):
            table.say(at, "group", "LB015", "is not fit, engagement or deduction; it goes by the attribute.")
        half_life = table.number(at, "half_life", None, least=0.01)
        value = table.text(at, "value") or "*"
        rules.append(ScoringRule(attribute, value, points, half_life, group or groups.get(attribute, "fit")))
    return tuple(rules)


def _icp(table: SettingsTable) -> dict[str, str]:
    return {table.text(at, "attribute"): table.text(at, "description") for at in table.rows("attribute", once=True)}


def _leaks(table: SettingsTable) -> tuple[Leak, ...]:
    leaks: list[Leak] = []
    for at in table.rows("column"):
        # A team's own extra columns may leak too, so a name that is none of ours is kept as it is typed.
        column = lead_key(table.text(at, "column")) or table.text(at, "column")
        decision = one_of(table.text(at, "decision"), ("keep", "leave out"))
        if decision is None:
            table.say(
                at, "decision", "LB015", "is not \u201ckeep\u201d or \u201cleave out\u201d, so leave out is used."
            )
        leaks.append(Leak(column, decision or "leave out", table.text(at, "evidence")))
    return tuple(leaks)


def _mappings(table: SettingsTable, options: Options) -> tuple[ColumnMapping, ...]:
    """Return the mappings; a header that means none of our columns has the key ""."""
    mappings: list[ColumnMapping] = []
    for at in table.rows("their_header"):
        name = table.text(at, "table") or options.leads_table
        ours = our_table(name, options)
        text = table.text(at, "our_key")
        key = "" if key_of(text) in LEFT_ALONE else key_of(text)
        only_imported = ours == "Leads" and key in IMPORT_ONLY
        if key and ours is not None and not only_imported and key not in {column.key for column in TABLES[ours]}:
            table.say(at, "our_key", "LB017", f"{shown(text)} is not a column of {ours}; the row does nothing.")
            continue
        mappings.append(ColumnMapping(name, table.text(at, "their_header"), key, table.text(at, "how") or "typed"))
    return tuple(mappings)
