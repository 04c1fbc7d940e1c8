"""What the package offers to Python says what it takes and how it fails."""

from __future__ import annotations

import inspect

import pytest

import leadbook

CANNOT_FAIL = {"all_rules", "doctor"}
FUNCTIONS = [name for name in leadbook.__all__ if inspect.isfunction(getattr(leadbook, name))]


def test_there_are_functions_to_look_at():
    assert {"refresh", "check", "score_file", "undo"} <= set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_parameter_and_failure_is_described(name: str):
    function = getattr(leadbook, name)
    said = inspect.getdoc(function) or ""
    described = said.partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    for parameter in inspect.signature(function).parameters:
        assert f"\n{parameter}" in f"\n{described}" or f", {parameter}" in described, parameter
    assert "Raises\n------\n" in said or name in CANNOT_FAIL
