"""The codes of decisions about duplicates that were not carried out, with the words that explain them."""

from __future__ import annotations

from leadbook.model.codes import CodeText
from leadbook.model.issues import Severity

MERGE_CODES: dict[str, CodeText] = {
    text.code: text
    for text in (
        CodeText(
            "LB520", "decision-unclear", Severity.WARNING,
            "A decision on the Duplicates sheet is misspelt, contradicts another one or is a Master alone, so nothing "
            "of its group was merged.",
            "\u201cMegre\u201d in the Decision column, or two leads of one group marked Master.",
            "A merge changes the list of leads, so it is done only when the decision is plain.",
            "Choose Merge, Keep both or Master from the dropdown, one Master a group at most.",
        ),
        CodeText(
            "LB521", "merge-blocked", Severity.WARNING,
            "Leads were not merged because something stands in the way.",
            "Merged cells or a button on the row that would go, a protected sheet, or an id on two rows.",
            "A merge moves rows as Excel does, and what cannot move with them would be lost; so the group is left as "
            "it is.",
            "Do what the message says, keep the decision, and refresh again.",
        ),
    )
}  # fmt: skip
