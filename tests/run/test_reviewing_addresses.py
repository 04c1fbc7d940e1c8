"""The review of books behind addresses: the same as that of the same books in a folder."""

from __future__ import annotations

import contextlib
import functools
import http.server
import importlib.util
import os
import threading

import pytest
from team_books import AS_OF, book_bytes, lead, rep, write_team

import leadbook

pytestmark = pytest.mark.skipif(
    not os.environ.get("LEADBOOK_REQUIRE_TOOLS")
    and any(importlib.util.find_spec(name) is None for name in ("fsspec", "aiohttp")),
    reason="fsspec or aiohttp is not installed (pip install aiohttp)",
)


@contextlib.contextmanager
def in_memory(folder):
    """Put a folder's files behind memory://."""
    import fsspec

    system = fsspec.filesystem("memory")
    for path in folder.iterdir():
        system.pipe(f"/reviewed/{path.name}", path.read_bytes())
    try:
        yield "memory://reviewed/*.xlsx"
    finally:
        system.rm("/reviewed", recursive=True)


@contextlib.contextmanager
def on_the_web(folder):
    """Serve a folder's files from a web server on this machine."""

    class Server(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Keep its log out of the tests."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Server, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextlib.contextmanager
def as_files(folder):
    """Name a folder as an address."""
    yield folder.as_uri()


@pytest.mark.parametrize("behind", [in_memory, on_the_web, as_files])
def test_books_behind_addresses_make_the_review_of_the_folder(tmp_path, behind):
    team = write_team(
        tmp_path / "team",
        {
            "ann.xlsx": book_bytes([lead(1, "Ann"), lead(2, "Ann", amount=70.0)], reps=[rep("Ann", 100)]),
            "ben.xlsx": book_bytes([lead(1, "Ben")], reps=[rep("Ben", 100)]),
            "torn.xlsx": b"PK\x03\x04 torn",
            "~$ben.xlsx": b"\x03Ben",
        },
    )
    here = leadbook.review(str(team), tmp_path / "here.xlsx", as_of=AS_OF, cache=False)
    with behind(team) as address:
        there = leadbook.review(address, tmp_path / "there.xlsx", as_of=AS_OF, cache=False)
    assert (there.reps, there.agenda, there.books, there.not_read) == (here.reps, here.agenda, 2, 1)
    told = {(fault["book"].rpartition("/")[2], fault["code"]) for fault in there.faults}
    assert told == {("torn.xlsx", "LB070"), ("ben.xlsx", "LB071")}
    assert {(fault["book"].rpartition("/")[2], fault["code"]) for fault in here.faults} == told
