"""Words that tell nothing apart: legal forms, street words and free mail domains."""

from __future__ import annotations

LEGAL_FORMS = frozenset({
    # German-speaking countries, the Netherlands, Belgium
    "gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "ek", "ev", "eg", "se", "gesmbh", "haftungsbeschrankt",
    "bv", "nv", "vof", "bvba", "sprl", "cvba",
    # English
    "co", "inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "plc", "corp", "corporation", "company", "pllc",
    "pty", "pte", "pvt", "private", "bhd", "sdn", "and",
    # French, Italian, Spanish, Portuguese
    "sa", "sas", "sasu", "sarl", "eurl", "sci", "snc", "srl", "srls", "spa", "sapa", "sl", "slu", "sau", "ltda", "lda",
    "eireli", "cv", "sac", "eirl",
    # Northern Europe
    "ab", "as", "asa", "aps", "oy", "oyj", "hf", "ehf", "uab", "sia", "ou",
    # Central, Eastern and Southern Europe
    "sro", "zoo", "sp", "kft", "bt", "zrt", "nyrt", "doo", "dd", "ooo", "oao", "zao", "pao", "tov", "ead", "eood",
    "ood", "epe", "ike", "sti",
    # Asia
    "kk", "gk", "pt", "tbk", "jsc", "pjsc", "fze", "fzco", "wll",
})  # fmt: skip

JUNK_WORDS = frozenset({
    "none", "unknown", "private", "privat", "self", "self employed", "selbstandig", "freelance", "freelancer", "n a",
    "na", "test", "company", "personal", "individual", "student", "retired", "unemployed", "various",
})  # fmt: skip

STREET_WORDS = {
    "street": "st", "str": "st", "strasse": "st", "avenue": "ave", "av": "ave", "road": "rd", "boulevard": "blvd",
    "blv": "blvd", "drive": "dr", "lane": "ln", "place": "pl", "court": "ct", "circuit": "cct", "crescent": "cr",
    "cres": "cr", "square": "sq", "highway": "hwy", "north": "n", "south": "s", "east": "e", "west": "w",
    "suite": "ste", "platz": "pl", "weg": "wg", "parkway": "pkwy", "terrace": "tce", "close": "cl", "saint": "st",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip

FREE_MAIL = frozenset({
    "gmail.com", "yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "ymail.com", "hotmail.com", "hotmail.co.uk",
    "hotmail.de", "hotmail.fr", "outlook.com", "outlook.de", "live.com", "msn.com", "aol.com", "icloud.com", "me.com",
    "mac.com", "gmx.de", "gmx.net", "gmx.com", "gmx.at", "web.de", "t-online.de", "freenet.de", "mail.com", "mail.ru",
    "yandex.ru", "yandex.com", "protonmail.com", "proton.me", "zoho.com", "qq.com", "163.com", "126.com", "orange.fr",
    "wanadoo.fr", "free.fr", "laposte.net", "libero.it", "bluewin.ch", "comcast.net", "verizon.net", "att.net",
    "sbcglobal.net", "rediffmail.com", "btinternet.com",
})  # fmt: skip

UNIT_WORDS = frozenset(
    {"unit", "apt", "apartment", "ste", "suite", "flat", "fl", "floor", "no", "nr", "rm", "room", "lot"}
)
