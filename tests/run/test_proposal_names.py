"""Names of proposals' files: good on every system, one for each lead, whatever the companies are called."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbook.documents.naming import safe_name
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.records import Records, Typed
from leadbook.run.proposing.names import name_stems, next_versions

ODD = ("Alder", "ALDER ", "Zoe\u0308", "Zo\u00eb", "CON", "a/b", "a-b", "x" * 120, "x" * 121, "Alder (L-1)", "")
NAMES = st.one_of(st.text(max_size=12), st.sampled_from(ODD))
IDS = st.lists(st.sampled_from(["L-1", "l-1", "L/1", "L-2", "3"]), min_size=8)


def records_of(leads, proposals=()):
    def typed(columns, rows):
        frame = pd.DataFrame(list(rows), columns=columns).set_index(pd.RangeIndex(2, 2 + len(rows)))
        return Typed(frame, pd.DataFrame(index=frame.index), pd.DataFrame(index=frame.index), None)

    table = typed(["lead_id", "company"], leads)
    log = typed(["lead_id", "version", "file"], list(proposals))
    return Records(table, table, table, table, table, DEFAULT_PLAYBOOK, log)


@given(
    st.lists(NAMES, min_size=1, max_size=8), st.lists(st.sampled_from(["L-1", "l-1", "L/1", "L-2", "3"]), min_size=8)
)
def test_every_lead_has_a_name_of_its_own_that_any_system_takes(companies, ids):
    records = records_of(list(zip(ids, companies, strict=False)))
    rows = records.leads.frame.index.tolist()
    stems = name_stems(records, rows)
    assert list(stems) == rows
    told = [f"{stem} - v1.docx" for stem in stems.values()]
    assert all(safe_name(name, 240) == name and not set(name) & set("#%") for name in told)
    compared = {unicodedata.normalize("NFC", name).casefold() for name in told}
    assert len(compared) == len(rows)


@pytest.mark.parametrize(
    ("logged", "files", "version"),
    [
        ([], [], 1),
        ([("L-1", 3.0, "Proposals/x.docx")], [], 4),
        ([("l-1 ", 3.0, "")], ["Proposal - Alder - v1.docx"], 4),
        ([], ["Proposal - Alder - v2.docx", "proposal - ALDER - v10.pdf"], 11),
        ([], ["Proposal - Alder Works - v5.docx", "~$oposal - Alder - v9.docx", "Alder - v7.docx"], 1),
        ([("L-1", float("nan"), "first.docx"), ("L-1", float("nan"), "second.docx")], [], 3),  # nobody numbered them
        ([("L-2", 6.0, "Proposals/Proposal - Birch - v6.docx")], [], 1),
    ],
)
def test_the_next_version(logged, files, version):
    records = records_of([("L-1", "Alder"), ("L-2", "Birch")], logged)
    with TemporaryDirectory() as folder:
        for name in files:
            (Path(folder) / name).touch()
        assert next_versions(records, name_stems(records, [2]), Path(folder)) == {"l-1": version}
