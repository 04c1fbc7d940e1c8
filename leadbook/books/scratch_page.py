"""A scratch workbook whose parts are taken as they are made, and whose formulas arrive spelled as the file has them."""

from __future__ import annotations

import io
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager
from xlsxwriter.worksheet import Worksheet


class ScratchPage(Worksheet):  # type: ignore[misc] # XlsxWriter has no types
    """A worksheet that takes formulas as ``formula_text`` has spelled them."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002 - theirs
        # XlsxWriter looks for over a hundred functions in a formula, which of 500 leads is a fortieth of a refresh.
        return formula.removeprefix("=")


class ScratchWorkbook(Workbook):  # type: ignore[misc] # as above
    """A workbook of which nothing but the parts is wanted; packing and unpacking them costs more than some sheets.

    ``parts`` holds the content of each by its name, once the workbook is closed.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(io.BytesIO(), {**options, "in_memory": True})
        self.parts: dict[str, bytes] = {}

    def _get_packager(self) -> Packager:
        return _Unpacked(self.parts)


class _Unpacked(Packager):  # type: ignore[misc] # as above
    def __init__(self, parts: dict[str, bytes]) -> None:
        super().__init__()
        self._parts = parts

    def _create_package(self) -> list[tuple[object, str, bool]]:
        for content, name, is_binary in super()._create_package():
            self._parts[name] = content.getvalue() if is_binary else content.getvalue().encode("utf-8")
        return []
