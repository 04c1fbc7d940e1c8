"""Columns that adopting leaves as they are although their cells look like something leadbook could use."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from leadbook.model.cells import cell_text, is_blank, one_line
from leadbook.model.columns import OURS_SUFFIX, OWNED_LEAD_COLUMNS, Kind, column
from leadbook.model.foreign_stages import foreign_stage
from leadbook.model.headers import squeezed
from leadbook.model.mapping_looks import present, share

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from leadbook.model.mapping import Mapping
    from leadbook.model.playbook import Playbook
    from leadbook.model.tables import RawTable

_OURS = {squeezed(own.header + suffix) for own in OWNED_LEAD_COLUMNS for suffix in ("", OURS_SUFFIX)}
_FEWEST = 3  # distinct values from which a column is told by them
# What a header says that suits a column of dates, in English, German, French and Spanish, the plainest first.
_DATES = {
    "next_step_date": re.compile(
        r"next|follow|call ?back|recall|remind|n\u00e4chst|wiedervorlage|r\u00fcckruf|prochain|relanc|rappel"
        r"|pr[\u00f3o]xim|siguiente|seguimiento",
        re.IGNORECASE,
    ),
    "last_activity": re.compile(r"last|latest|letzt|zuletzt|derni|\u00faltim|ultim", re.IGNORECASE),
    "first_contacted": re.compile(r"first|erst(er|es|mal|kontakt)|premier|primer", re.IGNORECASE),
    "close_date": re.compile(
        r"clos|sign|deci[ds]|award|abschl|unterschr|vertrag|entscheid|auftrag|cl\u00f4tur|clotur|cierre|firma\b",
        re.IGNORECASE,
    ),
    "created": re.compile(
        r"creat|added|entered|received|came in|inquir|enquir|lead|anfrage|eingang|eingegangen|erfasst|angelegt"
        r"|cr\u00e9\u00e9|cr\u00e9ation|entr\u00e9e|demande|alta|entrada|solicitud",
        re.IGNORECASE,
    ),
}
_WORTH = re.compile(
    r"budget|total|worth|price|quote|estimate|bid|summe|gesamt|preis|prix|devis|importe|precio|presupuesto",
    re.IGNORECASE,
)
# Numbers that count or name something are no amounts.
_NO_AMOUNTS = re.compile(
    r"(nr|no|nummer|number|[^a-z]id)\.?$|[#%]"
    r"|\b(id|nr|no|number|nummer|code|zip|plz|postcode|year|jahr|phone|tel|fax|days|tage|qty|count|score)\b",
    re.IGNORECASE,
)


def unread_columns(mapping: Mapping, raw: RawTable, settled: Collection[str]) -> list[str]:
    """Return, in a sentence each, the headers without a meaning whose cells are all dates or all amounts.

    Parameters
    ----------
    mapping : Mapping
        What each header means.
    raw : RawTable
        The team's table.
    settled : collection of str
        Headers, squeezed, of which it was said already that they are the team's own.
    """
    # A note tells why dates are not taken; amounts are amounts all the same under "Budget", which otherwise is a
    # question of the qualification.
    dates: list[str] = []
    amounts: list[str] = []
    for match, cells in zip(mapping.matches, raw.cells, strict=True):
        word = squeezed(match.header)
        if match.key is not None or word in settled or word in _OURS or not word:
            continue
        values = present(cells)
        if len(values) < _FEWEST:
            continue
        if share(Kind.DATE, values) == 1 and not any(isinstance(value, (int, float)) for value in values):
            dates += [] if match.note else [match.header]
        elif share(Kind.MONEY, values) == 1 and _large(values) and not _NO_AMOUNTS.search(match.header):
            amounts.append(match.header)
    free = [key for key in _DATES if key not in mapping.keys]
    told = (
        [f"Not read, though there are only dates in {_named(dates)}; {_which_date(dates, free)}."]
        if free and dates
        else []
    )
    if amounts and "amount" not in mapping.keys:
        worth = amounts if len(amounts) == 1 else [header for header in amounts if _WORTH.search(header)]
        example = one_line(worth[0], 40) if worth else "Your header"
        told.append(
            f"Not read, though there are only amounts in {_named(amounts)} and no other column says what a deal is "
            f'worth; if one of them does, say so with --map "{example}=Amount".'
        )
    return told


def _which_date(headers: Sequence[str], free: Sequence[str]) -> str:
    """Return how to say what columns of dates mean: by a pair that their words suit, or without naming one."""
    for header in headers:
        suits = next((key for key in free if _DATES[key].search(header)), None)
        if suits:
            return f'say what a column means with --map "{one_line(header, 40)}={column("Leads", suits).header}"'
    ours = [column("Leads", key).header for key in free]
    which = (
        f"which of {', '.join(ours[:-1])} and {ours[-1]} one of them is" if len(ours) > 1 else f"if one is {ours[0]}"
    )
    return f'say {which} with --map "Your header=Our header"'


def no_stage(mapping: Mapping, raw: RawTable, playbook: Playbook) -> str:
    """Return what to do where no header means the stage, naming the column whose cells mostly say stages, if any."""
    said = ""
    example = "Your header"
    for match, cells in zip(mapping.matches, raw.cells, strict=True):
        words = Counter(cell_text(cell) for cell in cells if not is_blank(cell))
        known = [word for word, _ in words.most_common() if foreign_stage(word, playbook) is not None]
        if match.key is None and len(known) > 1 and 2 * sum(words[word] for word in known) >= words.total():
            example = one_line(match.header, 40)
            said = f', as it seems from "{one_line(known[0], 40)}" and "{one_line(known[1], 40)}"'
            break
    return (
        "No column tells the stage of a lead, and colours are not read, so every lead counts as open and without "
        f'a probability; add a column Stage, or say which one it is: --map "{example}=Stage"{said}.'
    )


def _named(headers: Sequence[str]) -> str:
    return ", ".join(f'"{one_line(header, 40)}"' for header in headers)


def _large(values: Sequence[object]) -> bool:
    """Whether numbers are as large as amounts are, and no years; a sign of money in a text is enough."""
    numbers = [value for value in values if isinstance(value, (int, float))]
    if len(numbers) < len(values):
        return any(re.search(r"[$\u20ac\u00a3\u00a5\u20b9]|\b[A-Z]{3}\b", str(value)) for value in values)
    years = sum(1900 <= value <= 2100 and value == int(value) for value in numbers)
    return 2 * sum(100 <= value < 10**9 for value in numbers) >= len(numbers) and 2 * years < len(numbers)
