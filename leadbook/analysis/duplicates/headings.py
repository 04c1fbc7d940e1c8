"""What a column's header says it holds, in whatever language and spelling."""

from __future__ import annotations

import re

from leadbook.analysis.duplicates.plain import plain
from leadbook.model.columns import LEADS
from leadbook.model.foreign_headers import MORE_ALIASES
from leadbook.model.mapping_words import FULL_NAME, SPECIAL

# Only what the model's own vocabulary of headers lacks or means otherwise.
_HEADERS: dict[str, str] = {
    "phone": "fax",
    "given": "first|given",
    "surname": "last",
    "person": "client name|customer name",
    "company": "organisation name|organization name|business",
    "number": "street number|house number|house no|house nr|hausnr|hausnummer|street no|building number|no",
    "street": "addr|road|street name|add1|addr1",
    "street2": "address 2|address line 2|street 2|addr2|add2|unit|locality|address line two",
    "city": "place",
    "region": "st",
    "website": "site",
    "date": "date of birth|dob|birth date|birthday|born|geburtsdatum|geboren|date de naissance|fecha de nacimiento"
    "|data urodzenia|data di nascita|date",
}
# Headers in Chinese, Japanese, Korean, Russian and Arabic.
_OTHER_SCRIPTS: dict[str, str] = {
    "phone": "\u7535\u8bdd|\u8054\u7cfb\u7535\u8bdd|\u624b\u673a|\u96fb\u8a71|\u96fb\u8a71\u756a\u53f7|"
    "\u643a\u5e2f|\uc804\ud654|\uc804\ud654\ubc88\ud638|\u0442\u0435\u043b\u0435\u0444\u043e\u043d|"
    "\u0627\u0644\u0647\u0627\u062a\u0641|\u0647\u0627\u062a\u0641",
    "email": "\u90ae\u7bb1|\u96fb\u5b50\u90f5\u4ef6|\u30e1\u30fc\u30eb|\uc774\uba54\uc77c|"
    "\u043f\u043e\u0447\u0442\u0430",
    "given": "\u540d\u5b57|\u0438\u043c\u044f|\u0627\u0644\u0627\u0633\u0645 \u0627\u0644\u0623\u0648\u0644",
    "surname": "\u59d3|\u59d3\u6c0f|\u82d7\u5b57|\uc131|\u0444\u0430\u043c\u0438\u043b\u0438\u044f|"
    "\u0627\u0633\u0645 \u0627\u0644\u0639\u0627\u0626\u0644\u0629",
    "person": "\u59d3\u540d|\u6c0f\u540d|\u8054\u7cfb\u4eba|\u304a\u540d\u524d|\uc774\ub984|\uc131\uba85|"
    "\u0444\u0438\u043e|\u0627\u0644\u0627\u0633\u0645",
    "company": "\u516c\u53f8|\u516c\u53f8\u540d\u79f0|\u4f1a\u793e|\u4f1a\u793e\u540d|\ud68c\uc0ac|"
    "\ud68c\uc0ac\uba85|\u043a\u043e\u043c\u043f\u0430\u043d\u0438\u044f|"
    "\u043e\u0440\u0433\u0430\u043d\u0438\u0437\u0430\u0446\u0438\u044f|"
    "\u0627\u0644\u0634\u0631\u0643\u0629",
    "city": "\u57ce\u5e02|\u90fd\u5e02|\ub3c4\uc2dc|\u0433\u043e\u0440\u043e\u0434|"
    "\u0627\u0644\u0645\u062f\u064a\u0646\u0629",
    "street": "\u5730\u5740|\u4f4f\u6240|\uc8fc\uc18c|\u0430\u0434\u0440\u0435\u0441|"
    "\u0627\u0644\u0639\u0646\u0648\u0627\u0646",
    "country": "\u56fd\u5bb6|\u56fd|\uad6d\uac00|\u0441\u0442\u0440\u0430\u043d\u0430|"
    "\u0627\u0644\u062f\u0648\u0644\u0629",
}  # fmt: skip
# What our own columns are called, in trackers and exports of any language, is the model's to know.
_OF_KEY = {
    "email": "email", "phone": "phone", "first_name": "given", "last_name": "surname", FULL_NAME: "person",
    "company": "company", "street": "street", "city": "city", "postcode": "postcode", "region": "region",
    "country": "country", "website": "website",
}  # fmt: skip


def _spellings() -> dict[str, str]:
    """Return each header that is known, letters only, with its role; what stands above goes first."""
    found = {
        letters(alias): role
        for table in (_HEADERS, _OTHER_SCRIPTS)
        for role, aliases in table.items()
        for alias in aliases.split("|")
    }
    for column in LEADS:
        if column.key in _OF_KEY:
            for name in (column.header, *column.aliases, *MORE_ALIASES.get(column.key, ())):
                found.setdefault(letters(name), _OF_KEY[column.key])
    for name in SPECIAL[FULL_NAME]:
        found.setdefault(letters(name), "person")
    return found


def letters(words: str) -> str:
    """Return a header's letters and digits, plain and without spaces."""
    return plain(words).replace(" ", "")


_LEADING = re.compile(
    r"^(mobile|cell|direct|day|evening|private|contact|person|client|customer|lead|home|work|business|billing|mailing|shipping|primary|main|company|account|"
    r"organi[sz]ation|office|personal|your|the|applicant|patient|member|res|residential|employee|buyer|owner)\s+"
)

_ROLES = _spellings()


def squeezed(header: str) -> str:
    """Return a header's words in small letters."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return " ".join(re.sub(r"[\W_]+", " ", spaced.casefold()).split())


def named(header: str) -> str:
    """Return the role that a header names, as written or without words such as "billing" in front; "" for none."""
    words = squeezed(header)
    bare = re.sub(r"\s*\d+$", "", words)
    short = _LEADING.sub("", words)
    for spelled in (words, short, bare, _LEADING.sub("", short)):
        if (role := _ROLES.get(letters(spelled))) is not None:
            return role
    return ""
