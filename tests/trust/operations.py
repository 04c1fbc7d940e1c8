"""Sends workbooks through random commands and edits, and compares what is not leadbook's with what it was.

Real workbooks get leadbook's sheets first; each then gets a seller's own sheets that lean on them (``sellers_sheet``).
After every operation the parts and the shared lists are compared; at the end, what LibreOffice reads and what the
validator finds.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import random
import re
import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.trust.crashes import LEADS, MORE
from tests.trust.other_eyes import findings
from tests.trust.sellers_sheet import DEEPER, HIDDEN, MINE, NAMES, POINTED_AT, WORKED_OUT, put_in
from tests.trust.unowned import LISTS, Theirs, entries, parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.trust.other_eyes import Seen

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "data" / "corpus"
FIRST_DAY = dt.date(2026, 3, 2)
STAGES = ("Prospecting", "Qualification", "Assessment", "Proposal", "Objections", "Closing", "Won", "Lost", "Nurture")
WEIGHTS = {
    "refresh": 4, "edit": 4, "fix": 1, "import": 2, "merge": 1, "unmerge": 1, "undo": 2, "init": 1, "propose": 1, "sync": 1,
    "check": 1, "export": 1,
}  # fmt: skip


def say(*arguments: str) -> tuple[int, str]:
    """Run a leadbook command in this process; return its exit code and what it said."""
    from leadbook.cli import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = main(arguments)
        except SystemExit as left:
            code = int(left.code or 0)
    return code, said.getvalue()


def edit(path: Path, chance: random.Random) -> tuple[int, str]:
    """Change a cell of the leads as a seller does in Excel; return 3 where an undo took the leads away."""
    from leadbook.books.ooxml import Workbook

    book = Workbook.open(path.read_bytes())
    table = next((table for table in book.tables if table.name.casefold() in {"leads", "leadbook_leads"}), None)
    if table is None:
        return 3, ""
    headers = list(table.columns)
    typed: dict[str, object] = {
        "Stage": chance.choice(STAGES), "Amount": chance.randrange(500, 90_000), "Owner": chance.choice(("Ana", "Ben")),
        "Company": chance.choice(("Nordwind & Söhne", "<b>Falke</b>", "=1+1 GmbH", "日本")),
    }  # fmt: skip
    header = chance.choice([name for name in typed if name in headers])
    row = chance.randrange(table.area.first_row + 1, table.area.last_row + 1)
    book.set_cells(table.sheet, {table.area.first_column + headers.index(header): {row: typed[header]}})
    with path.open("wb") as file:
        book.write(file)
    return 0, ""


@dataclass
class Told:
    """What came of one workbook's operations.

    Parameters
    ----------
    book : str
    folder : Path
        It keeps the workbook as it came, as the operations began, and as they left it.
    is_ours : bool
        Whether leadbook made the workbook, so that only the sheets that were put in are somebody else's.
    done, refused : int
        Operations that ran, and that leadbook refused in a sentence.
    owned_by_others : int
        Parts and entries of lists that were compared after each operation.
    failures : list of str
    """

    book: str
    folder: Path
    is_ours: bool
    done: int = 0
    refused: int = 0
    owned_by_others: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def came(self) -> Path:
        """The workbook as it came."""
        return self.folder / f"came{Path(self.book).suffix}"

    @property
    def began(self) -> Path:
        """The workbook with leadbook's sheets and the seller's own, before the first operation."""
        return self.folder / f"began{Path(self.book).suffix}"

    @property
    def last(self) -> Path:
        """The workbook after the last operation."""
        return self.folder / self.book


def books(folder: Path) -> list[Path]:
    """Return the workbooks to work on: real ones from elsewhere, and each kind that leadbook makes."""
    found = [path for path in sorted(CORPUS.glob("*.xls[xm]")) if zipfile.is_zipfile(path)] if CORPUS.is_dir() else []
    sample = Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", folder / "sample.xlsx"))
    with zipfile.ZipFile(sample, "a") as archive:
        archive.writestr("customXml/item1.xml", "<theirs xmlns='urn:theirs'>kept</theirs>")
    found.append(sample)
    for made in ("starter.xlsx", "starter.xlsm"):
        say("init", str(folder / made))
        found.append(folder / made)
    shutil.copy(ROOT / "workbooks" / "sample.xlsx", folder / "buttons.xlsx")
    say("buttons", str(folder / "buttons.xlsx"))
    found.append(folder / "buttons.xlsm")
    return found


def work_hard(book: Path, folder: Path, count: int, seed: str = "") -> Told:
    """Send a workbook through random operations, others for each seed; what is not leadbook's must stay what it was."""
    chance = random.Random(book.name + seed)
    told = Told(book.name, folder, is_ours=book.parent != CORPUS)
    path, first = told.last, ("--as-of", f"{FIRST_DAY}")
    for copy in (path, told.came):
        copy.write_bytes(book.read_bytes())
    (folder / "leads.csv").write_text(LEADS, encoding="utf-8")
    (folder / "more.csv").write_text(MORE, encoding="utf-8")
    is_ours = told.is_ours
    if not is_ours and say("init", "--into", str(path))[0] != 0:
        told.refused = 1
        if path.read_bytes() != book.read_bytes():
            told.failures.append("refused and changed all the same")
        return told
    if "sample" not in book.name:
        say("import", str(folder / "leads.csv"), "--into", str(path), *first)
    say("refresh", str(path), *first)
    made = parts(path)
    kept = parts(told.came) if not is_ours else {name: data for name, data in made.items() if _is_others(name)}
    came = Theirs(
        {name: data for name, data in kept.items() if name not in LISTS},
        entries(kept) if not is_ours else frozenset(),
        (kept if not is_ours else made)["xl/styles.xml"],
    )
    if lost := came.harmed(made):
        told.failures.append(f"init, import and refresh: {', '.join(lost)}")
        return told
    mine = put_in(path)
    theirs = Theirs(came.parts | mine, came.entries | (entries(parts(path)) - entries(made)), came.styles)
    told.owned_by_others = len(theirs.parts) + len(theirs.entries)
    shutil.copy(path, told.began)
    for backups in folder.glob("*.leadbook-backups"):
        shutil.rmtree(backups)  # an undo goes back no further than to where the operations began
    _operate(told, theirs, count, chance)
    return told


