"""The money in a live figure: amounts in several currencies, and deals that carry their own chance."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from leadbook.sheets.live_cells import Floats, Mask, criterion, quoted, reads_as_text, serial_of
from leadbook.sheets.live_where import StageWords, Where, exchange_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.sheets.live_terms import Term, Terms
    from leadbook.sheets.results import Results


class Money:
    """Sums of amounts as formulas, and what Excel reads for each lead.

    Parameters
    ----------
    results : Results
    words : StageWords
    terms : Terms
    """

    def __init__(self, results: Results, words: StageWords, terms: Terms) -> None:
        self._results = results
        self._words = words
        self._cells = results.lead_cells
        self._terms = terms
        self._date_system = results.lead_cells.date_system

    def sum_text(self, term: Term) -> str:
        """Return the SUMIFS of a term's amounts."""
        amount = self._cells.reference("amount")
        # One error value among the matched amounts would make the whole sum an error.
        guard = f',{amount},">=-9E+307"' if self._cells.has_errors("amount") else ""
        return f"SUMIFS({amount},{term.criteria}{guard})"

    def by_currency(self, term: Term) -> Iterator[tuple[str, Floats, Term]]:
        """Yield, for each currency seen, the factor's text, amounts in base currency as Excel reads them, the term."""
        amounts = self._amounts
        if not self._currencies:
            yield "", amounts, term
            return
        reference = self._cells.reference("currency")
        for word, code in self._currencies.items():
            rows = self._cells.equals("currency", word)
            narrowed = term.narrowed(reference, criterion(_as_code(word, code)), rows)
            if not term.rare or narrowed.rows.any():
                yield self._rate_text(code), amounts * self._rate(code), narrowed

    @cached_property
    def _amounts(self) -> Floats:
        return np.nan_to_num(self._cells.number("amount"))

    @cached_property
    def _currencies(self) -> dict[str, str]:
        """Spelling of a currency to its code, "" first; empty when every amount is in the base currency."""
        cells = self._cells
        if not cells.has("currency"):
            return {}
        base = self._results.currency
        codes = self._results.records.leads.frame["currency"].tolist()
        pairs = Counter(zip(cells.text("currency"), codes, strict=True))
        # A sign typed beside the amount gives a blank cell a code; the formula takes every blank as base.
        meant = {word: str(code).upper() or base for (word, code), _ in reversed(pairs.most_common()) if word}
        if all(code == base for code in meant.values()):
            return {}
        rates = self._results.records.playbook.rates
        known = {word: code for word, code in meant.items() if (code == base or code in rates) and reads_as_text(word)}
        return {"": base, **dict(sorted(known.items()))}

    def _rate(self, code: str) -> float:
        return 1.0 if code == self._results.currency else self._results.records.playbook.rates[code]

    def _rate_text(self, code: str) -> str:
        """Return ``*INDEX(Rates[Rate],…)``, or the plain rate where the Rates table does not say the same."""
        if code == self._results.currency:
            return ""
        return f"*{exchange_rate(self._results, code, self._rate(code)) or plain(self._rate(code))}"

    def overridden(self, where: Where) -> Iterator[tuple[str, Floats]]:
        """Yield the SUMPRODUCT terms of deals with a Probability Override, with what each lead adds.

        Notes
        -----
        The comma before the amounts matters: SUMPRODUCT takes text there as 0, a product would be an error.
        """
        cells = self._cells
        used = ["amount", "probability_override", "stage", where.group_key]
        used += ["close_date"] if cells.has("close_date") and (where.since or where.before or where.not_past) else []
        used += ["currency"] if self._currencies else []
        if not all(cells.has(key) and not cells.has_errors(key) for key in used if key):
            return
        chance = cells.number("probability_override")
        if not where.stage and np.isnan(chance).all():
            return  # nobody overrides a chance; the next refresh adds the term when somebody does
        tests, rows = self._tests(where)
        if not tests:
            return
        # A column of 40, 60 and 75 means percent, one of 0.4, 0.6 and 0.75 shares, as leadbook reads them.
        whole = np.nanmax(chance, initial=0) > 1 and not ((chance > 0) & (chance < 1)).any()
        amounts = self._amounts * np.nan_to_num(chance) * (0.01 if whole else 1.0)
        columns = f"{cells.reference('amount')},{cells.reference('probability_override')}"
        tail = "/100" if whole else ""
        if not self._currencies:
            yield f"SUMPRODUCT({'*'.join(tests)},{columns}){tail}", np.where(rows, amounts, 0.0)
            return
        for word, code in self._currencies.items():
            test = f"({cells.reference('currency')}={quoted(_as_code(word, code))})"
            matched = rows & cells.equals("currency", word)
            text = f"SUMPRODUCT({'*'.join((*tests, test))},{columns}){tail}{self._rate_text(code)}"
            yield text, np.where(matched, amounts * self._rate(code), 0.0)

    def _tests(self, where: Where) -> tuple[list[str], Mask]:
        """Return the factors that are 1 for the leads of a figure, none where they cannot be written."""
        cells = self._cells
        nothing: tuple[list[str], Mask] = [], np.zeros(cells.rows, dtype=bool)
        if where.stage:
            test, rows = self._equalities("stage", where.stage, where.stage_cell)
        elif cells.has_patterns("stage"):
            return nothing  # MATCH would take the seller's own text as a pattern
        else:
            test = f"ISNUMBER(MATCH({cells.reference('stage')},{self._words.word_area},0))"
            rows = self._terms.word_rows
        tests = [test]
        if where.group_key:
            test, found = self._equalities(where.group_key, where.group, where.group_cell)
            tests, rows = [*tests, test], rows & found
        if not all(tests):
            return nothing
        return self._due_tests(where, tests, rows) if cells.has("close_date") else (tests, rows)

    def _due_tests(self, where: Where, tests: list[str], rows: Mask) -> tuple[list[str], Mask]:
        """Return the tests with those of the close date, as a comparison outside SUMIFS sees it.

        Text and TRUE are larger than every number there, and an empty cell is 0.
        """
        cells = self._cells
        close = cells.reference("close_date")
        above, days = self._dates_compared
        empty = np.isnan(cells.number("close_date")) & ~above
        if where.since:
            tests = [*tests, f"({close}>={where.since.reference})"]
            rows = rows & (above | (days >= serial_of(where.since.day, self._date_system)))
        if where.before:
            tests = [*tests, f"({close}<{where.before.reference})"]
            rows = rows & ~above & (days < serial_of(where.before.day, self._date_system))
        if where.not_past:
            tests = [*tests, f'(1-({close}<>"")*({close}<{where.not_past.reference}))']
            past = ~above & ~empty & (days < serial_of(where.not_past.day, self._date_system))
            rows = rows & ~past
        return tests, rows

    @cached_property
    def _dates_compared(self) -> tuple[Mask, Floats]:
        """Where a close date's cell is above every number, and its number (0 for an empty cell)."""
        cells = self._cells
        above = np.fromiter((isinstance(cell, str | bool) for cell in cells.cells("close_date")), bool, cells.rows)
        return above, np.nan_to_num(cells.number("close_date"))

    def _equalities(self, key: str, name: str, cell: str) -> tuple[str, Mask]:
        """Return a test that is 1 where a column holds a group's name or one of its spellings."""
        reference = self._cells.reference(key)
        rows = np.zeros(self._cells.rows, dtype=bool)
        tests = []
        for wanted, found in self._terms.spellings(key, name, cell):
            tests.append(f"({reference}={_unescaped(wanted)})")
            rows |= found
        if len(tests) <= 1:
            return "".join(tests), rows
        return f"({'+'.join(tests)})", rows


def plain(number: float) -> str:
    """Return a number as a formula spells it, without an exponent."""
    return f"{number:.6f}".rstrip("0").rstrip(".") or "0"


def _as_code(word: str, code: str) -> str:
    """Return a currency's code in capitals where the word is the code; case makes no difference to a formula."""
    return code if word == code.lower() else word


def _unescaped(wanted: str) -> str:
    """Return a criterion as "=" compares it: outside SUMIFS a tilde protects nothing."""
    if not wanted.startswith('"'):
        return wanted
    return wanted.replace("~~", "\0").replace("~", "").replace("\0", "~")
