"""A sheet of a scratch workbook whose formulas arrive spelled as the file has them."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet


class ScratchPage(Worksheet):  # type: ignore[misc] # XlsxWriter has no types
    """A worksheet that takes each cell's formula as ``formula_text`` has spelled it."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        # XlsxWriter looks for thirty functions in every formula, which of 500 leads is a fortieth of a refresh.
        if expand_future_functions:
            return str(super()._prepare_formula(formula, expand_future_functions))
        return formula.removeprefix("=")
