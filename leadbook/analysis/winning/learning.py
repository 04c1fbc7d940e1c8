"""Learning from Won and Lost: which columns teach, how well, and what chance each lead has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from threadpoolctl import threadpool_limits

from leadbook.analysis.winning.bands import Bands, cut
from leadbook.analysis.winning.checking import (
    FOLDS,
    Calibration,
    Taught,
    calibrate,
    calibrated_apart,
    foretell_latest,
    judge_by_points,
    judge_by_trees,
    leave_out,
)
from leadbook.analysis.winning.enough import NO_BETTER_THAN_CHANCE, STRONGER_MODEL, are_enough, columns_allowed
from leadbook.analysis.winning.figures import Figures, auc, losses, measure_chances
from leadbook.analysis.winning.leaks import Finding, find_leaks
from leadbook.analysis.winning.newton import chance_of
from leadbook.analysis.winning.points_model import PointsModel, fit_points
from leadbook.analysis.winning.question import Question, in_order, with_ages, without_young_blanks
from leadbook.analysis.winning.tallies import strongest
from leadbook.analysis.winning.trees import THOROUGH, TreesModel, fit_trees

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.winning.checking import Judge
    from leadbook.analysis.winning.told import Told
    from leadbook.analysis.winning.trees import Effort

NOISE = 1.64
"""The stronger model is used where its log loss is lower by more than so many standard errors (one side, 95 %)."""
MOST_ROWS = 20_000
"""The readable model learns from so many outcomes at most, the latest ones."""


class Validation(Struct, frozen=True):
    """How well a model foretold what it had not seen.

    Parameters
    ----------
    left_out : Figures
        Leads left out in turn, from models of the others.
    latest : Figures or None
        The latest quarter of the outcomes, from a model of the earlier ones.
    """

    left_out: Figures
    latest: Figures | None


class Learned(Struct, frozen=True):
    """What was learned, and the chance of every lead.

    Parameters
    ----------
    won, lost : int
        Outcomes there are; ``taught`` of them, the latest, were learned from.
    findings : tuple of Finding
        One for each column that was looked at: whether it teaches and why not.
    bands : tuple of Bands
        The columns that teach the readable model.
    points : PointsModel or None
        None where there is too little to learn from.
    trees : TreesModel or None
        The stronger model where it is used.
    calibration : Calibration
        Of the model in use.
    readable, stronger : Validation or None
    table_loses : float
        How much AUC the points table loses against the stronger model on the same leads left out.
    tree_bands : tuple of Bands
        The columns that teach the stronger model.
    playbook : array of float, shape (n leads,)
        The log-odds that the playbook's points give, 0 for an average lead.
    rows : array of int
        The leads learned from, the earliest outcome first.
    outcome : array of float, shape (n leads,)
        1 or 0; 0 also for leads that are not decided.
    asked : array of int
        The leads that are not decided.
    terms : array of float, shape (n asked, n columns + 1)
        What each column in use, and last the playbook, adds to the log-odds of each of them, calibrated.
    log_odds : array of float, shape (n leads,)
        Calibrated log-odds of every asked lead by its columns: ``start`` and its terms; NaN for the others, and
        where nothing was learned.
    """

    won: int
    lost: int
    taught: int
    order_told: str
    findings: tuple[Finding, ...]
    bands: tuple[Bands, ...]
    points: PointsModel | None
    trees: TreesModel | None
    tree_bands: tuple[Bands, ...]
    calibration: Calibration
    readable: Validation | None
    stronger: Validation | None
    table_loses: float
    playbook: npt.NDArray[np.float64]
    rows: npt.NDArray[np.int64]
    outcome: npt.NDArray[np.float64]
    asked: npt.NDArray[np.int64]
    terms: npt.NDArray[np.float64]
    log_odds: npt.NDArray[np.float64]

    @property
    def start(self) -> float:
        """The calibrated log-odds that every lead starts from, before any column is looked at."""
        if self.points is None:
            return np.nan
        begin = self.points.start if self.trees is None else self.trees.start
        return self.calibration.start + self.calibration.slope * begin

    @property
    def columns(self) -> tuple[Bands, ...]:
        """The columns of ``terms``, in order."""
        return self.bands if self.trees is None else self.tree_bands

    @property
    def leaks(self) -> tuple[Finding, ...]:
        """The columns left out because they give the outcome away."""
        return tuple(finding for finding in self.findings if finding.leak)

    @property
    def in_use(self) -> Validation | None:
        """The validation of the model whose chances are shown."""
        return self.stronger if self.trees is not None else self.readable


def learn(question: Question, *, effort: Effort = THOROUGH, seed: int = 0) -> Learned:
    """Learn from the decided leads and return every lead's log-odds of being won.

    Parameters
    ----------
    question : Question
    effort : Effort
    seed : int
        Decides which leads are left out together, and the stronger model's chances.

    Returns
    -------
    Learned
        The same for the same leads, whatever order they stand in.
    """
    # Threads add up in another order each time, and for matrices of this size they cost more than they save.
    with threadpool_limits(limits=1):
        return _learn(question, effort, seed)


def _learn(question: Question, effort: Effort, seed: int) -> Learned:
    decided = ~np.isnan(question.won)
    won = np.where(decided, question.won, 0.0)
    hits = int(won.sum())
    misses = int(decided.sum()) - hits
    playbook = np.zeros(len(won)) if question.playbook is None else question.playbook
    rows = in_order(question, decided)
    findings = find_leaks(question, rows)
    leaks = frozenset(finding.header for finding in findings if finding.leak)
    if leaks and question.playbook_without is not None:
        playbook = question.playbook_without(leaks)
    empty = Learned(
        hits, misses, 0, question.order_told, findings, (), None, None, (), Calibration(), None, None, 0.0, playbook,
        rows, won, np.flatnonzero(~decided), np.empty((0, 0)), np.full(len(won), np.nan),
    )  # fmt: skip
    if not are_enough(hits, misses):
        return empty
    rows = rows[-MOST_ROWS:]
    learning = np.zeros(len(won), dtype=bool)
    learning[rows] = True
    teaching = {finding.header for finding in findings if finding.teaches}
    bands = tuple(
        column
        for told in question.columns
        if told.header in teaching
        for column in (_cut(told, question, learning),)
        if len(column.labels) > 1
    )
    taught = Taught(bands, won, playbook, rows)
    chosen = tuple(bands[at] for at in strongest(bands, won, rows, columns_allowed(hits, misses)))
    points = fit_points(chosen, won, playbook, rows)
    judge = judge_by_points(taught, points.spread)
    readable, calibration = _validate(judge, taught, FOLDS, seed, foretell_latest(judge, taught))
    by_playbook = points.trust * playbook[empty.asked]
    terms = np.column_stack([points.terms(chosen, empty.asked), by_playbook])
    found = _answered(
        replace(empty, taught=len(rows), rows=rows, bands=chosen, points=points, readable=readable.validation),
        calibration, terms,
    )  # fmt: skip
    if hits + misses < STRONGER_MODEL or not bands or not _tells(readable):
        return found
    return _with_trees(found, taught, readable, effort, seed)


def _cut(told: Told, question: Question, learning: npt.NDArray[np.bool_]) -> Bands:
    told = without_young_blanks(told, question, np.flatnonzero(learning))
    return cut(with_ages(told, question), learning)


class _Tried(Struct, frozen=True):
    validation: Validation
    chances: npt.NDArray[np.float64]
    latest: npt.NDArray[np.float64] | None


def _validate(
    judge: Judge, taught: Taught, folds: int, seed: int, latest: npt.NDArray[np.float64] | None
) -> tuple[_Tried, Calibration]:
    """Return how a model does on leads left out, calibrated by others, and on the latest ones, as it foretold them."""
    outcome = taught.won[taught.rows]
    left_out = leave_out(judge, taught, folds=folds, seed=seed)
    chances = calibrated_apart(left_out, outcome)
    then = None if latest is None else measure_chances(latest, outcome[-len(latest) :])
    tried = _Tried(Validation(measure_chances(chances, outcome), then), chances, latest)
    return tried, calibrate(left_out, outcome)


def _tells(readable: _Tried) -> bool:
    """Tell whether the columns tell won from lost at all; where they do not, no model of them can."""
    return readable.validation.left_out.auc.low > NO_BETTER_THAN_CHANCE


def _with_trees(found: Learned, taught: Taught, readable: _Tried, effort: Effort, seed: int) -> Learned:
    """Return what was learned with the stronger model in use, where it is better by more than noise."""
    # Trees cannot be told to make nothing of a blank.
    telling = [column for column in taught.bands if column.told.blank_tells]
    if not telling:
        return found
    recent = replace(taught, bands=telling, rows=taught.rows[-effort.rows :])
    outcome = recent.won[recent.rows]
    judge = judge_by_trees(recent, effort, seed)
    latest = foretell_latest(judge, recent)
    if latest is not None and readable.latest is not None:
        last = min(len(latest), len(readable.latest))
        lately, by_points = outcome[-last:], losses(readable.latest[-last:], outcome[-last:])
        if not _is_lower(by_points, losses(latest[-last:], lately), -NOISE):
            return found  # leaving leads out in turn would take several times as long, and could not help
    tried, calibration = _validate(judge, recent, effort.folds, seed, latest)
    by_points_too = readable.chances[-len(outcome) :]
    found = replace(
        found, stronger=tried.validation,
        table_loses=tried.validation.left_out.auc.value - auc(by_points_too, outcome).value,
    )  # fmt: skip
    if not _is_lower(losses(by_points_too, outcome), losses(tried.chances, outcome), NOISE):
        return found
    trees = fit_trees(recent.bands, recent.won, recent.rows, effort, seed=seed)
    terms = np.column_stack([trees.terms(recent.bands, found.asked), np.zeros(len(found.asked))])
    return _answered(replace(found, trees=trees, tree_bands=tuple(recent.bands)), calibration, terms)


def _is_lower(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64], errors: float) -> bool:
    """Tell whether the other losses are lower by more than so many standard errors, lead for lead."""
    saved = one - other
    return bool(saved.mean() > errors * saved.std() / np.sqrt(len(saved)))


def _answered(found: Learned, calibration: Calibration, terms: npt.NDArray[np.float64]) -> Learned:
    """Return what was learned with the calibrated log-odds of the leads asked about."""
    terms = calibration.slope * terms
    found = replace(found, calibration=calibration, terms=terms)
    log_odds = found.log_odds.copy()
    log_odds[found.asked] = found.start + terms.sum(axis=1)
    return replace(found, log_odds=log_odds)


def chances_by_columns(learned: Learned) -> npt.NDArray[np.float64]:
    """Return every lead's chance by its columns alone, 0 to 1; NaN where nothing was learned."""
    return chance_of(learned.log_odds)
