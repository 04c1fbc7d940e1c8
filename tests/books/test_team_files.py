"""Finding the reps' books: each file once, and nothing that is no book; and who has one open."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import os
import sys
import threading

import pytest

from leadbook.books.owner_files import opened_by
from leadbook.books.team_files import find_books
from leadbook.model.issues import LeadbookError

needs_fsspec = pytest.mark.skipif(
    not os.environ.get("LEADBOOK_REQUIRE_TOOLS") and importlib.util.find_spec("fsspec") is None,
    reason='fsspec is not installed (pip install "leadbook[remote]")',
)

needs_web = pytest.mark.skipif(
    not os.environ.get("LEADBOOK_REQUIRE_TOOLS")
    and any(importlib.util.find_spec(name) is None for name in ("fsspec", "aiohttp")),
    reason="fsspec or aiohttp is not installed (pip install aiohttp)",
)


@pytest.fixture
def folder(tmp_path):
    for name in ("team/ann.xlsx", "team/deep/ben.xlsm", "team/~$ann.xlsx", "team/notes.txt", "team/old.xls",
                 "team/ann.xlsx.leadbook-backups/ann.0001.2026-01-01-000000.xlsx", "review.xlsx"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path


def names(found):
    return [book.name for book in found.books]


def test_a_pattern_finds_books_at_any_depth_and_nothing_else(folder):
    assert names(find_books([str(folder / "**" / "*")], folder / "review.xlsx")) == [
        "ann.xlsx",
        "deep/ben.xlsm",
        "old.xls",
    ]
    assert names(find_books([str(folder / "team" / "**" / "*.xlsx")], folder / "review.xlsx")) == ["ann.xlsx"]


def test_a_folder_means_every_book_in_it(folder):
    assert names(find_books([str(folder / "team")], folder / "review.xlsx")) == ["ann.xlsx", "deep/ben.xlsm", "old.xls"]


def test_the_review_is_no_book_even_where_it_is_named(folder):
    found = find_books([str(folder / "*.xlsx"), str(folder / "review.xlsx")], folder / "review.xlsx")
    assert found.books == ()


def test_two_names_for_one_file_count_once(folder):
    os.link(folder / "team" / "ann.xlsx", folder / "team" / "second name.xlsx")
    (folder / "link.xlsx").symlink_to(folder / "team" / "ann.xlsx")
    patterns = [str(folder / "**" / "*.xlsx"), str(folder / "team" / ".." / "team" / "ann.xlsx")]
    assert len(find_books(patterns, folder / "review.xlsx").books) == 1


def test_a_name_with_brackets_is_a_name_where_there_is_such_a_file(folder):
    (folder / "team [north].xlsx").write_bytes(b"x")
    assert names(find_books([str(folder / "team [north].xlsx")], folder / "review.xlsx")) == ["team [north].xlsx"]


def test_a_pattern_without_a_book_is_told(folder):
    found = find_books([str(folder / "team" / "*.xlsx"), str(folder / "nobody" / "*.xlsx")], folder / "review.xlsx")
    assert found.without == (str(folder / "nobody" / "*.xlsx"),)


def test_links_lead_from_the_review_and_only_where_excel_can_follow(folder):
    (folder / "team" / "50% off.xlsx").write_bytes(b"x")
    (folder / "out").mkdir()
    found = find_books([str(folder / "team" / "*.xlsx")], folder / "out" / "review.xlsx")
    assert {book.name: book.link for book in found.books} == {"ann.xlsx": "../team/ann.xlsx", "50% off.xlsx": ""}


@needs_fsspec
def test_addresses_are_listed_and_read(tmp_path):
    import fsspec

    system = fsspec.filesystem("memory")
    system.pipe(
        {"/review-test/ann.xlsx": b"PK ann", "/review-test/x/ben.xlsx": b"PK ben", "/review-test/~$ann.xlsx": b""}
    )
    try:
        found = find_books(["memory://review-test/**/*.xlsx"], tmp_path / "review.xlsx")
        assert [book.read() for book in found.books] == [b"PK ann", b"PK ben"]
        assert [book.link for book in found.books] == ["", ""]
        [gone] = find_books(["memory://review-test/gone.xlsx"], tmp_path / "review.xlsx").books
        with pytest.raises(LeadbookError, match="There is no file"):
            gone.read()
    finally:
        system.rm("/review-test", recursive=True)


@needs_fsspec
def test_a_file_address_and_a_path_are_one_file(folder):
    patterns = [str(folder / "team" / "ann.xlsx"), (folder / "team" / "ann.xlsx").as_uri()]
    assert len(find_books(patterns, folder / "review.xlsx").books) == 1


@needs_fsspec
def test_a_book_open_in_excel_is_told_behind_an_address_too(tmp_path):
    import fsspec

    system = fsspec.filesystem("memory")
    system.pipe(
        {f"/open-test/{name}": b"PK" for name in ("ann.xlsx", "~$ann.xlsx", "ben.xlsx", ".~lock.cid.xlsx#", "cid.xlsx")}
    )
    try:
        folder = find_books(["memory://open-test"], tmp_path / "review.xlsx").books
        assert {book.name.rpartition("/")[2]: book.opened_by for book in folder} == {
            "ann.xlsx": "", "ben.xlsx": None, "cid.xlsx": "",
        }  # fmt: skip
        named = [f"memory://open-test/{name}.xlsx" for name in ("ann", "ben")]
        assert [book.opened_by for book in find_books(named, tmp_path / "review.xlsx").books] == ["", None]
    finally:
        system.rm("/open-test", recursive=True)


@pytest.fixture
def web(tmp_path):
    """A web server of this machine's own that lists its folders, and the addresses it was asked for."""
    asked = []

    class Server(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            asked.append(self.path)

        def do_GET(self):
            if "closed" in self.path:
                self.send_error(403)
            else:
                super().do_GET()

    (tmp_path / "web").mkdir()
    handler = functools.partial(Server, directory=str(tmp_path / "web"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path / "web", f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@needs_web
def test_books_are_listed_and_read_over_the_web(tmp_path, web):
    folder, address, _ = web
    for name in ("ann.xlsx", "~$ann.xlsx", "ben & co.xlsx", "south/cid.xlsx", "notes.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(f"PK {name}".encode())
    for pattern in (f"{address}/**/*.xlsx", address, f"{address}/"):
        found = find_books([pattern], tmp_path / "review.xlsx").books
        assert {(book.name.removeprefix(address), book.read(), book.opened_by) for book in found} == {
            ("/ann.xlsx", b"PK ann.xlsx", ""), ("/ben & co.xlsx", b"PK ben & co.xlsx", None),
            ("/south/cid.xlsx", b"PK south/cid.xlsx", None),
        }  # fmt: skip


@needs_web
def test_keys_in_a_web_address_open_the_book_and_are_told_nobody(tmp_path, web):
    folder, address, asked = web
    (folder / "ann.xlsx").write_bytes(b"PK ann")
    found = find_books([f"{address}/{name}.xlsx?key=s3cret&x=1" for name in ("ann", "gone")], tmp_path / "review.xlsx")
    assert [book.name for book in found.books] == [f"{address}/ann.xlsx", f"{address}/gone.xlsx"]
    assert found.books[0].read() == b"PK ann"
    assert asked == ["/ann.xlsx?key=s3cret&x=1"]
    with pytest.raises(LeadbookError, match="There is no file") as told:
        found.books[1].read()
    assert "s3cret" not in str(told.value)
    for barred in (f"{address}/closed.xlsx?key=s3cret", "http://ann:s3cret@127.0.0.1:9/ann.xlsx?key=s3cret"):
        [book] = find_books([barred], tmp_path / "review.xlsx").books
        with pytest.raises(LeadbookError, match="cannot be read") as told:
            book.read()
        assert "s3cret" not in str(told.value)
        assert "s3cret" not in book.name


@needs_fsspec
def test_an_unknown_kind_of_address_is_told_in_a_sentence(tmp_path):
    with pytest.raises(LeadbookError, match="Nothing installed can read"):
        find_books(["teapot://team/ann.xlsx"], tmp_path / "review.xlsx")


def test_a_missing_fsspec_is_told_with_the_way_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(LeadbookError, match=r'pip install "leadbook\[remote\]"'):
        find_books(["s3://team/*.xlsx"], tmp_path / "review.xlsx")


def excel_owner(name, at=55):
    wide = name.encode("utf-16-le")
    narrow = name.encode("cp1252", "replace")
    data = bytes([len(narrow)]) + narrow
    return (data.ljust(at, b" ") + len(name).to_bytes(2, "little") + wide).ljust(165, b" ")


@pytest.mark.parametrize(
    ("data", "who"),
    [
        (excel_owner("Zoë Quinn"), "Zoë Quinn"),
        (excel_owner("Łukasz Żak", at=54), "Łukasz Żak"),
        (b"\x09Ann Smith".ljust(165, b"\x00"), "Ann Smith"),
        (b"", ""),
        (bytes(range(165)), None),
    ],
)
def test_excel_s_owner_file_tells_who_has_the_book_open(tmp_path, data, who):
    (tmp_path / "~$ann.xlsx").write_bytes(data)
    found = opened_by(tmp_path / "ann.xlsx")
    assert found is not None
    assert found == who if who is not None else found.isprintable()


def test_libreoffice_s_lock_tells_it_too(tmp_path):
    (tmp_path / ".~lock.ann.xlsx#").write_text(",ann,laptop,22.11.2026 09:10,file:///home/ann;", encoding="utf-8")
    assert opened_by(tmp_path / "ann.xlsx") == "ann"


def test_a_book_without_such_a_file_is_not_open(tmp_path):
    assert opened_by(tmp_path / "ann.xlsx") is None
