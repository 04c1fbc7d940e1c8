"""The playbook that a new workbook starts with; every number of it stands in Settings for a team to change."""

from __future__ import annotations

import datetime as dt

from leadbook.model.playbook import (
    Answer,
    CaseStudy,
    Category,
    Leak,
    PlannedStep,
    Playbook,
    Product,
    Route,
    ScoringRule,
    Stage,
    StageClass,
)
from leadbook.model.team_options import Options

_OPEN = (
    Stage(
        "Prospecting", 1, StageClass.OPEN, "Fits the ICP and can be reached",
        ("first_name|last_name", "company", "email|phone", "source", "owner"), 3, 7, 0.05, Category.PIPELINE,
        ("New", "New Lead", "Open", "Lead", "Prospect", "Not Contacted", "Open - Not Contacted", "Cold Lead",
         "Lead Generation", "Suspect", "Prospection"),
        "Initial contact", "created",
    ),
    Stage(
        "Initial contact", 2, StageClass.OPEN, "Two-way contact",
        ("trigger|problem", "first_contacted", "next_step"), 5, 7, 0.10, Category.PIPELINE,
        ("Engaging", "Contacted", "Working", "Working - Contacted", "Contact Made", "Connected", "In Progress",
         "Attempted to Contact", "Outreach", "First Contact", "Initial Contact Made", "Discovery Call",
         "Appointment Scheduled"),
        "Initial contact", "first_contacted",
    ),
    Stage(
        "Qualification", 3, StageClass.OPEN, "BANT at least 8 of 12, none 0",
        ("budget", "authority", "need", "timeline", "bant_evidence"), 10, 14, 0.20, Category.PIPELINE,
        ("Lead Qualification", "Qualified", "Qualifying", "Qualify", "Qualified Lead", "Qualified To Buy", "SQL",
         "Sales Qualified", "Discovery"),
        "Qualification", "mql_date",
    ),
    Stage(
        "Assessment", 4, StageClass.OPEN, "Pain, impact and sign-off known",
        ("amount", "close_date", "signer"), 14, 14, 0.30, Category.PIPELINE,
        ("Needs Analysis", "Needs Assessment", "Assess", "Value Proposition", "Id. Decision Makers",
         "Perception Analysis", "Opportunity", "Develop", "Scoping", "Evaluation"),
        "Qualification", "sql_date",
    ),
    Stage(
        "Meeting / demo", 5, StageClass.OPEN, "Value agreed",
        ("problem", "impact"), 14, 14, 0.40, Category.BEST_CASE,
        ("Meeting", "Meetings", "Demo", "Presentation", "Presentation Scheduled", "Demo Scheduled",
         "Meeting Scheduled", "Meeting/Demo", "Meeting or Demo", "Sales Meeting"),
        "Meetings", "opportunity_date",
    ),
    Stage(
        "Proposal", 6, StageClass.OPEN, "The buyer has reviewed the proposal",
        (), 10, 10, 0.50, Category.BEST_CASE,
        ("Proposals", "Proposal Sent", "Proposal Made", "Proposal/Price Quote", "Propose", "Quote", "Quote Sent",
         "Quotation", "Offer", "Offer Sent"),
        "Proposals", "",
    ),
    Stage(
        "Objections", 7, StageClass.OPEN, "Objections resolved",
        ("objections", "terms"), 14, 10, 0.70, Category.BEST_CASE,
        ("Negotiation", "Negotiations", "Negotiation/Review", "Negotiations Started", "Negotiating",
         "Objection Handling", "Handling Objections", "Review", "Decision Maker Bought-In"),
        "Closing", "",
    ),
    Stage(
        "Closing", 8, StageClass.OPEN, "Signed or lost",
        ("signer", "next_step_date"), 7, 7, 0.90, Category.COMMIT,
        ("Close", "Contract", "Contract Sent", "Contracting", "Verbal", "Verbal Commitment", "Commit",
         "Signature", "Ready to Close"),
        "Closing", "",
    ),
)  # fmt: skip

