"""Duplicates among the leads of a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec.structs import replace

from leadbook.analysis.duplicates.column import Column
from leadbook.analysis.duplicates.levels import THRESHOLD
from leadbook.analysis.duplicates.normalise import coded_field, normalise, read_field
from leadbook.analysis.duplicates.phones import Dialled
from leadbook.analysis.duplicates.rows import Deals, Thing
from leadbook.analysis.duplicates.search import search
from leadbook.analysis.results import Duplicates
from leadbook.model.columns import OWNED_LEAD_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.analysis.duplicates.fields import Field
    from leadbook.analysis.duplicates.rows import Rows
    from leadbook.analysis.duplicates.search import Found
    from leadbook.model.records import Records, Typed

ROLES = {
    "email": "email", "phone": "phone", "first_name": "given", "last_name": "surname", "company": "company",
    "website": "website", "street": "street", "postcode": "postcode", "city": "city",
}  # fmt: skip
_IDENTIFYING = ("email", "phone", "company", "first_name", "last_name", "street", "website")
# What leadbook writes itself says nothing about how complete a row is.
_OWNED = frozenset(column.key for column in OWNED_LEAD_COLUMNS)


def find_duplicates(records: Records, *, least: float = THRESHOLD, in_words: bool = True) -> Duplicates:
    """Return the leads that look like the same one, as pairs and as clusters with a master.

    Parameters
    ----------
    records : Records
        Rows that say nothing about who they are, and leads in the archive (merged ones), are left out.
    least : float
        Pairs below this probability are left out of ``pairs``.
    in_words : bool
        Whether ``reasons`` are wanted; otherwise each is "".

    Returns
    -------
    Duplicates
        ``pairs`` with a probability of at least ``least``, the likeliest first. ``clusters``: groups that the
        evidence between all their members holds together; the master is the most complete row, then the one
        created first, then the uppermost. ``probability`` of a member is its best with another one, the
        master's own where that reaches 0.5, and ``reasons`` speak of the same.

    Notes
    -----
    The result is the same whatever the order of the rows. Of more than 8 rows that are equal in all that is
    compared, one stands for all of them in the pairs.
    """
    found, sheet_rows, ids = search_leads(records, least=least)
    if not len(found.first) and not found.groups:
        return Duplicates(_no_pairs(), _no_clusters(), found.skipped)
    pairs = _pairs(found, sheet_rows, ids, in_words=in_words)
    return Duplicates(pairs, _clusters(records, found, sheet_rows, ids, in_words=in_words), found.skipped)


def search_leads(
    records: Records, *, least: float = THRESHOLD
) -> tuple[Found, npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """Return what was found among a workbook's leads, with the Excel row and the id of each compared row."""
    frame = records.leads.frame
    kept = np.flatnonzero(_comparable(records))
    sheet_rows = frame.index.to_numpy()[kept].astype(np.int64)
    ids = np.full(len(kept), "", dtype=object)
    if "lead_id" in frame.columns:
        ids = frame["lead_id"].to_numpy(dtype=object)[kept]
    rows, order = _compared_rows(records, kept).ordered()
    return search(rows, least=least), sheet_rows[order], ids[order]


def _compared_rows(records: Records, kept: npt.NDArray[np.int64]) -> Rows:
    frame = records.leads.frame
    fields = {key: _field(records.leads, key, kept) for key in ROLES if key in frame.columns}
    countries = _field(records.leads, "country", kept) if "country" in frame.columns else None
    dialled = Dialled(countries, records.playbook.options.home_country)
    return rows_of(fields, _deals(frame, kept), dialled)


def lead_rows(
    columns: Mapping[str, npt.NDArray[np.object_]],
    deals: Deals | None = None,
    dialled: Dialled | None = None,
) -> Rows:
    """Return leads as the comparison sees them.

    Parameters
    ----------
    columns : mapping of str to array of text
        By lead column key; blanks are "".
    deals : Deals, optional
        What tells several deals of one account or person apart.
    dialled : Dialled, optional
        Where phone numbers without a country code are.
    """
    return rows_of({key: read_field(values) for key, values in columns.items()}, deals, dialled)