def _is_others(name: str) -> bool:
    """Say whether a part of a workbook that leadbook made is none that it writes."""
    return name.startswith(("customXml", "xl/media", "xl/theme", "xl/vbaProject"))


def _operate(told: Told, theirs: Theirs, count: int, chance: random.Random) -> None:
    day = FIRST_DAY
    for at in range(count):
        day += dt.timedelta(days=chance.randrange(3))
        what, code, said = _one(told.last, told.folder, day, chance)
        told.done += code in {0, 1}
        told.refused += code == 3
        if code not in {0, 1, 3} or "Traceback" in said:
            told.failures.append(f"{at} {what}: exit {code}: {said[-200:]}")
        if lost := theirs.harmed(parts(told.last)):
            told.failures.append(f"{at} {what}: {', '.join(lost)}")
            break


def _one(path: Path, folder: Path, day: dt.date, chance: random.Random) -> tuple[str, int, str]:
    book, today = str(path), ("--as-of", str(day))
    policy = chance.choice(("fill-blanks", "newest", "ours", "theirs"))
    turns: dict[str, Callable[[], tuple[int, str]]] = {
        "refresh": lambda: say("refresh", book, *today),
        "fix": lambda: say("check", book, "--fix", "--unsafe-fixes", *today),
        "import": lambda: say("import", str(folder / "more.csv"), "--into", book, "--policy", policy, *today),
        "merge": lambda: say("merge", book, "L-0001", "L-0002", *today),
        "unmerge": lambda: say("unmerge", book, f"M-{chance.randrange(1, 4):04d}", *today),
        "undo": lambda: say("undo", book),
        "init": lambda: say("init", "--into", book),
        "propose": lambda: say("propose", book, "--lead", "L-0001", "--out", str(folder / "out"), *today),
        "edit": lambda: edit(path, chance),
        "sync": lambda: _sync(path, folder, today, chance),
        "check": lambda: say("check", book, *today),
        "export": lambda: say("export", book, "--to", str(folder / "out.csv"), "--force", *today),
    }
    what = chance.choices(list(turns), [WEIGHTS[name] for name in turns])[0]
    code, said = turns[what]()
    return what, code, said


