"""Unchanged books come from the cache, which damage, other people and size cannot turn against the review."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from team_books import AS_OF, book_bytes, lead, rep, write_team

from leadbook.run.team import cache as caching
from leadbook.run.team import mapping
from leadbook.run.team.cache import Cache, key_of
from leadbook.run.team.mapping import Room
from leadbook.run.team.reviewing import review_books


@pytest.fixture
def team(tmp_path):
    books = {
        f"{name}.xlsx": book_bytes([lead(1, name), lead(2, name)], reps=[rep(name, 100)]) for name in ("Ann", "Ben")
    }
    return write_team(tmp_path / "team", books)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "review"


def reviewed(team, folder, as_of=AS_OF):
    """Review the team in this process with a cache in a folder."""
    out = team.parent / "review.xlsx"
    return review_books([str(team / "*.xlsx")], out, as_of, room=Room(jobs=1), cache=Cache(folder))


@pytest.fixture
def studied(monkeypatch):
    """The names of the books that were studied, not taken from the cache."""
    names = []
    real = mapping.study_book
    monkeypatch.setattr(mapping, "study_book", lambda name, *rest: names.append(name) or real(name, *rest))
    return names


def test_only_books_that_changed_are_studied_again(team, folder, studied):
    first = reviewed(team, folder)
    again = reviewed(team, folder)
    assert studied == ["Ann.xlsx", "Ben.xlsx"]
    assert (again.from_cache, again.reps, again.agenda) == (2, first.reps, first.agenda)
    (team / "Ben.xlsx").write_bytes(book_bytes([lead(3, "Ben", amount=7.0)], reps=[rep("Ben", 100)]))
    assert reviewed(team, folder).reps != first.reps
    assert studied == ["Ann.xlsx", "Ben.xlsx", "Ben.xlsx"]


def test_a_renamed_book_is_known_and_another_day_is_not(team, folder):
    reviewed(team, folder)
    (team / "Ben.xlsx").rename(team / "Benjamin.xlsx")
    assert reviewed(team, folder).from_cache == 2
    assert reviewed(team, folder, AS_OF + dt.timedelta(days=1)).from_cache == 0


def test_other_code_is_another_key(monkeypatch):
    before = key_of(b"book", AS_OF)
    monkeypatch.setattr(caching, "_CODE", ["another version"])
    assert key_of(b"book", AS_OF) != before


@pytest.mark.parametrize("damage", [b"", b"short", b"\x00" * 500])
def test_a_damaged_entry_is_made_anew(team, folder, studied, damage):
    first = reviewed(team, folder)
    for path in folder.iterdir():
        path.write_bytes(damage)
    assert reviewed(team, folder).reps == first.reps
    assert len(studied) == 4


def test_an_entry_that_is_whole_but_no_record_is_made_anew(team, folder):
    first = reviewed(team, folder)
    cache = Cache(folder)
    for path in folder.iterdir():
        cache.keep(path.stem, b"not what was kept")
    assert reviewed(team, folder).reps == first.reps


def test_what_others_may_write_is_not_read(team, folder):
    reviewed(team, folder)
    folder.chmod(0o777)
    assert reviewed(team, folder).from_cache == 0
    folder.chmod(0o700)
    for path in folder.iterdir():
        path.chmod(0o666)
    assert reviewed(team, folder).from_cache == 0


def test_an_entry_that_is_a_link_is_not_read(team, folder, tmp_path):
    reviewed(team, folder)
    for path in folder.iterdir():
        path.rename(tmp_path / path.name)
        path.symlink_to(tmp_path / path.name)
    assert reviewed(team, folder).from_cache == 0


def test_a_folder_that_cannot_be_made_costs_only_time(team, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert reviewed(team, tmp_path / "file" / "cache").books == 2


def test_what_has_not_been_asked_for_the_longest_goes_first(tmp_path):
    cache = Cache(tmp_path / "cache", most_bytes=1_000)
    for number in range(5):
        cache.keep(f"{number}", bytes(200))
        os.utime(tmp_path / "cache" / f"{number}.book", (number, number))
    assert cache.find("0") is not None  # asked for now, so no longer the oldest
    cache.tidy()
    assert [number for number in range(5) if cache.find(f"{number}")] == [0, 2, 3, 4]
    cache.keep("large", bytes(900))
    assert cache.find("large") is None


def test_entries_are_data_and_never_run(team, folder):
    reviewed(team, folder)
    for path in folder.iterdir():
        assert b"cposix" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
