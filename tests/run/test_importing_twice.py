"""Importing the same file twice changes nothing, whatever stands in the workbook and the file, under each policy."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from leadbook.run import commands
from leadbook.run.imports.importing import Wishes
from leadbook.run.imports.policies import POLICIES

if TYPE_CHECKING:
    from leadbook.run.imports.policies import Policy

AS_OF = dt.date(2026, 11, 20)
HEADERS = ("Id", "Company", "First Name", "Last Name", "Email", "Website", "City", "Amount", "Currency", "Stage",
           "Opt Out", "Modified Time", "Colour", "Deal Name")  # fmt: skip
# Few values, so that rows are often the same lead, almost the same, or in conflict. Ids that leadbook itself gives
# (L-0001) are no part of it: under "theirs" a file of another workbook that reuses them may find other leads next time.
CELLS = (
    ("", "7", "8", "0065g00000ABCDe", "0065g00000ABCDeIAG", "0065g00000ABCDE"),
    ("", "Ox", "OX Ltd", "Elk GmbH"), ("", "Ann", "Bob"), ("", "Lee", "Ray"),
    ("", "a@ox.com", "A@ox.com; b@ox.com", "info@ox.com", "b@ox.com"), ("", "ox.com", "https://www.ox.com/x"),
    ("", "Ulm", "Bonn"), ("", "5", "1,000.50"), ("", "USD", "EUR"), ("", "Won", "Lost", "Proposal", "Odd one"),
    ("", "yes", "no"), ("", "2026-01-05", "2026-05-06 10:00"), ("", "red", "=1+1"), ("", "Big", "Small"),
)  # fmt: skip
ROW = st.tuples(*(st.sampled_from(cells) for cells in CELLS))
KEPT = st.sets(st.integers(0, len(HEADERS) - 1), min_size=1)


@cache
def empty_book() -> Path:
    return commands.init(Path(tempfile.mkdtemp()) / "empty.xlsx")


def as_csv(rows: list[tuple[str, ...]], columns: list[int]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([HEADERS[at] for at in columns])
    writer.writerows([[row[at] for at in columns] for row in rows])
    return out.getvalue().encode()


def _rows(*lines: str) -> list[tuple[str, ...]]:
    return [tuple(line.split("|")) for line in lines]


# What an import fills in can make another lead agree better with a row than the one it went to.
_GAINS_A_COMPANY = (
    _rows(
        "8||Bob|Ray|b@ox.com|||||Odd one|||red|",
        "0065g00000ABCDe||Ann||A@ox.com; b@ox.com|ox.com|Ulm|5|EUR|Lost|||red|Big",
        "0065g00000ABCDE|Ox|Ann|Ray|b@ox.com|https://www.ox.com/x|Bonn|1,000.50|EUR|Won|yes|2026-05-06 10:00|red|Big",
    ),
    _rows(
        "|Ox|Bob|Lee|a@ox.com|https://www.ox.com/x|Ulm|5|EUR|Odd one||2026-05-06 10:00|red|",
        "0065g00000ABCDeIAG|Ox|Bob|Ray|A@ox.com; b@ox.com|https://www.ox.com/x|Bonn|5|EUR|Lost|no|2026-01-05|red|Big",
        "0065g00000ABCDE|Ox||Ray|info@ox.com|https://www.ox.com/x|Ulm|1,000.50|EUR|Lost|no|2026-01-05||",
    ),
    {1, 5, 9, 10, 13},
)
_SHARES_AN_ADDRESS = (
    _rows(
        "0065g00000ABCDE|Elk GmbH|Ann|Lee|a@ox.com||Ulm|1,000.50|USD|Won|no|2026-05-06 10:00|red|Small",
        "0065g00000ABCDeIAG|Elk GmbH|Ann|Lee|A@ox.com; b@ox.com|ox.com||1,000.50|EUR|Won|no|||Small",
        "7|OX Ltd|Bob|Lee||ox.com|Ulm|1,000.50||Lost|no|||Small",
    ),
    _rows(
        "0065g00000ABCDE|Elk GmbH||Ray|A@ox.com; b@ox.com|ox.com|Bonn||EUR|Lost|no|2026-01-05|=1+1|",
        "0065g00000ABCDe|OX Ltd|Bob||info@ox.com||Bonn||EUR||yes|2026-05-06 10:00||",
        "0065g00000ABCDeIAG|Elk GmbH|Ann|Lee|A@ox.com; b@ox.com|ox.com||1,000.50|EUR|Won|no|||Small",
        "0065g00000ABCDE|Ox|Ann||A@ox.com; b@ox.com|ox.com|Bonn||EUR|Lost|no|2026-05-06 10:00||Small",
    ),
    {3, 12},
)

# Under "ours" the column Colour comes in with nobody, and Lee is found by all else.
_LACKS_A_COLUMN = (
    _rows("||||b@ox.com|||||||||"),
    _rows("||||b@ox.com||||||||red|", "|Elk GmbH||Lee||ox.com||||||||"),
    {1, 3, 4, 5, 12},
)
# leadbook's own ids begin at L-0001 in every workbook; here that one is somebody else.
_FROM_ANOTHER_WORKBOOK = (
    _rows("|Ox|Ann|Lee|a@ox.com|||||||||"),
    _rows("L-0001|Elk GmbH|Bob|Ray|b@elk.com|||||||||", "L-0002|Gnu|Cy|Fo|c@gnu.com|||||||||"),
    {0, 1, 2, 3, 4},
)


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
@example(*_GAINS_A_COMPANY)
@example(*_SHARES_AN_ADDRESS)
@example(*_LACKS_A_COLUMN)
@example(*_FROM_ANOTHER_WORKBOOK)
@settings(
    max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.too_slow]
)
@given(first=st.lists(ROW, max_size=5), second=st.lists(ROW, min_size=1, max_size=5), kept=KEPT)
def test_a_second_import_leaves_every_byte(
    policy: Policy, first: list[tuple[str, ...]], second: list[tuple[str, ...]], kept: set[int]
) -> None:
    columns = sorted({1, 3, 4} | kept)  # who it is must be told
    assume(any(row[at] for row in second for at in (1, 3, 4)))  # nobody named is refused, which is another matter
    assume(not first or any(row[at] for row in first for at in (1, 3, 4)))
    with tempfile.TemporaryDirectory() as folder:
        book = Path(shutil.copy(empty_book(), Path(folder) / "book.xlsx"))
        files = []
        for name, rows in (("first.csv", first), ("second.csv", second)):
            if rows:
                (Path(folder) / name).write_bytes(
                    as_csv(rows, list(range(len(HEADERS))) if name == "first.csv" else columns)
                )
                files.append(Path(folder) / name)
        for file in files:
            commands.import_files([file], book, as_of=AS_OF, wishes=Wishes(policy))
        before = book.read_bytes()
        summary, plan = commands.import_files([files[-1]], book, as_of=AS_OF, wishes=Wishes(policy))
        assert (summary.added, summary.updated, list(plan.cells), plan.rows_appended) == (0, 0, [], {})
        assert book.read_bytes() == before