def rows_of(fields: Mapping[str, Field], deals: Deals | None, dialled: Dialled | None) -> Rows:
    """Return leads as the comparison sees them, of columns by lead column key; otherwise as `lead_rows`."""
    filled = {key: field for key, field in fields.items() if field.texts}
    rows = normalise([Column(ROLES[key], key) for key in ROLES if key in filled], filled, dialled)
    count = len(next(iter(fields.values())).codes) if fields else 0
    rows = replace(rows, count=count)
    if deals is None:
        return rows
    return replace(rows, things=(*rows.things, Thing("deal", "Deal")), deals=deals)


def _field(leads: Typed, key: str, kept: npt.NDArray[np.int64]) -> Field:
    # Values that none of the kept rows holds would count among the words.
    if len(kept) == len(leads.frame):
        return coded_field(*leads.coded(key))
    return read_field(leads.frame[key].to_numpy(dtype=object)[kept])


def _deals(frame: pd.DataFrame, kept: npt.NDArray[np.int64]) -> Deals:
    blank = np.full(len(kept), np.nan)
    key = "amount_base" if "amount_base" in frame.columns else "amount"
    amount = frame[key].to_numpy(dtype=np.float64)[kept] if key in frame.columns else blank
    close_day = blank
    if "close_date" in frame.columns:
        close_day = days(frame["close_date"].to_numpy()[kept])
    ended = np.zeros(len(kept), dtype=bool)
    if "stage_class" in frame.columns:
        classes = frame["stage_class"].to_numpy(dtype=object)[kept]
        ended = np.asarray((classes == "won") | (classes == "lost") | (classes == "disqualified"), dtype=bool)
    return Deals(amount, close_day, ended)


def days(values: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    """Return dates as days since 1970, NaN for none."""
    stamps = values.astype("datetime64[D]")
    return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64).astype(np.float64))


def _comparable(records: Records) -> npt.NDArray[np.bool_]:
    """Return which leads can be compared: they say who they are, and were not merged into another."""
    frame = records.leads.frame
    says_who = np.zeros(len(frame), dtype=bool)
    for key in _IDENTIFYING:
        if key in frame.columns:
            says_who |= np.asarray(frame[key].to_numpy(dtype=object) != "", dtype=bool)
    archive = records.archive.frame
    if len(archive) and "lead_id" in archive.columns and "lead_id" in frame.columns:
        archived = set(archive["lead_id"]) - {""}
        says_who &= np.fromiter((i not in archived for i in frame["lead_id"]), bool, len(frame))
    return says_who


def _pairs(
    found: Found, sheet_rows: npt.NDArray[np.int64], ids: npt.NDArray[np.object_], *, in_words: bool
) -> pd.DataFrame:
    upper = sheet_rows[found.first] < sheet_rows[found.second]
    one, other = np.where(upper, found.first, found.second), np.where(upper, found.second, found.first)
    sentences = found.explain(one, other)[1] if in_words else [""] * len(one)
    pairs = pd.DataFrame(
        {
            "row_a": sheet_rows[one],
            "row_b": sheet_rows[other],
            "id_a": ids[one],
            "id_b": ids[other],
            "probability": found.probability,
            "reasons": np.array(sentences, dtype=object),
        }
    )
    return pairs.sort_values(["probability", "row_a", "row_b"], ascending=[False, True, True], ignore_index=True)


