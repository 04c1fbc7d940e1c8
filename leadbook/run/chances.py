"""Leads scored and placed as a refresh does, with the chances that the workbook's own outcomes teach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.history import visits
from leadbook.analysis.score import score
from leadbook.analysis.standing import stand
from leadbook.analysis.winning.leads import learn_wins

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from leadbook.analysis.results import Scores, Standing
    from leadbook.analysis.winning.leads import Wins
    from leadbook.model.records import Records


class Placed(Struct, frozen=True):
    """What each lead is worth and where it stands; ``visits`` as ``history_visits.visits`` returns them."""

    scores: Scores
    visits: pd.DataFrame
    wins: Wins
    standing: Standing


def place_leads(records: Records, today: dt.date) -> Placed:
    """Return every lead's points, chance and standing on a day."""
    scores = score(records, today)
    stage_visits = visits(records.history)
    wins = learn_wins(records, scores, stage_visits, today)
    return Placed(scores, stage_visits, wins, stand(records, scores, today, wins))
