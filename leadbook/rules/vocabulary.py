"""Words that leadbook knows how to spell: countries, industries and well-known mail domains."""

from __future__ import annotations

COUNTRIES = tuple(
    name.strip()
    for name in """
Afghanistan, Albania, Algeria, Andorra, Angola, Argentina, Armenia, Australia, Austria, Azerbaijan, Bahamas,
Bahrain, Bangladesh, Barbados, Belarus, Belgium, Belize, Benin, Bhutan, Bolivia, Bosnia and Herzegovina,
Botswana, Brazil, Brunei, Bulgaria, Burkina Faso, Burundi, Cambodia, Cameroon, Canada, Cape Verde, Chad, Chile,
China, Colombia, Comoros, Congo, Costa Rica, Croatia, Cuba, Cyprus, Czech Republic, Czechia, Denmark, Djibouti,
Dominica, Dominican Republic, Ecuador, Egypt, El Salvador, England, Equatorial Guinea, Eritrea, Estonia,
Eswatini, Ethiopia, Fiji, Finland, France, Gabon, Gambia, Georgia, Germany, Ghana, Greece, Grenada, Guatemala,
Guinea, Guinea-Bissau, Guyana, Haiti, Honduras, Hong Kong, Hungary, Iceland, India, Indonesia, Iran, Iraq,
Ireland, Israel, Italy, Ivory Coast, Jamaica, Japan, Jordan, Kazakhstan, Kenya, Kosovo, Kuwait, Kyrgyzstan, Laos,
Latvia, Lebanon, Lesotho, Liberia, Libya, Liechtenstein, Lithuania, Luxembourg, Macau, Madagascar, Malawi,
Malaysia, Maldives, Mali, Malta, Mauritania, Mauritius, Mexico, Moldova, Monaco, Mongolia, Montenegro, Morocco,
Mozambique, Myanmar, Namibia, Nepal, Netherlands, New Zealand, Nicaragua, Niger, Nigeria, North Korea,
North Macedonia, Northern Ireland, Norway, Oman, Pakistan, Palestine, Panama, Papua New Guinea, Paraguay, Peru,
Philippines, Poland, Portugal, Puerto Rico, Qatar, Romania, Russia, Rwanda, San Marino, Saudi Arabia, Scotland,
Senegal, Serbia, Seychelles, Sierra Leone, Singapore, Slovakia, Slovenia, Somalia, South Africa, South Korea,
South Sudan, Spain, Sri Lanka, Sudan, Suriname, Sweden, Switzerland, Syria, Taiwan, Tajikistan, Tanzania,
Thailand, Togo, Trinidad and Tobago, Tunisia, Turkey, Turkmenistan, Uganda, Ukraine, United Arab Emirates,
United Kingdom, United States, United States of America, Uruguay, Uzbekistan, Vatican City, Venezuela, Vietnam,
Wales, Yemen, Zambia, Zimbabwe
""".replace("\n", " ").split(",")
)

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