_TERMINAL = (
    Stage(
        "Won", 9, StageClass.WON, "Signed", ("amount", "close_date"), None, None, 1.0, Category.CLOSED,
        ("Closed Won", "Closed - Won", "Close Won", "Closed - Converted", "Converted", "Customer", "Win",
         "Deal Won", "Won - Closed", "Signed"),
        "", "close_date",
    ),
    Stage(
        "Lost", 10, StageClass.LOST, "Decided against, with a reason", ("lost_reason",), None, None, 0.0,
        Category.OMITTED,
        ("Closed Lost", "Closed - Lost", "Close Lost", "Deal Lost", "Lost - Closed", "No Sale", "Rejected"),
        "", "close_date",
    ),
    Stage(
        "Disqualified", 11, StageClass.DISQUALIFIED, "Will not buy, with a reason", ("lost_reason",), None, None,
        0.0, Category.OMITTED,
        ("Unqualified", "Not Qualified", "Closed - Not Converted", "Junk", "Junk Lead", "Invalid", "Not a Fit",
         "Dead", "Bad Fit"),
        "", "close_date",
    ),
    Stage(
        "Nurture", 12, StageClass.NURTURE, "Parked until the revisit date", ("revisit_date",), None, None, 0.0,
        Category.OMITTED,
        ("Nurturing", "Parked", "On Hold", "Dormant", "Recycled", "Bad Timing", "Later", "Postponed"),
        "", "",
    ),
)  # fmt: skip


def _fit(attribute: str, *worth: tuple[str, float]) -> tuple[ScoringRule, ...]:
    return tuple(ScoringRule(attribute, value, points) for value, points in worth)


_SCORING = (
    *_fit("industry", ("Software", 12), ("Manufacturing", 12), ("Financial Services", 10),
          ("Professional Services", 10), ("Healthcare", 8), ("Logistics", 8), ("Retail", 5)),
    *_fit("employees", ("50..500", 12), ("501..2000", 8), ("10..49", 5), ("2001..", 4)),
    *_fit("job_title", ("*chief*", 12), ("CEO", 12), ("CFO", 12), ("CTO", 12), ("CIO", 12), ("COO", 12), ("CMO", 12),
          ("*owner*", 12), ("*founder*", 12), ("*managing director*", 12), ("*president*", 12), ("VP *", 11),
          ("*director*", 10), ("head of *", 10), ("*manager*", 6), ("*lead*", 4)),
    *_fit("country", ("Germany", 7), ("Austria", 7), ("Switzerland", 7), ("United Kingdom", 5), ("Netherlands", 5),
          ("France", 5), ("United States", 5)),
    *_fit("amount", ("10000..100000", 7), ("100000..", 5), ("5000..9999.99", 3)),
    ScoringRule("activity", "pricing request", 25, 14, "engagement"),
    ScoringRule("activity", "demo request", 25, 14, "engagement"),
    ScoringRule("activity", "meeting", 15, 14, "engagement"),
    ScoringRule("activity", "demo", 15, 14, "engagement"),
    ScoringRule("activity", "reply", 10, 14, "engagement"),
    ScoringRule("deduct", "competitor", -30, None, "deduction"),
    ScoringRule("deduct", "bounced", -15, None, "deduction"),
)  # fmt: skip

_ICP = {
    "Industry": "Software and manufacturing first; financial and professional services next",
    "Company size": "50 to 500 employees",
    "Job title": "Owns the budget: managing director, C level, director",
    "Region": "Germany, Austria, Switzerland",
    "Budget band": "10,000 to 100,000 in the base currency",
    "Problem": "Leads lost between marketing and sales",
    "Not for us": "Agencies, resellers and competitors",
}

# Examples, not market data: the dates tell a team how old they are, and every team types its own.
_RATES = {"EUR": 1.0, "USD": 0.90, "GBP": 1.15, "CHF": 1.05}
_RATE_DAY = dt.date(2026, 1, 1)

_HOLIDAYS = {
    dt.date(2026, 12, 25): "Christmas Day (example)",
    dt.date(2027, 1, 1): "New Year's Day (example)",
}

