"""A draft is one mail to one person, whatever stands in the cells it was made of."""

from __future__ import annotations

import email
import tomllib
from email import policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbook.documents.drafts import is_address, make_draft
from leadbook.documents.plain_text import one_line
from leadbook.documents.written import printable

CELLS = tomllib.loads((Path(__file__).parent / "corpus" / "cells.toml").read_text(encoding="utf-8"))["cells"]
HEADS = ["X-Unsent", "From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
TEXT = st.text(max_size=300) | st.text(alphabet='\r\n\x0b\u2028 =?utf-8qb:.,;<>@"\\aé😀', max_size=300)


def draft(**given: str) -> bytes:
    parts = {
        "to": "ida@alder.example", "to_name": "Ida Elm", "subject": "Hello", "body": "Text", "sender": "ana@us.example",
        "sender_name": "Ana Costa",
    }  # fmt: skip
    return make_draft(**parts | given)


def read(content: bytes):
    if content.isascii():
        return email.message_from_bytes(content, policy=policy.default)
    return email.message_from_string(content.decode(), policy=policy.SMTPUTF8)  # RFC 6532: heads are UTF-8


def text_of(mail) -> str:
    return mail.get_content().replace("\r\n", "\n")


def holds_only_what_it_should(content: bytes) -> None:
    mail = read(content)
    assert mail.keys() == HEADS
    assert mail.defects == []
    assert all(mail[head].defects == () for head in HEADS)
    [recipient] = mail["To"].addresses
    [sender] = mail["From"].addresses
    assert (recipient.addr_spec, sender.addr_spec) == ("ida@alder.example", "ana@us.example")
    assert not mail.is_multipart()
    assert mail.get_content_type() == "text/plain"
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_draft_says_what_it_was_told():
    content = draft(subject="Grüße \N{EN DASH} 😀", body="Guten Tag\n\nviele Grüße", to_name="Ida Älm, Dr.")
    holds_only_what_it_should(content)
    mail = read(content)
    assert mail["X-Unsent"] == "1"
    assert mail["Subject"] == "Grüße \N{EN DASH} 😀"
    assert mail["To"].addresses[0].display_name == "Ida Älm, Dr."
    assert text_of(mail) == "Guten Tag\n\nviele Grüße\n"
    assert mail.get_content_charset() == "utf-8"


def test_the_same_draft_has_the_same_bytes():
    assert draft(body="é" * 500) == draft(body="é" * 500)


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_cell_stays_text_wherever_it_stands(cell: str):
    content = draft(subject=f"About {cell}", to_name=cell, sender_name=cell, body=f"Hello\n{cell}\nBye")
    holds_only_what_it_should(content)
    mail = read(content)
    expected = one_line(cell).replace("=?", "= ?")
    assert mail["Subject"] == one_line(f"About {expected}", 200)
    # The reader drops the escapes of a name in quotes, and the spaces around what it had to encode.
    assert "".join(mail["To"].addresses[0].display_name.split()) == "".join(one_line(expected, 120).split())
    assert text_of(mail) == f"Hello\n{printable(f'x{cell}x')[1:-1]}\nBye\n"


@given(TEXT, TEXT, TEXT)
def test_no_text_adds_a_head_or_a_recipient(subject: str, name: str, body: str):
    content = draft(subject=f"x{subject}", to_name=name, sender_name=name, body=body)
    holds_only_what_it_should(content)
    mail = read(content)
    assert mail["Subject"] == one_line(f"x{subject}", 200).replace("=?", "= ?")
    assert text_of(mail) == f"{printable(body)}\n"


@pytest.mark.parametrize(
    "address",
    [
        "", "ida", "ida@", "@alder.example", "a@b@c", "ida@alder.example, eve@evil.example", "a@a.example; b@b.example",
        "Ida <ida@alder.example>", "ida@alder.example\r\nBcc: eve@evil.example", "ida @alder.example",
        "i\u202eda@a.example",
        "ida@al der.example", "ida@alder.example\n", '"a b"@alder.example', "ida@" + "a" * 400 + ".example", "a@..",
        "ida@\u2028.example",
    ],
)  # fmt: skip
def test_what_is_not_one_address_is_refused(address: str):
    assert not is_address(address)
    with pytest.raises(ValueError, match="is not one address"):
        draft(to=address)


@pytest.mark.parametrize("address", ["ida@alder.example", "ida.o'hara+x@alder.co.example", "jörg@alder.example"])
def test_an_address_is_kept_as_it_is(address: str):
    assert read(draft(to=address))["To"].addresses[0].addr_spec == address
    assert draft(to=address).isascii() == address.isascii()


def test_a_domain_with_umlauts_is_written_as_mail_servers_know_it():
    assert read(draft(to="ida@bücher.example"))["To"].addresses[0].addr_spec == "ida@xn--bcher-kva.example"


@pytest.mark.parametrize("sender", ["", "no address", "a@a.example, b@b.example"])
def test_without_an_address_in_settings_the_mail_program_chooses_the_sender(sender: str):
    assert read(draft(sender=sender))["From"] is None