def _sync(path: Path, folder: Path, today: tuple[str, ...], chance: random.Random) -> tuple[int, str]:
    """Hand out a copy, change it as a rep does, and bring the change back."""
    code, said = say("sync", str(path), *today)
    if code != 0:
        return code, said
    copy = folder / f"rep{path.suffix}"
    shutil.copy(path, copy)
    edit(copy, chance)
    return say("sync", str(path), str(copy), *today)


def compare_findings(told: Told) -> list[str]:
    """Say what the validator finds after the operations that it did not find in the workbook as it came."""
    more = findings(told.last) - findings(told.came)
    return [f"{told.book}: the validator finds {times} more: {what[:160]}" for what, times in more.items()]


def compare_seen(came: tuple[Seen, Seen] | None, began: Seen, last: Seen) -> list[str]:
    """Say what LibreOffice reads differently in the seller's sheets and names after the operations.

    Parameters
    ----------
    came : tuple of Seen or None
        The workbook as it came, read twice: what differs between them (the time, chance) is compared with nothing.
        None where leadbook made it.
    """
    own = {MINE, HIDDEN, DEEPER}
    values, formulas, names = _of(began.values, own), _of(began.formulas, own), dict(began.names)
    values = {place: value for place, value in values.items() if place not in formulas}
    names = {name: text for name, text in names.items() if name[0] in own or name[1] in NAMES}
    if came is not None:
        once, twice = came
        values |= {place: value for place, value in once.values.items() if twice.values.get(place) == value}
        formulas |= once.formulas
        names |= once.names
        own |= set(once.states)
    wrong = _differences("", values, last.values) + _differences("the formula in ", formulas, last.formulas)
    wrong += _differences("the name ", names, last.names)
    wrong += _differences("", {sheet: began.states[sheet] for sheet in own}, last.states)
    return wrong + _leans(last)


def _differences(what: str, before: dict[Any, Any], after: dict[Any, Any]) -> list[str]:
    """Say which entries are no longer what they were."""
    return [
        f"{what}{place} is {after.get(place)!r}, not {was!r}"
        for place, was in before.items()
        if after.get(place) != was
    ]


def _of(found: dict[tuple[str, str], Any], sheets: set[str]) -> dict[tuple[str, str], Any]:
    return {place: what for place, what in found.items() if place[0] in sheets}


def _leans(seen: Seen) -> list[str]:
    """Say which of the seller's formulas do not show what stands where they point."""
    wrong = []
    for row, formula in enumerate((*POINTED_AT, *WORKED_OUT), start=2):
        shown = seen.values.get((MINE, f"B{row}"))
        if formula in POINTED_AT:
            sheet, _, address = formula.partition("!")
            there = seen.values.get((sheet, address))
            nothing = (0, dt.time(0))  # what a formula shows of a blank cell, the second where numbers look like times
            if shown not in (nothing if there is None else (there,)):
                wrong.append(f"{formula} shows {shown!r}, and there stands {there!r}")
        elif shown is None or re.match(r"#|Err:", str(shown)):
            wrong.append(f"{formula} shows {shown!r}")
    return wrong
