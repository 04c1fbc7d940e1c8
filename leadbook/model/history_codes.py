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
        CodeText(
            "LB033", "history-out-of-order", Severity.INFO,
            "Rows of History that refreshes wrote stand below later ones.",
            "The table was sorted by another column, or a second computer with a clock set back (or an earlier "
            "--as-of) refreshed the workbook.",
            "Rows are read by their date, and several changes of one lead on one day in the order that their Events "
            "tell, so nothing is lost; where the Events do not tell it, they are read as they stand.",
            "Sort History by Changed At, oldest first, and refresh on computers whose clocks are right.",
        ),
        CodeText(
            "LB034", "history-row-half-deleted", Severity.WARNING,
            "A row of History lost cells, or its Event.",
            "Somebody cleared some cells of a row instead of the whole row.",
            "A blank Stage or Amount would read as if the lead had lost it on that day; so a blank that the Event "
            "does not name is taken from the lead's row before.",
            "Undo the edit, or delete the whole row.",
        ),
        CodeText(
            "LB035", "history-row-contradicts", Severity.INFO,
            "A row of History differs from the lead's row before in more than its Event says.",
            "A row between the two was deleted, or a cell edited by hand.",
            "The change is counted on the day of this row, though nobody knows when it happened.",
            "Leave History to leadbook; undo the edit if you still can.",
        ),
        CodeText(
            "LB036", "lead-id-reused", Severity.WARNING,
            "A Lead ID belonged to another lead before.",
            "A new lead typed over an old one's row, or given the ID of a deleted one.",
            "Time in stage, conversion and waterfalls would mix the two; where History saw the first one leave, they "
            "are told apart.",
            "Clear the Lead ID of the new lead and let the next refresh fill it.",
        ),
        CodeText(
            "LB037", "lead-deleted", Severity.INFO,
            "A lead that History knows stands neither in Leads nor in the Archive any more.",
            "A row deleted from Leads, or lost while the list was sorted or filtered and pasted.",
            "It counts as removed from that day on: its value leaves the pipeline, and no win rate knows how it ended.",
            "Put the row back if it was not meant; close a lead as Lost or Disqualified rather than deleting it. It is "
            "told for 30 days.",
        ),
        CodeText(
            "LB038", "history-lost", Severity.INFO,
            "Many leads that are older than the last refresh are not in History.",
            "Rows of History deleted, or another workbook's History pasted over it.",
            "They count as new today: time in stage, conversion and waterfalls of the past have lost them.",
            "Put the rows back with leadbook undo, or from a backup; where the leads were imported, all is well.",
        ),
    )
}  # fmt: skip
