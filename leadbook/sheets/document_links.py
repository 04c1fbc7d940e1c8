"""Links from cells to documents beside the workbook: relative, so that both can move together."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.kept import folded_ids
from leadbook.model.standing_offers import standing_offers
from leadbook.sheets.spec import Formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.records import Records

# HYPERLINK takes an address of 255 characters at most, and a text of a formula likewise.
_MOST = 255
_DOCUMENTS = frozenset({".docx", ".pdf", ".html"})
# Excel takes what follows "#" for a place in the document, and "%20" for a space.
_MEANT_OTHERWISE = re.compile(r'[#%<>"|?*\x00-\x1f\x7f]')


def link_to(path: str, shown: str) -> Formula | None:
    """Return a cell that opens a document, or None where no link can be made of the path.

    Parameters
    ----------
    path : str
        From the workbook's folder to the document, with slashes of either kind; it may come from a cell.
    shown : str
        What the cell shows.

    Notes
    -----
    A formula and no hyperlink of the sheet's: it stays with its row when the list is sorted, filtered or copied.
    Only relative paths to documents become links; a cell cannot make one to a server, a drive or a program.
    """
    told = path.replace("\\", "/")
    kind = PurePosixPath(told).suffix.casefold()
    relative = not (told.startswith("/") or PureWindowsPath(told).drive or ":" in told)
    if kind not in _DOCUMENTS or not relative or len(told) > _MOST or len(shown) > _MOST:
        return None
    if _MEANT_OTHERWISE.search(told) or not shown or not shown.isprintable():
        return None
    return Formula(f'=HYPERLINK("{told}","{shown.replace(chr(34), chr(34) * 2)}")', shown)


def last_documents(records: Records, rows: Sequence[int]) -> dict[int, str]:
    """Return where the document of some leads' last proposal is, for those whose Proposals row leads to one.

    Parameters
    ----------
    records : Records
    rows : sequence of int
        Excel rows of leads.

    Returns
    -------
    dict of int to str
        Excel row to the path from the workbook's folder, of proposals that wait for an answer.
    """
    table = records.proposals
    # A name that a person typed is no link, and nobody knows where that document is.
    if table is None or table.table is None or table.places.get("file") not in table.table.formula_columns:
        return {}
    waiting = np.flatnonzero(standing_offers(table))
    files, ids = table.frame["file"].to_numpy(dtype=object), folded_ids(table)
    found = {ids[at]: files[at] for at in waiting.tolist() if "/" in files[at] and link_to(files[at], "v")}
    places = records.leads.frame.index.get_indexer(pd.Index(list(rows), dtype=np.int64))
    keys = folded_ids(records.leads)[places].tolist()
    return {row: found[key] for row, key in zip(rows, keys, strict=True) if key and key in found}


def path_from(home: Path, document: Path) -> str:
    """Return how a document is reached from the workbook's folder, with "/"; its whole path where no way leads."""
    try:
        way = os.path.relpath(document, home)
    except ValueError:  # on another drive of Windows
        return str(document)
    return Path(way).as_posix()
