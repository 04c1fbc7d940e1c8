"""Columns that mapping knows beyond our own: whole names, deal names, outcomes; and the words that cells hold."""

from __future__ import annotations

from leadbook.model.columns import Kind

FULL_NAME = "full_name"  # a person's whole name in one column; import splits it
OUTCOME = "became_customer"  # 1/0 or yes/no: became a customer or not; import turns it into a stage
DEAL_NAME = "deal_name"  # kept as a column of the seller's own; tells deals of one company apart

MODIFIED = "modified"  # when the row was last changed over there; never kept, it only says which side is newer

# What only an import makes something of, and Settings/Columns may say all the same, as our column would be called.
IMPORT_ONLY: dict[str, str] = {
    FULL_NAME: "Full Name",
    DEAL_NAME: "Deal Name",
    OUTCOME: "Became Customer",
    MODIFIED: "Modified",
}

# What a CRM says about the end of a deal beside its stage; import lets it have the last word on the stage.
STATUS = "deal_status"  # Open, Won, Lost
IS_WON, IS_LOST, IS_CLOSED = "is_won", "is_lost", "is_closed"  # yes or no
ENDINGS = frozenset({STATUS, IS_WON, IS_LOST, IS_CLOSED})

# Kinds of foreign table, and the columns of ours that such a table can fill. A list of accounts has a phone
# and a revenue, but the revenue is the customer's own turnover, not the deal's amount.
_COMPANY_KEYS = frozenset(
    {
        "company",
        "website",
        "industry",
        "employees",
        "street",
        "city",
        "region",
        "postcode",
        "country",
        "phone",
    }
)
_PERSON_KEYS = frozenset({"first_name", "last_name", "job_title", "email", "phone", "opt_out", FULL_NAME})
ROLE_KEYS: dict[str, frozenset[str]] = {
    "accounts": _COMPANY_KEYS | _PERSON_KEYS,
    "contacts": _PERSON_KEYS | {"company"},
    "reps": frozenset({"owner", "region"}),
    "products": frozenset(),
}

SPECIAL: dict[str, tuple[str, ...]] = {
    FULL_NAME: ("Full Name", "Contact Name", "Person", "Contact Person", "Lead Name", "Customer Contact",
                "Primary Contact", "Primary Contact Name", "Contact", "Contact Full Name", "Ansprechpartner", "Kontakt",
                "Person Name", "Nom Complet", "Nombre Completo", "Vollst\u00e4ndiger Name", "Imi\u0119 i Nazwisko",
                "Nom", "Name"),
    DEAL_NAME: ("Opportunity Name", "Deal Name", "Deal Title", "Opportunity", "Deal", "Opportunity Title", "Name",
                "Title"),
    OUTCOME: ("Converted", "Is Converted", "Won", "Is Won", "Closed Won", "Became Customer", "Deal Won"),
    MODIFIED: ("Last Modified Date", "Last Modified", "Modified Time", "Modified On", "Modified", "Modified At",
               "Modified Date", "Update Time", "Updated At", "Updated On", "Last Updated", "Last Update",
               "Object Last Modified Date/Time", "Date Modified", "Ge\u00e4ndert am"),
}  # fmt: skip
PREFIXES = frozenset(
    {"deal", "person", "organization", "organisation", "contact", "company", "lead", "account", "opportunity"}
)

# How CRMs say whether somebody may be written to, letters only.
OPT_OUT_WORDS: dict[str, str] = {
    "unsubscribed": "Yes", "optedout": "Yes", "optout": "Yes", "donotallow": "Yes", "noconsent": "Yes",
    "subscribed": "No", "optedin": "No", "optin": "No", "allow": "No",
}  # fmt: skip

# Currencies as Dynamics and spreadsheets spell them out, letters only.
CURRENCY_NAMES: dict[str, str] = {
    "usdollar": "USD", "usdollars": "USD", "dollar": "USD", "euro": "EUR", "euros": "EUR", "poundsterling": "GBP",
    "britishpound": "GBP", "swissfranc": "CHF", "japaneseyen": "JPY", "yen": "JPY", "canadiandollar": "CAD",
    "australiandollar": "AUD", "swedishkrona": "SEK", "danishkrone": "DKK", "norwegiankrone": "NOK",
    "polishzloty": "PLN", "indianrupee": "INR",
}  # fmt: skip

KIND_WORDS = {
    Kind.TEXT: "text",
    Kind.EMAIL: "e-mail addresses",
    Kind.PHONE: "phone numbers",
    Kind.URL: "web addresses",
    Kind.DATE: "dates",
    Kind.MONEY: "amounts",
    Kind.NUMBER: "numbers",
    Kind.PERCENT: "percentages",
    Kind.FLAG: "yes or no",
    Kind.POINTS: "points from 0 to 3",
}
