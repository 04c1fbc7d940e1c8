"""Every book studied, wherever there is room for it: known ones from the cache, the others a few at a time."""

from __future__ import annotations

import contextlib
from concurrent.futures import BrokenExecutor
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.interrupts import let_in
from leadbook.model.issues import LeadbookError
from leadbook.run.progress import silent
from leadbook.run.team.cache import key_of
from leadbook.run.team.places import HereExecutor, cluster, cores, first_done, processes
from leadbook.run.team.studying import Answer, study_book

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from leadbook.books.team_files import TeamFile
    from leadbook.run.team.cache import Cache

#: So few books are studied sooner here than processes are started for them.
FEW = 2
#: So many books wait on a cluster, whose workers nobody here counts.
_ON_CLUSTER = 64
_ENDED = "the program that read it ended, most likely for lack of memory. Try it alone: leadbook refresh --dry-run"
_TELL = "That is a fault of leadbook: please report it."


class Room(Struct, frozen=True):
    """Where books may be studied.

    Parameters
    ----------
    jobs : int
        How many processes at most; 0 is one a core.
    scheduler : str
        Address of a Dask scheduler; "" stays on this machine.
    """

    jobs: int = 0
    scheduler: str = ""


def study_all(
    books: Sequence[TeamFile], as_of: dt.date, room: Room, cache: Cache, progress: Callable[[str], None] = silent
) -> tuple[list[Answer], list[str]]:
    """Return what came of each book, in their order, and what each was looked up by ("" for one that cannot be read).

    Parameters
    ----------
    books : sequence of TeamFile
    as_of : date
    room : Room
    cache : Cache
        What it knows is not studied again, and what is studied is kept in it.
    progress : callable

    Notes
    -----
    At any time a few books for each worker are in memory, however many there are. A book that ends the process that
    studies it is tried once more in one of its own, and then given up alone.
    """
    walk = _Walk(books, as_of, cache, progress)
    with _executor(walk, room) as (executor, width, unread):
        for place, data in unread:
            walk.hand_in(executor, place, data)
            if len(walk.waiting) >= width:
                walk.settle()
        while walk.waiting:
            walk.settle()
    for place in sorted(walk.lost):
        walk.answer(place, study_alone(books[place], as_of))
    places = range(len(books))
    return [walk.answers[place] for place in places], [walk.keys.get(place, "") for place in places]


class _Walk:
    """The books, what is known of each, and what is being waited for."""

    def __init__(
        self, books: Sequence[TeamFile], as_of: dt.date, cache: Cache, progress: Callable[[str], None]
    ) -> None:
        self.books = books
        self.answers: dict[int, Answer] = {}
        self.keys: dict[int, str] = {}
        self.waiting: dict[Future[Answer], int] = {}
        self.lost: list[int] = []
        self._as_of, self._cache, self._progress = as_of, cache, progress
        self._tell()

    def unknown(self) -> Iterator[tuple[int, bytes]]:
        """Yield the books that have to be studied, with their bytes; the answers about the others are put down."""
        for place, book in enumerate(self.books):
            try:
                with let_in():  # its drive may not answer
                    data = book.read()
            except LeadbookError as failure:
                self.answer(place, Answer(why_not=str(failure)))
                continue
            self.keys[place] = key_of(data, self._as_of)
            record = self._cache.find(self.keys[place])
            if record is None:
                yield place, data
            else:
                self._cache.hits += 1
                self.answer(place, Answer(record), keep=False)

    def hand_in(self, executor: Executor, place: int, data: bytes) -> None:
        """Have a book studied."""
        try:
            self.waiting[executor.submit(study_book, self.books[place].name, data, self._as_of)] = place
        except BrokenExecutor:
            self.lost.append(place)

    def settle(self) -> None:
        """Wait for the next book, and put down what came of it."""
        for future in first_done(self.waiting):
            place = self.waiting.pop(future)
            if not future.cancelled() and future.exception() is None:
                self.answer(place, future.result())
            else:
                self.lost.append(place)

    def answer(self, place: int, answer: Answer, *, keep: bool = True) -> None:
        """Put down what came of a book."""
        self.answers[place] = answer
        if keep and answer.record and place in self.keys:
            self._cache.keep(self.keys[place], answer.record)
        self._tell()

    def _tell(self) -> None:
        self._progress(f"reading the books, {len(self.answers):,} of {len(self.books):,}")


@contextlib.contextmanager
def _executor(walk: _Walk, room: Room) -> Iterator[tuple[Executor, int, Iterator[tuple[int, bytes]]]]:
    """Provide what studies books, how many it is given at a time, and the books that nobody knows yet."""
    unread = walk.unknown()
    if room.scheduler:
        with cluster(room.scheduler) as executor:
            yield executor, _ON_CLUSTER, unread
        return
    jobs = room.jobs or cores()
    first = list(islice(unread, FEW + 1))
    every = chain(first, unread)
    if len(first) <= FEW or jobs == 1:
        yield HereExecutor(), 1, every
        return
    with processes(min(jobs, len(walk.books))) as executor:
        yield executor, 2 * jobs, every


def study_alone(book: TeamFile, as_of: dt.date) -> Answer:
    """Return what comes of a book in a process of its own."""
    try:
        data = book.read()
        with processes(1) as executor:
            future = executor.submit(study_book, book.name, data, as_of)
            first_done([future])
            failure = future.exception()
    except LeadbookError as refused:
        return Answer(why_not=str(refused))
    except BrokenExecutor as broken:
        failure = broken
    if failure is None:
        return future.result()
    if isinstance(failure, BrokenExecutor):
        return Answer(why_not=f'"{book.name}" could not be studied: {_ENDED} {book.name}')
    # What nobody foresaw in one book must not cost the review of the others.
    return Answer(why_not=f'"{book.name}" could not be studied ({type(failure).__name__}: {failure}). {_TELL}')
