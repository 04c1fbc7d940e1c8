"""What a CRM's export needs beyond the meaning of its headers: blanks filled, bookkeeping left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from leadbook.model.cells import YES, cell_text, is_blank
from leadbook.model.counts import counted
from leadbook.model.mapping_words import FULL_NAME
from leadbook.run.imports.keys import plain

if TYPE_CHECKING:
    from leadbook.model.presets import Preset
    from leadbook.run.imports.gathered import Gathered


def follow_preset(gathered: Gathered, preset: Preset) -> None:
    """Finish what was gathered from an export of a known program, in place, and say what was done.

    Parameters
    ----------
    gathered : Gathered
        Of the table of leads alone, before others are joined to it.
    preset : Preset
    """
    gathered.notes.append(f"Read as an export of {preset.title}.")
    fillers: dict[str, str] = {}
    for key, headers in preset.claims([*gathered.headers.values(), *gathered.extra]).items():
        if key in gathered.keyed and key not in {FULL_NAME, "lead_id"}:
            for header in headers:
                if header in gathered.extra:
                    gathered.keyed[key] = _filled(gathered.keyed[key], gathered.extra[header])
                    first = gathered.headers[key]
                    fillers[header] = f"read where {first} is blank, and kept as a column of its own"
    matches = (structs.replace(match, note=fillers.get(match.header, match.note)) for match in gathered.mapping.matches)
    gathered.mapping = structs.replace(gathered.mapping, matches=tuple(matches))
    left_out = [header for header in gathered.extra if preset.is_left_out(header)]
    for header in left_out:
        del gathered.extra[header]
    if left_out:
        columns = "1 column" if len(left_out) == 1 else f"{len(left_out)} columns"
        gathered.notes.append(f"{columns} of {preset.title}'s own bookkeeping left out: {', '.join(left_out)}.")
    if "company" in gathered.keyed and preset.name == "hubspot":
        gathered.keyed["company"] = [_first(value) for value in gathered.keyed["company"]]
    _leave_out_deleted(gathered)


def _filled(values: list[object], further: list[object]) -> list[object]:
    return [other if is_blank(value) else value for value, other in zip(values, further, strict=True)]


def _first(value: object) -> object:
    """Return the first of several associated records, which HubSpot writes one after the other."""
    return value.split(";")[0].strip() if isinstance(value, str) and ";" in value else value


def _leave_out_deleted(gathered: Gathered) -> None:
    """Leave out rows that the CRM keeps in its bin (Salesforce exports them with IsDeleted)."""
    header = next((header for header in gathered.extra if plain(header) == "isdeleted"), None)
    if header is None:
        return
    gone = [cell_text(value).casefold() in YES for value in gathered.extra.pop(header)]
    if not any(gone):
        return
    kept = [place for place, deleted in enumerate(gone) if not deleted]
    gathered.sources = [gathered.sources[place] for place in kept]
    gathered.lines = [gathered.lines[place] for place in kept]
    gathered.keyed = {key: [values[place] for place in kept] for key, values in gathered.keyed.items()}
    gathered.extra = {header: [values[place] for place in kept] for header, values in gathered.extra.items()}
    count = sum(gone)
    gathered.notes.append(f"{counted(count, 'row')} left out, deleted in the CRM (IsDeleted).")
