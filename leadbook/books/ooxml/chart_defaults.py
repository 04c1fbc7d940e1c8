"""Charts that say what they leave out, for workbooks in which silence means something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.xmlparts import local_name, parse, serialize

if TYPE_CHECKING:
    from lxml import etree

_NAMESPACE = "http://schemas.openxmlformats.org/drawingml/2006/chart"
# What XlsxWriter leaves out, with what Excel 2007 took it for. The schema's defaults (ISO/IEC 29500-1, 21.2) are
# the opposite, and readers go by those in a workbook of a later program: every label then repeats the names of
# its series and category, lines bend, bars change colour and axes get ticks on both sides.
# Element -> its children to be added when missing: name, value, and the names that may stand before it.
_BEFORE_TICKS = ("axId", "scaling", "delete", "axPos", "majorGridlines", "minorGridlines", "title", "numFmt")
_LABEL_PARTS = (
    "dLbl", "numFmt", "spPr", "txPr", "dLblPos", "showLegendKey", "showVal", "showCatName", "showSerName",
    "showPercent", "showBubbleSize",
)  # fmt: skip
_AXIS = (
    ("delete", "0", ("axId", "scaling")),
    ("majorTickMark", "none", _BEFORE_TICKS),
    ("minorTickMark", "none", (*_BEFORE_TICKS, "majorTickMark")),
)
_MISSING: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "chartSpace": (("roundedCorners", "0", ("date1904", "lang")),),
    "chart": (
        ("autoTitleDeleted", "0", ("title",)),
        ("dispBlanksAs", "gap", ("title", "autoTitleDeleted", "plotArea", "legend", "plotVisOnly")),
    ),
    "title": (("overlay", "0", ("tx", "layout")),),
    "legend": (("overlay", "0", ("legendPos", "legendEntry", "layout")),),
    "barChart": (("varyColors", "0", ("barDir", "grouping")),),
    "lineChart": (("varyColors", "0", ("grouping",)),),
    "scatterChart": (("varyColors", "0", ("scatterStyle",)),),
    "catAx": _AXIS,
    "valAx": _AXIS,
    "dateAx": _AXIS,
    "dLbls": tuple((name, "0", _LABEL_PARTS[: _LABEL_PARTS.index(name)]) for name in _LABEL_PARTS[5:]),
}
_SERIES = {
    "barChart": ("invertIfNegative", "0", ("idx", "order", "tx", "spPr")),
    "lineChart": (
        "smooth", "0", ("idx", "order", "tx", "spPr", "marker", "dPt", "dLbls", "trendline", "errBars", "cat", "val")
    ),
}  # fmt: skip


def spell_out(data: bytes, part: str) -> bytes:
    """Return a chart that XlsxWriter made with the elements it leaves out, so that every reader draws the same.

    Parameters
    ----------
    data : bytes
        The chart part.
    part : str
        Its name, for messages.
    """
    root = parse(data, part)
    for element in list(root.iter()):
        name = local_name(element)
        for missing in _MISSING.get(name, ()):
            _add(element, *missing)
        if name == "ser":
            parent = element.getparent()
            wanted = _SERIES.get(local_name(parent)) if parent is not None else None
            if wanted:
                _add(element, *wanted)
    return serialize(root)


def _add(parent: etree._Element, name: str, value: str, before: tuple[str, ...]) -> None:
    """Put an empty element behind the last one that may stand before it, unless it is there."""
    place = 0
    for position, child in enumerate(parent, 1):
        found = local_name(child)
        if found == name:
            return
        if found in before:
            place = position
    made = parent.makeelement(f"{{{_NAMESPACE}}}{name}", {"val": value})
    parent.insert(place, made)
