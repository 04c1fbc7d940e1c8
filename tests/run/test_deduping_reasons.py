"""The reasons say why the decision is what it is, also where it goes against the probability."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "analysis"))

from dirty_lists import residents

from leadbook.run.deduping import dedupe

SPLIT = re.compile(r"Kept apart, because (\S+) goes with (\S+) \((\d\.\d\d)\), and (\S+) is less like (\S+) "
                   r"\((\d\.\d\d)\); between the two: .+; Any two rows -\d+\.\d")  # fmt: skip


def test_a_likely_pair_that_is_none_names_the_row_that_parts_it(tmp_path):
    rows, _ = residents(1)
    source, target = tmp_path / "people.csv", tmp_path / "pairs.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", *rows[0]])
        writer.writeheader()
        writer.writerows({"id": f"P{place}", **row} for place, row in enumerate(rows))
    dedupe(source, id_column="id", pairs=target)
    with target.open(encoding="utf-8", newline="") as file:
        pairs = list(csv.DictReader(file))
    taken = {frozenset((pair["id_a"], pair["id_b"])) for pair in pairs if pair["duplicate"] == "yes"}
    likely = [pair for pair in pairs if pair["duplicate"] == "no" and float(pair["probability"]) >= 0.5]
    assert len(likely) > 10, "a list of families has many such pairs"
    for pair in likely:
        told = SPLIT.fullmatch(pair["reasons"])
        assert told, pair["reasons"]
        row, mate, near, again, apart, far = told.groups()
        assert {row, apart} == {pair["id_a"], pair["id_b"]}
        assert mate == again
        assert frozenset((row, mate)) in taken
        assert frozenset((mate, apart)) not in taken
        assert float(far) < float(near)
