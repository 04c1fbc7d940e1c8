"""The columns of every table: what each is called, what it holds and who owns it."""

from __future__ import annotations

import re
from enum import Enum

from msgspec import Struct


class Kind(Enum):
    """What a column's cells hold once they are read."""

    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    FLAG = "flag"
    POINTS = "points"  # 0 to 3


class Column(Struct, frozen=True):
    """One column of a table.

    Parameters
    ----------
    header : str
        What a seller reads.
    kind : Kind
    aliases : tuple of str
        Other headers that mean the same in exports and in teams' own trackers.
    owned : bool
        Whether leadbook writes it.
    width : float
        Width in characters in a new workbook.
    help : str
        The input message a seller sees on the cell in a new workbook; "" for none.
    """

    header: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    owned: bool = False
    width: float = 14.0
    help: str = ""

    @property
    def key(self) -> str:
        """The name code uses: snake case of the header."""
        return key_of(self.header)


def key_of(header: str) -> str:
    """Return the snake-case key of a header: ``Win 30d %`` is ``win_30d_percent``."""
    spelled = header.strip().replace("%", " percent ")
    return re.sub(r"[^a-z0-9]+", "_", spelled.casefold()).strip("_")


def _c(header: str, kind: Kind = Kind.TEXT, *aliases: str, width: float = 14.0, help: str = "") -> Column:  # noqa: A002 - the word users know
    return Column(header, kind, aliases, width=width, help=help)


def _owned(header: str, kind: Kind = Kind.TEXT, width: float = 10.0, help: str = "") -> Column:  # noqa: A002 - the word users know
    return Column(header, kind, owned=True, width=width, help=help)


