"""The codes of what a review of many books finds about the books, with the words that explain them."""

from __future__ import annotations

from leadbook.model.codes import CodeText
from leadbook.model.issues import Severity

REVIEW_CODES: dict[str, CodeText] = {
    text.code: text
    for text in (
        CodeText(
            "LB070", "book-not-reviewed", Severity.ERROR,
            "A book could not be read, so nothing of it is in the review.",
            "A workbook with a password, a broken file, or one without leads among the reps' books.",
            "The totals, the quota and the clashes are those of the other books only.",
            "Do what the message says and run the review again; the other books come from the cache.",
        ),
        CodeText(
            "LB071", "book-open-in-excel", Severity.INFO,
            "A book was open in Excel while it was read, so the review shows its last saved state.",
            "A file ~$anna.xlsx stands beside anna.xlsx.",
            "What was typed since the last save is missing from every number.",
            "Ask the person to save, and run the review again. A ~$ file left by a crash can be deleted.",
        ),
        CodeText(
            "LB072", "review-rate-missing", Severity.ERROR,
            "A book's Settings have no rate for the money of the review, so its amounts are left out.",
            "A book in GBP in a review in EUR, without a row EUR in Rates.",
            "The book's leads are counted, but their value is in no total; it is never taken one for one.",
            "Add the rate to that book's Settings, or choose another money with --currency.",
        ),
        CodeText(
            "LB073", "quota-told-differently", Severity.WARNING,
            "Two books give one rep different quotas for the quarter under way.",
            "Anna's own book says 150,000, the copy of Reps in Ben's book 165,000.",
            "Attainment and coverage depend on which one is meant; the rep's own book counts.",
            "Give all books the same Reps table.",
        ),
        CodeText(
            "LB074", "lead-in-two-books", Severity.INFO,
            "Leads stand in two books with the same id, owner, company and day of creation; they count once.",
            "Two reps' books that were copied from one list.",
            "Counted twice, they would double the pipeline.",
            "Keep each lead in its owner's book only, or bring the copies together.",
        ),
        CodeText(
            "LB075", "rep-without-book", Severity.INFO,
            "An active rep in Settings owns no lead in any of the reviewed books.",
            "Reps names Carla, and carla.xlsx is not among the files.",
            "The team's totals and quota are without that rep.",
            "Add the rep's book, or set the rep to inactive in Reps.",
        ),
        CodeText(
            "LB076", "owner-unclear", Severity.INFO,
            "Leads name no owner, or one that no Reps table knows.",
            "A blank Owner cell, or Ana Cosat beside Ana Costa.",
            "The leads stand in a line of their own, and no quota or capacity goes with them.",
            "Fill in or correct the Owner, or add the rep to Reps.",
        ),
        CodeText(
            "LB077", "list-read-as-it-stands", Severity.INFO,
            "A book has not been adopted by leadbook yet, so its list was read as it stands.",
            "A tracker of its own with headers like Client and Status.",
            "What a column or a stage word means was guessed from its name and its values.",
            "Run `leadbook adopt` on it once and correct what was guessed wrongly.",
        ),
    )
}  # fmt: skip
