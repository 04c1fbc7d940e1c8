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
# Which of our columns is named as an example: the first that no header means yet.
_DATES = ("close_date", "created", "last_activity", "next_step_date", "first_contacted")
# Numbers that count or name something are no amounts.
_NO_AMOUNTS = re.compile(
    r"(nr|no|nummer|number|[^a-z]id)\.?$|[#%]"
    r"|\b(id|nr|no|number|nummer|code|zip|plz|postcode|year|jahr|phone|tel|fax|days|tage|qty|count|score)\b",
    re.IGNORECASE,
)


def unread_columns(mapping: Mapping, raw: RawTable, settled: Collection[str]) -> list[str]:
    """Return, in at most one sentence, the headers without a meaning whose cells are all dates or all amounts.

    Parameters
    ----------
    mapping : Mapping
        What each header means.
    raw : RawTable
        The team's table.
    settled : collection of str
        Headers, squeezed, of which it was said already that they are the team's own.
    """
    dates: list[str] = []
    amounts: list[str] = []
    for match, cells in zip(mapping.matches, raw.cells, strict=True):
        word = squeezed(match.header)
        if match.key is not None or match.note or word in settled or word in _OURS or not word:
            continue
        values = present(cells)
        if len(values) < _FEWEST:
            continue
        if share(Kind.DATE, values) == 1 and not any(isinstance(value, (int, float)) for value in values):
            dates.append(match.header)
        elif share(Kind.MONEY, values) == 1 and _large(values) and not _NO_AMOUNTS.search(match.header):
            amounts.append(match.header)
    free_date = next((key for key in _DATES if key not in mapping.keys), None)
    told: list[str] = []
    say = ""
    if dates and free_date:
        told.append(f"only dates in {_named(dates)}")
        say = f'--map "{one_line(dates[0], 40)}={column("Leads", free_date).header}"'
    if amounts and "amount" not in mapping.keys:
        told.append(f"only amounts in {_named(amounts)}")
        say = say or f'--map "{one_line(amounts[0], 40)}={column("Leads", "amount").header}"'
    return [f"Not read, though there are {' and '.join(told)}; say what a column means with {say}."] if told else []


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
