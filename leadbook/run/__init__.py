"""The steps in order, on a book that is passed in; no Excel and no clock here."""
