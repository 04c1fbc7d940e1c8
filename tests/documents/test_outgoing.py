"""What is written is new, whole and inside the folder that was asked for."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from leadbook.documents.outgoing import free_name, write_new
from leadbook.model.issues import LeadbookError


def test_a_file_is_written_into_a_folder_that_is_made(tmp_path: Path):
    path = write_new(tmp_path / "out" / "drafts", "Alder.eml", b"one")
    assert path == tmp_path / "out" / "drafts" / "Alder.eml"
    assert path.read_bytes() == b"one"
    assert [file.name for file in path.parent.iterdir()] == ["Alder.eml"]


@pytest.mark.parametrize(
    ("name", "second", "third"),
    [
        ("leads.ics", "leads (2).ics", "leads (3).ics"),
        ("Proposal - Alder - v3.docx", "Proposal - Alder - v4.docx", "Proposal - Alder - v5.docx"),
        ("Rev2.txt", "Rev2 (2).txt", "Rev2 (3).txt"),
    ],
)
def test_nothing_that_is_there_is_replaced(tmp_path: Path, name: str, second: str, third: str):
    written = []
    for content in (b"1", b"2", b"3"):
        expected = free_name(tmp_path, name)
        written.append(write_new(tmp_path, name, content))
        assert written[-1].name == expected
    assert [path.name for path in written] == [name, second, third]
    assert [path.read_bytes() for path in written] == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    "name", ["../out.txt", "a/b.txt", "/etc/x", "..", "", ".", "CON", "con.docx", ".hidden", "a\\b", "a\nb", "x" * 300]
)
def test_a_name_that_means_something_else_is_refused(tmp_path: Path, name: str):
    with pytest.raises(LeadbookError, match="no name of a file"):
        write_new(tmp_path / "out", name, b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_the_folder_is_not_followed(tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir()
    elsewhere = tmp_path / "elsewhere.txt"
    (out / "a.txt").symlink_to(elsewhere)  # it dangles, so that a plain "x" would have to follow it to write
    elsewhere_too = tmp_path / "there.txt"
    elsewhere_too.write_text("theirs")
    (out / "a (2).txt").symlink_to(elsewhere_too)
    assert write_new(out, "a.txt", b"x").name == "a (3).txt"
    assert not elsewhere.exists()
    assert elsewhere_too.read_text() == "theirs"


def test_two_at_once_get_two_files(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda at: write_new(tmp_path, "a.txt", str(at).encode()), range(24)))
    assert len({path.name for path in paths}) == 24
    assert sorted(int(path.read_bytes()) for path in paths) == list(range(24))
    assert len(list(tmp_path.iterdir())) == 24


def test_a_file_in_the_folders_place_is_told(tmp_path: Path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(LeadbookError, match=r"out is no folder; give another one with --out\."):
        write_new(tmp_path / "out", "a.txt", b"x")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the one who may do everything is refused nothing")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    out = tmp_path / "out"
    out.mkdir(mode=0o500)
    with pytest.raises(LeadbookError, match="choose a folder that can be written"):
        write_new(out, "a.txt", b"x")


def test_a_drive_without_links_gets_the_file_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(_path: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert [write_new(tmp_path, "a.txt", b"x").name for _ in range(2)] == ["a.txt", "a (2).txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a (2).txt", "a.txt"]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LeadbookError, match="No space left on device"):
        write_new(tmp_path, "a.txt", b"x")
    assert list(tmp_path.iterdir()) == []


def test_what_an_ended_process_left_is_taken_away_and_what_another_one_writes_is_not(tmp_path: Path):
    ended, at_work, theirs = (tmp_path / name for name in (".leadbook-ab.tmp", ".leadbook-cd.tmp", ".tmp"))
    for path in (ended, at_work, theirs):
        path.write_text("half")
    for path in (ended, theirs):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    write_new(tmp_path, "a.txt", b"whole")
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", ".leadbook-cd.tmp", ".tmp"}
