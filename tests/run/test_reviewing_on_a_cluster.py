"""The review on a real Dask cluster: a scheduler and two workers as processes, one of which is killed midway."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
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
    not os.environ.get("LEADBOOK_REQUIRE_TOOLS") and importlib.util.find_spec("distributed") is None,
    reason='Dask is not installed (pip install "leadbook[cluster]")',
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(command, folder, home=ROOT):
    """Start a part of Dask as a process of its own, whose leadbook stands in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(home), "DASK_DISTRIBUTED__DASHBOARD__LINK": ""}
    with (folder / f"{time.monotonic_ns()}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, *command], env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )


@pytest.fixture
def start(tmp_path):
    """Return what starts a scheduler and some workers, and ends them after the test."""
    from distributed import Client

    parts = []

    def run(workers=2, home=ROOT, before="pass"):
        port = free_port()
        address = f"tcp://127.0.0.1:{port}"
        schedule = "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-show"
        parts.append(started((*schedule, "--no-dashboard"), tmp_path))
        work = f"{before}; from distributed.cli.dask_worker import main; main()"
        worker = ("-c", work, address, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--memory-limit", "0",
                  "--local-directory", str(tmp_path))  # fmt: skip
        parts.extend(started(worker, tmp_path, home) for _ in range(workers))
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        return address, parts[1:]

    yield run
    for part in parts:
        with contextlib.suppress(ProcessLookupError):
            part.kill()
        part.wait(timeout=30)


@pytest.mark.slow
def test_a_worker_that_is_killed_midway_costs_nothing(tmp_path, start):
    address, workers = start()
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


@pytest.mark.slow
def test_workers_with_another_leadbook_or_none_are_refused(tmp_path, start):
    team = write_team(tmp_path / "team", {"ann.xlsx": book_bytes([lead(1, "Ann")])})
    shutil.copytree(ROOT / "leadbook", tmp_path / "other" / "leadbook", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "other" / "leadbook" / "analysis" / "score.py").open("a") as code:
        code.write("# one line more\n")
    for wanted, worker in (
        ("run another leadbook than this one", {"home": tmp_path / "other"}),
        (r"cannot run this leadbook \(.*No module named", {"before": "import sys; sys.modules['leadbook'] = None"}),
    ):
        address, _ = start(workers=1, **worker)
        with pytest.raises(LeadbookError, match=wanted):
            leadbook.review(str(team), tmp_path / "review.xlsx", as_of=AS_OF, scheduler=address, cache=False)
    assert not (tmp_path / "review.xlsx").exists()


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
