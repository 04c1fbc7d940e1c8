"""What the documents are called: by company, told apart by lead where need be, each version only once."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from leadbook.analysis.kept import folded_ids
from leadbook.documents.naming import safe_name
from leadbook.run.proposing.log import last_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from leadbook.model.records import Records, Typed

_VERSIONED = re.compile(r"(?P<stem>.+) - v(?P<version>\d{1,6})(?: \(\d+\))?\.\w{2,5}", re.DOTALL)
# Links in Excel take them for something else.
_NOT_IN_LINKS = str.maketrans("#%", "__")


def name_stems(records: Records, rows: Iterable[int]) -> dict[int, str]:
    """Return what the names of each lead's documents begin with, by Excel row: ``Proposal - Alder Works``.

    Parameters
    ----------
    records : Records
    rows : iterable of int
        Of the leads that are wanted.

    Notes
    -----
    Where two leads of the workbook have companies that come out the same as a file's name, or a document of that
    name was logged for another lead, the lead's id follows: ``Proposal - Alder Works (L-0042)``.
    """
    frame = records.leads.frame
    companies = frame["company"].tolist()
    named = {company: _name(company) for company in set(companies)}
    shared = Counter(_folded(named[company]) for company in companies)
    owners = _logged_stems(records.proposals)
    keys = _keys(records)
    found: dict[int, str] = {}
    for row in rows:
        company, lead_id = str(frame["company"].loc[row]), str(frame["lead_id"].loc[row])
        stem = f"Proposal - {named[company]}"
        others = owners.get(_folded(stem), set()) - {keys[row]}
        if shared[_folded(named[company])] > 1 or others or not company:
            stem = f"{stem} ({_name(lead_id)})" if company else f"Proposal - {_name(lead_id)}"
        found[row] = stem
    taken = Counter(map(_folded, found.values()))
    return {row: stem if taken[_folded(stem)] == 1 else f"{stem} row {row}" for row, stem in found.items()}


def next_versions(records: Records, stems: Mapping[int, str], folder: Path) -> dict[str, int]:
    """Return the next version of each lead that neither the Proposals table nor a file in the folder has.

    Parameters
    ----------
    records : Records
    stems : mapping of int to str
        As ``name_stems`` returns them.
    folder : Path
        Where the documents will be.

    Returns
    -------
    dict of str to int
        By the lead's id as ids are compared.
    """
    logged = last_versions(records.proposals)
    there = _versions_in(folder)
    keys = _keys(records)
    return {keys[row]: 1 + max(logged.get(keys[row], 0), there.get(_folded(stem), 0)) for row, stem in stems.items()}


def _keys(records: Records) -> dict[int, str]:
    return dict(zip(records.leads.frame.index.tolist(), folded_ids(records.leads).tolist(), strict=True))


def _versions_in(folder: Path) -> dict[str, int]:
    """Return the highest version of each name that stands in a folder; none where there is no such folder."""
    found: dict[str, int] = {}
    if not folder.is_dir():
        return found
    for entry in folder.iterdir():
        read = _VERSIONED.fullmatch(entry.name)
        if read is not None:
            stem = _folded(read["stem"])
            found[stem] = max(found.get(stem, 0), int(read["version"]))
    return found


def _logged_stems(proposals: Typed | None) -> dict[str, set[str]]:
    """Return which leads documents of a name were logged for."""
    found: dict[str, set[str]] = {}
    if proposals is None:
        return found
    for key, file in zip(folded_ids(proposals).tolist(), proposals.frame["file"].tolist(), strict=True):
        read = _VERSIONED.fullmatch(re.split(r"[/\\]", file)[-1])
        if read is not None:
            found.setdefault(_folded(read["stem"]), set()).add(key)
    return found


def _name(text: str) -> str:
    return safe_name(text.translate(_NOT_IN_LINKS))


def _folded(name: str) -> str:
    """Return a name as file systems compare it: some without case, some with letters and accents apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
