"""Words that leadbook knows how to spell: industries and well-known mail domains."""

from __future__ import annotations

INDUSTRIES = (
    "Accounting", "Advertising", "Aerospace", "Agriculture", "Automotive", "Banking", "Biotechnology",
    "Chemicals", "Construction", "Consulting", "Defense", "Education", "Electronics", "Energy", "Employment",
    "Engineering", "Entertainment", "Finance", "Financial Services", "Food and Beverage", "Government", "Health",
    "Healthcare", "Hospitality", "Human Resources", "Insurance", "Legal", "Logistics", "Machinery",
    "Manufacturing", "Marketing", "Media", "Medical", "Mining", "Nonprofit", "Pharmaceuticals", "Professional Services",
    "Public Sector", "Publishing", "Real Estate", "Recruitment", "Recreation", "Restaurants", "Retail", "Security",
    "Semiconductors", "Services", "Shipping", "Software", "Technology", "Telecom", "Telecommunications",
    "Telecommunication", "Textiles", "Tourism", "Transport", "Transportation", "Travel", "Utilities", "Wholesale",
)  # fmt: skip

# Anyone can have an address there, so such a domain tells nothing about the company.
FREE_MAIL = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.in", "ymail.com",
    "hotmail.com", "hotmail.co.uk", "hotmail.de", "hotmail.fr", "outlook.com", "outlook.de", "live.com", "msn.com",
    "aol.com", "icloud.com", "me.com", "mac.com", "gmx.de", "gmx.net", "gmx.com", "gmx.at", "web.de", "t-online.de",
    "freenet.de", "mail.com", "mail.ru", "yandex.ru", "yandex.com", "protonmail.com", "proton.me", "zoho.com",
    "qq.com", "163.com", "126.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "libero.it", "bluewin.ch",
    "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "rediffmail.com", "btinternet.com", "hushmail.com",
})  # fmt: skip

# The domains whose misspellings bounce most often.
COMMON_DOMAINS = (
    "gmail.com", "hotmail.com", "yahoo.com", "outlook.com", "icloud.com", "googlemail.com", "gmx.de", "gmx.net",
)  # fmt: skip

ROLE_NAMES = frozenset({
    "info", "sales", "support", "contact", "office", "admin", "hello", "mail", "marketing", "service", "help",
    "team", "billing", "accounts", "enquiries", "inquiries", "kontakt", "vertrieb", "buero", "noreply", "no-reply",
    "donotreply", "postmaster", "webmaster", "hr", "jobs", "press", "post", "reception", "purchasing",
})  # fmt: skip
