"""Every code that reading can give is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import leadbook.model
from leadbook.model.issues import Severity
from leadbook.model.reading_codes import READING_CODES

MODEL = Path(leadbook.model.__file__).parent
READING = ("cells", "numerals", "digits", "money", "dates", "date_texts", "headers", "leads", "locate", "worth",
           "faults",
           "settings", "settings_cells", "settings_team", "settings_offer", "stages", "options")  # fmt: skip


def test_every_code_used_is_explained_and_every_one_explained_is_used():
    used = {code for name in READING for code in re.findall(r'"(LB\d{3})"', (MODEL / f"{name}.py").read_text("utf-8"))}
    assert used == set(READING_CODES)


@pytest.mark.parametrize("code", sorted(READING_CODES))
def test_an_explanation_is_whole(code):
    text = READING_CODES[code]
    assert text.code == code
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text.name)
    assert text.severity in Severity
    for sentence in (text.summary, text.why, text.best_practice):
        assert sentence.endswith(".")
    assert text.anti_pattern
