"""The codes of faults found while the workbook is read, with the words that explain them."""

from __future__ import annotations

from leadbook.model.codes import CodeText
from leadbook.model.issues import Severity

_TEXTS: tuple[CodeText, ...] = (
    CodeText(
        "LB010", "error-value-in-a-cell", Severity.ERROR,
        "The cell holds an Excel error such as #REF! or #N/A.",
        "Amount: #DIV/0!",
        "An error has no value, so the cell counts as blank, and every Excel formula over it shows an error too.",
        'Mend the formula, wrap it in IFERROR(…, ""), or type the value.',
    ),
    CodeText(
        "LB011", "header-repeated", Severity.WARNING,
        "Two columns have the same header, or two headers mean the same column; the first one is read.",
        "Owner | Stage | Owner",
        "Which of the two is right cannot be told, and the second one's values are not used.",
        "Rename or remove one, or say in Settings (table Columns) which header is meant.",
    ),
    CodeText(
        "LB012", "header-blank", Severity.WARNING,
        "A column holds data but has no header.",
        "Company | (blank) | Stage",
        "Nobody can tell what the data means, so it is ignored.",
        "Give the column a header.",
    ),
    CodeText(
        "LB013", "needed-column-missing", Severity.ERROR,
        "A table lacks a column without which it says little, such as Company or Stage.",
        "Leads with no Stage column",
        "Without stages there is no pipeline, no conversion and no forecast; without companies no duplicates.",
        "Add the column, or map yours to it in Settings (table Columns); `leadbook adopt` suggests a mapping.",
    ),
    CodeText(
        "LB014", "settings-table-missing", Severity.INFO,
        "A Settings table is not in the workbook, so its default is used.",
        "A workbook without the table Rates",
        "Stages, points or rates that your team does not use shape the numbers without anyone seeing them.",
        "Run `leadbook init --into BOOK`, which adds the missing tables, then change them in Excel.",
    ),
    CodeText(
        "LB015", "settings-value-unreadable", Severity.WARNING,
        "A value in Settings cannot be read, so its default is used.",
        'Stages, Probability: "fifty-ish"',
        "The numbers follow the default and not what was meant.",
        "Type a value of the kind the other rows have; the issue names the cell and the default.",
    ),
    CodeText(
        "LB016", "name-repeated-in-settings", Severity.WARNING,
        "A stage, another word for a stage, an option, a rep or a currency stands in Settings twice.",
        "Stages: Proposal, Closing, Proposal",
        "Only the first one counts; a change of the second does nothing.",
        "Delete or rename the second one.",
    ),
    CodeText(
        "LB017", "settings-reference-unknown", Severity.WARNING,
        "Settings names a column, option, table or word that leadbook does not know.",
        'Stages, Required Columns: "Compnay"',
        "The row or word has no effect, so a check that the team relies on does not run.",
        "Correct the spelling; Lead columns are named by their header as it stands in a new workbook.",
    ),
    CodeText(
        "LB018", "rate-missing-or-not-above-0", Severity.ERROR,
        "A currency in the table Rates has no usable rate, or the base currency's rate is not 1.",
        "Rates: USD | 0",
        "Amounts in that currency cannot be added to the others and are left out of every total.",
        "Type how many units of the base currency one unit is worth, such as 0.90; the base currency is 1.",
    ),
    CodeText(
        "LB019", "row-is-a-heading", Severity.INFO,
        "A row within the leads is a month's heading, the headers once more, or a subtotal.",
        "Company: November 2026, and nothing else in the row",
        "Counted as a lead it would be one more that is stale and without an amount, so it is left out of everything.",
        "Keep the month in a column of its own, which can be sorted and filtered, and delete the row.",
    ),
    CodeText(
        "LB201", "amount-unreadable", Severity.ERROR,
        "An amount cannot be read as a number; as a remark: an estimate (ca. 1200) is read as its number.",
        'Amount: "5 to 8", or "1.200" in a column that does not show whether the dot groups thousands',
        "The deal counts with no amount in the pipeline and the forecast.",
        "Type digits only, 1200 or 1200.50; the currency belongs into Currency.",
    ),
    CodeText(
        "LB202", "number-unreadable", Severity.ERROR,
        "A number cannot be read; as a remark: a range of employees is read as its middle.",
        'Employees: "many"',
        "The points for company size cannot be given.",
        "Type digits only.",
    ),
    CodeText(
        "LB203", "percentage-unreadable", Severity.ERROR,
        "A percentage cannot be read or lies outside 0 to 100 %; as a remark: 80 is read as 80 %.",
        'Probability Override: "High", 150 %',
        "The stage's own probability is used in its place, or a discount is not counted.",
        "Type 0 to 100 followed by %.",
    ),
    CodeText(
        "LB205", "points-not-0-to-3", Severity.ERROR,
        "A BANT answer is not a number from 0 to 3.",
        'Budget: "good", 5',
        "The answer counts as not given, so the lead does not pass the qualification gate.",
        "Type 0 (no evidence), 1 (weak), 2 (good) or 3 (proven).",
    ),
    CodeText(
        "LB206", "yes-or-no-unreadable", Severity.ERROR,
        "A cell that should say yes or no says something else, and is taken as no.",
        'Opt Out: "asked again in May"',
        "Someone who opted out could be written to.",
        "Type Yes or No; put anything else into Notes.",
    ),
    CodeText(
        "LB207", "currency-without-a-rate", Severity.ERROR,
        "A deal's currency has no rate in Settings.",
        "Currency: SEK, and no SEK in the table Rates",
        "The amount is left out of every total, and counted as left out.",
        "Add the currency to the table Rates, or correct its code.",
    ),
    CodeText(
        "LB208", "currency-sign-against-currency", Severity.ERROR,
        "An amount is typed with the sign of another currency than its row's; as a remark: the sign fills a blank.",
        'Amount: "$1,200", Currency: EUR',
        "The amount could be off by the exchange rate, so it is left out of every total.",
        "Type the amount without a sign, and its currency into Currency.",
    ),
    CodeText(
        "LB301", "date-unreadable", Severity.ERROR,
        "A date cannot be read, or there is no such day.",
        'Close Date: "end of Q3", 31/2/2026',
        "The deal falls out of every period that the date decides.",
        "Type the date as 2026-03-12, or let Excel format it as a date.",
    ),
    CodeText(
        "LB302", "day-and-month-not-told-apart", Severity.ERROR,
        "A column of text dates does not show whether the day or the month comes first.",
        "Created: 3/4/2026, 5/6/2026",
        "Read the wrong way round, ages and periods would be off by months, so these cells are left unread.",
        "Set Day First to Yes or No in Settings (table Options), or type dates as 2026-04-03.",
    ),
    CodeText(
        "LB303", "date-out-of-range", Severity.ERROR,
        "A date lies outside 1900 to 2199.",
        "Created: 1026-03-12",
        "Ages and durations would be absurd, so the cell counts as blank.",
        "Correct the year.",
    ),
    CodeText(
        "LB304", "number-read-as-a-date", Severity.INFO,
        "A plain number in a date column was read as Excel's day number.",
        "Created: 46093",
        "It is usually a date that lost its format, but it could be something else.",
        "Format the column as a date in Excel.",
    ),
)  # fmt: skip

READING_CODES: dict[str, CodeText] = {text.code: text for text in _TEXTS}
