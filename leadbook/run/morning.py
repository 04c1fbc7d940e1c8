"""The command today: what a seller should do this morning. Nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.kept import folded_ids
from leadbook.analysis.today_list import list_today
from leadbook.model.records import TEXT_STORAGE
from leadbook.run.as_it_stands import records_to
from leadbook.run.chances import place_leads
from leadbook.run.progress import silent
from leadbook.run.whose import leads_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from leadbook.analysis.today_list import TodayList
    from leadbook.model.tables import BookContents

PER_OWNER, OF_ONE_OWNER, MOST_ROWS = 25, 200, 500


class Morning(Struct, frozen=True):
    """What is to be done today.

    Parameters
    ----------
    book : str
        The workbook's file name.
    as_of : date
    currency : str
        ISO code of all amounts.
    listed : TodayList
        Its ``rows`` have the lead's ``lead_id``, ``company``, ``person``, ``stage_name``, ``grade``, ``amount`` (base
        currency) and ``due`` (the next step's date; a parked lead's revisit date) besides.
    notes : tuple of str
        How the workbook was read, where that is not plain.
    """

    book: str
    as_of: dt.date
    currency: str
    listed: TodayList
    notes: tuple[str, ...] = ()


@pd.option_context(*TEXT_STORAGE)
def list_morning(
    contents: BookContents, today: dt.date, owner: str = "", progress: Callable[[str], None] = silent
) -> Morning:
    """Return what each owner, or one of them, should do today.

    Parameters
    ----------
    contents : BookContents
    today : date
    owner : str
        "" for all; "Unknown" for leads without one.

    Raises
    ------
    InputError
        No table holds leads, it holds none, there is no such owner, or ``today`` lies outside 1990 to 2199.
    """
    progress("read")
    records = records_to(contents, today, "do")
    progress("score")
    placed = place_leads(records, today)
    scores, standing = placed.scores, placed.standing
    leads = records.leads.frame
    archived = set(folded_ids(records.archive)) - {""}
    counted = np.fromiter((key not in archived for key in folded_ids(records.leads)), bool, len(leads))
    per_owner, most_rows = PER_OWNER, MOST_ROWS
    if owner:
        counted &= leads_of(owner, leads["owner"], [rep.owner for rep in records.playbook.reps])
        per_owner, most_rows = OF_ONE_OWNER, OF_ONE_OWNER
    listed = list_today(records, scores, standing, counted, today, per_owner=per_owner, most_rows=most_rows)
    places = leads.index.get_indexer(listed.rows.index)
    mine = leads.take(places)
    person = [f"{first} {last}".strip() for first, last in zip(mine["first_name"], mine["last_name"], strict=True)]
    rows = listed.rows.assign(
        lead_id=mine["lead_id"], company=mine["company"], person=person, stage_name=mine["stage_name"],
        grade=scores.frame["grade"].take(places), amount=mine["amount_base"],
        due=mine["next_step_date"].where(~listed.rows["parked"], mine["revisit_date"]),
    )  # fmt: skip
    return Morning(
        contents.name, today, records.playbook.options.base_currency,
        type(listed)(rows, listed.owners, listed.tracks, listed.unlisted_owners),
    )  # fmt: skip
