"""``leadbook review``: many reps' books into one workbook for the meeting."""
