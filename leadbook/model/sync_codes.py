"""The codes of what a sync of reps' copies could not settle by itself, with the words that explain them."""

from __future__ import annotations

from leadbook.model.codes import CodeText
from leadbook.model.issues import Severity

CONFLICTS_TABLE = "SyncConflicts"
"""The table on the sheet Sync that lists what the last sync left open."""

SYNC_CODES: dict[str, CodeText] = {
    text.code: text
    for text in (
        CodeText(
            "LB060", "sync-conflict", Severity.WARNING,
            "A cell was changed differently in the master and in a copy, or in two copies, since they were the same.",
            "Amount 12,000 in the master and 15,000 in ana.xlsx.",
            "Only people can tell which of the two is right; the master's value stays until one of them says so.",
            "Type the right value into the master's cell, and give the reps the new master.",
        ),
        CodeText(
            "LB061", "lead-id-given-twice", Severity.WARNING,
            "A copy gave a new lead an id that another lead has in the master; it got a new one there.",
            "L-0401 is Alpha in ana.xlsx and Beta in bo.xlsx.",
            "Two leads of one id would mix up their activities, quote lines and history.",
            "Nothing; go on with the new master, where each lead has an id of its own.",
        ),
        CodeText(
            "LB062", "gone-in-copy", Severity.WARNING,
            "A lead, activity or quote line of the master was deleted, merged or archived in a copy; it stays.",
            "A rep deleted the row of L-0042.",
            "A deletion is not brought over, because nobody could bring the row back from a copy.",
            "Do in the master what the message names, if it is meant.",
        ),
        CodeText(
            "LB063", "copy-left-out", Severity.ERROR,
            "A copy could not be read, or has nothing in common with the master, so nothing of it was taken.",
            "A damaged file, or a workbook that never was a copy of this master.",
            "What the rep changed is not in the master.",
            "Do what the message says, and sync again.",
        ),
        CodeText(
            "LB064", "changed-after-removal", Severity.WARNING,
            "A copy changed a lead that the master no longer has.",
            "L-0042 was merged in the master while the rep raised its amount.",
            "The change has no cell to go to.",
            "Carry the change over by hand where it still matters; the copy keeps it.",
        ),
        CodeText(
            "LB065", "setting-changed-in-copy", Severity.WARNING,
            "A copy changed a setting, or added or deleted a row of Settings; the master's stays.",
            "A rep set the SLA of hot leads to 4 hours in bo.xlsx.",
            "Settings steer every number of the team, so nobody's copy changes them unasked.",
            "Type the right value into the master's Settings, and give the reps the new master.",
        ),
        CodeText(
            "LB066", "owner-won", Severity.INFO,
            "A cell was changed differently, and the copy of the row's owner won, as --owner-wins asks.",
            "Amount 12,000 in the master and 15,000 in ana.xlsx; the lead is Ana's.",
            "What gave way may still be right: it is listed here and stands nowhere else in the master.",
            "Nothing, or type the value that gave way; undo takes the whole sync back.",
        ),
    )
}  # fmt: skip
