"""The shipped sample is what its seeded story makes, and every defect planted in it is found."""

from __future__ import annotations

import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))

import sample_book  # noqa: E402 - stands beside this file
import sample_story  # noqa: E402 - after the path

from leadbook import check, init  # noqa: E402 - after the path

SAMPLE = ROOT / "workbooks" / "sample.xlsx"


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        # The properties carry the moment the file was made; everything else is the story's.
        return {name: package.read(name) for name in package.namelist() if not name.startswith("docProps/")}


def test_the_shipped_sample_is_what_the_story_makes() -> None:
    made, shipped = parts(sample_book.build()), parts(SAMPLE.read_bytes())
    assert made.keys() == shipped.keys()
    assert [name for name in made if made[name] != shipped[name]] == []


def test_the_shipped_starter_is_what_init_makes(tmp_path: Path) -> None:
    made = parts(init(tmp_path / "starter.xlsx").read_bytes())
    shipped = parts(SAMPLE.with_name("starter.xlsx").read_bytes())
    assert made.keys() == shipped.keys()
    assert [name for name in made if made[name] != shipped[name]] == []


def test_the_sample_is_as_large_as_promised() -> None:
    story = sample_story.tell()
    assert len(story.leads) == 400
    assert len({lead["owner"] for lead in story.leads} & {rep[0] for rep in sample_story.REPS}) == 4
    assert {row["lead_id"] for row in story.history} <= {lead["lead_id"] for lead in story.leads}


PLANTED = {
    "LB101": "an e-mail address without @", "LB103": "a role address", "LB105": "a phone number too short",
    "LB107": "no way to reach the lead", "LB111": "a malformed website", "LB113": "a misspelt industry or country",
    "LB114": "google for Google", "LB201": "an amount on request", "LB210": "a stage nobody knows",
    "LB215": "a currency without a rate", "LB216": "a deal won without a close date",
    "LB217": "a deal won in the future", "LB218": "a deal won without an amount",
    "LB219": "a deal lost without a reason", "LB231": "an open lead without an owner",
    "LB310": "a lead created tomorrow", "LB320": "an activity of an unknown lead", "LB501": "a lead entered twice",
}  # fmt: skip


@pytest.fixture(scope="module")
def found() -> set[str]:
    return {issue.code for issue in check(SAMPLE, as_of=sample_story.AS_OF).issues}


@pytest.mark.parametrize("code", PLANTED)
def test_every_planted_defect_is_found(code: str, found: set[str]) -> None:
    assert code in found, PLANTED[code]
