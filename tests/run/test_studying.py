"""What is kept of one book for the review does without what only the book's own sheets show."""

from __future__ import annotations

from pathlib import Path

from team_books import AS_OF

from leadbook.analysis.team.keeping import Found, keep
from leadbook.analysis.team.studied import to_bytes
from leadbook.books.closed import ClosedBook
from leadbook.run.examining import examine

SAMPLE = Path(__file__).resolve().parent.parent.parent / "workbooks" / "sample.xlsx"


def test_no_figure_of_the_review_hangs_on_the_learned_chance():
    contents = ClosedBook.open(SAMPLE).contents
    learned, plain = (examine(contents, AS_OF, learn=learn) for learn in (True, False))
    assert (learned.standing.frame["win"] != plain.standing.frame["win"]).any()
    first, second = (
        to_bytes(keep(Found(known.records, known.scores, known.standing, known.issues, known.visits, AS_OF)))
        for known in (learned, plain)
    )
    assert first == second
