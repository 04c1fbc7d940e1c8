"""How each program that takes in a CSV file calls the columns of a lead."""

from __future__ import annotations

from msgspec import Struct

#: What is made of several cells of a lead, or written otherwise than it stands.
FULL_NAME, STATUS = "full_name", "deal_status"


class Target(Struct, frozen=True):
    """A program to export for.

    Parameters
    ----------
    name, title : str
        As ``--for`` has it, and as people write it.
    columns : tuple of (header, our key)
        In order. Columns that no lead fills are left out of the file.
    won, lost : str
        What the program calls the stages of a won and a lost deal; "" for the workbook's own names.
    percent : bool
        Whether chances are written as 40 and not as 0.4.
    with_own_columns : bool
        Whether the team's own further columns go along.
    for_people : bool
        Whether what is written is sent to people, so that those who opted out are left out.
    """

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    won: str = ""
    lost: str = ""
    percent: bool = True
    with_own_columns: bool = False
    for_people: bool = False


# Our own id comes back with the file, so that a later import finds the same leads.
_OURS = ("leadbook ID", "lead_id")
_DATES = (("MQL Date", "mql_date"), ("SQL Date", "sql_date"), ("Opportunity Date", "opportunity_date"))
_SELLING = (
    ("Revisit Date", "revisit_date"), ("First Contacted", "first_contacted"), *_DATES, ("Budget", "budget"),
    ("Authority", "authority"), ("Need", "need"), ("Timeline", "timeline"), ("BANT Evidence", "bant_evidence"),
    ("Problem", "problem"), ("Trigger", "trigger"), ("Impact", "impact"), ("Personal Stake", "personal_stake"),
    ("Competitor", "competitor"), ("Objections", "objections"), ("Terms", "terms"), ("Signer", "signer"),
)  # fmt: skip

TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target("mailmerge", "mail merge", (
            ("First Name", "first_name"), ("Last Name", "last_name"), ("Full Name", FULL_NAME),
            ("Job Title", "job_title"), ("Company", "company"), ("Address 1", "street"), ("City", "city"),
            ("State", "region"), ("Postal Code", "postcode"), ("Country or Region", "country"),
            ("E-mail Address", "email"), ("Business Phone", "phone"), ("Web Page", "website"),
            ("Industry", "industry"), ("Owner", "owner"), ("Stage", "stage"), ("Amount", "amount"),
            ("Currency", "currency"), ("Next Step", "next_step"), ("Close Date", "close_date"), _OURS,
        ), for_people=True),
        Target("plain", "any program", (), percent=False, with_own_columns=True),
        Target("hubspot", "HubSpot", (
            _OURS, ("Deal Name", "deal_name"), ("First Name", "first_name"), ("Last Name", "last_name"),
            ("Email", "email"), ("Phone Number", "phone"), ("Job Title", "job_title"), ("Company name", "company"),
            ("Website URL", "website"), ("Industry", "industry"), ("Number of Employees", "employees"),
            ("Street Address", "street"), ("City", "city"), ("State/Region", "region"), ("Postal Code", "postcode"),
            ("Country/Region", "country"), ("Original Traffic Source", "source"), ("Campaign", "campaign"),
            ("Deal Stage", "stage"), ("Deal owner", "owner"), ("Create Date", "created"),
            ("Last Activity Date", "last_activity"), ("Next step", "next_step"),
            ("Next Activity Date", "next_step_date"), ("Amount", "amount"), ("Currency", "currency"),
            ("Deal probability", "probability_override"), ("Close Date", "close_date"),
            ("Forecast category", "forecast_category"), ("Closed Lost Reason", "lost_reason"),
            ("Unsubscribed from all email", "opt_out"), ("Deal Description", "notes"), *_SELLING,
        ), "Closed Won", "Closed Lost", percent=False),
        Target("salesforce", "Salesforce", (
            _OURS, ("Opportunity Name", "deal_name"), ("First Name", "first_name"), ("Last Name", "last_name"),
            ("Company / Account", "company"), ("Title", "job_title"), ("Email", "email"), ("Phone", "phone"),
            ("Website", "website"), ("Industry", "industry"), ("No. of Employees", "employees"),
            ("Street", "street"), ("City", "city"), ("State/Province", "region"), ("Zip/Postal Code", "postcode"),
            ("Country", "country"), ("Lead Source", "source"), ("Campaign Name", "campaign"), ("Stage", "stage"),
            ("Opportunity Owner", "owner"), ("Created Date", "created"), ("Last Activity", "last_activity"),
            ("Next Step", "next_step"), ("Next Step Date", "next_step_date"), ("Amount", "amount"),
            ("Amount Currency", "currency"), ("Probability (%)", "probability_override"),
            ("Close Date", "close_date"), ("Forecast Category", "forecast_category"), ("Loss Reason", "lost_reason"),
            ("Email Opt Out", "opt_out"), ("Description", "notes"), *_SELLING,
        ), "Closed Won", "Closed Lost"),
        Target("pipedrive", "Pipedrive", (
            _OURS, ("Deal - Title", "deal_name"), ("Person - Name", FULL_NAME), ("Person - First name", "first_name"),
            ("Person - Last name", "last_name"), ("Person - Email", "email"), ("Person - Phone", "phone"),
            ("Person - Job title", "job_title"), ("Organization - Name", "company"),
            ("Organization - Website", "website"), ("Organization - Industry", "industry"),
            ("Organization - Number of employees", "employees"), ("Organization - Address", "street"),
            ("Organization - City/town/village/locality of Address", "city"),
            ("Organization - State/county of Address", "region"),
            ("Organization - ZIP/Postal code of Address", "postcode"),
            ("Organization - Country of Address", "country"), ("Deal - Source channel", "source"),
            ("Campaign", "campaign"), ("Deal - Stage", "stage"), ("Deal - Status", STATUS), ("Deal - Owner", "owner"),
            ("Deal - Deal created", "created"), ("Deal - Last activity date", "last_activity"),
            ("Next Step", "next_step"), ("Deal - Next activity date", "next_step_date"), ("Deal - Value", "amount"),
            ("Deal - Currency of Value", "currency"), ("Deal - Probability", "probability_override"),
            ("Deal - Expected close date", "close_date"), ("Forecast Category", "forecast_category"),
            ("Deal - Lost reason", "lost_reason"), ("Opt Out", "opt_out"), ("Notes", "notes"), *_SELLING,
        )),
        Target("zoho", "Zoho CRM", (
            _OURS, ("Deal Name", "deal_name"), ("First Name", "first_name"), ("Last Name", "last_name"),
            ("Company", "company"), ("Title", "job_title"), ("Email", "email"), ("Phone", "phone"),
            ("Website", "website"), ("Industry", "industry"), ("No. of Employees", "employees"), ("Street", "street"),
            ("City", "city"), ("State", "region"), ("Zip Code", "postcode"), ("Country", "country"),
            ("Lead Source", "source"), ("Campaign Source", "campaign"), ("Stage", "stage"), ("Lead Owner", "owner"),
            ("Created Time", "created"), ("Last Activity Time", "last_activity"), ("Next Step", "next_step"),
            ("Next Step Date", "next_step_date"), ("Amount", "amount"), ("Currency", "currency"),
            ("Probability (%)", "probability_override"), ("Closing Date", "close_date"),
            ("Forecast Category", "forecast_category"), ("Reason For Loss", "lost_reason"),
            ("Email Opt Out", "opt_out"), ("Description", "notes"), *_SELLING,
        ), "Closed Won", "Closed Lost"),
        Target("dynamics", "Dynamics 365", (
            _OURS, ("Topic", "deal_name"), ("First Name", "first_name"), ("Last Name", "last_name"),
            ("Company Name", "company"), ("Job Title", "job_title"), ("Email", "email"), ("Business Phone", "phone"),
            ("Website", "website"), ("Industry", "industry"), ("No. of Employees", "employees"),
            ("Street 1", "street"), ("City", "city"), ("State/Province", "region"), ("ZIP/Postal Code", "postcode"),
            ("Country/Region", "country"), ("Lead Source", "source"), ("Source Campaign", "campaign"),
            ("Pipeline Phase", "stage"), ("Status", STATUS), ("Owner", "owner"), ("Created On", "created"),
            ("Last Activity Date", "last_activity"), ("Next Step", "next_step"), ("Next Step Date", "next_step_date"),
            ("Est. revenue", "amount"), ("Currency", "currency"), ("Probability", "probability_override"),
            ("Est. close date", "close_date"), ("Forecast category", "forecast_category"),
            ("Lost Reason", "lost_reason"), ("Do not allow Emails", "opt_out"), ("Description", "notes"), *_SELLING,
        )),
    )
}  # fmt: skip
