"""What the analysis hands to the sheets: plain frames, each with its columns spelled out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pandas as pd

    from leadbook.analysis.outlook.outlook import Outlook
    from leadbook.analysis.outlook.rose_tint import RoseTint
    from leadbook.analysis.outlook.timing import Timing
    from leadbook.analysis.touches import Touches
    from leadbook.analysis.trends import Trends


class Scores(Struct, frozen=True):
    """Points and their reasons, one row a lead.

    Parameters
    ----------
    frame : DataFrame, index as ``records.leads.frame`` (Excel rows)
        ``fit`` and ``engagement`` (0 to 50), ``deductions`` (0 or below), ``total`` (0 to 100), ``grade``
        ("A1" to "C3"), ``temperature`` ("hot", "warm", "cold"), ``requested`` (bool: asked for pricing or a
        demo), ``reasons`` (one sentence fragment a term, "Industry Software +12; Demo request 3 days ago
        +22"), ``raise_most`` (what would raise it most, "" when nothing would).
    touches : Touches or None
        The activities as they were read for it, so that the standing need not read them again.
    """

    frame: pd.DataFrame
    touches: Touches | None = None


class Standing(Struct, frozen=True):
    """Where each lead stands today, one row a lead.

    Parameters
    ----------
    frame : DataFrame, index as the leads
        ``lifecycle`` (a ``Lifecycle`` value), ``category`` (a ``Category`` value), ``stage_win`` (the
        override, else the stage's probability: what the weighted pipeline and its live formulas count), ``win``
        (0 to 1, NaN when the stage is unknown), ``base_win`` (the same before it is set right for the lead's age),
        ``win_source`` ("override", "learned", "stage", "outcome" or ""), ``win_30d`` (NaN: insufficient history),
        ``stage_since`` (datetime64, NaT when unknown), ``days_in_stage`` (float, NaN when unknown),
        ``last_touch`` (datetime64: the later of Last Activity and the latest activity),
        ``silent_days`` (days since it, NaN when never), bools ``open``, ``stale``, ``stalled``, ``dead``,
        ``overdue``, ``no_next_step``, ``wrong_stage``, ``padding``, ``sla_late``, and ``flags`` (their names
        joined by ", "), ``next_action`` (one sentence), ``priority`` (value x chance x urgency),
        ``priority_reason`` (spelled out). Besides: ``in_stage_least_days`` (as ``days_in_stage``, else the
        days that History is sure of), ``pushes`` (of the close date into a later month), ``missing`` (what
        the stage requires and the lead lacks), ``evidence`` (what shows it is further on), ``sla_status``
        ("on time", "late", "overdue", "not yet due", "unknown"), ``sla_step`` ("due", "escalated", "reassign" or ""),
        ``sla_hours`` (working hours until the
        first contact, or so far) and ``sla_limit_hours``, and ``old``, ``old_days``,
        ``old_limit``, ``old_in_stage`` (see `find_old`), ``parked``, ``track``, ``buyer_stage``, ``revisit``,
        ``back_on`` (see `plan_nurture`), ``offer_ends`` (datetime64), ``assign_to`` (the
        sentence of `route`'s Assignment, "" for none), ``take_over`` and ``take_over_why`` (see
        `handing_over.take_over`), and bools ``reengaged``, ``recycle`` and
        ``expires`` (see `raise_flags`).
    timing : Timing or None
        When deals end, as history has it, for the forecast.
    """

    frame: pd.DataFrame
    timing: Timing | None = None


class Duplicates(Struct, frozen=True):
    """Leads that look like the same one.

    Parameters
    ----------
    pairs : DataFrame
        ``row_a``, ``row_b`` (Excel rows, a before b), ``id_a``, ``id_b``, ``probability`` (0 to 1),
        ``reasons`` ("Email equal +9.1; Company similar (0.94) +3.2").
    clusters : DataFrame
        ``cluster`` (from 1), ``row``, ``lead_id``, ``master`` (bool; one a cluster), ``probability``
        (of belonging to it), ``reasons``.
    skipped : tuple of str
        Sentences on what could not be compared, such as a block that was too large.
    apart : frozenset of (str, str)
        Lead ids, folded and in order, of each pair that the seller keeps both of.
    """

    pairs: pd.DataFrame
    clusters: pd.DataFrame
    skipped: tuple[str, ...] = ()
    apart: frozenset[tuple[str, str]] = frozenset()


class Measure(Struct, frozen=True):
    """One number with its meaning.

    ``value`` is None when there is none to give, and then ``why_not`` says why in a sentence. ``n`` is the
    denominator, None where it has no sense. ``unit`` is "%" (the value is a fraction: 0.25 is 25 %), "days",
    "hours", "count", "currency", "currency/day" or "x" (a multiple). ``left_out`` counts rows that had to be
    left out. ``note`` is one more sentence or "".
    """

    key: str
    name: str
    value: float | None
    unit: str
    n: int | None = None
    why_not: str = ""
    left_out: int = 0
    note: str = ""
    meaning: str = ""


class Measures(Struct, frozen=True):
    """Every metric the data allows.

    Parameters
    ----------
    headline : tuple of Measure
        The single numbers: win rates, velocity, ages, SLA attainment, coverage, alarms.
    stages : DataFrame, one row a stage in order
        ``stage``, ``stage_class``, ``leads``, ``amount`` (base currency), ``entered``, ``advanced``,
        ``exited``, ``pending``, ``conversion`` (cohort, 0 to 1 or NaN), ``snapshot`` (0 up, NaN), ``immature``
        (bool), ``median_days``, ``p90_days``, ``visits`` (completed), ``current_days`` (mean days in the
        current visit), ``stale``, ``stalled``, ``note``.
    owners, sources, segments : DataFrame, one row a group ("Unknown" kept), sorted by open amount
        ``name``, ``open_leads``, ``open_amount``, ``weighted`` (past due ones left out), ``won``, ``lost``,
        ``won_amount``, ``win_rate``, ``win_rate_value`` (NaN at zero denominators), ``n``, ``stale``,
        ``errors`` (open leads with an error-level issue), ``clean_share`` (share of open value without errors),
        and for owners ``quota``, ``attainment``.
    response_owners, response_sources : DataFrame
        As `measure_response_by` returns them.
    reasons_lost : DataFrame
        ``reason``, ``deals``, ``amount``.
    history_since : date or None
        The first day History knows.
    closed_which : str
        Which won and lost deals the groups and the reasons count: "closed 1 Aug 2016 to 31 Jul 2017".
    waterfall : DataFrame or None
        ``step`` ("Start", "New", ... "End"), ``amount`` (base currency, negative where the pipeline shrinks)
        and ``deals``, from the start of the quarter under way to today; None without the history for it.
    waterfall_period : str
        The quarter's name.
    trends : Trends or None
    """

    headline: tuple[Measure, ...]
    stages: pd.DataFrame
    owners: pd.DataFrame
    sources: pd.DataFrame
    segments: pd.DataFrame
    reasons_lost: pd.DataFrame
    response_owners: pd.DataFrame
    response_sources: pd.DataFrame
    history_since: dt.date | None = None
    closed_which: str = ""
    waterfall: pd.DataFrame | None = None
    waterfall_period: str = ""
    trends: Trends | None = None


class Forecast(Struct, frozen=True):
    """The weighted forecast by period and category.

    Parameters
    ----------
    months, quarters : DataFrame, the current period first, at least 6 months and 3 quarters ahead
        ``start``, ``end`` (dates, half open), ``name`` ("Nov 2026", "Q4 2026"), ``closed``, ``commit``,
        ``best_case``, ``pipeline``, ``omitted`` (unweighted amounts of open deals by category, each deal in
        exactly one), ``deals`` (open ones with an amount), ``qualified`` (open value past the gate),
        ``weighted`` (open deals only), ``expected`` (closed + weighted), ``quota`` (NaN for none),
        ``coverage`` (NaN), ``required_coverage`` (NaN), ``coverage_text`` ("2.1 x", "met", "n/a").
    overdue : DataFrame
        Open deals whose close date has passed, pulled out: ``row``, ``lead_id``, ``company``, ``owner``,
        ``amount``, ``close_date``, ``days_late``.
    undated_weighted, undated_amount : float
        Open deals without a close date, base currency.
    undated_deals, left_out_deals : int
        ``left_out_deals`` have no readable amount or no exchange rate.
    lights : mapping of str to (str, str)
        ``volume``, ``conversion``, ``velocity``: ("green" | "amber" | "red" | "none", sentence).
    by_owner : DataFrame
        ``owner``, one column a month name with its weighted amount.
    outlook : Outlook
        History's answer for the same months and quarters.
    doubtful : DataFrame
        Stale deals and those pushed three times or more, as `list_doubtful` returns them.
    rose_tint : RoseTint
    commission : DataFrame
        As `plan_commission` returns it.
    """

    months: pd.DataFrame
    quarters: pd.DataFrame
    overdue: pd.DataFrame
    undated_weighted: float
    undated_amount: float
    undated_deals: int
    left_out_deals: int
    lights: Mapping[str, tuple[str, str]]
    by_owner: pd.DataFrame
    outlook: Outlook
    doubtful: pd.DataFrame
    rose_tint: RoseTint
    commission: pd.DataFrame
    notes: tuple[str, ...] = field(default_factory=tuple)
