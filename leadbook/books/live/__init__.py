"""The workbook that is open in Excel, through xlwings alone: read with its unsaved edits, written in place."""
