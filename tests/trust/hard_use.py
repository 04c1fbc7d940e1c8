"""Works a workbook hard: ``python -m tests.trust.hard_use operations`` and ``python -m tests.trust.hard_use refreshes``.

``operations`` sends each real workbook through a hundred random commands and edits, and after each one compares every
part that leadbook does not own with what it was. ``refreshes`` refreshes one workbook a thousand times with a seller's
edit before each, and watches what grows: only History may.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import io
import os
import random
import re
import shutil
import statistics
import tempfile
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.trust.crashes import LEADS, MORE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "data" / "corpus"
FIRST_DAY = dt.date(2026, 3, 2)
INDEXES = frozenset({
    "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "docProps/app.xml",
    "xl/calcChain.xml",
})  # fmt: skip
"""Parts that list what a workbook holds, and its looks: new sheets cannot come in without them."""
STAGES = ("Prospecting", "Qualification", "Assessment", "Proposal", "Objections", "Closing", "Won", "Lost", "Nurture")


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


def parts(path: Path) -> dict[str, bytes]:
    """Return the members of a workbook."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


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
    """What came of one workbook's operations."""

    book: str
    done: int = 0
    refused: int = 0
    owned_by_others: int = 0
    failures: list[str] = field(default_factory=list)
    last: Path = Path()


def work_hard(book: Path, folder: Path, count: int) -> Told:
    """Send a workbook through random operations; a part that leadbook does not own must stay what it was."""
    chance = random.Random(book.name)
    path = folder / book.name
    path.write_bytes(book.read_bytes())
    told = Told(book.name, last=path)
    (folder / "leads.csv").write_text(LEADS, encoding="utf-8")
    (folder / "more.csv").write_text(MORE, encoding="utf-8")
    theirs = {name: data for name, data in parts(path).items() if name not in INDEXES}
    told.owned_by_others = len(theirs)
    if say("init", "--into", str(path))[0] != 0:
        told.refused = 1
        if path.read_bytes() != book.read_bytes():
            told.failures.append("refused and changed all the same")
        return told
    say("import", str(folder / "leads.csv"), "--into", str(path), "--as-of", f"{FIRST_DAY}")
    day = FIRST_DAY
    for at in range(count):
        day += dt.timedelta(days=chance.randrange(3))
        what, code, said = _one(path, folder, day, chance)
        told.done += code in {0, 1}
        told.refused += code == 3
        if code not in {0, 1, 3}:
            told.failures.append(f"{at} {what}: exit {code}: {said[-200:]}")
        now = parts(path)
        harmed = [name for name, data in theirs.items() if now.get(name) != data]
        if harmed:
            told.failures.append(f"{at} {what}: {', '.join(harmed)}")
            break
    return told


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
    }
    weights = {
        "refresh": 4,
        "edit": 4,
        "fix": 1,
        "import": 2,
        "merge": 1,
        "unmerge": 1,
        "undo": 2,
        "init": 1,
        "propose": 1,
    }
    what = chance.choices(list(turns), [weights[name] for name in turns])[0]
    code, said = turns[what]()
    return what, code, said


@dataclass(frozen=True)
class Counted:
    """What a workbook is made of.

    Parameters
    ----------
    size : int
        Bytes.
    history_rows : int
    repeated, things : int
        Formats, names and relationships: those that say the same as another one, and all of them.
    parts : int
    """

    size: int
    history_rows: int
    repeated: int
    things: int
    parts: int


def count(path: Path) -> Counted:
    """Count what must not grow from refresh to refresh, and History, which must."""
    held = parts(path)
    history = max(
        (len(re.findall(rb"<row ", data)) for name, data in held.items() if _is_history(name, held)), default=0
    )
    formats = re.search(rb"<cellXfs.*?</cellXfs>", held["xl/styles.xml"], re.DOTALL)
    said = [
        *re.findall(rb"<xf [^>]*?(?:/>|>.*?</xf>)", formats[0] if formats else b"", re.DOTALL),
        *re.findall(rb"<dxf>.*?</dxf>", held["xl/styles.xml"], re.DOTALL),
        *re.findall(rb"<definedName [^>]*>", held["xl/workbook.xml"]),
    ]  # fmt: skip
    for name, data in held.items():
        if name.endswith(".rels"):
            said += [name.encode() + target for target in re.findall(rb'Target="[^"]*"', data)]
    return Counted(path.stat().st_size, history, len(said) - len(set(said)), len(said), len(held))


def _is_history(name: str, held: dict[str, bytes]) -> bool:
    rels = held.get(name.replace("worksheets/", "worksheets/_rels/") + ".rels", b"")
    return name.startswith("xl/worksheets/sheet") and any(
        re.search(rb'name="(?:leadbook_)?History"', held.get("xl/tables/" + target.decode(), b""), re.IGNORECASE)
        for target in re.findall(rb'Target="\.\./tables/([^"]+)"', rels)
    )


