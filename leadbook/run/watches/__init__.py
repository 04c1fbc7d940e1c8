"""Workbooks that are refreshed whenever somebody has saved and closed them."""
