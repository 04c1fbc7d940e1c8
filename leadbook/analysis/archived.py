"""Which leads were merged away, and which lead each of them is now."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from leadbook.analysis.touches import spaced_once

if TYPE_CHECKING:
    from leadbook.model.records import Typed

MERGED_INTO = "Merged into "
_REASON = re.compile(rf"{MERGED_INTO}(.+?)(?:: .*)?", re.DOTALL | re.IGNORECASE)


def archived_ids(archive: Typed) -> dict[str, str]:
    """Return the lead that each merged lead is now.

    Parameters
    ----------
    archive : Typed
        The Archive table, in any order; rows that no merge put there say nothing here.

    Returns
    -------
    dict of str to str
        The old lead id, case-folded with single spaces (as ``folded_ids`` has it), to the id of the lead it was
        merged into, as it is spelled; where that one was merged away later, the last of the chain.
    """
    frame = archive.frame
    if not len(frame):
        return {}
    into = {
        folded_id(old): target
        for old, reason, row in zip(
            frame["lead_id"].tolist(), frame["reason"].tolist(), archived_texts(archive), strict=True
        )
        if folded_id(old) and (target := _target(str(reason), str(row)))
    }
    return {old: _last(old, into) for old in into}


def archived_texts(archive: Typed) -> list[str]:
    """Return what the Archive keeps of each row, which stands in several cells where it is long."""
    found = [str(text) for text in archive.frame["row"].tolist()]
    number = 2
    while (header := more_of_row(number)) in archive.extra.columns:
        more = archive.extra[header].tolist()
        found = [text + (one if isinstance(one, str) else "") for text, one in zip(found, more, strict=True)]
        number += 1
    return found


def more_of_row(number: int) -> str:
    """Return the header of the Archive's column where what it keeps of a row goes on."""
    return f"Row ({number})"


def folded_id(lead_id: object) -> str:
    """Return a lead id as ids are compared: without case, with single spaces."""
    return spaced_once(str(lead_id).casefold())


def _target(reason: str, row: str) -> str:
    """Return the lead that an archived row says it went into, "" when it says none."""
    try:
        kept = json.loads(row) if row.startswith("{") else {}
    except ValueError:
        kept = {}
    into = kept.get("into") if isinstance(kept, dict) else None
    if isinstance(into, str) and into:
        return into
    found = _REASON.fullmatch(reason)
    return found[1].strip() if found else ""


def _last(old: str, into: dict[str, str]) -> str:
    """Follow merges of merges; a circle, which only an edit by hand can make, ends where it began."""
    seen = {old}
    target = into[old]
    while (key := folded_id(target)) in into and key not in seen:
        seen.add(key)
        target = into[key]
    return target
