"""Ends leadbook at every call that writes, renames or syncs, and looks at what is left: ``python -m tests.trust.crashes``.

After each end the workbook must be the old one or the new one, to the byte; the same command must then run through;
and ``undo`` must bring the old one back. With ``--faults`` the call fails instead (disk full, an error of the disk,
permission lost, a drive that does not answer), and the command must say so in a sentence. With ``--interrupts``
somebody presses Ctrl+C during the call, and the command must stop and leave nothing behind; with ``--impatient`` they
press it at each later call of that kind as well, and nothing that is half written may bear a name. With ``--slow`` the call
takes two seconds, as on a network drive that hangs and comes back, and the command must still do all its work.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.trust.syscalls import Point, run, run_untraced

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DAY = "2026-03-02"
KILL = "signal=SIGKILL"
INTERRUPT = "signal=SIGINT"
IMPATIENT = "signal=SIGINT again"
SLOW = "delay_enter=2000000"  # microseconds
FAULTS = ("error=ENOSPC", "error=EIO", "error=EACCES", "error=ETIMEDOUT")
BOOK = "leads.xlsx"
OFFERS = "offers.xlsx"
KINDS = ("few", "linked", "many")

LEADS = """Lead ID,Company,First Name,Last Name,Email,Phone,Source,Owner,Stage,Created,Next Step,Next Step Date,Amount,Close Date
L-0001,Nordwind Logistik,Ada,Holm,ada.holm@nordwind.example,+49 30 901820,Web,Ana,Proposal,2026-01-05,Call,2026-03-10,12000,2026-04-30
L-0002,Nordwind Logistik,Ada,Holm,ada.holm@nordwind.example,+49 30 901820,Web,Ana,Proposal,2026-01-06,Call,2026-03-10,12000,2026-04-30
L-0003,Falke Optik,Jon,Reh,JON.REH@falke.example,030 901821,Fair,Ben,Qualification,2026-01-09,Demo,2026-03-12,8000,2026-05-15
L-0004,Birke Bau,Mia,Ast,mia.ast@birke.example,,Web,Ben,Won,2025-11-02,,,5000,2026-02-02
L-0005,Uhu Labor,Kim,Eul,kim.eul@gmial.com,,Fair,Ana,Lost,2025-10-02,,,4000,2026-01-20
"""
MORE = """Lead ID,Company,Email,Stage,Amount
L-0003,Falke Optik,jon.reh@falke.example,Assessment,9000
L-0009,Specht Holz,info@specht.example,Prospecting,3000
"""


@dataclass(frozen=True)
class Scene:
    """A command, the folder it starts from, and the files that it may change.

    Parameters
    ----------
    name : str
    arguments : tuple of str
    changes : tuple of str
        Files the command writes; each may be old or new afterwards, every other one must be what it was.
    undoes : bool
        Whether ``leadbook undo`` takes it back.
    before : tuple of tuples of str
        Commands that make the folder what it is when the command begins.
    papers : str
        The folder that documents are written into, which the workbook then names.
    """

    name: str
    arguments: tuple[str, ...]
    changes: tuple[str, ...] = (BOOK,)
    undoes: bool = True
    before: tuple[tuple[str, ...], ...] = ()
    papers: str = ""


_REFRESHED = ("refresh", BOOK, "--as-of", DAY)
SCENES = (
    Scene("refresh", _REFRESHED),
    Scene("refresh again", ("refresh", BOOK, "--as-of", "2026-03-09"), before=(_REFRESHED,)),
    Scene("fix", ("check", BOOK, "--fix", "--unsafe-fixes", "--as-of", DAY)),
    Scene("merge", ("merge", BOOK, "L-0001", "L-0002", "--as-of", DAY), before=(_REFRESHED,)),
    Scene("import", ("import", "more.csv", "--into", BOOK, "--as-of", DAY), before=(_REFRESHED,)),
    Scene("undo", ("undo", BOOK), undoes=False, before=(_REFRESHED,)),
    Scene("init", ("init", "mine.xlsx"), changes=("mine.xlsx",), undoes=False),
    Scene(
        "review", ("review", BOOK, "second.xlsx", "-o", "review.xlsx", "--no-cache", "--jobs", "1", "--as-of", DAY),
        changes=("review.xlsx",), undoes=False, before=(_REFRESHED,),
    ),
    Scene(
        "review again",
        ("review", BOOK, "second.xlsx", "-o", "review.xlsx", "--no-cache", "--jobs", "1", "--as-of", "2026-03-09"),
        changes=("review.xlsx",),
        before=(
            _REFRESHED,
            ("review", BOOK, "second.xlsx", "-o", "review.xlsx", "--no-cache", "--jobs", "1", "--as-of", DAY),
        ),
    ),
    Scene(
        "propose", ("propose", OFFERS, "--lead", "L-0001", "--html", "--as-of", DAY), changes=(OFFERS,), papers="Proposals"
    ),
    Scene("sync", ("sync", BOOK, "second.xlsx", "--as-of", DAY), before=(("sync", BOOK, "--as-of", DAY),)),
)  # fmt: skip


@dataclass
class Told:
    """What came of the runs of one scene."""

    scene: str
    ended: int = 0
    old: int = 0
    new: int = 0
    by_call: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def _done(arguments: Sequence[str], folder: Path) -> None:
    code, said = run_untraced(arguments, folder)
    if code not in {0, 1}:
        raise RuntimeError(f"{' '.join(arguments)}: {said}")


def _offers() -> bytes:
    """Return a workbook with a lead that is ready for a proposal."""
    from leadbook.books.starter import starter_bytes
    from leadbook.model.defaults import DEFAULT_PLAYBOOK

    lead = {"lead_id": "L-0001", "company": "Alder Works", "stage": "Proposal", "owner": "Ana", "need": 3,
            "first_name": "Emma", "last_name": "Berg", "problem": "Slow quotes"}  # fmt: skip
    line = {"lead_id": "L-0001", "product": "Plan", "quantity": 2, "unit_price": 500.0, "tax_percent": 0.2}
    return starter_bytes(DEFAULT_PLAYBOOK, {"Leads": [lead], "Quote Lines": [line]})


def first_folder(home: Path, kind: str) -> Path:
    """Make the folder that every scene starts from: workbooks with five leads and with an offer, a file to import.

    Of the kind ``linked``, the workbook is a link into a folder below; of ``many``, it has three hundred leads more.
    """
    folder = home / "start"
    folder.mkdir()
    more = "".join(f"M-{at:04d},Firm {at},,,mail{at}@firm{at}.example,,Web,Ana,Won,2025-11-02,,,5000,2026-02-02\n"
                   for at in range(300 if kind == "many" else 0))  # fmt: skip
    (folder / "leads.csv").write_text(LEADS + more, encoding="utf-8")
    (folder / "more.csv").write_text(MORE, encoding="utf-8")
    for book in (BOOK, "second.xlsx"):
        _done(("init", book), folder)
        _done(("import", "leads.csv", "--into", book, "--as-of", "2026-02-02"), folder)
    (folder / OFFERS).write_bytes(_offers())
    for backups in folder.glob("*.leadbook-backups"):
        shutil.rmtree(backups)
    if kind == "linked":
        (folder / "below").mkdir()
        (folder / BOOK).rename(folder / "below" / BOOK)
        (folder / BOOK).symlink_to(Path("below") / BOOK)
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


class Stage:
    """The folders of one scene: as it begins, as it ends when nothing happens, and one for each run between."""

    def __init__(self, scene: Scene, start: Path, home: Path) -> None:
        self.scene, self.home = scene, home
        self.begins = home / "begins"
        shutil.copytree(start, self.begins, symlinks=True)
        for arguments in scene.before:
            _done(arguments, self.begins)
        ends = home / "ends"
        shutil.copytree(self.begins, ends, symlinks=True)
        self.points = run(scene.arguments, ends).points
        self.old, self.new = _files(self.begins), _files(ends)
        self.papers = _files(ends / scene.papers) if scene.papers else {}
        if all(self.old.get(name) == self.new.get(name) for name in scene.changes):
            raise RuntimeError(f"{scene.name} changes nothing, so it proves nothing")
        self.backed_up = {path.read_bytes() for path in self.begins.rglob("*.leadbook-backups/*")}

    def at(self, point: Point, fault: str, told: Told) -> None:
        """Run the scene with a fault at one point, and judge what is left."""
        folder = self.home / "run"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.begins, folder, symlinks=True)
        signal, _, again = fault.partition(" ")
        ended = run(self.scene.arguments, folder, fault=signal, at=point, again=bool(again))
        told.ended += 1
        told.by_call[point.call] += 1
        where = f"{self.scene.name}, {fault} at {point.call} {point.number}"
        kept = told.old
        facts = self._left(folder, told, by_kill=fault in {KILL, IMPATIENT})
        if re.search("left as it was|is what it was", ended.said) and told.old == kept:
            facts.append("it says that the file was left as it was, and it is the new one")
        if fault == SLOW and (told.old > kept or ended.code not in {0, 1}):
            facts.append(f"it waited and did not do its work: {ended.said.strip()}")
        for fact in [*facts, *self._spoken(fault, ended.code, ended.said)]:
            told.failures.append(f"{where}: {fact}")
        left = [name for name in _files(folder) if name.startswith(".")]
        if fault == INTERRUPT and left:
            told.failures.append(f"{where}: {', '.join(left)} is left lying about")
        for fact in self._goes_on(folder):
            told.failures.append(f"{where}: afterwards {fact}")

    def _left(self, folder: Path, told: Told, *, by_kill: bool) -> list[str]:
        """Say what is wrong with the files that are left."""
        left, wrong = _files(folder), []
        is_new = False
        for name, old in self.old.items():
            now = left.get(name)
            if name in self.scene.changes:
                is_new = is_new or now == self.new[name]
                if now not in (old, self.new[name]):
                    wrong.append(f"{name} is neither the old one nor the new one")
            elif now != old:
                wrong.append(f"{name} was changed, and the command does not write it")
        for name in self.scene.changes:
            if name not in self.old and name in left:
                is_new = True
                if left[name] != self.new[name]:
                    wrong.append(f"{name} is not whole")
        for backup in folder.rglob("*.leadbook-backups/*"):
            kept = backup.read_bytes()
            known = kept in self.backed_up or kept in self.old.values() or kept in self.new.values()
            if not known and not backup.name.startswith(".~"):
                wrong.append(f"the backup {backup.name} is no version there ever was")
        told.new += is_new
        told.old += not is_new
        return wrong + self._papers_left(folder, is_new=is_new, by_kill=by_kill)

    def _papers_left(self, folder: Path, *, is_new: bool, by_kill: bool) -> list[str]:
        """Say what is wrong with the documents: half of one, or one that the workbook names and that is not there."""
        if not self.papers:
            return []
        left = _files(folder / self.scene.papers) if (folder / self.scene.papers).is_dir() else {}
        shown = {name: data for name, data in left.items() if not name.startswith(".")}
        wrong = [f"{name} is not whole" for name, data in shown.items() if data != self.papers.get(name)]
        if is_new:
            wrong += [f"{name} is named in the workbook and is not there" for name in self.papers if name not in left]
        elif left and not by_kill:
            wrong.append(f"{', '.join(left)} is left, and the workbook names none")
        return wrong

    def _spoken(self, fault: str, code: int, said: str) -> list[str]:
        if "Traceback" in said:
            return [f"a traceback was shown: {said.strip()}"]
        if fault == KILL:
            return [] if code in {-9, 0, 1} else [f"it exited with {code}: {said.strip()}"]
        if fault != SLOW and code == (130 if fault in {INTERRUPT, IMPATIENT} else 3):
            last = said.strip().splitlines()[-1] if said.strip() else ""
            return [] if last.startswith("leadbook: ") else [f"it failed without a sentence: {said!r}"]
        return [] if code in {0, 1} else [f"it exited with {code}: {said.strip()}"]

    def _goes_on(self, folder: Path) -> list[str]:
        """Say what does not work any more: the same command an hour later, and undo."""
        wrong = []
        changed = self.scene.changes[0]
        before = _files(folder)
        again = before.get(changed) != self.new[changed] or changed not in self.old
        if again:
            if changed not in self.old:
                (folder / changed).unlink(missing_ok=True)
            for draft in folder.glob("*/.leadbook-*.tmp"):
                os.utime(draft, (time.time() - 7200,) * 2)  # of a document; a younger one may be another process's
            code, said = run_untraced(self.scene.arguments, folder)
            if code not in {0, 1}:
                wrong.append(f"the command does not run: {said.strip()}")
            else:
                wrong += self._made_again(_files(folder).get(changed))
        if self.scene.undoes:
            code, said = run_untraced(("undo", changed), folder)
            if code != 0:
                wrong.append(f"undo does not run: {said.strip()}")
            elif _files(folder)[changed] != self.old[changed]:
                wrong.append(f"undo does not bring the old {changed} back")
        if not (again or self.scene.undoes):
            return wrong  # the next save takes away what lies about, and none has come
        strays = sorted(
            name for place in (folder, folder / self.scene.papers) if place.is_dir() for name in _files(place)
        )
        strays = [name for name in strays if name.startswith(".")]
        if strays and (again or not self.papers):
            wrong.append(f"{', '.join(strays)} is left lying about")
        return wrong

    def _made_again(self, made: bytes | None) -> list[str]:
        """Say whether the command, run once more, makes what it should."""
        changed = self.scene.changes[0]
        if not self.papers:
            return [] if made == self.new[changed] else [f"the command makes another {changed}"]
        # A document that was placed keeps its number, so that the next one has another, and so has its row.
        return [f"the command leaves {changed} as it is"] if made == self.old[changed] else []


def prove(scene: Scene, kind: str, faults: Sequence[str], every: int = 1) -> Told:
    """Run a scene once for each fault at each point (or each ``every``-th), and tell what came of it."""
    told = Told(scene.name)
    with tempfile.TemporaryDirectory(prefix="leadbook-trust-") as kept:
        home = Path(kept)
        stage = Stage(scene, first_folder(home, kind), home)
        for fault in faults:
            for point in stage.points[::every]:
                stage.at(point, fault, told)
    return told


def load_everything() -> None:
    """Import what the commands import, so that a fork begins where the work begins."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory(prefix="leadbook-trust-") as kept:
        folder = first_folder(Path(kept), "few")
        here = Path.cwd()
        os.chdir(folder)
        from leadbook.cli import main

        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            kept_out, sys.stdout, kept_err, sys.stderr = sys.stdout, nowhere, sys.stderr, nowhere
            try:
                for scene in SCENES:
                    for arguments in (*scene.before, scene.arguments):
                        main(arguments)
            finally:
                sys.stdout, sys.stderr = kept_out, kept_err
        os.chdir(here)


