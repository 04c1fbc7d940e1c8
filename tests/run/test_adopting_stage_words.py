"""What adopting makes of a stage column's words, and how it lists them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl
import pytest

from leadbook import check
from leadbook.books.closed import ClosedBook
from leadbook.cli.adopt_printing import print_adoption
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.playbook import StageClass
from leadbook.model.settings import read_playbook
from leadbook.run.adoption.adopting import adopt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from leadbook.run.adoption.adopting import Adoption


@pytest.fixture
def adopted(tmp_path: Path) -> Callable[..., tuple[Adoption, Path]]:
    """Adopt a tracker whose stage column holds these words."""

    def run(*words: str) -> tuple[Adoption, Path]:
        book = openpyxl.Workbook()
        book.active.append(["Company", "Email", "Status"])
        for at, word in enumerate(words):
            book.active.append([f"Ox {at}", f"a{at}@ox.example", word])
        path = tmp_path / "tracker.xlsx"
        book.save(path)
        return adopt(path, DEFAULT_PLAYBOOK), path

    return run


@pytest.mark.parametrize(
    "word",
    [
        "ghosted",
        "Ghosted us!",
        "No reply",
        "keine Antwort",
        "went dark",
        "unresponsive",
        "Sans r\u00e9ponse",
        "no responde",
    ],
)
def test_a_lead_that_no_longer_answers_is_parked_and_no_early_stage(adopted, word: str) -> None:
    _, path = adopted("Proposal", word, "On hold")
    playbook, _ = read_playbook(ClosedBook.open(path).contents)
    stage = playbook.stage(word)
    assert stage is not None
    assert (stage.stage_class, stage.probability) == (StageClass.NURTURE, 0)
    assert stage is playbook.stage("On hold")


def test_silence_is_no_name_for_all_that_is_parked(adopted) -> None:
    found, _ = adopted("Proposal", "Ghosted", "Ghosted", "Ghosted")
    assert [(word.word, word.stage, word.rows) for word in found.stages][1:] == [("Ghosted", "Nurture", 3)]


@pytest.mark.parametrize("word", ["No reply yet", "Called, no answer", "Voicemail"])
def test_an_attempt_that_was_not_answered_yet_stays_open(adopted, word: str) -> None:
    _, path = adopted("Proposal", word)
    stage = read_playbook(ClosedBook.open(path).contents)[0].stage(word)
    assert stage is not None
    assert stage.stage_class is StageClass.OPEN


@pytest.mark.parametrize(
    "words",
    [
        ("New lead", "Bid sent", "Inspection sched", "Left voicemail", "Waiting for the board"),
        ("New lead", "Bid sent", "Inspection sched"),
    ],
)
def test_who_was_sent_a_bid_has_been_contacted_and_who_is_new_has_not(tmp_path: Path, words: tuple[str, ...]) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Company", "Email", "Status", "Created", "Owner"])
    for at, word in enumerate(words):
        book.active.append([f"Ox {at}", f"a{at}@ox{at}.example", word, dt.date(2026, 10, 1), "Rick"])
    path = tmp_path / "tracker.xlsx"
    book.save(path)
    adopt(path, DEFAULT_PLAYBOOK)
    late = [issue.row for issue in check(path, as_of=dt.date(2026, 11, 20)).issues if issue.code == "LB340"]
    assert late == [2]


def test_each_word_is_listed_once_with_the_rows_of_all_its_spellings(adopted, capsys) -> None:
    found, _ = adopted("Erstkontakt", "erstkontakt", "Erstkontakt", "NEU", "Neu", "Neu")
    assert [(word.word, word.rows) for word in found.stages] == [("Erstkontakt", 3), ("Neu", 3)]
    print_adoption(found)
    lines = capsys.readouterr().out.splitlines()
    assert "  Neu → Neu (your word for Prospecting)" in lines
    assert sum(line.casefold().startswith("  erstkontakt →") for line in lines) == 1


@pytest.mark.parametrize(
    ("word", "ended"),
    [
        ("Regret", StageClass.LOST), ("Regret letter sent", StageClass.LOST), ("They passed", StageClass.LOST),
        ("Ganho", StageClass.WON), ("Perdido", StageClass.LOST), ("Wygrana", StageClass.WON),
        ("Umowa podpisana", StageClass.WON), ("Przegrana", StageClass.LOST), ("Vyhr\u00e1no", StageClass.WON),
        ("Prohr\u00e1no", StageClass.LOST), ("Vunnen", StageClass.WON), ("F\u00f6rlorad", StageClass.LOST),
        ("Tabt", StageClass.LOST), ("Vinta", StageClass.WON), ("Offerte getekend", StageClass.WON),
        ("Nog niet getekend", StageClass.OPEN), ("Oferta wys\u0142ana", StageClass.OPEN),
        ("F\u00f6rhandling", StageClass.OPEN), ("Passed to legal", StageClass.OPEN),
    ],
)  # fmt: skip
def test_a_deal_that_has_ended_is_not_open_in_the_languages_of_trackers(adopted, word: str, ended: StageClass) -> None:
    _, path = adopted("Proposal", word)
    stage = read_playbook(ClosedBook.open(path).contents)[0].stage(word)
    assert stage is not None
    assert stage.stage_class is ended


def adopted_with_chances(tmp_path: Path, *deals: tuple[str, float]) -> dict[str, StageClass]:
    """Adopt a tracker of these stage words and probabilities; give what each word was taken for."""
    book = openpyxl.Workbook()
    book.active.append(["Company", "Email", "Status", "Probability"])
    for at, (word, chance) in enumerate(deals):
        book.active.append([f"Ox {at}", f"a{at}@ox{at}.example", word, chance])
    path = tmp_path / "tracker.xlsx"
    book.save(path)
    adopt(path, DEFAULT_PLAYBOOK)
    playbook, _ = read_playbook(ClosedBook.open(path).contents)
    return {word: stage.stage_class for word, _ in deals if (stage := playbook.stage(word)) is not None}


def test_words_nobody_knows_have_ended_where_the_teams_own_chances_say_so(tmp_path: Path) -> None:
    deals = [("Ajanlat", 0.5), ("Megnyert", 1.0), ("Megnyert", 1.0), ("Elveszett", 0.0), ("New enquiry", 0.0),
             ("Verbal agreement", 1.0), ("Varhato", 0.9), ("Varhato", 1.0)]  # fmt: skip
    assert adopted_with_chances(tmp_path, *deals) == {
        "Ajanlat": StageClass.OPEN,
        "Megnyert": StageClass.WON,
        "Elveszett": StageClass.LOST,
        "New enquiry": StageClass.OPEN,
        "Verbal agreement": StageClass.OPEN,
        "Varhato": StageClass.OPEN,
    }


def test_no_chance_yet_is_no_loss_where_no_stage_is_sure(tmp_path: Path) -> None:
    assert adopted_with_chances(tmp_path, ("Ajanlat", 0.5), ("Uj", 0.0), ("Uj", 0.0))["Uj"] is StageClass.OPEN
