"""The codes of faults found in the History table, with the words that explain them."""

from __future__ import annotations

from leadbook.model.codes import CodeText
from leadbook.model.issues import Severity

HISTORY_CODES: dict[str, CodeText] = {
    text.code: text
    for text in (
        CodeText(
            "LB030", "history-row-unreadable", Severity.WARNING,
            "A row of History has no Lead ID or no readable date, so it is not used.",
            "A row typed or edited by hand, with the date as a word or the ID deleted.",
            "Time in stage, conversion and slippage are replayed from History; a row that says neither who nor "
            "when cannot take its place in the order.",
            "Leave History to leadbook; delete the row, or put its Lead ID and date back.",
        ),
        CodeText(
            "LB031", "history-row-in-future", Severity.WARNING,
            "A row of History is dated after today, so it is not used yet.",
            "The computer's clock was wrong during a refresh, or a refresh ran with a later --as-of date.",
            "A state that has not been reached yet would hide every change until that day.",
            "Delete the row, or correct its date to the day of the refresh.",
        ),
        CodeText(
            "LB032", "lead-id-shared", Severity.INFO,
            "Several leads share one Lead ID, so History tracks none of them.",
            "A row copied with its ID, or two lists pasted together that both start at 1.",
            "History, activities and quote lines find their lead by its ID; with two of them every figure is a "
            "mixture of both.",
            "Give one of the rows a new ID, or clear the cell and let the next refresh fill it.",
        ),
    )
}  # fmt: skip
