"""The review on a real Dask cluster: a scheduler and two workers as processes, one of which is killed midway."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from team_books import AS_OF, book_bytes, cut_story, lead, write_team

import leadbook
from leadbook.model.issues import LeadbookError

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason='Dask is not installed (pip install "leadbook[cluster]")'
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(module, *arguments, folder):
    """Start a part of Dask as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__DASHBOARD__LINK": ""}
    with (folder / f"{module}-{time.monotonic_ns()}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *arguments], env=environment, cwd=folder,
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip


@pytest.fixture
def cluster(tmp_path):
    """Start a scheduler and two workers; return its address and the workers."""
    from distributed import Client

    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    parts = [
        started(
            "dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show", folder=tmp_path
        )
    ]
    worker = ("dask_worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--memory-limit", "0",
              "--local-directory", str(tmp_path))  # fmt: skip
    parts += [started(*worker, folder=tmp_path) for _ in range(2)]
    try:
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address, parts[1:]
    finally:
        for part in parts:
            with contextlib.suppress(ProcessLookupError):
                part.kill()
            part.wait(timeout=30)


@pytest.mark.slow
def test_a_worker_that_is_killed_midway_costs_nothing(tmp_path, cluster):
    address, workers = cluster
    books = {f"{place}/{name}": data for place in range(3) for name, data in cut_story().items()}
    # Copies of one list count once, so the others are told apart by one lead of their own.
    books |= {f"more/{number}.xlsx": book_bytes([lead(number, f"Rep{number}")]) for number in range(12)}
    team = write_team(tmp_path / "team", books)
    here = leadbook.review(str(team / "**" / "*.xlsx"), tmp_path / "here.xlsx", as_of=AS_OF, jobs=2, cache=False)
    killed = []

    def progress(step):
        done = step.removeprefix("reading the books, ").partition(" ")[0]
        if done.isdigit() and int(done) >= 5 and not killed:
            workers[0].send_signal(signal.SIGKILL)
            killed.append(workers[0].wait(timeout=30))

    there = leadbook.review(
        str(team / "**" / "*.xlsx"), tmp_path / "there.xlsx", as_of=AS_OF, scheduler=address, cache=False,
        progress=progress,
    )  # fmt: skip
    assert killed == [-signal.SIGKILL]
    assert workers[1].poll() is None
    assert there.books == len(books)
    assert there.not_read == 0
    assert (there.reps, there.agenda, there.faults) == (here.reps, here.agenda, here.faults)
    assert (there.clashing_leads, there.open_amount, there.quota) == (here.clashing_leads, here.open_amount, here.quota)


def test_a_scheduler_that_does_not_answer_is_told_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("leadbook.run.team.places.CONNECT_SECONDS", 1)
    team = write_team(tmp_path / "team", {"ann.xlsx": book_bytes([lead(1, "Ann")])})
    with pytest.raises(LeadbookError, match="No Dask scheduler answers"):
        leadbook.review(
            str(team / "*.xlsx"), tmp_path / "review.xlsx", as_of=AS_OF, scheduler=f"tcp://127.0.0.1:{free_port()}",
            cache=False,
        )  # fmt: skip
    assert not (tmp_path / "review.xlsx").exists()


def test_a_missing_dask_is_told_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "dask", None)
    team = write_team(tmp_path / "team", {"ann.xlsx": book_bytes([lead(1, "Ann")])})
    with pytest.raises(LeadbookError, match=r'pip install "leadbook\[cluster\]"'):
        leadbook.review(str(team / "*.xlsx"), tmp_path / "review.xlsx", as_of=AS_OF, scheduler="tcp://x:1", cache=False)