def _clusters(
    records: Records, found: Found, sheet_rows: npt.NDArray[np.int64], ids: npt.NDArray[np.object_], *, in_words: bool
) -> pd.DataFrame:
    """Return the members of each cluster, its master first."""
    if not found.groups:
        return _no_clusters()
    members = sorted({node for group in found.groups for node in group})
    standing = dict(zip(members, _standing(records, sheet_rows[members]), strict=True))
    groups = sorted(
        (sorted(group, key=lambda node: (standing[node] != best, int(sheet_rows[node])))
         for group in found.groups for best in [min(standing[node] for node in group)]),
        key=lambda group: min(int(sheet_rows[node]) for node in group),
    )  # fmt: skip
    likeliest = _likeliest(found)
    asked = [(group[0], node) for group in groups for node in group[1:]]
    chances, sentences = found.explain(*np.array(asked, dtype=np.int64).T, in_words=in_words)
    through = [
        (node, likeliest.get(node, group_master))
        for (group_master, node), chance in zip(asked, chances.tolist(), strict=True)
        if chance < THRESHOLD
    ]
    other_chances, other_sentences = found.explain(
        *np.array(through, dtype=np.int64).reshape(-1, 2).T, in_words=in_words
    )
    others = {
        node: (chance, f"By {_named(sheet_rows, ids, near)}: {sentence}" if sentence else "")
        for (node, near), chance, sentence in zip(through, other_chances.tolist(), other_sentences, strict=True)
    }
    told = {
        node: others.get(node, (chance, sentence))
        for (_, node), chance, sentence in zip(asked, chances.tolist(), sentences, strict=True)
    }
    frame = []
    for number, group in enumerate(groups, 1):
        frame.append((number, group[0], True, max(told[node][0] for node in group[1:]), ""))
        frame.extend((number, node, False, *told[node]) for node in group[1:])
    cluster, nodes, is_master, probability, whys = zip(*frame, strict=True)
    places = np.array(nodes, dtype=np.int64)
    return pd.DataFrame(
        {
            "cluster": np.array(cluster, dtype=np.int64),
            "row": sheet_rows[places],
            "lead_id": ids[places],
            "master": np.array(is_master, dtype=bool),
            "probability": np.array(probability, dtype=np.float64),
            "reasons": list(whys),
        }
    )


def _named(sheet_rows: npt.NDArray[np.int64], ids: npt.NDArray[np.object_], node: int) -> str:
    return str(ids[node]) or f"row {sheet_rows[node]}"


def _likeliest(found: Found) -> dict[int, int]:
    """Return for each row the one of its group that it most likely is."""
    group_of = {node: number for number, group in enumerate(found.groups) for node in group}
    best: dict[int, tuple[float, int]] = {}
    for one, other, odds in zip(found.first.tolist(), found.second.tolist(), found.odds.tolist(), strict=True):
        if one in group_of and group_of[one] == group_of.get(other):
            best[one] = max(best.get(one, (-np.inf, -1)), (odds, other))
            best[other] = max(best.get(other, (-np.inf, -1)), (odds, one))
    return {node: near for node, (_, near) in best.items()}


def _standing(records: Records, sheet_rows: npt.NDArray[np.int64]) -> list[tuple[int, float, int]]:
    """Return for each lead what decides who is master; the smallest is: blanks, creation, row."""
    part = records.leads.frame.loc[sheet_rows]
    filled = np.zeros(len(part), dtype=np.int64)
    for key in records.leads.places:
        if key in part.columns and key not in _OWNED:
            filled += _filled(part[key])
    created = days(part["created"].to_numpy()) if "created" in part.columns else np.full(len(part), np.nan)
    created = np.where(np.isnan(created), np.inf, created)
    return [(-int(count), float(day), int(row)) for count, day, row in zip(filled, created, sheet_rows, strict=True)]


def _filled(column: pd.Series) -> npt.NDArray[np.bool_]:
    there = column.notna().to_numpy(dtype=bool)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fMb":
        return np.asarray(there)
    return np.asarray(there & (column.to_numpy(dtype=object) != ""), dtype=bool)


def _no_pairs() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row_a": np.empty(0, np.int64),
            "row_b": np.empty(0, np.int64),
            "id_a": np.empty(0, object),
            "id_b": np.empty(0, object),
            "probability": np.empty(0, np.float64),
            "reasons": np.empty(0, object),
        }
    )


def _no_clusters() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cluster": np.empty(0, np.int64),
            "row": np.empty(0, np.int64),
            "lead_id": np.empty(0, object),
            "master": np.empty(0, bool),
            "probability": np.empty(0, np.float64),
            "reasons": np.empty(0, object),
        }
    )
