"""The command score: the chance of each open lead of a workbook, or of each undecided row of any file."""
