"""Works a workbook hard: ``python -m tests.trust.hard_use operations`` and ``python -m tests.trust.hard_use refreshes``.

``operations`` sends each real workbook, and each kind that leadbook makes, through a hundred random commands and edits:
see ``operations.py``. ``refreshes`` refreshes one workbook a thousand times with a seller's edit before each, and
watches what grows: only History may. With ``--seed`` both take another turn than the runs before.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import re
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.trust.crashes import LEADS
from tests.trust.operations import Told, books, compare_findings, compare_seen, edit, say, work_hard
from tests.trust.other_eyes import libreoffice, see, validator
from tests.trust.unowned import parts

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_DAY = dt.date(2026, 3, 2)


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


def refresh_often(folder: Path, times: int, seed: str = "") -> tuple[list[Counted], list[float]]:
    """Refresh a workbook so often, with an edit before each; return what it was made of and the seconds of each."""
    chance, path = random.Random(seed or 7), folder / "leads.xlsx"
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
    """Work on every book, each in a folder of its own; the slow programs then look at all of them in one go."""
    every: list[Told] = []
    with tempfile.TemporaryDirectory(prefix="leadbook-trust-") as kept:
        home = Path(kept)
        (home / "made").mkdir()
        chosen = [book for book in books(home / "made") if not given.books or book.name in given.books]
        if given.seed:
            random.Random(given.seed).shuffle(chosen)
        for book in chosen[:: given.every]:
            folder = home / book.name
            folder.mkdir()
            every.append(told := work_hard(book, folder, given.count, given.seed))
            print(
                f"{told.book}: {told.done} done, {told.refused} refused, {told.owned_by_others} things not ours",
                flush=True,
            )
            _tell(told.failures)
        worked = [told for told in every if told.began.exists()]
        _look(worked)
    done, wrong = sum(told.done for told in every), sum(len(told.failures) for told in every)
    lossless = sum(not told.failures for told in worked)
    print(f"{sum(told.refused for told in worked)} operations and {len(every) - len(worked)} workbooks refused")
    print(f"{len(worked)} workbooks, {done} operations, {lossless} workbooks lossless, {wrong} wrong")
    return min(wrong, 100)


def _tell(failures: list[str]) -> None:
    for failure in failures:
        print(f"  {failure}", flush=True)


def _look(worked: list[Told]) -> None:
    """Ask the validator and LibreOffice, where they are installed, what they see before and after."""
    if validator() is not None:
        for told in worked:
            _tell(more := compare_findings(told))
            told.failures += more
        print(f"the validator compared {len(worked)} workbooks")
    if libreoffice() is not None:
        theirs = [told for told in worked if not told.is_ours]
        twice = {told.book: Path(shutil.copy(told.came, told.folder / f"again{told.came.suffix}")) for told in theirs}
        seen = see(
            [
                *(told.came for told in theirs),
                *twice.values(),
                *(told.began for told in worked),
                *(told.last for told in worked),
            ]
        )
        compared = cells = 0
        for told in worked:
            came = None if told.is_ours else (seen.get(told.came), seen.get(twice[told.book]))
            if told.began not in seen or (came is not None and None in came):
                print(f"{told.book}: LibreOffice does not read it as it came")
            elif told.last not in seen:
                told.failures.append(f"{told.book}: LibreOffice does not read it any more")
                _tell(told.failures[-1:])
            else:
                compared += 1
                cells += len(came[0].values) if came else 0
                differs = [f"{told.book}: {what}" for what in compare_seen(came, seen[told.began], seen[told.last])]
                _tell(differs)
                told.failures += differs
        print(f"LibreOffice compared {compared} workbooks and {cells} cells of other people's")


def _refreshes(given: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="leadbook-trust-") as kept:
        counted, seconds = refresh_often(Path(kept), given.count, given.seed)
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
    parser.add_argument("--every", type=int, default=1, help="only every n-th workbook")
    parser.add_argument("--books", nargs="*", help="only these workbooks")
    parser.add_argument(
        "--seed", default="", help="other operations and edits, and with --every other workbooks, by any text"
    )
    given = parser.parse_args(arguments)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given.count = given.count or {"operations": 100, "refreshes": 1000}[given.proof]
    return {"operations": _operations, "refreshes": _refreshes}[given.proof](given)


if __name__ == "__main__":
    raise SystemExit(main())
