"""What speaks for talking about an open deal: each concern in words, and how much it weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.measure_history import MOST_PUSHES
from leadbook.analysis.periods import quarter_of, show_day
from leadbook.model.playbook import Category

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from leadbook.analysis.team.pooling import Team

    Mask = npt.NDArray[np.bool_]

SOON_DAYS = 14
LARGE_SHARE = 0.9  # a deal larger than nine of ten is large


class Concern(Struct, frozen=True):
    """One thing that speaks for talking about a deal.

    Parameters
    ----------
    key : str
    weight : float
        The deal's value times its chance counts so many times.
    meaning : str
        What the note below the agenda says.
    """

    key: str
    weight: float
    meaning: str


CONCERNS = (
    Concern("overdue", 3.0, "the close date has passed"),
    Concern("slipped", 2.5, "slipped out of the quarter it was due in"),
    Concern("pushed", 2.0, f"pushed {MOST_PUSHES} times or more"),
    Concern("shaky", 2.5, "in Commit although silent, stuck or without a next step"),
    Concern("soon", 2.0, f"due within {SOON_DAYS} days"),
    Concern("clash", 2.0, "worked by another rep too"),
    Concern("stalled", 1.5, "stuck in its stage"),
    Concern("stale", 1.5, "stale"),
    Concern("no_step", 1.0, "no next step"),
    Concern("wrong_stage", 1.0, "its stage lacks what it requires"),
    Concern("waiting", 1.5, "hot and not contacted in time"),
    Concern("large", 1.0, "among the largest tenth"),
)


class Concerns(Struct, frozen=True):
    """The concerns about every open deal.

    Parameters
    ----------
    places : array of int
        Places of the open deals in the team's deals.
    raised : mapping of key to array of bool
        One entry an open deal.
    worth : array of float
        Amount x chance; a deal without an amount is taken for the rep's middle one, without a chance for one in ten.
    weight : array of float
        Sum of the weights.
    """

    places: npt.NDArray[np.int64]
    raised: dict[str, Mask]
    worth: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float64]

    @property
    def urgency(self) -> npt.NDArray[np.float64]:
        """What orders the agenda: worth x weight."""
        return np.asarray(self.worth * self.weight)


def raise_concerns(team: Team, clashing: Iterable[int]) -> Concerns:
    """Return the concerns about every open deal.

    Parameters
    ----------
    team : Team
    clashing : iterable of int
        Places of the deals that another rep works too.
    """
    deals = team.deals
    places = np.flatnonzero(deals["open"].to_numpy(dtype=bool))
    part = deals.iloc[places]
    quarter = quarter_of(team.today, team.playbook.options.fiscal_year_start_month)
    close = part["close_date"].to_numpy(dtype="datetime64[D]")
    today = np.datetime64(team.today, "D")
    amount = part["amount"].to_numpy(dtype=float)
    late = close < today
    quiet = (part["stale"] | part["stalled"] | part["no_next_step"]).to_numpy(dtype=bool)
    limit = float(np.nanquantile(amount, LARGE_SHARE)) if np.isfinite(amount).any() else np.inf
    raised: dict[str, Mask] = {
        "overdue": late,
        "slipped": part["due_then"].to_numpy(dtype=bool) & (close >= np.datetime64(quarter.end, "D")),
        "pushed": part["pushes"].to_numpy(dtype=float) >= MOST_PUSHES,
        "shaky": (part["category"] == Category.COMMIT.value).to_numpy(dtype=bool) & quiet,
        "soon": (close >= today) & (close <= today + np.timedelta64(SOON_DAYS, "D")),
        "clash": np.isin(places, np.fromiter(clashing, np.int64)),
        "stalled": part["stalled"].to_numpy(dtype=bool),
        "stale": part["stale"].to_numpy(dtype=bool),
        "no_step": part["no_next_step"].to_numpy(dtype=bool),
        "wrong_stage": part["wrong_stage"].to_numpy(dtype=bool),
        "waiting": ((part["temperature"] == "hot") & (part["sla_status"] == "overdue")).to_numpy(dtype=bool),
        "large": (amount >= limit) & (amount > 0),
    }
    weight = sum(concern.weight * raised[concern.key] for concern in CONCERNS)
    chance = part["stage_win"].fillna(0.1).clip(lower=0.1).to_numpy(dtype=float)
    middle = float(np.nanmedian(amount)) if np.isfinite(amount).any() else 1.0
    worth = np.where(np.isfinite(amount), amount, middle) * chance
    return Concerns(places, raised, worth, np.asarray(weight, dtype=float))


def why(team: Team, concerns: Concerns, at: int, clash: Callable[[int], str]) -> str:
    """Return in words what speaks for talking about one open deal.

    Parameters
    ----------
    team : Team
    concerns : Concerns
    at : int
        Place among the open deals.
    clash : callable
        Place in the team's deals to whom else works it.
    """
    place = int(concerns.places[at])
    deal = team.deals.iloc[place]
    raised = {key for key, mask in concerns.raised.items() if mask[at]}
    no_step = "no_step" in raised
    expected = next(
        (stage.expected_days for stage in team.playbook.stages if stage.name == str(deal["stage_name"])), None
    )
    words: dict[str, Callable[[], str]] = {
        "overdue": lambda: f"close date passed {_days((team.today - _day(deal['close_date'])).days)} ago",
        "soon": lambda: _due((_day(deal["close_date"]) - team.today).days),
        "slipped": lambda: f"was due {show_day(_day(deal['close_then']))}, now {show_day(_day(deal['close_date']))}",
        "pushed": lambda: f"pushed {int(deal['pushes'])} times",
        "stale": lambda: _silence(deal),
        "stalled": lambda: _stuck(deal, expected, told="stale" in raised),
        "no_step": lambda: "no next step",
        "wrong_stage": lambda: _lacks(str(deal["missing"]), no_step=no_step),
        "shaky": lambda: "yet called Commit",
        "waiting": lambda: "hot lead, first contact overdue",
        "clash": lambda: clash(place),
        "large": lambda: "one of the largest",
    }
    text = "; ".join(said for key, word in words.items() if key in raised and (said := word()))
    return text[:1].upper() + text[1:]


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"


def _due(left: int) -> str:
    return f"due in {_days(left)}" if left else "due today"


def _lacks(missing: str, *, no_step: bool) -> str:
    """Return what a stage requires and the deal lacks; the next step only where that has not been said already."""
    parts = [part.strip() for part in missing.split(",") if part.strip()]
    if no_step:
        parts = [part for part in parts if not part.casefold().startswith("next step")]
    more = f" and {len(parts) - 2} more" if len(parts) > 2 else ""
    return f"lacks {', '.join(parts[:2])}{more}" if parts else ""


def _silence(deal: pd.Series) -> str:
    if deal["doubt"]:
        return str(deal["doubt"]).partition("; close date pushed")[0]
    silent = float(deal["silent_days"])
    return "no activity yet" if np.isnan(silent) else f"silent {silent:.0f} days"


def _stuck(deal: pd.Series, expected: float | None, *, told: bool) -> str:
    """Return how long a deal has stood in its stage; "" where its silence has been told by that already."""
    if told and "in the stage" in _silence(deal):
        return ""
    spent = float(deal["in_stage_least_days"])
    if np.isnan(spent):
        return f"stuck in {deal['stage_name']}"
    usual = f", {expected:g} expected" if expected else ""
    return f"{spent:.0f} days in {deal['stage_name']}{usual}"


def _day(value: object) -> dt.date:
    return pd.Timestamp(value).date()  # type: ignore[arg-type] # a date of the frame
