"""Shared strings cut at once read as those read entry by entry, as a piece with any other tag in it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.books.ooxml.shared_texts import read_shared

HEAD = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1">'
OTHER = b"<si><t/></si>"


def part(entries, *, slowly=False):
    return HEAD + b"".join(b"<si><t>%s</t></si>" % entry for entry in entries) + OTHER * slowly + b"</sst>"


@settings(max_examples=200, deadline=None)
@given(
    entries=st.lists(
        st.sampled_from([b"Acme", b"a b", b" a", b"a\n", b"", b" ", b"a &amp; b", b"a\rb", b"_x000D_", b"a>b",
                         b"\xc3\x84", b"\xc2\xa0x", b"\xff"]),
        min_size=1, max_size=6,
    ),
    size=st.integers(1, 400),
)  # fmt: skip
def test_texts_cut_at_once_are_those_read_entry_by_entry(entries, size):
    whole = part(entries)
    found = read_shared(whole[at : at + size] for at in range(0, len(whole), size))
    slowly = read_shared([part(entries, slowly=True)])
    if slowly is None:
        assert found is None
    else:
        assert found.texts == slowly.texts[:-1]
        assert found.others == {at: slowly.others[at] for at in slowly.others if at < len(entries)}


@pytest.mark.parametrize("entry", [b"a<!-- b -->", b"a<b", b"a</t></si>x<si><t>b", b"a</t><t>b"])
def test_what_stands_between_entries_or_within_is_not_lost(entry):
    found = read_shared([part([b"Acme", entry, b"Berlin"])])
    assert found is None or (found.texts == ["Acme", "", "Berlin"] and list(found.others) == [1])
