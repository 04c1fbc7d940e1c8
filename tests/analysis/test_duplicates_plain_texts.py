"""Texts prepared all at once come out as they do one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbook.analysis.duplicates.plain import (
    mail_address,
    mail_addresses,
    mailboxes_and_hosts,
    site_of,
    sites_of,
)

ADDRESSES = [
    "Anna+News@ACME.de",
    "an.na@gmail.com",
    "an.na@GoogleMail.com",
    "no address",
    "@acme.de",
    "a@b@c.de",
    "a\nb@c.de",
]
SITES = ["https://www.Acme.de/start", "ACME.de:80", "http://acme.de?a=1", "acme.de\nnew", "www.acme.de#top"]


@given(st.lists(st.sampled_from(ADDRESSES) | st.text(alphabet="aB.@+ \n", max_size=12)))
def test_addresses_come_out_as_one_by_one(texts: list[str]) -> None:
    assert mail_addresses([text.strip() for text in texts]) == [mail_address(text) for text in texts]


@given(st.lists(st.sampled_from(SITES)))
def test_sites_come_out_as_one_by_one(texts: list[str]) -> None:
    assert sites_of(texts) == [site_of(text) for text in texts]


@pytest.mark.parametrize("addresses", [[], ["a@b.de"], ["a@b@c.de", "d@e.de"]])
def test_an_address_is_parted_at_its_last_at(addresses: list[str]) -> None:
    mailboxes, hosts = mailboxes_and_hosts(addresses)
    assert [f"{box}@{host}" for box, host in zip(mailboxes, hosts, strict=True)] == addresses
    assert not any("@" in host for host in hosts)
