"""A sheet of a scratch workbook whose formulas arrive spelled as the file has them."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet


class ScratchPage(Worksheet):  # type: ignore[misc] # XlsxWriter has no types
    """A worksheet that takes formulas as ``formula_text`` has spelled it."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002 - theirs
        # XlsxWriter looks for over a hundred functions in a formula, which of 500 leads is a fortieth of a refresh.
        return formula.removeprefix("=")
