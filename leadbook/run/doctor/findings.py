"""One thing that was looked at, and the one thing to do next."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence


class State(StrEnum):
    """How a finding bears on the next click."""

    FINE = "ok"
    NOTE = "note"
    FAULT = "fix"


class Finding(Struct, frozen=True):
    """What was looked at and found.

    Parameters
    ----------
    area : str
        One word: python, xlwings, add-in, script, permission, security, workbook, macros, settings, buttons, sheets.
    state : State
        A fault keeps the buttons from working; a note is worth knowing.
    text : str
        One plain sentence.
    todo : str
        What to do about it; "" where nothing is to be done.
    """

    area: str
    state: State
    text: str
    todo: str = ""


class Report(Struct, frozen=True):
    """Everything found, in the order in which it is to be put right."""

    book: str
    findings: tuple[Finding, ...]
    next_step: str

    @property
    def is_fine(self) -> bool:
        """Whether nothing keeps the buttons from working, as far as can be told from outside Excel."""
        return all(one.state is not State.FAULT for one in self.findings)


def fine(area: str, text: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(area, State.FINE, text)


def note(area: str, text: str, todo: str = "") -> Finding:
    """Return a finding that is worth knowing."""
    return Finding(area, State.NOTE, text, todo)


def fault(area: str, text: str, todo: str) -> Finding:
    """Return a finding that keeps the buttons from working."""
    return Finding(area, State.FAULT, text, todo)


def next_step(findings: Sequence[Finding], otherwise: str) -> str:
    """Return the one thing to do: about the first fault, else about the first note that asks for something."""
    for state in (State.FAULT, State.NOTE):
        for one in findings:
            if one.state is state and one.todo:
                return one.todo
    return otherwise
