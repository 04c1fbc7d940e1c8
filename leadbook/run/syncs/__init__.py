"""Reps' copies of a workbook brought into the master, three ways: the copy, the master, their last common state."""
