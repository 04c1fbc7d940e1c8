"""Which leads get a proposal: ids however they are typed, stages and owners, slips with what was meant."""

from __future__ import annotations

import pytest
from offered_book import LEAD, LINE, read

from leadbook.analysis.proposing.choosing import choose_rows
from leadbook.model.issues import InputError

LEADS = [
    {**LEAD, "Lead ID": "L-0042"},
    {**LEAD, "Lead ID": "L-0142", "Owner": "Ben Okafor"},
    {**LEAD, "Lead ID": "L-0007", "Stage": "Lost"},
    {**LEAD, "Lead ID": "Acme West"},
    {**LEAD, "Lead ID": "L-0100", "Stage": "Assessment"},
]
LINES = [{**LINE, "Lead ID": row["Lead ID"]} for row in LEADS[:4]]


@pytest.fixture(scope="module")
def records():
    return read(LEADS, LINES)


@pytest.mark.parametrize(
    ("how", "rows"),
    [
        ({"lead_ids": ["l-0142 ", "L-0042"]}, (3, 2)),
        ({"lead_ids": ["L-0042", "l-0042"]}, (2,)),
        ({"lead_ids": ["  acme   WEST"]}, (5,)),
        ({"stage": "proposal"}, (2, 3, 5)),
        ({"stage": "Lost"}, (4,)),
        ({"owner": "ana  costa"}, (2, 5)),  # the lost one, and the one without quote lines, were not meant
        ({"owner": "Ana Costa", "stage": "Assessment"}, (6,)),
        ({"lead_ids": ["L-0042", "L-0142"], "owner": "Ben Okafor"}, (3,)),
    ],
)  # fmt: skip
def test_the_leads_that_are_meant(records, how, rows):
    chosen = choose_rows(records, **how)
    assert (chosen.rows, chosen.refused) == (rows, ())


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("L-042", "did you mean L-0042?"),
        ("L0042", "did you mean L-0042?"),
        ("Acme Wset", "did you mean Acme West?"),
        ("zebra", "see the column Lead ID"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(records, typed, says):
    chosen = choose_rows(records, ["L-0142", typed])
    assert chosen.rows == (3,)
    [refused] = chosen.refused
    assert (refused.lead_id, refused.issues[0].code, refused.issues[0].address) == (typed, "LB601", "Leads!A:A")
    assert says in refused.issues[0].message


def test_an_id_that_was_merged_away_names_the_lead_it_is_now():
    archive = [{"Lead ID": "L-0099", "Archived At": None, "Reason": "Merged into L-0042", "Merge ID": "M-1", "Row": ""}]
    [refused] = choose_rows(read(LEADS, LINES, archive=archive), ["L-0099"]).refused
    assert refused.issues[0].code == "LB603"
    assert "L-0042" in refused.issues[0].message


@pytest.mark.parametrize("how", [{}, {"lead_ids": [" "]}, {"stage": "Prposal"}, {"owner": "Nobody"}])
def test_what_nothing_can_be_made_of(records, how):
    with pytest.raises(InputError, match=r"(Name the leads|There is no stage|No lead belongs)"):
        choose_rows(records, **how)
