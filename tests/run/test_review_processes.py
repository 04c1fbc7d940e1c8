"""What becomes of a review when a process ends, or an executor hands back what nobody expects."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest
from team_books import AS_OF, book_bytes, lead, write_team

from leadbook.books.team_files import find_books
from leadbook.run.team import mapping
from leadbook.run.team.cache import Cache
from leadbook.run.team.mapping import Room, study_all
from leadbook.run.team.places import processes

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def books(tmp_path):
    team = write_team(
        tmp_path / "team", {f"{name}.xlsx": book_bytes([lead(1, name)]) for name in ("Ann", "Bob", "Cid", "Dee")}
    )
    return find_books([str(team)], tmp_path / "review.xlsx").books


def end(*_):
    """End the process that was asked to study a book, as the system does when memory runs out."""
    os._exit(9)


def test_a_process_that_ends_breaks_only_its_pool():
    with processes(1) as pool:
        future = pool.submit(end)
        with pytest.raises(BrokenProcessPool):
            future.result()


class OftenBroken(Executor):
    """Breaks at the second book, as a pool does for all that is left in it, and on the same book again."""

    def __init__(self):
        self.studied = []

    def submit(self, job, name, *given):
        future = Future()
        self.studied.append(name)
        if name == "Bob.xlsx" or (len(self.studied) > 1 and self.studied.count(name) == 1):
            future.set_exception(BrokenProcessPool("ended"))
        else:
            future.set_result(job(name, *given))
        return future


def test_a_book_that_ends_its_process_is_given_up_alone(books, monkeypatch):
    executor = OftenBroken()
    monkeypatch.setattr(mapping, "processes", lambda _: contextlib.nullcontext(executor))
    answers, _ = study_all(books, AS_OF, Room(jobs=2), Cache(None))
    assert [bool(answer.record) for answer in answers] == [True, False, True, True]
    assert "could not be studied" in answers[1].why_not
    assert "lack of memory" in answers[1].why_not


def test_what_was_cancelled_elsewhere_is_studied_here(books, monkeypatch):
    class Forgetful(Executor):
        def submit(self, job, *given):  # noqa: ARG002 - it does nothing with it
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    @contextlib.contextmanager
    def cluster(_):
        yield Forgetful()

    monkeypatch.setattr(mapping, "cluster", cluster)
    monkeypatch.setattr(mapping, "processes", lambda _: contextlib.nullcontext(mapping.HereExecutor()))
    answers, _ = study_all(books, AS_OF, Room(scheduler="tcp://somewhere:1"), Cache(None))
    assert all(answer.record for answer in answers)


@pytest.mark.slow
def test_few_books_are_in_memory_at_a_time(books, monkeypatch):
    class Counting(Executor):
        waiting, most = 0, 0

        def submit(self, job, *given):
            future = Future()
            Counting.waiting += 1
            Counting.most = max(Counting.most, Counting.waiting)
            future.set_result(job(*given))
            return future

    monkeypatch.setattr(mapping, "processes", lambda _: contextlib.nullcontext(Counting()))
    settle = mapping._Walk.settle  # noqa: SLF001 - the one place that takes results back

    def counted(self):
        before = len(self.waiting)
        settle(self)
        Counting.waiting -= before - len(self.waiting)

    monkeypatch.setattr(mapping._Walk, "settle", counted)  # noqa: SLF001 - as above
    study_all(books * 5, AS_OF, Room(jobs=2), Cache(None))
    assert 1 < Counting.most <= 4


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal for another process")
@pytest.mark.slow
def test_an_interrupt_ends_it_with_one_sentence(tmp_path):
    books = {f"{number}.xlsx": book_bytes([lead(n, f"Rep{number}") for n in range(200)]) for number in range(40)}
    write_team(tmp_path / "team", books)
    running = subprocess.Popen(
        [sys.executable, "-m", "leadbook", "review", "team", "--jobs", "2", "--no-cache", "--as-of", str(AS_OF)],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    assert running.stderr is not None
    began = time.monotonic()
    for line in running.stderr:
        if " of 40" in line or time.monotonic() - began > 60:  # the first it says of them is said early on
            break
    os.killpg(running.pid, signal.SIGINT)  # as Ctrl+C in a terminal does
    rest = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert "Traceback" not in rest
    assert rest.splitlines()[-1] == "leadbook: stopped; the workbook is what it was."
    assert not (tmp_path / "review.xlsx").exists()
