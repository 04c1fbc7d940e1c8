"""How many duplicates are found, and how many of those found are: on published lists and on made-up ones.

``python -m pytest tests/analysis/test_duplicates_figures.py -s`` prints the figures. Nothing is tuned to a list: the
one configuration is the default one, and the floors are what any later change has to hold.
"""

from __future__ import annotations

import csv
import itertools
import re
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from dirty_lists import LISTS, scores

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "dedup"
Row = dict[str, str]


def told(name: str, figures: tuple[float, float, float], began: float) -> float:
    print(  # noqa: T201 - these figures are what one runs it for
        f"\n{name}: F1 {figures[0]:.4f}, precision {figures[1]:.4f}, recall {figures[2]:.4f}, "
        f"{time.perf_counter() - began:.2f} s"
    )
    return figures[0]


def table(path: Path) -> list[Row]:
    if not path.exists():
        pytest.skip(f"{path.name} is not here; it is published data that the project doesn't carry")
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {key.strip(): value.strip() for key, value in row.items()}
            for row in csv.DictReader(file, skipinitialspace=True)
        ]


def alike(values: list[str]) -> set[tuple[int, int]]:
    groups: dict[str, list[int]] = {}
    for place, value in enumerate(values):
        groups.setdefault(value, []).append(place)
    return {pair for group in groups.values() for pair in itertools.combinations(group, 2)}


def without(rows: list[Row], *names: str) -> list[Row]:
    return [{key: value for key, value in row.items() if key not in names} for row in rows]


@pytest.mark.parametrize(
    ("folder", "file", "truth", "dropped", "floor"),
    [
        ("febrl1", "dataset1.csv", "rec_id", ("date_of_birth", "soc_sec_id"), 0.985),
        ("febrl3", "dataset3.csv", "rec_id", ("date_of_birth", "soc_sec_id"), 0.96),
        ("fake_1000", "fake_1000.csv", "cluster", ("unique_id",), 0.873),
        ("restaurant", "restaurant.csv", "class", (), 0.956),
    ],
)
def test_published_lists(folder, file, truth, dropped, floor):
    rows = table(PUBLISHED / folder / file)
    # Febrl's ids tell the person: rec-12-org and rec-12-dup-0 are one.
    pairs = alike([re.sub(r"(rec-\d+)-.*", r"\1", row[truth]) for row in rows])
    began = time.perf_counter()
    assert told(folder, scores(without(rows, truth, *dropped), pairs), began) >= floor


@pytest.mark.parametrize(
    ("name", "floor"),
    [("residents", 0.88), ("members", 0.98), ("contacts", 0.98), ("shops", 0.93), ("papers", 0.96), ("goods", 0.89)],
)
@pytest.mark.parametrize("seed", [1, 5])
def test_made_up_lists_under_other_headers(name, floor, seed):
    rows, pairs = LISTS[name](seed)
    began = time.perf_counter()
    assert told(f"{name} {seed}", scores(rows, pairs), began) >= floor


def test_headers_that_say_nothing_cost_little():
    rows, pairs = LISTS["contacts"](3)
    anonymous = [dict(zip("abcdefghi", row.values(), strict=True)) for row in rows]
    began = time.perf_counter()
    assert told("contacts without headers", scores(anonymous, pairs), began) >= 0.9
