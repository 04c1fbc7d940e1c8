"""The stronger model: boosted trees from scikit-learn, each chance taken apart into what every column adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.analysis.winning.bands import Bands

SHRINKAGE = 10.0
"""A word counts as if so many average leads had it too."""


class Effort(Struct, frozen=True):
    """How much computing a model is worth.

    Parameters
    ----------
    rows : int
        It learns from so many leads at most, those decided last.
    trees : int
    rate : float
        How far each tree moves the log-odds.
    folds : int
        In how many parts the leads are left out in turn to check it.
    """

    rows: int
    trees: int
    rate: float
    folds: int


THOROUGH = Effort(rows=7_500, trees=300, rate=0.03, folds=4)
QUICK = Effort(rows=4_000, trees=80, rate=0.1, folds=3)
"""For a refresh, which people wait for."""


class _Tree(Struct, frozen=True):
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]
    depth: int


class TreesModel(Struct, frozen=True):
    """Boosted trees over the columns of a table.

    Parameters
    ----------
    start : float
        Log-odds before any column is looked at.
    trees : tuple
    worth : tuple of array of float or None
        For columns of words the log-odds of each band, by which the trees see them; None for numbers.
    """

    start: float
    trees: tuple[_Tree, ...]
    worth: tuple[npt.NDArray[np.float64] | None, ...]

    def terms(self, bands: Sequence[Bands], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return what each column adds to the log-odds of some leads, shape (n rows, n columns).

        Notes
        -----
        On its way down a tree a lead passes from a node to one of its two children; the difference between the mean
        values of the leads that taught in the child and in the node is credited to the column that the node asks
        about. ``start`` and all terms add up to the model's log-odds exactly.

        References
        ----------
        Saabas (2014), Interpreting random forests, for the way of taking a tree's answer apart.
        """
        seen = _seen(bands, self.worth, rows).astype(np.float32)  # as scikit-learn compares
        made = np.zeros(seen.shape)
        flat, width, each = made.ravel(), seen.shape[1], np.arange(len(rows))
        for tree in self.trees:
            node = np.zeros(len(rows), dtype=np.int64)
            going = each
            for _ in range(tree.depth):
                here = node[going]
                inner = tree.column[here] >= 0
                going, here = going[inner], here[inner]
                column = tree.column[here]
                below = np.where(seen[going, column] <= tree.threshold[here], tree.left[here], tree.right[here])
                flat[going * width + column] += tree.value[below] - tree.value[here]
                node[going] = below
        return made


def fit_trees(
    bands: Sequence[Bands],
    won: npt.NDArray[np.float64],
    rows: npt.NDArray[np.int64],
    effort: Effort,
    *,
    seed: int = 0,
) -> TreesModel:
    """Fit boosted trees to the outcomes of some leads; they need both won and lost ones.

    Parameters
    ----------
    bands : sequence of Bands
    won : array of float, shape (n leads,)
        1 or 0; looked at only for ``rows``.
    rows : array of int
        The leads to learn from, in an order that does not depend on that of the table.
    effort : Effort
    seed : int
    """
    # scikit-learn takes longer to import than 500 leads take to refresh, and few workbooks need it.
    from sklearn.ensemble import GradientBoostingClassifier  # noqa: PLC0415 - as above

    worth = tuple(_worth(column, won, rows) if column.told.labels else None for column in bands)
    model = GradientBoostingClassifier(
        n_estimators=effort.trees, learning_rate=effort.rate, max_depth=5, max_features=max(1, len(bands) // 5),
        subsample=0.6, min_samples_leaf=12, random_state=seed,
    )  # fmt: skip
    model.fit(_seen(bands, worth, rows), won[rows] > 0.5)
    share = won[rows].mean()
    trees = [_tree(one[0].tree_, effort.rate) for one in model.estimators_]
    start = float(np.log(share / (1 - share))) + sum(float(tree.value[0]) for tree in trees)
    return TreesModel(start, tuple(trees), worth)


def _worth(column: Bands, won: npt.NDArray[np.float64], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the log-odds of each band, and at the end of one that was never seen, drawn towards the average."""
    codes, bands = column.codes[rows], len(column.labels)
    known = codes >= 0
    average = won[rows].mean()
    hits = np.bincount(codes[known], won[rows][known], bands) + SHRINKAGE * average
    share = np.append(hits / (np.bincount(codes[known], minlength=bands) + SHRINKAGE), average)
    return np.asarray(np.log(share / (1 - share)), dtype=np.float64)


def _seen(
    bands: Sequence[Bands],
    worth: Sequence[npt.NDArray[np.float64] | None],
    rows: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """Return the columns as the trees see them, shape (n rows, n columns); a blank lies below all numbers."""
    seen = np.empty((len(rows), len(bands)))
    for at, (column, log_odds) in enumerate(zip(bands, worth, strict=True)):
        if log_odds is not None:
            seen[:, at] = log_odds[column.codes[rows]]
            continue
        numbers = column.told.numbers
        known = numbers[np.isfinite(numbers)]
        blank = float(known.min()) - 1.0 if len(known) else 0.0
        seen[:, at] = np.where(np.isfinite(numbers[rows]), numbers[rows], blank)
    return seen


def _tree(grown: Any, rate: float) -> _Tree:  # noqa: ANN401 - scikit-learn has no types
    """Return a tree with a value in every node: the mean of its leaves', weighted by the leads that taught."""
    left, right = grown.children_left.astype(np.int64), grown.children_right.astype(np.int64)
    value, leads = grown.value[:, 0, 0] * rate, grown.weighted_n_node_samples
    for node in range(len(left) - 1, -1, -1):  # children stand behind their parents
        if left[node] >= 0:
            one, other = left[node], right[node]
            value[node] = (value[one] * leads[one] + value[other] * leads[other]) / (leads[one] + leads[other])
    return _Tree(left, right, grown.feature.astype(np.int64), grown.threshold, value, int(grown.max_depth))
