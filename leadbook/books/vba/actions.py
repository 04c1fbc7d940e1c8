"""What the buttons do: one place for their captions, the Subs they are bound to and the Python they call."""

from __future__ import annotations

from msgspec import Struct

MODULE = "Leadbook"
"""The name of leadbook's own module in the VBA project of a workbook."""

EDITION = 1
"""Counts up when the module's source changes, not with each release: workbooks need renewing only then."""


class Action(Struct, frozen=True):
    """One button: the function of ``leadbook.macros`` it calls, what stands on it, and what it does."""

    function: str
    caption: str
    tip: str

    @property
    def macro(self) -> str:
        """The Sub that the button is bound to."""
        return f"{MODULE}_{self.function.capitalize()}"


ACTIONS = (
    Action(
        "refresh", "Refresh", "Check, score, measure and forecast the leads as they stand now, unsaved edits included"
    ),
    Action("check", "Check", "Say how much is wrong with the data and name the first faults; nothing is written"),
    Action("today", "Today", "Say what is to be done today, and with which lead to begin"),
    Action("propose", "Propose", "See to a proposal for the lead in the selected row"),
    Action("undo", "Undo", "Take back what the last Refresh wrote"),
)

_HEAD = """Option Explicit
' leadbook's buttons. leadbook writes this module and "leadbook doctor" checks it; changes made here are lost
' when it is written anew. It calls RunPython of the module xlwings (BSD licence, notice at its top).
Public Const LEADBOOK_BUTTONS As Long = {edition}
"""
_SUB = """
' {tip}.
Public Sub {macro}()
    RunPython "from leadbook import macros; macros.{function}()"
End Sub
"""


def module_source() -> str:
    """Return the source of leadbook's module, plain ASCII, without attributes."""
    subs = (_SUB.format(tip=one.tip, macro=one.macro, function=one.function) for one in ACTIONS)
    return _HEAD.format(edition=EDITION) + "".join(subs)