LEADS: tuple[Column, ...] = (
    _c("Lead ID", Kind.TEXT, "Id", "Lead Number", "Lead No", "Record ID", "Opportunity ID", "Deal ID",
       "Prospect ID", width=10, help="leadbook fills it when it is blank and never changes it."),
    _c("Company", Kind.TEXT, "Account", "Account Name", "Company Name", "Organization", "Organisation",
       "Customer", "Customer Name", "Client", width=26),
    _c("Website", Kind.URL, "Web", "Web Site", "URL", "Domain", "Company Domain Name", "Homepage", width=24),
    _c("Industry", Kind.TEXT, "Sector", "Vertical", "NAICS code", width=18),
    _c("Employees", Kind.NUMBER, "Company Size", "Number of Employees", "No. of Employees", "Headcount",
       "Size", width=11),
    _c("First Name", Kind.TEXT, "Given Name", "Forename", width=13),
    _c("Last Name", Kind.TEXT, "Surname", "Family Name", width=15),
    _c("Job Title", Kind.TEXT, "Title", "Position", "Role", "Function", "Designation", width=22),
    _c("Email", Kind.EMAIL, "E-mail", "Email Address", "E-mail Address", "Mail", "Work Email", width=28),
    _c("Phone", Kind.PHONE, "Phone Number", "Telephone", "Tel", "Office Phone", "Work Phone", "Mobile",
       "Mobile Phone", "Mobile Phone Number", width=18),
    _c("Street", Kind.TEXT, "Address", "Street Address", "Mailing Street", "Billing Street", width=22),
    _c("City", Kind.TEXT, "Town", "Billing City", "Mailing City", width=15),
    _c("Region", Kind.TEXT, "State", "Province", "County", "State/Region", "State/Province", "Territory",
       "Regional Office", width=14),
    _c("Postcode", Kind.TEXT, "Zip", "Zip Code", "Postal Code", width=10),
    _c("Country", Kind.TEXT, "Country/Region", "Billing Country", "Mailing Country", "Office Location", width=14),
    _c("Source", Kind.TEXT, "Lead Source", "Original Source", "Origin", "Channel", width=14),
    _c("Campaign", Kind.TEXT, "Campaign Name", "Lead Origin", width=16),
    _c("Owner", Kind.TEXT, "Lead Owner", "Account Owner", "Deal Owner", "Opportunity Owner", "Contact Owner",
       "Sales Rep", "Sales Agent", "Rep", "Assigned To", "Salesperson", width=16,
       help="Who works on the lead; the names stand in Settings, table Reps."),
    _c("Stage", Kind.TEXT, "Deal Stage", "Stage Name", "Opportunity Stage", "Lead Stage", "Pipeline Stage",
       "Sales Stage", "Lead Status", "Status", width=15,
       help="Where the lead stands; the stages stand in Settings, table Stages."),
    _c("Created", Kind.DATE, "Create Date", "Created Date", "Created At", "Created On", "Creation Date",
       "Date Created", "Created Time", "Lead Created Time", "Date Added", width=12, help="The day the lead came in."),
    _c("First Contacted", Kind.DATE, "First Contact", "First Contact Date", "Engage Date", "Contacted On", width=12,
       help="The day somebody first got in touch."),
    _c("MQL Date", Kind.DATE, "Became MQL", "Date MQL", width=12),
    _c("SQL Date", Kind.DATE, "Became SQL", "Date SQL", "Qualified Date", width=12),
    _c("Opportunity Date", Kind.DATE, "Became Opportunity", "Converted Date", "Start Date", width=12),
    _c("Last Activity", Kind.DATE, "Last Activity Date", "Last Contacted", "Last Touch", "Last Modified Date",
       "Last Contact", width=12),
    _c("Next Step", Kind.TEXT, "Next Action Planned", "Next Steps", "Next Milestone", width=26,
       help="What you will do next; every open lead has one."),
    _c("Next Step Date", Kind.DATE, "Next Activity Date", "Follow Up Date", "Follow-up Date", "Next Contact",
       "Next Deadline or Milestone", width=12),
    _c("Revisit Date", Kind.DATE, "Recall Date", "Nurture Until", width=12,
       help="For a parked lead: when to look at it again."),
    _c("Amount", Kind.MONEY, "Deal Amount", "Deal Value", "Value", "Opportunity Value", "Opportunity Amount",
       "Expected Revenue", "Close Value", "Revenue", "Deal Size", "Budget Amount", width=13,
       help="What the deal is worth, as a number; its currency stands in Currency."),
    _c("Currency", Kind.TEXT, "Currency Code", "Deal Currency", "Currency ISO Code", width=9,
       help="ISO code such as EUR; blank means the base currency in Settings."),
    _c("Probability Override", Kind.PERCENT, "Probability", "Win Probability", "Win Likelihood", "Probability (%)",
       "Deal Probability", width=11, help="Your own chance of winning, 0 to 100 %; blank takes the stage's."),
    _c("Close Date", Kind.DATE, "Expected Close Date", "Closing Date", "Expected Close", "Est. Close Date",
       "Estimated Close Date", width=12,
       help="When you expect the signature; for won and lost deals the day it was decided."),
    _c("Forecast Category", Kind.TEXT, "Forecast", "Category", width=13,
       help="Your own call; blank takes the stage's."),
    _c("Budget", Kind.POINTS, "BANT Budget", width=8, help="0 no evidence, 1 weak, 2 good, 3 proven."),
    _c("Authority", Kind.POINTS, "BANT Authority", width=9, help="0 no evidence, 1 weak, 2 good, 3 proven."),
    _c("Need", Kind.POINTS, "BANT Need", width=8, help="0 no evidence, 1 weak, 2 good, 3 proven."),
    _c("Timeline", Kind.POINTS, "BANT Timeline", "Timing", width=9, help="0 no evidence, 1 weak, 2 good, 3 proven."),
    _c("BANT Evidence", Kind.TEXT, "Qualification Notes", "Evidence", width=26,
       help="What they said or did that the four answers rest on."),
    _c("Problem", Kind.TEXT, "Pain", "Pain Point", width=22),
    _c("Trigger", Kind.TEXT, "Trigger Event", "Compelling Event", width=20),
    _c("Impact", Kind.TEXT, "Consequence", width=20),
    _c("Personal Stake", Kind.TEXT, "Personal Win", "Personal Gain", "Gains or Loses", "What They Gain or Lose",
       "Stakes", "What Is at Stake", "What's at Stake", "What's in It for Them", width=20,
       help="What the contact gains or loses, whichever way it ends."),
    _c("Competitor", Kind.TEXT, "Competitors", "Incumbent", width=16),
    _c("Objections", Kind.TEXT, "Objection", width=20),
    _c("Terms", Kind.TEXT, "Payment Terms", width=14),
    _c("Signer", Kind.TEXT, "Signatory", "Decision Maker", width=18, help="Who signs off the budget."),
    _c("Lost Reason", Kind.TEXT, "Closed Lost Reason", "Loss Reason", "Reason Lost", "Disqualified Reason", width=18,
       help="Why the lead was lost or disqualified."),
    _c("Opt Out", Kind.FLAG, "Unsubscribed", "Email Opt Out", "Do Not Email", "Opted Out", width=8,
       help="Yes when the person must not be written to."),
    _c("Notes", Kind.TEXT, "Note", "Description", "Comments", "Remarks", width=30),
    _c("Waive", Kind.TEXT, "Waived", "Ignore Rules", width=12,
       help="Codes of issues to mute on this row, such as LB204 LB310."),
    _owned("Score", Kind.NUMBER, 8), _owned("Grade", Kind.TEXT, 8), _owned("Win %", Kind.PERCENT, 8),
    _owned("Win 30d %", Kind.PERCENT, 9), _owned("Next Action", Kind.TEXT, 34), _owned("Flags", Kind.TEXT, 24),
    _owned("Days in Stage", Kind.NUMBER, 9), _owned("Issues", Kind.TEXT, 20), _owned("Duplicate Of", Kind.TEXT, 11),
    _owned("Score Reasons", Kind.TEXT, 50), _owned("Latest Proposal", Kind.TEXT, 18),
)  # fmt: skip

