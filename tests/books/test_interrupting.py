"""Ctrl+C in the middle of a save waits for a moment at which nothing is half done."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest

from leadbook.books.interrupting import TooLateInterrupt, interrupts_wait

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def save(done: list[str], *, fails: bool = False) -> None:
    """Do a piece of work in whose second half Ctrl+C is pressed."""
    with interrupts_wait() as stop_if_pressed:
        stop_if_pressed()
        press()
        done.append("the write that was under way")
        if fails:
            raise OSError("full")


def stop_midway(done: list[str]) -> None:
    with interrupts_wait() as stop_if_pressed:
        press()
        done.append("the write that was under way")
        stop_if_pressed()
        done.append("the next one")


def test_it_stops_where_it_may():
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt) as stopped:
        stop_midway(done)
    assert done == ["the write that was under way"]
    assert not isinstance(stopped.value, TooLateInterrupt)


def test_it_says_so_when_it_was_too_late():
    done: list[str] = []
    with pytest.raises(TooLateInterrupt):
        save(done)
    assert done == ["the write that was under way"]


def test_a_failure_goes_before_it():
    with pytest.raises(OSError, match="full"):
        save([], fails=True)


def test_it_ends_a_program_at_once_again_afterwards():
    with interrupts_wait():
        pass
    with pytest.raises(KeyboardInterrupt):
        press()


def test_another_thread_saves_as_ever():
    told: list[str] = []

    def work() -> None:
        with interrupts_wait() as stop_if_pressed:
            stop_if_pressed()
            told.append("saved")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert told == ["saved"]


def test_where_it_means_nothing_it_still_means_nothing():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupts_wait() as stop_if_pressed:
            press()
            stop_if_pressed()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
