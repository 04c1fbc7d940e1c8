"""The chance that a lead ends Won, learned from the workbook's own Won and Lost."""
