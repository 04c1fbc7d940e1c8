"""The step that is done for each book, wherever it runs: its bytes in, what the review needs of it out."""

from __future__ import annotations

import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from leadbook.analysis.team.keeping import Found, keep
from leadbook.analysis.team.packing import DamagedTableError
from leadbook.analysis.team.studied import from_bytes, to_bytes
from leadbook.books.closed import ClosedBook
from leadbook.books.review_book import is_review
from leadbook.model.issues import InputError, LeadbookError
from leadbook.model.records import TEXT_STORAGE
from leadbook.run.as_it_stands import contents_as_they_are
from leadbook.run.collector import without_collecting
from leadbook.run.examining import examine

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.analysis.team.studied import Studied

#: No record is larger: a million leads take less.
MOST_BYTES = 2**31 - 1


class Answer(Struct, frozen=True):
    """What came of one book: its record, packed, or the sentence that says why there is none.

    ``is_review`` tells that it is a review itself, and no rep's book.
    """

    record: bytes = b""
    why_not: str = ""
    is_review: bool = False


@without_collecting()
def study_book(name: str, data: bytes, as_of: dt.date) -> Answer:
    """Return the record of one book, or why there is none; nothing is written anywhere.

    Parameters
    ----------
    name : str
        The file's name, for sentences.
    data : bytes
        What the file holds.
    as_of : date

    Notes
    -----
    It takes bytes and gives bytes, so that it runs in this process, in another one or on another machine alike.
    """
    try:
        studied = study_contents(name, data, as_of)
    except LeadbookError as failure:
        return Answer(why_not=str(failure))
    return Answer(is_review=True) if studied is None else Answer(zlib.compress(to_bytes(studied), 1))


def record_of(answer: Answer) -> Studied:
    """Return the record of an answer that has one.

    Raises
    ------
    DamagedTableError
        Its bytes are none; those of a cache may be.
    """
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(answer.record, MOST_BYTES)
    except zlib.error as failure:
        raise DamagedTableError(str(failure)) from failure
    return from_bytes(data)


@pd.option_context(*TEXT_STORAGE)
def study_contents(name: str, data: bytes, as_of: dt.date) -> Studied | None:
    """Study a book's leads as a refresh does and return what the review needs of them; None for a review.

    Raises
    ------
    LeadbookError
        It cannot be read, or holds no leads.
    """
    book = ClosedBook(Path(PurePosixPath(name).name), data)
    if is_review(book):
        return None
    contents, notes = contents_as_they_are(book)
    known = examine(contents, as_of, learn=False)
    if known.records.leads.frame.empty:
        raise InputError(f'"{name}" has no leads yet.')
    found = Found(known.records, known.scores, known.standing, known.issues, known.visits, as_of)
    return keep(found, notes)
