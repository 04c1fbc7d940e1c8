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
)  # fmt: skip

INCOMING_CODES: dict[str, CodeText] = {text.code: text for text in _TEXTS}
