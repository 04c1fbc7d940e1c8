"""Results laid out as neutral Sheet specs; one file a sheet, no Excel here."""
