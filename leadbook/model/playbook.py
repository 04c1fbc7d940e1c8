"""The team's playbook: stages, scoring, SLAs, reps and options, frozen once they are read from Settings."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from leadbook.model.team_options import Options


class StageClass(StrEnum):
    """What a stage means for the numbers."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    DISQUALIFIED = "disqualified"
    NURTURE = "nurture"


class Lifecycle(StrEnum):
    """How far a lead has come, on top of its stage."""

    LEAD = "lead"
    MQL = "MQL"
    SQL = "SQL"
    OPPORTUNITY = "opportunity"
    CUSTOMER = "customer"


class Category(StrEnum):
    """Where a deal stands in the forecast; each deal is in exactly one."""

    OMITTED = "Omitted"
    PIPELINE = "Pipeline"
    BEST_CASE = "Best case"
    COMMIT = "Commit"
    CLOSED = "Closed"


class Stage(Struct, frozen=True):
    """One row of the Stages table.

    Parameters
    ----------
    name : str
    order : int
        Position in the pipeline, from 1; terminal stages come last.
    stage_class : StageClass
    exit_criteria : str
    required : tuple of str
        Keys of lead columns that must be filled in this stage and every later open one; alternatives are
        joined by "|" (``email|phone``).
    expected_days, stale_days : float or None
    probability : float
        Chance of winning, 0 to 1.
    category : Category
    aliases : tuple of str
        Other words for this stage, case-folded when compared.
    roll_up : str
        The stage of the five-stage pipeline it counts towards; "" for itself.
    entered_on : str
        Key of the date column that tells when the stage was entered, where there is no history; "" for none.
    """

    name: str
    order: int
    stage_class: StageClass
    exit_criteria: str = ""
    required: tuple[str, ...] = ()
    expected_days: float | None = None
    stale_days: float | None = None
    probability: float = 0.0
    category: Category = Category.PIPELINE
    aliases: tuple[str, ...] = ()
    roll_up: str = ""
    entered_on: str = ""


class ScoringRule(Struct, frozen=True):
    """One row of the Scoring table: what a value, or a kind of activity, is worth.

    Parameters
    ----------
    attribute : str
        Key of a lead column (``industry``), or ``activity`` for engagement, or ``deduct`` for deductions.
    value : str
        The value that earns the points (compared without case), a range ``50..500`` (both inclusive, either
        end may be missing), ``*`` for any non-blank value; for ``activity`` a type such as ``meeting``.
    points : float
        Deductions are negative.
    half_life_days : float or None
        The points halve every so many days; None means they do not decay.
    group : str
        ``fit``, ``engagement`` or ``deduction``.
    """

    attribute: str
    value: str
    points: float
    half_life_days: float | None = None
    group: str = "fit"


class Rep(Struct, frozen=True):
    """One row of the Reps table; ``quotas`` maps a period (``2026-Q1`` or ``2026-01``) to base currency.

    ``country`` names the calendar of public holidays (``DE-BY``) that stops the rep's first-contact clock; "" is the
    option Holiday Country's. ``phone`` and ``job_title`` stand under the proposals that the rep sends.
    """

    owner: str
    email: str = ""
    team: str = ""
    territory: str = ""
    capacity: float | None = None
    active: bool = True
    quotas: Mapping[str, float] = field(default_factory=dict)
    country: str = ""
    phone: str = ""
    job_title: str = ""


class Product(Struct, frozen=True):
    """One row of the Products table.

    ``valid_until`` is the last day (inclusive) on which the list price holds; ``scope`` and ``not_included`` list what
    a buyer of the product gets and does not get, one item a line or parted by semicolons.
    """

    name: str
    list_price: float | None = None
    currency: str = ""
    tax: float | None = None
    valid_until: dt.date | None = None
    description: str = ""
    unit: str = ""
    scope: str = ""
    not_included: str = ""