def refresh_often(folder: Path, times: int) -> tuple[list[Counted], list[float]]:
    """Refresh a workbook so often, with an edit before each; return what it was made of and the seconds of each."""
    chance, path = random.Random(7), folder / "leads.xlsx"
    (folder / "leads.csv").write_text(LEADS, encoding="utf-8")
    say("init", str(path))
    say("import", str(folder / "leads.csv"), "--into", str(path), "--as-of", str(FIRST_DAY))
    counted, seconds = [], []
    for at in range(times):
        edit(path, chance)
        started = time.process_time()
        code, said = say("refresh", str(path), "--as-of", str(FIRST_DAY + dt.timedelta(days=at // 5)))
        seconds.append(time.process_time() - started)
        if code != 0:
            raise RuntimeError(f"refresh {at}: {said}")
        counted.append(count(path))
    return counted, seconds


def _operations(given: argparse.Namespace) -> int:
    books = [path for path in sorted(CORPUS.glob("*.xls[xm]")) if zipfile.is_zipfile(path)] if CORPUS.is_dir() else []
    books.append(ROOT / "workbooks" / "sample.xlsx")
    wrong = lossless = done = 0
    for at, book in enumerate(books):
        if given.every and at % given.every:
            continue
        with tempfile.TemporaryDirectory(prefix="leadbook-trust-") as kept:
            told = (
                work_hard(book, Path(kept), given.count) if book.parent == CORPUS else _sample(Path(kept), given.count)
            )
        done += told.done
        lossless += not told.failures
        wrong += len(told.failures)
        print(f"{told.book}: {told.done} done, {told.refused} refused, {told.owned_by_others} parts not ours")
        for failure in told.failures:
            print(f"  {failure}")
    print(f"{done} operations, {lossless} workbooks lossless, {wrong} wrong")
    return min(wrong, 100)


def _sample(folder: Path, times: int) -> Told:
    """Work on the sample with parts of somebody else's put into it."""
    book = folder / "with others.xlsx"
    shutil.copy(ROOT / "workbooks" / "sample.xlsx", book)
    with zipfile.ZipFile(book, "a") as archive:
        archive.writestr("customXml/item1.xml", "<theirs xmlns='urn:theirs'>kept</theirs>")
        archive.writestr("xl/media/theirs.bin", bytes(range(256)))
    chance, told = random.Random(11), Told("sample.xlsx", last=book)
    theirs = {
        name: data for name, data in parts(book).items() if name.startswith(("customXml", "xl/media", "xl/theme"))
    }
    told.owned_by_others = len(theirs)
    day = dt.date(2026, 11, 20)
    for at in range(times):
        day += dt.timedelta(days=chance.randrange(3))
        what, code, said = _one(book, folder, day, chance)
        told.done += code in {0, 1}
        told.refused += code == 3
        now = parts(book)
        if code not in {0, 1, 3} or any(now.get(name) != data for name, data in theirs.items()):
            told.failures.append(f"{at} {what}: exit {code}: {said[-200:]}")
    return told


def _refreshes(given: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="leadbook-trust-") as kept:
        counted, seconds = refresh_often(Path(kept), given.count)
    settled, last = counted[min(20, len(counted) - 1)], counted[-1]
    early, late = (
        statistics.median(seconds[5 : 5 + len(seconds) // 10]),
        statistics.median(seconds[-(len(seconds) // 10) :]),
    )
    rows = last.history_rows - settled.history_rows
    grown = last.size - settled.size
    halfway = counted[len(counted) // 2]
    more = max(0, last.repeated - settled.repeated) + max(0, last.things - halfway.things - 5)
    print(f"{len(counted)} refreshes: {rows} History rows and {grown:,} bytes more ({grown / max(1, rows):.0f} a row)")
    print(f"formats, names and relationships: {settled.things}, halfway {halfway.things}, at last {last.things}")
    print(f"of them repeated: {settled.repeated}, at last {last.repeated}; parts {settled.parts}, at last {last.parts}")
    print(f"a refresh took {early:.3f} s of CPU at first and {late:.3f} s at last ({late / early:.2f} fold)")
    wrong = (more > 0) + (late > 1.5 * early) + (grown > 400 * max(1, rows) + 4096)
    print(f"{len(counted)} refreshes, {wrong} wrong")
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the two proofs, print its counts, and return how many things were wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("proof", choices=("operations", "refreshes"))
    parser.add_argument("--count", type=int, default=0, help="operations a workbook (100), or refreshes (1,000)")
    parser.add_argument("--every", type=int, default=0, help="only every n-th workbook")
    given = parser.parse_args(arguments)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given.count = given.count or {"operations": 100, "refreshes": 1000}[given.proof]
    return {"operations": _operations, "refreshes": _refreshes}[given.proof](given)


if __name__ == "__main__":
    raise SystemExit(main())
