"""Leads from other files into the workbook: gathered, matched with what is there, added or updated."""