ACTIVITIES: tuple[Column, ...] = (
    _c("Date", Kind.DATE, "Activity Date", "When", width=12),
    _c("Lead ID", Kind.TEXT, "Lead", "Related To", "Opportunity", "Deal", width=10),
    _c("Type", Kind.TEXT, "Activity Type", "Kind", width=12,
       help="call, email, meeting, demo, proposal, reply, note, pricing request or demo request."),
    _c("Direction", Kind.TEXT, "In/Out", width=10, help="in (from the buyer) or out (from you)."),
    _c("Outcome", Kind.TEXT, "Result", "Status", width=18),
    _c("Owner", Kind.TEXT, "Rep", "Assigned To", width=16),
    _c("Notes", Kind.TEXT, "Note", "Subject", "Name", width=40),
)  # fmt: skip

QUOTE_LINES: tuple[Column, ...] = (
    _c("Lead ID", Kind.TEXT, "Lead", "Deal", width=10),
    _c("Option", Kind.TEXT, "Variant", width=10),
    _c("Product", Kind.TEXT, "Item", "SKU", width=24),
    _c("Quantity", Kind.NUMBER, "Qty", width=9),
    _c("Unit Price", Kind.MONEY, "Price", width=12),
    _c("Discount %", Kind.PERCENT, "Discount", width=10),
    _c("Tax %", Kind.PERCENT, "Tax", "VAT %", width=8),
    _c("Approved By", Kind.TEXT, "Approver", width=16),
    _c("Valid Until", Kind.DATE, "Valid To", "Expires", "Expiry Date", width=12, help="The last day the offer holds."),
)  # fmt: skip

