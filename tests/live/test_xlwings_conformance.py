"""xlwings still has the words that leadbook uses, for Excel on Windows and on macOS alike."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest
import xlwings
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = Path(importlib.util.find_spec("xlwings").origin).parent
USED = {
    "App": {"alert", "books", "calculation", "display_alerts", "enable_events", "interactive", "screen_updating",
            "selection", "status_bar"},
    "Book": {"names", "sheets", "name"},
    "Sheet": {"activate", "charts", "delete", "page_setup", "range", "show_gridlines", "tables", "used_range"},
    "Range": {"autofit", "borders", "clear_contents", "clear_formats", "color", "column_width", "conditional_formats",
              "data_validation", "font", "formula", "get_special_cells", "horizontal_alignment", "merge",
              "number_format", "raw_value", "row_height", "row_hidden", "select", "unmerge",
              "vertical_alignment", "wrap_text"},
    "Table": {"autofilter", "name", "range", "resize", "show_autofilter", "show_headers",
              "show_table_style_row_stripes", "show_totals", "table_style"},
    "AutoFilter": {"apply_bottom_items", "apply_bottom_percent", "apply_comparison", "apply_top_items",
                   "apply_top_percent", "apply_values", "clear", "criteria"},
    "ConditionalFormats": {"add_color_scale", "add_custom", "add_data_bar", "add_icon_set", "clear"},
    "Chart": {"category_axis", "chart_type", "delete", "legend", "name", "series", "title", "value_axis"},
    "ChartSeries": {"set"}, "ChartAxis": {"set"}, "Charts": {"add"},
    "Name": {"delete", "name", "refers_to"}, "Names": {"add", "contains"}, "Sheets": {"add"}, "Tables": {"add"},
}  # fmt: skip


def words_of(module: str) -> dict[str, set[str]]:
    """Return what each class of an engine can do, bases within the module included, without importing it."""
    tree = ast.parse((HOME / module).read_text(encoding="utf-8"))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}

    def words(name: str) -> set[str]:
        node = classes[name]
        found = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
        found |= {target.id for item in node.body if isinstance(item, ast.Assign) for target in item.targets
                  if isinstance(target, ast.Name)}  # fmt: skip
        for base in node.bases:
            if isinstance(base, ast.Name) and base.id in classes:
                found |= words(base.id)
        return found

    return {name: words(name) for name in classes}


@pytest.mark.parametrize("module", ["_xlwindows.py", "_xlmac.py"])
def test_each_platform_has_every_word_that_is_used(module):
    there = words_of(module)
    missing = {kind: words - there.get(kind, set()) for kind, words in USED.items()}
    assert {kind: words for kind, words in missing.items() if words} == {}


def test_the_version_is_the_one_that_was_read():
    assert Version("0.37.8") <= Version(xlwings.__version__) < Version("0.38")


def test_rejected_calls_are_repeated_for_ever_unless_told_otherwise():
    assert re.search(r"^N_COM_ATTEMPTS = 0", (HOME / "_xlwindows.py").read_text(encoding="utf-8"), re.MULTILINE)


def test_nothing_of_the_paid_part_and_no_full_name_is_used():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "leadbook").rglob("*.py")]
    assert not [
        source
        for source in sources
        if re.search(r"import xlwings\.pro|from xlwings\.pro|from xlwings import pro", source)
    ]
    live = [path.read_text(encoding="utf-8") for path in (ROOT / "leadbook" / "books" / "live").glob("*.py")]
    assert not [source for source in live if ".fullname" in source]