OPTION_MEANINGS: dict[str, str] = {
    "base_currency": "ISO code of the currency that every total is shown in.",
    "day_first": "Yes reads 3/4/2026 as 3 April, No as 4 March; blank lets each column's own cells decide.",
    "work_start_hour": "When the working day begins, for the SLA clock (0 to 24).",
    "work_end_hour": "When it ends.",
    "work_days": "Days that count for the SLA clock.",
    "time_zone": "IANA name such as Europe/Berlin; blank takes the computer's.",
    "holiday_country": "Country whose public holidays stop the SLA clock, such as DE, or DE-BY for a part; blank: "
    "none; those of the table Holidays always count.",
    "sla_escalate_at": "Share of the SLA's hours after which an uncontacted lead is escalated; 1 is all of them.",
    "sla_reassign_at": "Share of the SLA's hours after which another seller is suggested; 2 is twice as many.",
    "mql_fit": "Fit points, at least, for a marketing qualified lead.",
    "mql_total": "Total points, at least, for a marketing qualified lead.",
    "hot_total": "Total points from which a lead is hot.",
    "warm_total": "Total points from which a lead is warm.",
    "hot_request_fit": "Fit points from which a pricing or demo request makes a lead hot.",
    "bant_total": "BANT points of 12, at least, to pass the gate.",
    "bant_each": "Points each BANT answer needs, at least, to pass the gate.",
    "stalled_factor": "Stalled is longer in a stage than this times its expected days.",
    "next_step_days": "A next step within so many days keeps a lead from being stale.",
    "dead_days": "Days without two-way contact before a lead is proposed as dead.",
    "dead_attempts": "Attempts, at least, before a lead is proposed as dead.",
    "cadence_min_days": "Follow up no sooner than after so many days.",
    "cadence_max_days": "Follow up no later than after so many days.",
    "nurture_awareness_days": "Look at a parked lead again after so many days while its buyer has never answered.",
    "nurture_consideration_days": "The same where the buyer has answered or met you, or the lead is an MQL or SQL.",
    "nurture_decision_days": "The same where the buyer asked for a price or a demo, or had a proposal.",
    "reengaged_days": "A silent buyer who comes back is brought up for so many days, until somebody answers.",
    "proposal_notice_days": "A proposal is brought up so many days before it ends, and as long after.",
    "routing": "Leads without an owner: off; suggest (Next Action says to whom); assign (blank Owners are filled).",
    "top_closer_deals": "Hot leads go to the best closers among those with so many deals in a year; 0: to anyone.",
    "discount_limit": "The highest discount a seller may give without approval, such as 15 %.",
    "leads_table": "Name of the table that holds your leads.",
    "activities_table": "Name of the table that holds your activities.",
    "quote_lines_table": "Name of the table that holds your quote lines.",
    "fiscal_year_start_month": "First month of the fiscal year, 1 to 12.",
    "owned_writes_on_protected": "Yes lets leadbook write its own columns on a protected sheet.",
    "home_country": "ISO code such as DE, for phone numbers without a country code; blank takes most leads' country.",
    "check_mail_servers": "Yes asks the internet whether each mail domain accepts mail; No sends nothing anywhere.",
    "ignored_rules": "Codes of rules that your team switches off, such as LB229, LB4; blank checks everything.",
    "commission_rate": "Commission as a share of what is won, such as 5 %; 0 shows none on the Forecast sheet.",
    "payout_days": "Commission is paid at the end of the month that lies so many days after the close date.",
    "proposal_valid_days": "A proposal holds for so many days, where its quote lines do not say until when.",
    "proposal_language": "How proposals write amounts and dates: en_GB, en_US, de_DE, fr_FR and so on.",
    "roi_years": "Over so many years a proposal sets the buyer's benefit against the cost.",
    "roi_cautious": "Share of the expected benefit that the cautious scenario of a proposal takes; 0.5 is half of it.",
    "roi_hopeful": "The same for the hopeful scenario; 1.25 is a quarter more than expected.",
    "our_firm": "Your firm's name, as proposals show it.",
    "our_address": "Your firm's address, on one line or several (Alt+Enter).",
    "our_website": "Your firm's website, as proposals show it.",
    "our_email": "Your firm's e-mail address, as proposals show it.",
    "our_phone": "Your firm's phone number, as proposals show it.",
    "our_tax_id": "Your firm's VAT or tax number, as proposals show it.",
    "payment_terms": "What every proposal says about payment, such as 30 days net; one term a line.",
}