OFFERS: tuple[Column, ...] = (
    _c("Lead ID", Kind.TEXT, "Lead", "Deal", width=10),
    _c("Wanted Outcome", Kind.TEXT, "Goal", "Desired Outcome", "What They Want", "Objective", width=36,
       help="What the buyer wants to reach, in their own words."),
    _c("If Nothing Changes", Kind.TEXT, "Cost of Inaction", "Doing Nothing", width=36,
       help="What happens to the buyer if the problem stays."),
    _c("Solution", Kind.TEXT, "Our Solution", "Approach", width=40, help="What you propose, in a sentence or two."),
    _c("Scope", Kind.TEXT, "Included", "Deliverables", "In Scope", width=36,
       help="What is delivered: one item a line (Alt+Enter), or parted by semicolons."),
    _c("Exclusions", Kind.TEXT, "Not Included", "Excluded", "Out of Scope", width=30,
       help="What is not delivered: one item a line (Alt+Enter), or parted by semicolons."),
    _c("Yearly Benefit", Kind.MONEY, "Annual Benefit", "Yearly Savings", "Annual Savings", width=13,
       help="What the buyer gains or saves in a year, in the currency of the lead; blank: no return is worked out."),
    _c("Benefit Basis", Kind.TEXT, "Basis of Benefit", "How the Benefit Was Worked Out", width=36,
       help="What the figure rests on: who said it, how it was worked out. It is printed beside it."),
    _c("Peace of Mind", Kind.TEXT, "Benefit Without a Figure", width=30,
       help="The benefit that has no figure, such as fewer sleepless nights."),
    _c("Start Date", Kind.DATE, "Start", "Project Start", "Kick-off", width=12,
       help="The day the work begins; blank: the timeline counts in weeks."),
    _c("Terms", Kind.TEXT, "Own Terms", "Special Terms", width=30,
       help="Terms of this offer, one a line; blank takes the lead's and those of Settings."),
    _c("Approved By", Kind.TEXT, "Approver", width=16, help="Who approved the offer's discounts above the limit."),
    _c("Language", Kind.TEXT, "Locale", width=10,
       help="How amounts and dates are written, such as en_GB or de_DE; blank takes the option Proposal Language."),
)  # fmt: skip

HISTORY: tuple[Column, ...] = (
    _owned("Changed At", Kind.DATE, 12), _owned("Lead ID", Kind.TEXT, 10), _owned("Event", Kind.TEXT, 14),
    _owned("Stage", Kind.TEXT, 15), _owned("Amount", Kind.MONEY, 13), _owned("Close Date", Kind.DATE, 12),
    _owned("Owner", Kind.TEXT, 16), _owned("Forecast Category", Kind.TEXT, 16),
    _owned("Lifecycle", Kind.TEXT, 12), _owned("Source of Change", Kind.TEXT, 16),
)  # fmt: skip

PROPOSALS: tuple[Column, ...] = (
    _owned("Date", Kind.DATE, 12), _owned("Lead ID", Kind.TEXT, 10), _owned("Version", Kind.NUMBER, 9),
    _owned("File", Kind.TEXT, 56), _owned("Total", Kind.MONEY, 15), _owned("Currency", Kind.TEXT, 10),
    _owned("Valid Until", Kind.DATE, 12),
    _owned("Status", Kind.TEXT, 13, help="Written: the document is there. Type Sent, Accepted, Declined or Withdrawn."),
)  # fmt: skip

ARCHIVE: tuple[Column, ...] = (
    _owned("Lead ID", Kind.TEXT, 10), _owned("Archived At", Kind.DATE, 12), _owned("Reason", Kind.TEXT, 26),
    _owned("Merge ID", Kind.TEXT, 12), _owned("Row", Kind.TEXT, 60),
)  # fmt: skip

TABLES: dict[str, tuple[Column, ...]] = {
    "Leads": LEADS,
    "Activities": ACTIVITIES,
    "QuoteLines": QUOTE_LINES,
    "Offers": OFFERS,
    "Proposals": PROPOSALS,
    "History": HISTORY,
    "Archive": ARCHIVE,
}

#: Stands behind the header of an owned column whose plain name the seller uses already.
OURS_SUFFIX = " (leadbook)"

OWNED_LEAD_COLUMNS: tuple[Column, ...] = tuple(column for column in LEADS if column.owned)

#: Owned columns of Leads that a workbook gets once there is something to put there.
WHEN_NEEDED: frozenset[str] = frozenset({"latest_proposal"})

_BY_KEY: dict[str, dict[str, Column]] = {
    table: {column.key: column for column in columns} for table, columns in TABLES.items()
}


def column(table: str, key: str) -> Column:
    """Return a table's column by key (``column("Leads", "close_date")``); raises KeyError."""
    return _BY_KEY[table][key]
