"""Live formulas over the seller's leads, each with the value Excel will compute for it.

A figure is counted twice: from what leadbook read (``12 k`` is 12,000) and from what the formula can read (text is
nothing). Where the two differ the formula ends in the difference as a plain number, so that the sheet shows the right
figure, still follows edits of the other cells, and says in a footnote what was added.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from msgspec import Struct, field

from leadbook.sheets.live_money import Money, plain
from leadbook.sheets.live_terms import Terms
from leadbook.sheets.spec import Formula

if TYPE_CHECKING:
    from leadbook.sheets.live_cells import Floats, Mask
    from leadbook.sheets.live_where import StageWords, Where
    from leadbook.sheets.results import Results

Figure: TypeAlias = Formula | float

ARCHIVED = "in the Archive table"
LONGEST_FORMULA = 8_000  # Excel's limit is 8,192 characters
_TYPED_AS_TEXT = (("amount", "an amount"), ("close_date", "a close date"), ("probability_override", "a probability"))


class Footnotes(Struct):
    """What was added to formulas as plain numbers, lead by lead, for the sheet's footnote."""

    reasons: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def sentences(self, results: Results) -> list[str]:
        """Return one sentence a reason; none when every figure is live in full."""
        amounts = results.records.leads.frame["amount_base"]
        said = []
        for reason, rows in self.reasons.items():
            total = float(np.nansum(amounts.loc[sorted(rows)].to_numpy(dtype=float)))
            count = f"{len(rows):,} {'lead' if len(rows) == 1 else 'leads'}"
            worth = f"{total:,.0f} {results.currency} from {count}" if total else count
            if reason == ARCHIVED:
                said.append(
                    f"The figures above leave out {worth} {reason}: a plain number takes off what formulas see."
                )
                continue
            said.append(
                f"The figures above hold {worth} with {reason}: formulas cannot read that, so it is added to them as "
                "a plain number. See Issues."
            )
        return said


