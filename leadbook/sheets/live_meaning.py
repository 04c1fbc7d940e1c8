"""What leadbook itself read: which leads a figure counts, and the amounts they carry."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.kept import folded_ids
from leadbook.model.playbook import StageClass
from leadbook.sheets.live_cells import Floats, Mask, serial_of
from leadbook.sheets.live_where import UNKNOWN, Where, folded

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import numpy.typing as npt

    from leadbook.sheets.results import Results


class Meaning:
    """The leads as the analysis sees them, for the figure a formula has to show.

    Parameters
    ----------
    results : Results
    """

    def __init__(self, results: Results) -> None:
        self._results = results
        self._date_system = results.lead_cells.date_system
        self._groups: dict[str, tuple[npt.NDArray[np.intp], list[str]]] = {}
        # A grid of figures asks for the same rows in each of its rows and columns.
        self._known: dict[tuple[str, object], Mask] = {}
        self.frame = results.records.leads.frame

    @cached_property
    def amounts(self) -> Floats:
        """Amounts in base currency, NaN where there is none to count."""
        return np.asarray(self.frame["amount_base"], dtype=np.float64)

    @cached_property
    def worth(self) -> Floats:
        """Amounts in base currency, 0 where there is none to count."""
        return np.nan_to_num(self.amounts)

    @cached_property
    def chances(self) -> Floats:
        """Overrides or the stages' chances, 0 where the stage is unknown: what the formulas can read."""
        return np.nan_to_num(np.asarray(self._results.standing.frame["stage_win"], dtype=np.float64))

    @cached_property
    def closes(self) -> Floats:
        """Close dates as serial numbers of whole days, NaN where there is none."""
        days = self.frame["close_date"].to_numpy(dtype="datetime64[D]")
        origin = np.datetime64("1899-12-30" if self._date_system == 1900 else "1904-01-01")
        return np.where(np.isnat(days), np.nan, (days - origin).astype(float))

    @cached_property
    def open(self) -> Mask:
        """Where a lead is open."""
        return self._results.standing.frame["open"].to_numpy(dtype=bool)

    @cached_property
    def counted(self) -> Mask:
        """Where a lead is not in the archive; merged and archived rows count nowhere."""
        records = self._results.records
        if not len(records.archive.frame):
            return np.ones(len(self.frame), dtype=bool)
        archived = set(folded_ids(records.archive)) - {""}
        return np.asarray([key not in archived for key in folded_ids(records.leads)], dtype=bool)

    @cached_property
    def counted_open(self) -> Mask:
        """Where a lead is open and not in the archive: the leads that every measure of open ones counts."""
        return self.open & self.counted

    def past(self, day: dt.date) -> Mask:
        """Return where the close date lies before a day; leads without one are not past it."""
        return self._once("past", day, lambda: self._before(day))

    def since(self, day: dt.date) -> Mask:
        """Return where the close date lies on a day or after it."""
        return self._once("since", day, lambda: np.asarray(~np.isnan(self.closes) & ~self.past(day), dtype=bool))

    def _before(self, day: dt.date) -> Mask:
        with np.errstate(invalid="ignore"):
            return self.closes < serial_of(day, self._date_system)

    def _once(self, what: str, which: object, work: Callable[[], Mask]) -> Mask:
        if (what, which) not in self._known:
            self._known[what, which] = work()
        return self._known[what, which]

    @cached_property
    def won(self) -> Mask:
        """Where a deal is won."""
        return (self.frame["stage_class"] == StageClass.WON.value).to_numpy(dtype=bool)

    @cached_property
    def _categories(self) -> pd.Categorical:
        return pd.Categorical(self._results.standing.frame["category"])

    @cached_property
    def _stages(self) -> pd.Categorical:
        return pd.Categorical(self.frame["stage_name"])

    def in_stage(self, stage: str) -> Mask:
        """Return where a lead is in a stage, by the playbook's name of it."""
        return self._once("stage", stage, lambda: np.asarray(self._stages == stage, dtype=bool))

    def rows(self, where: Where) -> Mask:
        """Return where a lead belongs to a figure."""
        if where.stage:
            rows = self.in_stage(where.stage)
        elif where.won:
            rows = self.won
        else:
            rows = self.open
        if where.group_key:
            rows = rows & self.in_group(where.group_key, where.group)
        if where.since:
            rows = rows & self.since(where.since.day)
        if where.before:
            rows = rows & self.past(where.before.day)
        if where.not_past:
            rows = rows & ~self.past(where.not_past.day)
        if where.category:
            rows = rows & (self._categories == where.category.value)
        return np.asarray(rows & self.counted, dtype=bool)

    def in_group(self, key: str, group: str) -> Mask:
        """Return where a lead's column means a group, whatever its case and inner spaces; "Unknown" takes blanks."""
        wanted = {folded(group)} | ({""} if group == UNKNOWN else set())
        if key not in self._groups:
            codes, words = pd.factorize(self.frame[key].astype(object), use_na_sentinel=False)
            self._groups[key] = codes, ["" if pd.isna(word) else folded(str(word)) for word in words]
        codes, names = self._groups[key]
        return self._once(
            key, tuple(sorted(wanted)), lambda: np.array([name in wanted for name in names], dtype=bool)[codes]
        )
