"""Records from rows written by hand, read by the real reader."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from typing import TYPE_CHECKING

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import numpy as np
import pytest
from msgspec import structs

from leadbook.model.columns import TABLES
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.leads import read_records, with_offers
from leadbook.model.playbook import Product, Rep
from leadbook.model.tables import BookContents, RawTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leadbook.model.issues import Issue
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records

PLAYBOOK = structs.replace(
    DEFAULT_PLAYBOOK,
    reps=(Rep("Anna Schmidt", "anna@ours.example"), Rep("Ben Miller", active=False)),
    products=(
        Product("GTX Pro", 4821.0),
        Product("MG Special", 55.0),
        Product("Training", None),
        Product("Old Box", 99.0, valid_until=dt.date(2026, 5, 31)),
    ),
    rates={"EUR": 1.0, "USD": 0.9},
)


def raw_table(table: str, rows: Sequence[Mapping[str, object]]) -> RawTable:
    """Build a table from rows by column key; keys that are none of ours become the seller's own headers.

    ``times`` repeats a row, ``below`` counts rows that stand under the table.
    """
    headers = {column.key: column.header for column in TABLES[table]}
    spread: list[dict[str, object]] = []
    for row in rows:
        cells = {key: value for key, value in row.items() if key not in {"times", "below"}}
        spread += [cells] * int(row.get("times", 1))
    keys = list(dict.fromkeys(key for row in spread for key in row))
    if table == "Leads":
        keys = list(dict.fromkeys(["lead_id", *keys]))
        spread = [{"lead_id": f"L-{number}", **row} for number, row in enumerate(spread, 1)]
    cells = [[None if row.get(key) == "" else row.get(key) for row in spread] for key in keys]
    count = len(spread)
    below = sum(int(row.get("below", 0)) for row in rows)
    return RawTable(
        table, table, [headers.get(key, key) for key in keys], 1, 1, np.arange(2, 2 + count), cells, 1 + count,
        rows_below=below,
    )  # fmt: skip


def book(**tables: Sequence[Mapping[str, object]]) -> BookContents:
    """Build a workbook's contents; ``leads=``, ``activities=``, ``quote_lines=``, ``archive=``, ``offers=``."""
    names = {"leads": "Leads", "activities": "Activities", "quote_lines": "QuoteLines", "archive": "Archive",
             "proposals": "Proposals", "offers": "Offers"}  # fmt: skip
    read = {names[key]: raw_table(names[key], rows) for key, rows in tables.items()}
    return BookContents("Book.xlsx", {"Leads": raw_table("Leads", [{}]), **read}, tuple(names.values()))


@pytest.fixture(scope="session")
def read_rows() -> Callable[..., tuple[Records, list[Issue]]]:
    """``read_rows(leads=[...], activities=[...], playbook=...)``: the records and what reading reported."""

    def read(playbook: Playbook = PLAYBOOK, **tables: Sequence[Mapping[str, object]]) -> tuple[Records, list[Issue]]:
        contents = book(**tables)
        records, found = read_records(contents, playbook)
        records, of_offers = with_offers(records, contents)
        return records, [*found, *of_offers]

    return read


@pytest.fixture(scope="session")
def today() -> dt.date:
    return dt.date(2026, 6, 15)


@pytest.fixture(scope="session")
def name_server():
    """A name server that knows one domain with a mail server, one without, and no other."""
    answers = {"open.example.": "10 mail.open.example.", "closed.example.": "0 ."}
    channel = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    channel.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            wire, asker = channel.recvfrom(4096)
            if wire == b"stop":
                return
            query = dns.message.from_wire(wire)
            reply, name = dns.message.make_response(query), query.question[0].name.to_text()
            if name in answers:
                reply.answer.append(dns.rrset.from_text(name, 60, "IN", "MX", answers[name]))
            else:
                reply.set_rcode(dns.rcode.NXDOMAIN)
            channel.sendto(reply.to_wire(), asker)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield channel.getsockname()
    channel.sendto(b"stop", channel.getsockname())
    thread.join()
    channel.close()


@pytest.fixture(autouse=True)
def _ask_the_tests_own_server(name_server, monkeypatch):
    """Keep every test off the internet."""

    def resolver() -> dns.resolver.Resolver:
        found = dns.resolver.Resolver(configure=False)
        found.nameservers, found.port, found.lifetime = [name_server[0]], name_server[1], 5
        return found

    monkeypatch.setattr("leadbook.rules.mail_servers._resolver", resolver)
