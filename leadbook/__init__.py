"""The Excel workbook as the lead database."""

__version__ = "0.1.0"
