"""Leads out of the workbook, for mail merge and other systems."""
