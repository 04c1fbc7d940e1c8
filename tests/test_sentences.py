"""What leadbook says when it cannot go on: whole sentences of plain words, whichever way it fails."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "leadbook"
_RAISED = re.compile(r"(Input|Refused|Busy|Gone|NoExcel|Leadbook|Xlwings|NoPdfProgram|Macros|Workbook)Error$")
_JARGON = re.compile(
    r"\b(sane|exception|traceback|null|NaN|dict|tuple|regex|stdin|stdout|errno|serialize|zip bomb|zip container|"
    r"document type|worksheet part|[a-z]+_[a-z_]+)\b"
)
# A command to be run stands last in some sentences, and a full stop would be copied with it.
_COMMAND = re.compile(r"(leadbook|pip|run|dask) [^:]*$|[\"\]]$")


def said(node: ast.expr) -> str | None:
    """Return the text of a message with X for each value in it; None where another function makes it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = said(node.left), said(node.right)
        return None if left is None else left + (right or "X")
    return None


def messages() -> list[tuple[str, str]]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _RAISED.search(ast.unparse(node.func)) and node.args:
                text = said(node.args[0])
                if text is not None:
                    found.append((f"{path.relative_to(PACKAGE)}:{node.lineno}", text))
    return found


def test_there_are_as_many_as_the_rest_of_these_tests_should_see():
    assert len(messages()) > 250


@pytest.mark.parametrize(("place", "text"), messages())
def test_a_failure_is_told_in_whole_sentences_of_plain_words(place: str, text: str):
    assert re.match(r"[A-Z\"X{]|leadbook |xlwings |--", text), (place, text)
    assert text.endswith((".", "?", "X", ")")) or _COMMAND.search(text), (place, text)
    assert not _JARGON.search(text), (place, text)
