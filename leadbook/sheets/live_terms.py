"""The terms of a live figure: one SUMIFS or COUNTIFS each, with the rows Excel will match."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadbook.model.playbook import Category, StageClass
from leadbook.sheets.live_cells import Floats, Mask, criterion, has_wildcards, quoted, reads_as_text, serial_of
from leadbook.sheets.live_where import UNKNOWN, StageWords, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.sheets.live_meaning import Meaning
    from leadbook.sheets.results import Results

MOST_SPELLINGS = 6  # of one owner or source; rarer ones go into the plain number


class Term(Struct, frozen=True):
    """One SUMIFS: its sign, its pairs of range and criterion, and the rows it matches.

    ``over_words`` marks a criterion that is a list of stage words; ``category`` narrows that list to the words that
    have it in the cells ``categories``; ``rare`` marks a spelling nobody is expected to type again: without a match the
    term is left out.
    """

    sign: int
    pairs: tuple[tuple[str, str], ...]
    rows: Mask
    over_words: bool = False
    category: str = ""
    categories: str = ""
    rare: bool = False

    def narrowed(self, reference: str, wanted: str, rows: Mask, *, rare: bool = False) -> Term:
        """Return the term with one more criterion."""
        return replace(self, pairs=(*self.pairs, (reference, wanted)), rows=self.rows & rows, rare=self.rare or rare)

    @property
    def criteria(self) -> str:
        """The pairs as they stand in a formula."""
        # LibreOffice miscounts when the first criterion asks for empty cells, so those come last.
        ordered = sorted(self.pairs, key=lambda pair: pair[1] == '""')
        return ",".join(f"{reference},{wanted}" for reference, wanted in ordered)

    def summed(self, text: str) -> str:
        """Return a COUNTIFS or SUMIFS as one number, whether it gives one or one for each stage word."""
        if self.category:
            return f"SUMPRODUCT({text},--({self.categories}={quoted(self.category)}))"
        return f"SUMPRODUCT({text})" if self.over_words else text


class Terms:
    """Builds terms from what stands in the cells.

    Parameters
    ----------
    results : Results
    words : StageWords
    meaning : Meaning
        The leads as leadbook reads them, to find the spellings of a name.
    """

    def __init__(self, results: Results, words: StageWords, meaning: Meaning) -> None:
        self._stages = results.records.playbook.stages
        self._categories = results.standing.frame["category"]
        self._words = words
        self._cells = results.lead_cells
        self._meaning = meaning
        self._date_system = results.lead_cells.date_system
        self._others: dict[tuple[str, str], list[str]] = {}

    def of(self, where: Where) -> list[Term]:
        """Return the terms of a figure, none when a column it needs is not one formulas can read."""
        cells = self._cells
        needed = ["stage", where.group_key, "close_date" if where.since or where.before else ""]
        if cells.rows == 0 or not all(cells.has(key) for key in needed if key):
            return []
        terms = [Term(1, (), np.ones(cells.rows, dtype=bool))]
        if where.group_key:
            reference = cells.reference(where.group_key)
            spellings = self.spellings(where.group_key, where.group, where.group_cell)
            terms = [
                term.narrowed(reference, wanted, rows, rare=place > 0)
                for term in terms
                for place, (wanted, rows) in enumerate(spellings)
            ]
        terms = [self._due(term, where) for term in terms]
        terms = [narrowed for term in terms for narrowed in self._by_stage(term, where)]
        if where.category:
            terms = [narrowed for term in terms for narrowed in self._by_category(term, where.category)]
        if where.not_past and cells.has("close_date"):
            past = cells.below("close_date", self._serial(where.not_past.day))
            wanted = f'"<"&{where.not_past.reference}'
            close = cells.reference("close_date")
            terms += [replace(term.narrowed(close, wanted, past), sign=-term.sign) for term in terms]
        return [term for term in terms if not term.rare or term.rows.any()]

    def spellings(self, key: str, name: str, cell: str) -> list[tuple[str, Mask]]:
        """Return the criteria that find a group: the cell with its name, then other spellings seen.

        Parameters
        ----------
        key : str
            ``owner``, ``source`` or ``stage``.
        name, cell : str
            The group's name, and the cell that holds it ("" for none).
        """
        cells = self._cells
        found: list[tuple[str, Mask]] = []
        if name == UNKNOWN and key != "stage":
            found.append(('""', cells.equals(key, "")))
        elif reads_as_text(name):
            wanted = cell if cell and not has_wildcards(name) else criterion(name)
            found.append((wanted, cells.equals(key, name)))
        return found + [(criterion(word), cells.equals(key, word)) for word in self._other_spellings(key, name)]

    def _other_spellings(self, key: str, name: str) -> list[str]:
        """Return the most frequent further words that mean a group, as text, in alphabetical order."""
        if (key, name) not in self._others:
            meant = self._meaning.in_stage(name) if key == "stage" else self._meaning.in_group(key, name)
            seen = self._cells.counts(key, meant)
            seen.pop(name.lower(), None)
            frequent = [word for word, _ in seen.most_common() if reads_as_text(word)]
            self._others[key, name] = sorted(frequent[:MOST_SPELLINGS])
        return self._others[key, name]

    @cached_property
    def word_rows(self) -> Mask:
        """Where a cell holds one of the stage words."""
        rows = np.zeros(self._cells.rows, dtype=bool)
        for word in self._words.words:
            rows |= self._cells.equals("stage", word)
        return rows

    @cached_property
    def word_chances(self) -> Floats:
        """The chance of the stage word in each cell, 0 for other words."""
        by_stage = {stage.name: stage.probability for stage in self._stages}
        chance = np.zeros(self._cells.rows)
        for word, stage in zip(self._words.words, self._words.stages, strict=True):
            chance[self._cells.equals("stage", word)] = by_stage[stage]
        return chance

    def _serial(self, day: object) -> float:
        return serial_of(day, self._date_system)

    def _due(self, term: Term, where: Where) -> Term:
        """Return the term narrowed to close dates in ``[since, before)``."""
        if not (where.since or where.before):
            return term
        close, dates = self._cells.reference("close_date"), self._cells.number("close_date")
        if where.since:
            with np.errstate(invalid="ignore"):
                late = dates >= self._serial(where.since.day)
            term = term.narrowed(close, f'">="&{where.since.reference}', late)
        if where.before:
            early = self._cells.below("close_date", self._serial(where.before.day))
            term = term.narrowed(close, f'"<"&{where.before.reference}', early)
        return term

    def _by_stage(self, term: Term, where: Where) -> Iterator[Term]:
        reference = self._cells.reference("stage")
        if where.stage:
            for place, (wanted, rows) in enumerate(self.spellings("stage", where.stage, where.stage_cell)):
                yield term.narrowed(reference, wanted, rows, rare=place > 0)
        elif where.won:
            for stage in self._stages:
                if stage.stage_class is StageClass.WON:
                    for place, (wanted, rows) in enumerate(self.spellings("stage", stage.name, "")):
                        yield term.narrowed(reference, wanted, rows, rare=place > 0)
        elif self._words.words:
            yield replace(term.narrowed(reference, self._words.word_area, self.word_rows), over_words=True)

    def _by_category(self, term: Term, category: Category) -> Iterator[Term]:
        """Yield the deals whose stage gives the category, and those whose own Forecast Category says so."""
        cells = self._cells
        places = self._places_of(category)
        stage_says = np.zeros(cells.rows, dtype=bool)
        for place in places:
            stage_says |= cells.equals("stage", self._words.words[place])
        placed = self._in_places(replace(term, rows=term.rows & stage_says), places, category)
        if not cells.has("forecast_category"):
            yield placed
            return
        reference = cells.reference("forecast_category")
        yield placed.narrowed(reference, '""', cells.equals("forecast_category", ""))
        for word in self._category_words.get(category.value, ()):
            rows = cells.equals("forecast_category", word)
            yield term.narrowed(reference, criterion(word), rows, rare=word != category.value.lower())

    def _places_of(self, category: Category) -> list[int]:
        """Return which of the stage words mean a stage of the category, as places from 0."""
        by_stage = {stage.name: stage.category for stage in self._stages}
        return [place for place, stage in enumerate(self._words.stages) if by_stage[stage] is category]

    def _in_places(self, term: Term, places: list[int], category: Category) -> Term:
        """Return the term over the cells of a category's own words: each further word is one more look at all leads.

        Stages of one category mostly follow each other; where others stand between them, those are left out by name.
        """
        words = self._words
        if not places:
            return replace(term, categories=words.category_area, category=category.value)
        first, last = places[0], places[-1]
        listed = words.part(words.word_area, first, last)
        pairs = tuple((ref, listed if wanted == words.word_area else wanted) for ref, wanted in term.pairs)
        if len(places) == last - first + 1:
            return replace(term, pairs=pairs, over_words=first != last)
        return replace(
            term, pairs=pairs, categories=words.part(words.category_area, first, last), category=category.value
        )

    @cached_property
    def _category_words(self) -> dict[str, list[str]]:
        """The spellings in Forecast Category by the category that most open leads with them are in."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        words = self._cells.text("forecast_category")[self._meaning.open].tolist()
        for word, category in zip(words, self._categories[self._meaning.open].tolist(), strict=True):
            if word:
                found[word][str(category)] += 1
        for member in (Category.COMMIT, Category.BEST_CASE, Category.PIPELINE, Category.OMITTED):
            found.setdefault(member.value.lower(), Counter({member.value: 1}))
        listed: dict[str, list[str]] = defaultdict(list)
        for word, categories in sorted(found.items()):
            category = categories.most_common(1)[0][0]
            if reads_as_text(word) and len(listed[category]) < MOST_SPELLINGS:
                listed[category].append(word)
        return listed
