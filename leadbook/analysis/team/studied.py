"""What is kept of one rep's book: small enough for hundreds of them, and enough for every figure of the review."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads the annotations when it decodes a record
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from leadbook.analysis.team.packing import DamagedTableError, PackedTable, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Another shape of the record is another number, so that no cache hands out an old one.
SHAPE = 4


class StageLine(Struct, frozen=True):
    """One stage of a book's playbook."""

    name: str
    stage_class: str
    probability: float
    expected_days: float | None = None


class RepLine(Struct, frozen=True):
    """One row of a book's Reps table; ``quotas`` by period as its header spells it, in the book's base currency."""

    owner: str
    team: str = ""
    capacity: float | None = None
    active: bool = True
    quotas: dict[str, float] = {}


class Studied(Struct, frozen=True):
    """One book, studied.

    Parameters
    ----------
    as_of : date
    currency : str
        The book's base currency; all its money is in it.
    rates : mapping of str to float
        ISO code to units of the base currency for one unit.
    fiscal_month : int
        The month its fiscal year starts in.
    fit_limit : float
        The fit from which a lead counts as the ideal customer (option Mql Fit).
    home_country : str
    leads : int
        Rows of its Leads table, archived ones included.
    errors, warnings : int
        Issues that a refresh would list.
    leads_sheet : str
        Where the leads stand, for links.
    first_column : str
        Letters of the table's first column.
    history_since : date or None
    lacks_quarter : str
        Why slippage of the quarter cannot be told, "" where it can.
    moves : mapping of str to (float, int)
        The waterfall of the quarter under way, step to amount and deals; empty where ``lacks_quarter`` says why.
    open_ends : list of float
        The open value at each of the last months' ends, NaN where nobody can tell, see ``analysis.trends``.
    stages : list of StageLine
    reps : list of RepLine
    notes : list of str
        How a list that nobody has adopted yet was read.
    deals : PackedTable
        One row a lead that counts, see `deals_of`.
    conversions : PackedTable
        ``owner``, ``stage``, ``entered``, ``advanced``, ``exited``, ``pending``.
    promises : PackedTable
        ``owner``, ``deals``, ``called``, ``called_came``, ``weighted``, ``came``: past months, see ``rose_tint``.
    quality : PackedTable
        ``owner``, ``open_leads``, ``clean_leads``, ``open_amount``, ``wrong_amount``, ``points``, ``fault``,
        ``fault_leads``.
    """

    as_of: dt.date
    currency: str
    rates: dict[str, float]
    fiscal_month: int
    fit_limit: float
    home_country: str
    leads: int
    errors: int
    warnings: int
    leads_sheet: str
    first_column: str
    history_since: dt.date | None
    lacks_quarter: str
    moves: dict[str, tuple[float, int]]
    open_ends: list[float]
    stages: list[StageLine]
    reps: list[RepLine]
    notes: list[str]
    deals: PackedTable
    conversions: PackedTable
    promises: PackedTable
    quality: PackedTable

    def frames(self) -> Mapping[str, pd.DataFrame]:
        """Return its tables as frames.

        Raises
        ------
        DamagedTableError
            A table is none.
        """
        return {name: unpack(getattr(self, name)) for name in ("deals", "conversions", "promises", "quality")}

    def without_tables(self) -> Studied:
        """Return the record without what ``frames`` gave, which is nearly all of its size."""
        none = PackedTable(0, {})
        return replace(self, deals=none, conversions=none, promises=none, quality=none)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Studied)


def to_bytes(studied: Studied) -> bytes:
    """Return the record as bytes that any machine can read back without running anything."""
    return _ENCODER.encode(studied)


def from_bytes(data: bytes) -> Studied:
    """Return the record of some bytes.

    Raises
    ------
    DamagedTableError
        They are no such record.
    """
    try:
        return _DECODER.decode(data)
    except msgspec.MsgspecError as failure:
        raise DamagedTableError(str(failure)) from failure


#: What a table of deals has, by kind, so that books without a row fit beside the others.
TEXTS = (
    "lead_id", "company", "owner", "source", "industry", "currency", "lost_reason", "stage_name", "stage_class",
    "lifecycle", "category", "key", "flags", "next_action", "sla_status", "temperature", "missing", "doubt",
    "competitor", "first_name", "last_name", "email", "phone", "website", "street", "postcode", "city", "country",
)  # fmt: skip
DAYS = (
    "created", "first_contacted", "mql_date", "sql_date", "opportunity_date", "close_date", "last_touch", "close_then",
    "next_step_date",
)  # fmt: skip
NUMBERS = (
    "amount", "typed_amount", "amount_then", "stage_win", "days_in_stage", "in_stage_least_days", "pushes",
    "silent_days", "sla_hours", "score", "fit",
)  # fmt: skip
FLAGS = (
    "stale", "stalled", "open", "won", "lost", "qualified", "no_rate", "priced", "overdue", "no_next_step",
    "wrong_stage", "padding", "dead", "due_then", "fit_known", "wrong",
)  # fmt: skip


def in_shape(deals: pd.DataFrame) -> pd.DataFrame:
    """Return a table of deals with every column it must have, of its kind; ``row`` is the Excel row."""
    made: dict[str, object] = {"row": deals["row"].to_numpy(dtype=np.int64)}
    for name in TEXTS:
        made[name] = deals[name].to_numpy(dtype=object)
    for name in DAYS:
        made[name] = deals[name].to_numpy(dtype="datetime64[D]").astype("datetime64[s]")
    for name in NUMBERS:
        made[name] = deals[name].to_numpy(dtype=np.float64)
    for name in FLAGS:
        made[name] = deals[name].to_numpy(dtype=np.bool_)
    return pd.DataFrame(made, index=pd.RangeIndex(len(deals)))


__all__ = ["SHAPE", "RepLine", "StageLine", "Studied", "from_bytes", "in_shape", "pack", "to_bytes"]
