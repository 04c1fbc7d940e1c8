"""Reading the Stages table: a team's own stages, in its own words."""

from __future__ import annotations

import re

from msgspec import structs

from leadbook.model.cells import comparable, shown
from leadbook.model.columns import LEADS
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.playbook import Category, Stage, StageClass
from leadbook.model.settings_cells import SettingsTable, lead_key, one_of

STAGE_HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("Stage", "Stage Name", "Name"),
    "order": ("Order", "No"),
    "stage_class": ("Class", "Type"),
    "exit_criteria": ("Exit Criteria", "Exit"),
    "required": ("Required Columns", "Required"),
    "expected_days": ("Expected Days", "Days"),
    "stale_days": ("Stale Days", "Stale"),
    "probability": ("Probability", "Win Probability"),
    "category": ("Forecast Category", "Category"),
    "aliases": ("Also Called", "Aliases"),
    "roll_up": ("Counts As", "Roll-up", "Roll Up"),
    "entered_on": ("Entered On", "Date Column"),
}

_HEADER = {column.key: column.header for column in LEADS}


def required_text(required: tuple[str, ...]) -> str:
    """Return required columns as the table shows them: ``Company, Email or Phone``."""
    return ", ".join(" or ".join(_HEADER.get(key, key) for key in item.split("|")) for item in required)


def column_text(key: str) -> str:
    """Return a column's header by its key."""
    return _HEADER.get(key, key)


def read_stages(table: SettingsTable) -> tuple[Stage, ...]:
    """Return the stages in order; a repeated name (LB016) is left out, unknown columns (LB017) too."""
    found: list[tuple[float, int, Stage]] = []
    taken: dict[str, str] = {}
    for at in table.rows("name"):
        name = " ".join(table.text(at, "name").split())
        if comparable(name) in {comparable(stage.name) for _, _, stage in found}:
            table.say(at, "name", "LB016", f"{shown(name)} is there already; the first one counts.")
            continue
        order = table.number(at, "order", None)
        place = order if order is not None else (found[-1][0] if found else 0)
        found.append((place, len(found), _stage(table, at, name, taken)))
    if not found:
        return ()
    found.sort(key=lambda item: item[:2])
    stages = [stage for _, _, stage in found]
    stages.sort(key=lambda stage: stage.stage_class is not StageClass.OPEN)
    return tuple(structs.replace(stage, order=number) for number, stage in enumerate(stages, 1))


def _stage(table: SettingsTable, at: int, name: str, taken: dict[str, str]) -> Stage:
    """Read one row; where a value is missing, the default stage of that name says it."""
    like = DEFAULT_PLAYBOOK.stage(name)
    stage_class = _stage_class(table, at, name, like)
    chance = {StageClass.WON: 1.0, StageClass.OPEN: like.probability if like else 0.0}.get(stage_class, 0.0)
    if not table.text(at, "probability") and stage_class is StageClass.OPEN:
        table.say(at, "probability", "LB015", f"of {shown(name)} is blank, so {chance:.0%} is used.")
    return Stage(
        name=name,
        order=0,
        stage_class=stage_class,
        exit_criteria=table.text(at, "exit_criteria"),
        required=_required(table, at),
        # A blank means that the stage has no limit; only an unreadable one takes the default's.
        expected_days=_days(table, at, "expected_days", like.expected_days if like else None),
        stale_days=_days(table, at, "stale_days", like.stale_days if like else None),
        probability=table.percent(at, "probability", chance) or 0.0,
        category=_category(table, at, stage_class),
        aliases=_aliases(table, at, name, taken),
        roll_up=table.text(at, "roll_up"),
        entered_on=_entered_on(table, at),
    )


def _days(table: SettingsTable, at: int, key: str, default: float | None) -> float | None:
    return table.number(at, key, default, least=0) if table.text(at, key) else None


def _stage_class(table: SettingsTable, at: int, name: str, like: Stage | None) -> StageClass:
    text = table.text(at, "stage_class")
    word = one_of(text, tuple(StageClass))
    if word is not None:
        return StageClass(word)
    guess = like.stage_class if like else StageClass.OPEN
    what = f"{shown(text)} is not open, won, lost, disqualified or nurture" if text else "is blank"
    table.say(at, "stage_class", "LB015", f"{what}, so {shown(name)} is taken as {guess.value}.")
    return guess


def _category(table: SettingsTable, at: int, stage_class: StageClass) -> Category:
    """Return the forecast category; a blank one goes by the class."""
    by_class = {StageClass.OPEN: Category.PIPELINE, StageClass.WON: Category.CLOSED}.get(stage_class, Category.OMITTED)
    text = table.text(at, "category")
    word = one_of(text, tuple(Category))
    if word is None and text:
        table.say(at, "category", "LB015", f"{shown(text)} is not a forecast category, so {by_class.value} is used.")
    return Category(word) if word else by_class


def _required(table: SettingsTable, at: int) -> tuple[str, ...]:
    required: list[str] = []
    for item in table.words(at, "required"):
        keys = []
        for part in re.split(r"\s+or\s+|\|", item):
            key = lead_key(part)
            if key is None:
                table.say(at, "required", "LB017", f"names {shown(part)}, which is not a lead column; it is left out.")
            else:
                keys.append(key)
        if keys:
            required.append("|".join(dict.fromkeys(keys)))
    return tuple(required)


def _aliases(table: SettingsTable, at: int, name: str, taken: dict[str, str]) -> tuple[str, ...]:
    """Return the other words for a stage; one that another stage has already is left out (LB016)."""
    aliases: list[str] = []
    for word in table.words(at, "aliases"):
        owner = taken.setdefault(comparable(word), name)
        if owner == name:
            aliases.append(word)
        else:
            table.say(at, "aliases", "LB016", f"{shown(word)} already means {owner}; the first one counts.")
    return tuple(aliases)


def _entered_on(table: SettingsTable, at: int) -> str:
    text = table.text(at, "entered_on")
    key = lead_key(text) if text else ""
    if key is None:
        table.say(at, "entered_on", "LB017", f"{shown(text)} is not a lead column; it is left out.")
    return key or ""