_LEAKS = (
    Leak("stage", "leave out", "The outcome itself is a stage."),
    Leak("close_date", "leave out", "Set to the day of the outcome once it is known."),
    Leak("lost_reason", "leave out", "Filled only after a lead is lost."),
    Leak("probability_override", "leave out", "Sellers set it to 0 or 100 % at the outcome."),
    Leak("forecast_category", "leave out", "Becomes Closed or Omitted with the outcome."),
    Leak("signer", "leave out", "Known mostly for leads that sign."),
    Leak("terms", "leave out", "Known mostly for leads that sign."),
    Leak("days_in_stage", "leave out", "Stops growing with the outcome."),
    Leak("industry", "keep", "Known before any contact."),
    Leak("employees", "keep", "Known before any contact."),
    Leak("source", "keep", "Known at creation."),
)

_MILESTONES = (
    PlannedStep("Kick-off", 0, 0, "Both of us", "We agree on goals, people and dates."),
    PlannedStep("Set-up", 0, 2, "We", "We set everything up and bring your data in."),
    PlannedStep("Training", 2, 1, "Both of us", "Your people learn it on their own work."),
    PlannedStep("Go-live", 3, 0, "Both of us", "You start to work with it, and we are there."),
    PlannedStep("Review", 7, 0, "Both of us", "We compare what was reached with what was wanted."),
)

_ANSWERS = (
    Answer(
        "Price", "Set the price against what the problem costs you for every month that it stays.",
        ("too expensive", "expensive", "budget", "cost", "costs", "too much money", "discount", "cheaper"),
    ),
    Answer(
        "Timing", "We can agree on the price now and begin when it suits you; the timeline counts from that day.",
        ("not now", "too busy", "no time", "later", "next year", "next quarter", "bad timing"),
    ),
    Answer(
        "Competitor", "Compare us by what you want to reach: we will gladly go through your list of criteria with you.",
        ("other offer", "another supplier", "alternative", "incumbent", "happy with what we have", "current supplier"),
    ),
    Answer(
        "Security", "We answer your security questions in writing before you sign anything.",
        ("data protection", "privacy", "gdpr", "compliance", "data security"),
    ),
)  # fmt: skip

DEFAULT_PLAYBOOK = Playbook(
    stages=_OPEN + _TERMINAL,
    scoring=_SCORING,
    icp=_ICP,
    sla_hours={"hot": 1.0, "warm": 8.0, "cold": 16.0},
    reps=(),
    products=(
        Product("Starter package (example)", 4900.0, "EUR", 0.19, dt.date(2026, 12, 31)),
        Product("Growth package (example)", 14900.0, "EUR", 0.19, dt.date(2026, 12, 31)),
        Product("Onboarding day (example)", 1200.0, "EUR", 0.19, None),
    ),
    rates=_RATES,
    holidays=frozenset(_HOLIDAYS),
    options=Options(),
    routing=(
        Route("country", "Germany", "DACH"),
        Route("country", "Austria", "DACH"),
        Route("country", "Switzerland", "DACH"),
        Route("employees", "501..", "Enterprise"),
        Route("country", "*", "International"),
    ),
    case_studies=(
        CaseStudy(
            "Example: fewer leads lost", "Manufacturing", "Leads went cold between marketing and sales",
            "First contact within one working hour for nine of ten hot leads", "", "medium",
        ),
    ),
    leaks=_LEAKS,
    rate_dates=dict.fromkeys(_RATES, _RATE_DAY),
    holiday_names=_HOLIDAYS,
    milestones=_MILESTONES,
    answers=_ANSWERS,
)  # fmt: skip
