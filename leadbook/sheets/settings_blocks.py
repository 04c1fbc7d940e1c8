"""What stands in each Settings table: its columns, their help and limits, and the playbook's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.columns import TABLES
from leadbook.model.defaults import OPTION_MEANINGS
from leadbook.model.headers import our_table
from leadbook.model.mapping_words import IMPORT_ONLY
from leadbook.model.options import option_cell, option_name
from leadbook.model.playbook import Category, StageClass
from leadbook.model.stages import column_text, required_text
from leadbook.model.team_options import Options
from leadbook.sheets import look
from leadbook.sheets.settings_fields import DATE, NUMBER, ORDER, PERCENT, TEXT, WHOLE, WRAP, Block, Field
from leadbook.sheets.settings_offer_blocks import (
    case_studies_block,
    milestones_block,
    objections_block,
    products_block,
    rates_block,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.playbook import ColumnMapping, Playbook

ALSO_CALLED = "Also Called"


def settings_blocks(
    playbook: Playbook, mappings: Sequence[ColumnMapping] = (), periods: Sequence[str] = ()
) -> list[Block]:
    """Return every Settings table with its rows, as a playbook fills it; see ``settings.settings_sheet``."""
    return [
        _stages(playbook), _scoring(playbook), _icp(playbook), _sla(playbook), _reps(playbook, periods),
        _routing(playbook), products_block(playbook), case_studies_block(playbook), milestones_block(playbook),
        objections_block(playbook), rates_block(playbook), _holidays(playbook), _options(playbook),
        _columns(playbook, mappings), _leaks(playbook),
    ]  # fmt: skip


def _stages(playbook: Playbook) -> Block:
    days = "Leave blank for none."
    fields = (
        Field("Stage", 17, TEXT.but(bold=True), message="Your own name for the stage."),
        Field("Order", 7, ORDER, kind="whole", low=1, high=999),
        Field("Class", 13, choices=tuple(StageClass), message="What the stage means for the numbers."),
        Field("Exit Criteria", 34, WRAP, message="What must be true before a lead leaves the stage."),
        Field("Required Columns", 50, WRAP,
              message="Lead columns that must be filled from this stage on, parted by commas; "
                      "\u201cEmail or Phone\u201d asks for one of the two."),
        Field("Expected Days", 10, NUMBER, kind="decimal", low=0, message=f"How long a lead should stay. {days}"),
        Field("Stale Days", 8, NUMBER, kind="decimal", low=0,
              message=f"Without activity for so long, a lead is stale. {days}"),
        Field("Probability", 11, PERCENT, kind="decimal", low=0, high=1, message="Chance of winning, 0 to 100 %."),
        Field("Forecast Category", 12, choices=tuple(Category)),
        Field(ALSO_CALLED, 90, WRAP, message="Other words for this stage in your data, parted by commas."),
        Field("Counts As", 15, message="Stage of the five-stage pipeline it rolls up to."),
        Field("Entered On", 16, message="Lead column with the day the stage was entered, where there is no history."),
    )  # fmt: skip
    rows = tuple(
        (
            stage.name, stage.order, stage.stage_class.value, stage.exit_criteria or None,
            required_text(stage.required) or None, stage.expected_days, stage.stale_days, stage.probability,
            stage.category.value, ", ".join(stage.aliases) or None, stage.roll_up or None,
            column_text(stage.entered_on) if stage.entered_on else None,
        )
        for stage in playbook.stages
    )  # fmt: skip
    return Block("Stages", "Stages", "Your pipeline. Rename, delete or add stages; probabilities drive the weighted "
                 "numbers at once, the rest on the next refresh.", fields, rows)  # fmt: skip


def _scoring(playbook: Playbook) -> Block:
    fields = (
        Field("Attribute", 15, message="A lead column; Activity for what happened; Deduct for what takes points off."),
        Field("Value", 22, message="A value, a range such as 50..500, a pattern such as *director*, or * for any."),
        Field("Points", 9, NUMBER, kind="decimal", low=-100, high=100),
        Field("Half-life Days", 10, NUMBER, kind="decimal", low=0,
              message="The points halve every so many days; blank: never."),
        Field("Group", 13, choices=("fit", "engagement", "deduction")),
    )  # fmt: skip
    rows = tuple(
        (_attribute(rule.attribute), rule.value, rule.points, rule.half_life_days, rule.group)
        for rule in playbook.scoring
    )
    text = (
        "Examples: put in what your best customers look like. Fit counts up to 50, engagement up to 50; of several "
        "rows about one attribute the best one counts."
    )
    return Block("Scoring", "Scoring", text, fields, rows)


def _attribute(key: str) -> str:
    return {"activity": "Activity", "deduct": "Deduct"}.get(key) or column_text(key)


def _icp(playbook: Playbook) -> Block:
    fields = (Field("Attribute", 16, TEXT.but(bold=True)), Field("Our Ideal Customer", 60, WRAP))
    rows = tuple((name, text or None) for name, text in playbook.icp.items())
    return Block("Icp", "Ideal customer", "In words, for people; Scoring holds the points.", fields, rows)


def _sla(playbook: Playbook) -> Block:
    fields = (
        Field("Temperature", 14, choices=("hot", "warm", "cold")),
        Field("Working Hours", 12, NUMBER, kind="decimal", low=0, message="Until the first contact."),
    )
    rows = tuple(playbook.sla_hours.items())
    return Block("Sla", "First contact", "Working hours until the first contact.", fields, rows)


def _reps(playbook: Playbook, periods: Sequence[str]) -> Block:
    named = dict.fromkeys([*(period for rep in playbook.reps for period in rep.quotas), *periods])
    quotas = sorted(named)
    fields = (
        Field("Owner", 18, message="As it stands in the Owner column of your leads."),
        Field("Email", 26),
        Field("Team", 14),
        Field("Territory", 16),
        Field("Capacity", 10, WHOLE, kind="decimal", low=0, message="Open leads this rep can look after."),
        Field("Active", 9, choices=("Yes", "No")),
        Field(
            "Country",
            10,
            message="Whose public holidays this rep has, such as DE or DE-BY; blank: those of the "
            "option Holiday Country.",
        ),
        Field("Phone", 18, message="As it stands under the rep's proposals."),
        Field("Job Title", 20, message="As it stands under the rep's proposals."),
        *(Field(period, 12, WHOLE, kind="decimal", low=0, message="Quota in the base currency.") for period in quotas),
    )
    rows = tuple(
        (
            rep.owner, rep.email or None, rep.team or None, rep.territory or None, rep.capacity,
            "Yes" if rep.active else "No", rep.country or None, rep.phone or None, rep.job_title or None,
            *(rep.quotas.get(period) for period in quotas),
        )
        for rep in playbook.reps
    )  # fmt: skip
    return Block("Reps", "Reps and quotas", "One quota column a period: 2026-Q4 for a quarter, 2026-11 for a month.",
                 fields, rows)  # fmt: skip


def _routing(playbook: Playbook) -> Block:
    fields = (
        Field("Attribute", 15, message="A lead column."),
        Field("Value", 18, message="A value, a range such as 501.., or * for any."),
        Field("Assign To", 18, message="An owner, a team or a territory of the table Reps, or * for everybody."),
    )
    rows = tuple((_attribute(route.attribute), route.value, route.assign_to or None) for route in playbook.routing)
    return Block(
        "Routing",
        "Routing",
        "Who gets a lead without an owner: the first row that fits; the option Routing switches it on.",
        fields,
        rows,
    )


def _holidays(playbook: Playbook) -> Block:
    fields = (Field("Date", 13, DATE, kind="date"), Field("Holiday", 28))
    rows = tuple((day, playbook.holiday_names.get(day) or None) for day in sorted(playbook.holidays))
    return Block("Holidays", "Holidays", "Days on which the first-contact clock stands still.", fields, rows)


def _options(playbook: Playbook) -> Block:
    fields = (
        Field("Option", 26, TEXT.but(bold=True)),
        Field("Value", 24, TEXT.but(align="left")),
        Field("Meaning", 84, look.NOTE_WRAPPED),
    )
    rows = tuple(
        (option_name(name), option_cell(name, playbook.options), OPTION_MEANINGS[name])
        for name in Options.__struct_fields__
    )
    return Block("Options", "Options", "Everything else.", fields, rows)


def _columns(playbook: Playbook, mappings: Sequence[ColumnMapping]) -> Block:
    fields = (
        Field("Table", 13),
        Field("Their Header", 26, message="The header as it stands in your table."),
        Field("Our Column", 20, message='The column of leadbook it means; "ignore" for none.'),
        Field("How", 12, look.NOTE),
    )
    headers: dict[tuple[str | None, str], str] = {
        (table, column.key): column.header for table, columns in TABLES.items() for column in columns
    }

    def header(mapping: ColumnMapping) -> str:
        ours = our_table(mapping.table, playbook.options)
        return headers.get((ours, mapping.our_key)) or IMPORT_ONLY.get(mapping.our_key, mapping.our_key) or "ignore"

    rows = tuple(
        (mapping.table, mapping.their_header, header(mapping), mapping.how)
        for mapping in dict.fromkeys([*playbook.mappings, *mappings])
    )
    return Block("Columns", "Columns", "Which of your headers means which column of leadbook; the command leadbook "
                 "adopt fills it.", fields, rows)  # fmt: skip


def _leaks(playbook: Playbook) -> Block:
    fields = (
        Field("Column", 20),
        Field("Decision", 11, choices=("keep", "leave out")),
        Field(
            "Evidence", 48, WRAP, message="How you know that the column is filled before, or only after, the outcome."
        ),
    )
    rows = tuple((column_text(leak.column), leak.decision, leak.evidence or None) for leak in playbook.leaks)
    return Block("Leaks", "Columns that give the outcome away", "A column filled in only after the outcome is known "
                 "would make a win model look better than it is.", fields, rows)  # fmt: skip
