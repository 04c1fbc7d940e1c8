"""The command propose: checked, priced, filled in, written into a folder, and logged in the workbook."""
