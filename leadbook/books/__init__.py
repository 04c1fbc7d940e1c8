"""Workbooks: the only room that knows Excel's file format and Excel itself."""