class CaseStudy(Struct, frozen=True):
    """One row of the CaseStudies table: a story to send to a lead with the same problem.

    ``company_size`` is ``small``, ``medium`` or ``large``, "" where it does not matter.
    """

    name: str
    industry: str = ""
    problem: str = ""
    result: str = ""
    link: str = ""
    company_size: str = ""


class PlannedStep(Struct, frozen=True):
    """One row of the Milestones table: a step of the timeline that every proposal shows.

    Parameters
    ----------
    name : str
    after_weeks : float
        Weeks from the start of the work to the start of the step.
    weeks : float
        How long it takes; 0 is one day.
    who, what : str
    """

    name: str
    after_weeks: float = 0.0
    weeks: float = 0.0
    who: str = ""
    what: str = ""


class Answer(Struct, frozen=True):
    """One row of the Objections table: what buyers doubt, the words they say it in, and what we answer."""

    objection: str
    answer: str = ""
    also_called: tuple[str, ...] = ()


class Route(Struct, frozen=True):
    """One row of the Routing table, the first match wins.

    Parameters
    ----------
    attribute : str
        Key of a lead column (``country``).
    value : str
        As in ``ScoringRule``: a value, a range ``50..500``, a pattern ``*director*`` or ``*`` for anything.
    assign_to : str
        An owner or a team of the Reps table.
    """

    attribute: str
    value: str
    assign_to: str


class Leak(Struct, frozen=True):
    """One row of the Leaks table: whether a column may teach the win model, and why.

    ``decision`` is "keep" or "leave out": a column that is filled in after the outcome is known would leak it.
    """

    column: str
    decision: str
    evidence: str = ""


class ColumnMapping(Struct, frozen=True):
    """One row of Settings/Columns: a team's header and the column of ours it means."""

    table: str
    their_header: str
    our_key: str
    how: str = "exact"


class Playbook(Struct, frozen=True):
    """Everything Settings says.

    Parameters
    ----------
    stages : tuple of Stage
        In order.
    scoring : tuple of ScoringRule
    icp : mapping of str to str
        What the ideal customer looks like, attribute to description.
    sla_hours : mapping of str to float
        Temperature (``hot``, ``warm``, ``cold``) to working hours until first contact.
    reps : tuple of Rep
    products : tuple of Product
    rates : mapping of str to float
        ISO code to units of base currency for one unit; the base currency is 1.
    holidays : frozenset of date
    options : Options
    mappings : tuple of ColumnMapping
    routing : tuple of Route
        In order.
    case_studies : tuple of CaseStudy
    leaks : tuple of Leak
    rate_dates : mapping of str to date
        ISO code to the day its rate was taken, where the team says so.
    holiday_names : mapping of date to str
    milestones : tuple of PlannedStep
        In the order of the table.
    answers : tuple of Answer
        The table Objections.
    """

    stages: tuple[Stage, ...]
    scoring: tuple[ScoringRule, ...]
    icp: Mapping[str, str]
    sla_hours: Mapping[str, float]
    reps: tuple[Rep, ...]
    products: tuple[Product, ...]
    rates: Mapping[str, float]
    holidays: frozenset[dt.date]
    options: Options
    mappings: tuple[ColumnMapping, ...] = ()
    routing: tuple[Route, ...] = ()
    case_studies: tuple[CaseStudy, ...] = ()
    leaks: tuple[Leak, ...] = ()
    rate_dates: Mapping[str, dt.date] = field(default_factory=dict)
    holiday_names: Mapping[dt.date, str] = field(default_factory=dict)
    milestones: tuple[PlannedStep, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def open_stages(self) -> tuple[Stage, ...]:
        """The stages of class open, in order."""
        return tuple(stage for stage in self.stages if stage.stage_class is StageClass.OPEN)

    def stage(self, text: str) -> Stage | None:
        """Return the stage a word means: its name or one of its aliases, whatever the case and spaces."""
        wanted = " ".join(text.split()).casefold()
        for stage in self.stages:
            if wanted == stage.name.casefold() or wanted in (alias.casefold() for alias in stage.aliases):
                return stage
        return None
