"""The VBA project of a workbook with buttons: built from the one xlwings ships, and nothing of it kept here."""
