"""The Options table of Settings, typed: the single values that a team sets for its workbook."""

from __future__ import annotations

from msgspec import Struct


class Options(Struct, frozen=True):
    """The Options table (name, value, meaning), typed. Field names are the keys of the option names.

    Parameters
    ----------
    base_currency : str
        ISO code all money is converted to.
    day_first : bool or None
        How 03/04/2026 is read: True 3 April, False March 4, None decided by each column's own cells.
    work_start_hour, work_end_hour : float
        Working hours of a day, ``[start, end)``.
    work_days : tuple of int
        Working days, Monday is 0.
    time_zone : str
        IANA name; "" is the machine's.
    holiday_country : str
        Country, or part of one, whose public holidays stop the first-contact clock: ``DE``, ``DE-BY``; "" takes the
        Holidays table alone.
    sla_escalate_at, sla_reassign_at : float
        Shares of the SLA's hours (1 is all of them) from which a lead that nobody has contacted is escalated, and from
        which another seller is suggested for it.
    mql_fit, mql_total, hot_total, warm_total, hot_request_fit : float
        Score thresholds, inclusive.
    bant_total, bant_each : float
        The BANT gate: at least ``bant_total`` of 12 and no answer below ``bant_each``.
    stalled_factor : float
        Stalled is longer in the stage than this times its expected days.
    next_step_days : int
        A next step within so many days keeps a lead from being stale.
    dead_days, dead_attempts : int
    cadence_min_days, cadence_max_days : int
        Days between follow-ups.
    nurture_awareness_days, nurture_consideration_days, nurture_decision_days : int
        Days after which a parked lead is looked at again, by how far its buyer has come.
    reengaged_days : int
        So long after a silent buyer has come back, an open lead is called re-engaged.
    proposal_notice_days : int
        Days before and after the end of a proposal in which it is brought up.
    routing : str
        Whether leads without an owner are routed: ``off``, ``suggest`` (Next Action says to whom) or ``assign`` (a
        refresh fills blank Owner cells).
    top_closer_deals : int
        Deals a rep must have closed in a year to be judged a top closer, who get the hot leads; 0 for no such rule.
    discount_limit : float
        The highest discount (0 to 1, inclusive) that a seller may give without approval.
    leads_table, activities_table, quote_lines_table : str
        Names of the tables in this workbook.
    fiscal_year_start_month : int
        1 is January.
    owned_writes_on_protected : bool
        Whether leadbook may write its own columns on a protected sheet.
    home_country : str
        ISO code of the country that phone numbers without a country code are dialled in where a lead names no
        country; "" takes the leads' prevailing one.
    check_mail_servers : bool
        Whether the check asks the internet if each mail domain accepts mail.
    ignored_rules : str
        Codes or their beginnings that the team has switched off: ``LB229, LB4``.
    commission_rate : float
        Commission as a share (0 to 1) of the won amount; 0 shows none.
    payout_days : int
        Days from a deal's close date after which its commission is due, at the end of that month.
    proposal_valid_days : int
        A proposal holds for so many days after its date, where no quote line says until when.
    proposal_language : str
        Locale by which proposals write amounts and days: ``en_GB``, ``de_DE``.
    roi_years : int
        Years over which a proposal sets the benefit against the cost.
    roi_cautious, roi_hopeful : float
        Shares of the expected benefit (1 is all of it) that the cautious and the hopeful scenario take.
    our_firm, our_address, our_website, our_email, our_phone, our_tax_id : str
        Who the proposals come from.
    payment_terms : str
        What every proposal says about payment, one term a line.
    """

    base_currency: str = "EUR"
    day_first: bool | None = None
    work_start_hour: float = 9.0
    work_end_hour: float = 17.0
    work_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    time_zone: str = ""
    holiday_country: str = ""
    sla_escalate_at: float = 1.0
    sla_reassign_at: float = 2.0
    mql_fit: float = 25.0
    mql_total: float = 50.0
    hot_total: float = 70.0
    warm_total: float = 40.0
    hot_request_fit: float = 25.0
    bant_total: float = 8.0
    bant_each: float = 1.0
    stalled_factor: float = 1.5
    next_step_days: int = 14
    dead_days: int = 90
    dead_attempts: int = 5
    cadence_min_days: int = 7
    cadence_max_days: int = 14
    nurture_awareness_days: int = 90
    nurture_consideration_days: int = 60
    nurture_decision_days: int = 30
    reengaged_days: int = 14
    proposal_notice_days: int = 7
    routing: str = "off"
    top_closer_deals: int = 20
    discount_limit: float = 0.15
    leads_table: str = "Leads"
    activities_table: str = "Activities"
    quote_lines_table: str = "QuoteLines"
    fiscal_year_start_month: int = 1
    owned_writes_on_protected: bool = False
    home_country: str = ""
    check_mail_servers: bool = False
    ignored_rules: str = ""
    commission_rate: float = 0.0
    payout_days: int = 30
    proposal_valid_days: int = 30
    proposal_language: str = "en_GB"
    roi_years: int = 3
    roi_cautious: float = 0.5
    roi_hopeful: float = 1.25
    our_firm: str = ""
    our_address: str = ""
    our_website: str = ""
    our_email: str = ""
    our_phone: str = ""
    our_tax_id: str = ""
    payment_terms: str = ""