def main(arguments: Sequence[str] | None = None, say: Callable[[str], None] = print) -> int:
    """Prove the scenes that are named (all of them by default); return how many points failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenes", nargs="*", choices=[[], *(scene.name for scene in SCENES)], metavar="SCENE")
    parser.add_argument("--faults", action="store_true", help="let the calls fail instead of ending the process")
    for name, fault, told in (
        ("--interrupts", INTERRUPT, "press Ctrl+C at the calls instead"),
        ("--impatient", IMPATIENT, "press Ctrl+C at the calls and again at each later one of their kind instead"),
        ("--slow", SLOW, "let the calls take two seconds instead"),
    ):
        parser.add_argument(name, dest="fault", action="store_const", const=fault, default=KILL, help=told)
    parser.add_argument("--kind", choices=KINDS, help="only workbooks of this kind")
    parser.add_argument("--every", type=int, default=1, help="take only every n-th call (default: each)")
    given = parser.parse_args(arguments)
    load_everything()
    failed = total = 0
    kinds = (given.kind,) if given.kind else KINDS
    for scene, kind in ((scene, kind) for kind in kinds for scene in SCENES):
        if given.scenes and scene.name not in given.scenes:
            continue
        if scene.papers and kind != KINDS[0] and scene.name not in given.scenes:
            continue  # its workbook is the same in each kind
        faults = FAULTS if given.faults else (given.fault,)
        told = prove(scene, kind, faults, given.every)
        calls = ", ".join(f"{count} {call}" for call, count in told.by_call.most_common())
        say(f"{scene.name} ({kind}): {told.ended} points ({calls})")
        say(f"  old {told.old}, new {told.new}, wrong {len(told.failures)}")
        for failure in told.failures:
            say(f"  {failure}")
        failed += len(told.failures)
        total += told.ended
    say(f"{total} points, {failed} wrong")
    return min(failed, 100)


if __name__ == "__main__":
    raise SystemExit(main())
