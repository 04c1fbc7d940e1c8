"""How cells of an open workbook look: numbers, fonts, fills and borders, and the rules that Excel applies itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from leadbook.books.live.journal import cells_of

if TYPE_CHECKING:
    import xlwings as xw

    from leadbook.books.live.grids import Dress
    from leadbook.books.live.seam import Seam
    from leadbook.sheets.spec import ConditionalFormat

_ALIGNED = {"top": "top", "center": "center"}
_SIDES = {
    "all": ["edge_top", "edge_bottom", "edge_left", "edge_right", "inside_horizontal", "inside_vertical"],
    "bottom": ["edge_bottom", "inside_horizontal"],
    "top": ["edge_top", "inside_horizontal"],
}


def dress_cells(sheet: xw.Sheet, dress: Dress, seam: Seam) -> None:
    """Put one look on the cells of an area."""
    cells = cells_of(sheet, dress.area)
    value = dress.value
    match dress.look:
        case "number":
            cells.number_format = str(value)
        case "bold" | "italic" | "size" | "color":
            setattr(cells.font, dress.look, value)
        case "fill":
            cells.color = str(value)
        case "align":
            cells.horizontal_alignment = value  # type: ignore[assignment] # one of xlwings' own words
        case "valign":
            cells.vertical_alignment = _ALIGNED[str(value)]  # type: ignore[assignment] # as above
        case "wrap":
            cells.wrap_text = True
        case "indent":
            seam.indent(cells, int(str(value)))
        case "underline":
            seam.underline(cells)
        case _:
            side, color = cast("tuple[str, str]", value)
            cells.borders.set(list(_SIDES[side]), line_style="continuous", weight="thin", color=color)


def add_rule(sheet: xw.Sheet, rule: ConditionalFormat) -> None:
    """Put one conditional format on top of those that are there."""
    rules = cells_of(sheet, rule.area).conditional_formats
    match rule.kind:
        case "data_bar":
            rules.add_data_bar(rule.color, minimum=0, gradient=False)
        case "color_scale":
            rules.add_color_scale(["#FFFFFF", rule.color])
        case "icons":
            rules.add_icon_set("3_traffic_lights_1")
        case "formula":
            style = rule.style
            rules.add_custom(
                rule.formula, fill_color=style.fill or None, font_color=style.color or None,
                font_bold=style.bold or None, font_italic=style.italic or None,
            )  # fmt: skip
