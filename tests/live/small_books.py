"""Small workbooks of leads for the live tests, written as Excel writes them."""

from __future__ import annotations

import datetime as dt

import xlsxwriter

HEADERS = ("Lead ID", "Company", "Owner", "Stage", "Created", "Amount", "Currency", "Close Date", "Phone", "Next Step")
STAGES = ("Prospecting", "Qualification", "Proposal", "Closing", "Won", "Lost")
OWNERS = ("Ann Lee", "Bo Berg", "Cy Diaz")


def lead(number):
    """Return one lead; the same story for every sixth."""
    return (
        f"L-{number:05d}", f"Company {number}", OWNERS[number % 3], STAGES[number % 6],
        dt.date(2026, 1 + number % 9, 1 + number % 27), 1_000.0 * (1 + number % 12), "EUR",
        dt.date(2026, 12, 1 + number % 28), f"0049 30 {100_000 + number}", "Call back",
    )  # fmt: skip


def write_leads(path, count, *, more=None, date_1904=False):
    """Write a workbook with a table of leads; ``more`` gets the workbook and the sheet before it is closed."""
    book = xlsxwriter.Workbook(str(path), {"date_1904": date_1904})
    sheet = book.add_worksheet("Leads")
    day, text = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "@"})
    columns = [{"header": header} for header in HEADERS]
    sheet.add_table(0, 0, count, len(HEADERS) - 1, {"name": "Leads", "columns": columns})
    for row in range(1, count + 1):
        for column, value in enumerate(lead(row)):
            shown = day if isinstance(value, dt.date) else text if HEADERS[column] == "Phone" else None
            sheet.write(row, column, value, shown)
    if more is not None:
        more(book, sheet)
    book.close()
    return path
