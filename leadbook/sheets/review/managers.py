"""The manager's own sheets, made once and never touched again: Decisions and Coaching."""

from __future__ import annotations

from leadbook.sheets import look
from leadbook.sheets.spec import Area, Cell, Print, Sheet, Style, Table, TableColumn, Validation

ROWS = 30
_HEADINGS = {
    "Decisions": (
        "What was decided in the meeting. This sheet is yours: a review never writes to it.",
        (("Date", 14), ("Deal", 32), ("Decision", 56), ("Owner", 22), ("Due", 14), ("Done", 10)),
    ),
    "Coaching": (
        "What was agreed with each rep. This sheet is yours: a review never writes to it.",
        (("Rep", 22), ("Topic", 40), ("Agreed", 56), ("Next", 40)),
    ),
}
_DAYS = frozenset({"Date", "Due"})
_BODY = Style(wrap=True, valign="top", color=look.INK)


def managers_sheets() -> list[Sheet]:
    """Return both sheets, empty."""
    return [_sheet(name, note, columns) for name, (note, columns) in _HEADINGS.items()]


def _sheet(name: str, note: str, columns: tuple[tuple[str, int], ...]) -> Sheet:
    made = tuple(
        TableColumn(header, _BODY.but(number=look.DATE, align="left") if header in _DAYS else _BODY)
        for header, _ in columns
    )
    blank: list[tuple[None, ...]] = [(None,) * len(columns) for _ in range(ROWS)]
    validations = []
    for place, (header, _) in enumerate(columns, 1):
        area = Area(5, place, 4 + ROWS, place)
        if header == "Done":
            validations.append(Validation(area, "list", ("Yes", "No"), title="Done", message="Yes or No."))
        if header in _DAYS:
            validations.append(Validation(area, "date", title=header, message="A date."))
    return Sheet(
        name,
        cells=[Cell(1, 1, name, look.TITLE), Cell(2, 1, note, look.SUBTITLE)],
        tables=[Table(name, 4, 1, made, list(blank), style_name="Table Style Medium 2")],
        validations=validations,
        widths={place: float(width) for place, (_, width) in enumerate(columns, 1)},
        heights={1: 30},
        freeze=(4, 0),
        printing=Print(landscape=True, fit_width=1, repeat_first_row=4, repeat_last_row=4),
        tab_color=look.GREEN,
    )
