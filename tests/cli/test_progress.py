"""What the terminal shows meanwhile: the step at work, and how far along a step is that counts."""

from __future__ import annotations

import io
import sys
import time

import pytest

from leadbook.cli import progress as showing
from leadbook.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def told(monkeypatch):
    """Show steps at once, as often as they come; return what was printed for some of them."""
    monkeypatch.setattr(showing, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(showing, "REDRAW_SECONDS", 0.0)

    def tell(steps, stream):
        monkeypatch.setattr(sys, "stderr", stream)
        with Progress() as progress:
            for step in steps:
                progress(step)
                until = time.monotonic() + 5
                while progress._told != step and time.monotonic() < until:  # noqa: SLF001 - its thread has looked
                    time.sleep(0.001)
        return stream.getvalue()

    return tell


def test_a_step_that_counts_has_a_bar_on_a_terminal(told):
    said = told(["reading the books, 3 of 12", "reading the books, 1,200 of 1,200", "write"], Terminal())
    lines = [line.partition(" … ")[0] for line in said.split("\r\033[K")]
    assert [line for place, line in enumerate(lines) if line and line != lines[place - 1]] == [
        "reading the books [#####...............] 3 of 12",
        "reading the books [####################] 1,200 of 1,200",
        "writing",
    ]
    assert said.endswith("\r\033[K")


def test_a_log_has_a_line_a_step_and_a_tenth(told):
    steps = [f"reading the books, {done} of 200" for done in range(201)]
    lines = told(["open", *steps, "pool"], io.StringIO()).splitlines()
    assert lines[:3] == [
        "leadbook: opening the workbook …", "leadbook: reading the books, 0 of 200 …",
        "leadbook: reading the books, 20 of 200 …",
    ]  # fmt: skip
    assert lines[-1] == "leadbook: putting the books together …"
    assert len(lines) == 13


def test_nothing_is_said_of_what_is_done_within_a_second(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress() as progress:
        progress("read")
    assert stream.getvalue() == ""


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_reader_who_has_gone_stops_nothing(told):
    class Closed(Terminal):
        def write(self, _text):
            raise BrokenPipeError(32, "Broken pipe")

    assert told(["open", "read", "write"], Closed()) == ""
