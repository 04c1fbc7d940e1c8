"""The codes of faults found in files that are imported, with the words that explain them."""

from __future__ import annotations

from leadbook.model.codes import CodeText
from leadbook.model.issues import Severity

_TEXTS: tuple[CodeText, ...] = (
    CodeText(
        "LB050", "row-of-another-width", Severity.WARNING,
        "A row of an imported file has fewer or more cells than there are headers.",
        "Company,Email,City / Ox,a@ox.com",
        "A stray or missing delimiter moves every later value into the wrong column.",
        "Mend the line in the file and import it again; cells beyond the headers are kept in columns of their own.",
    ),
    CodeText(
        "LB051", "cell-too-long", Severity.WARNING,
        "A cell of an imported file has more than 32,767 characters, which is all that an Excel cell holds.",
        "An e-mail thread of 40,000 characters in Notes",
        "What is beyond the limit cannot be kept in the workbook.",
        "Shorten the text in the file, or keep it elsewhere and put a link in the cell.",
    ),
    CodeText(
        "LB052", "file-header-repeated", Severity.WARNING,
        "Two columns of an imported file have the same header; the later one gets a number behind its name.",
        "Name,Email,Name",
        "Which of the two is meant cannot be told from the name.",
        "Rename one of them in the file.",
    ),
    CodeText(
        "LB053", "file-header-blank", Severity.WARNING,
        "A column of an imported file holds values but has no header; it is named after its place.",
        "Company,,Stage",
        "Nobody can tell what the values mean.",
        "Give the column a header in the file.",
    ),
    CodeText(
        "LB054", "change-of-unknown-lead", Severity.WARNING,
        "A row of an imported history belongs to no lead of the workbook, or to several.",
        "Opportunity 006XX12, which was deleted or never imported",
        "Its changes are left out, so conversion and time in stage do not count the deal.",
        "Import the leads first (leadbook import), with the ID column that the history has too; then this file again.",
    ),
    CodeText(
        "LB055", "change-unreadable", Severity.WARNING,
        "A row of an imported history has no readable date, or a value that cannot be read, or lies after today.",
        "Changed At: last Tuesday",
        "A change that says neither when nor what cannot take its place in the order, and is left out.",
        "Mend the line in the file and import it again; what was imported before is not added twice.",
    ),
    CodeText(
        "LB056", "imported-stage-unknown", Severity.WARNING,
        "An imported history names a stage that Settings does not know.",
        "Stage: Legal review",
        "Visits to it count in no stage's conversion or time.",
        "Add the word to the aliases of one of your stages in Settings (table Stages), or the stage itself; History is "
        "read by it then, without importing anything again.",
    ),
)  # fmt: skip

INCOMING_CODES: dict[str, CodeText] = {text.code: text for text in _TEXTS}