class Tally:
    """Counts, values and weighted values of leads as live formulas.

    Parameters
    ----------
    results : Results
    words : StageWords
        Where the sheet lists the words of the open stages.
    """

    def __init__(self, results: Results, words: StageWords) -> None:
        self.footnotes = Footnotes()
        self._reasons: dict[int, str] = {}
        self._words = words
        self._cells = results.lead_cells
        self._meaning = results.meaning
        self._terms = Terms(results, words, self._meaning)
        self._money = Money(results, words, self._terms)
        self._chances = {stage.name: stage.probability for stage in results.records.playbook.stages}

    def count(self, where: Where, reported: float | None = None) -> Figure:
        """Return how many leads there are, live.

        Parameters
        ----------
        where : Where
        reported : float or None
            The number the analysis gives; None takes leadbook's own reading of the cells.
        """
        meant = self._meaning.rows(where).astype(float)
        pieces: list[tuple[int, str]] = []
        seen = np.zeros(self._cells.rows)
        for term in self._terms.of(where):
            pieces.append((term.sign, term.summed(f"COUNTIFS({term.criteria})")))
            seen += term.sign * term.rows
        return self._settled(pieces, seen, meant, reported)

    def value(self, where: Where, reported: float | None = None) -> Figure:
        """Return the value of leads in base currency, live; ``reported`` as in ``count``."""
        meant = np.where(self._meaning.rows(where), self._meaning.worth, 0.0)
        pieces: list[tuple[int, str]] = []
        seen = np.zeros(self._cells.rows)
        if self._cells.has("amount"):
            for term in self._terms.of(where):
                for factor, amounts, narrowed in self._money.by_currency(term):
                    text = narrowed.summed(self._money.sum_text(narrowed))
                    pieces.append((term.sign, text + factor))
                    _add(seen, term.sign, amounts, narrowed.rows)
        return self._settled(pieces, seen, meant, reported)

    def weighted(self, where: Where, reported: float | None = None, *, chance_cell: str = "") -> Figure:
        """Return amount x chance in base currency, live.

        Parameters
        ----------
        where : Where
            Of open stages; without a category.
        reported : float or None
            As in ``count``.
        chance_cell : str
            The cell with the stage's chance, when ``where`` names one stage.

        Notes
        -----
        Deals without an override: Σ value by stage x the stage's probability in Settings; deals with one:
        Σ amount x override. Settings/Stages thus moves the figure without leadbook.
        """
        meant = np.where(self._meaning.rows(where), self._meaning.worth * self._meaning.chances, 0.0)
        pieces: list[tuple[int, str]] = []
        seen = np.zeros(self._cells.rows)
        if not self._cells.has("amount"):
            return self._settled(pieces, seen, meant, reported)
        for whole in self._terms.of(where):
            term = whole
            if self._cells.has("probability_override"):
                blank = self._cells.equals("probability_override", "")
                term = whole.narrowed(self._cells.reference("probability_override"), '""', blank)
            for factor, amounts, narrowed in self._money.by_currency(term):
                total = self._money.sum_text(narrowed)
                chances: Floats | float
                if narrowed.over_words:
                    text, chances = f"SUMPRODUCT({total},{self._words.chance_area})", self._terms.word_chances
                else:
                    text, chances = f"{total}*{chance_cell}", self._chances[where.stage]
                pieces.append((term.sign, text + factor))
                _add(seen, term.sign, amounts * chances, narrowed.rows)
        if pieces:
            for text, added in self._money.overridden(where):
                pieces.append((1, text))
                seen += added
        return self._settled(pieces, seen, meant, reported)

    def _settled(self, pieces: list[tuple[int, str]], seen: Floats, meant: Floats, reported: float | None) -> Figure:
        """Return the formula whose value is the reported number, with the difference as a plain number."""
        wanted = float(meant.sum()) if reported is None or math.isnan(reported) else float(reported)
        text = "=" + "".join(("+" if sign > 0 else "-") + piece for sign, piece in pieces).removeprefix("+")
        if not pieces or len(text) > LONGEST_FORMULA:
            return wanted
        difference = round(wanted - float(seen.sum()), 6)
        if abs(difference) > 1e-6 * max(1.0, abs(wanted)):
            text += ("+" if difference > 0 else "-") + plain(abs(difference))
        unlike = np.flatnonzero(seen != meant)  # few, and the look for them is one step over all leads
        unlike = unlike[np.abs(seen[unlike] - meant[unlike]) > 1e-6]
        rows = self._meaning.frame.index.take(unlike).tolist()
        for position, row in zip(unlike.tolist(), rows, strict=True):
            # A lead that formulas cannot read is in many figures, for one reason.
            reason = self._reasons.get(position) or self._reasons.setdefault(position, self._why(position))
            self.footnotes.reasons[reason].add(row)
        return Formula(text, wanted)

    def _why(self, position: int) -> str:
        """Return what keeps formulas from reading a lead."""
        if not self._meaning.counted[position]:
            return ARCHIVED
        amount = self._meaning.amounts[position]
        for key, said in _TYPED_AS_TEXT:
            cell = self._cells.cells(key)[position] if self._cells.has(key) else None
            if isinstance(cell, str) and cell.strip() and (key != "amount" or not math.isnan(amount)):
                return f"{said} typed as text"
        if math.isnan(amount) and self._cells.has("amount") and not math.isnan(self._cells.number("amount")[position]):
            return "an amount that has no exchange rate"
        if self._meaning.open[position] and not self._meaning.frame["stage_name"].iloc[position]:
            return "no stage yet"
        if self._cells.has("probability_override") and not math.isnan(
            self._cells.number("probability_override")[position]
        ):
            return "a chance of their own beside error values in the table"
        return "a stage, owner or category that is spelled or decided differently"


def _add(seen: Floats, sign: int, amounts: Floats, rows: Mask) -> None:
    """Add amounts to what is seen so far, or take them off, in some rows alone."""
    (np.add if sign > 0 else np.subtract)(seen, amounts, out=seen, where=rows)
