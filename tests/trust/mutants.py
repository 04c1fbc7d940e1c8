"""Opens thousands of broken workbooks: ``python -m tests.trust.mutants 10000``.

Each mutant comes from a seed of its own and goes through a command that writes. Whatever is wrong with it: no
traceback, an end within ten seconds and a gigabyte of memory, and the file what it was unless the command says that it
is done; then it must still be one that leadbook reads. Names of mutants (``refreshed:17``) can be given instead of a
number, to see one again; ``--seed 20000`` begins with the mutants of that number, which were perhaps never tried.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.trust.crashes import LEADS, first_folder, load_everything
from tests.trust.mutations import mutate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "data" / "corpus"
DAY = "2026-03-02"
LONGEST_SECONDS = 10.0
MOST_BYTES = 1 << 30
_FINE = frozenset({0, 1, 3})
_READING = {
    "scored": ("score", "{}"),
    "forecast": ("forecast", "{}"),
    "compared": ("diff", "{}", "--since", "2026-02-01"),
    "listed": ("today", "{}"),
    "briefed": ("brief", "{}", "--lead", "L-0001"),
    "followed": ("followups", "{}"),
}
"""Commands that only read the workbook, and write what they write beside it."""


@dataclass(frozen=True)
class Base:
    """A whole workbook, and the command that its mutants go through."""

    name: str
    data: bytes
    command: tuple[str, ...]


@dataclass
class Told:
    """What became of the mutants."""

    tried: int = 0
    refused: int = 0
    done: int = 0
    slowest_seconds: float = 0.0
    largest_bytes: int = 0
    by_change: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def bases(home: Path) -> list[Base]:
    """Return the workbooks to break: leadbook's own, as they come and refreshed, and real ones from elsewhere."""
    from leadbook.cli import main

    folder = first_folder(home, "few")
    fresh = (folder / "leads.xlsx").read_bytes()
    here = Path.cwd()
    os.chdir(folder)
    main(["refresh", "leads.xlsx", "--as-of", DAY])
    refreshed = (folder / "leads.xlsx").read_bytes()
    main(["merge", "leads.xlsx", "L-0001", "L-0002", "--as-of", DAY])
    merged = (folder / "leads.xlsx").read_bytes()
    main(["init", "buttons.xlsm"])
    (folder / "few.csv").write_text(LEADS, encoding="utf-8")
    main(["import", "few.csv", "--into", "buttons.xlsm", "--as-of", DAY])
    os.chdir(here)
    refresh = ("refresh", "{}", "--as-of", DAY)
    found = [
        Base("fresh", fresh, refresh),
        Base("refreshed", refreshed, refresh),
        Base("checked", refreshed, ("check", "{}", "--fix", "--unsafe-fixes", "--as-of", DAY)),
        Base("merged", refreshed, ("merge", "{}", "L-0001", "L-0002", "--as-of", DAY)),
        Base("unmerged", merged, ("unmerge", "{}", "M-0001", "--as-of", DAY)),
        Base("synced", refreshed, ("sync", "{}", str(folder / "second.xlsx"), "--as-of", DAY)),
        Base(
            "imported",
            (folder / "second.xlsx").read_bytes(),
            ("import", "{}", "--into", str(folder / "leads.xlsx"), "--dry-run"),
        ),
        Base("proposed", refreshed, ("propose", "{}", "--stage", "Proposal", "--dry-run", "--as-of", DAY)),
        *(Base(name, refreshed, (*command, "--as-of", DAY)) for name, command in _READING.items()),
        Base("exported", refreshed, ("export", "{}", "--to", str(folder / "out.csv"), "--force")),
        Base("deduped", refreshed, ("dedupe", "{}")),
        Base("buttons", (folder / "buttons.xlsm").read_bytes(), refresh),
    ]
    if CORPUS.is_dir():
        found += [
            Base(path.name, path.read_bytes(), ("init", "--into", "{}"))
            for path in sorted(CORPUS.glob("*.xls[xm]"))
            if path.stat().st_size < 150_000 and zipfile.is_zipfile(path)
        ]
    return found


def judge(base: Base, seed: int, home: Path, told: Told) -> None:
    """Break one workbook, send it through its command, and note what is not as it should be."""
    broken, changes = mutate(base.data, random.Random(f"{base.name}:{seed}"))
    path = home / ("mutant" + (".xlsm" if base.name.endswith("xlsm") or base.name == "buttons" else ".xlsx"))
    path.write_bytes(broken)
    code, said, seconds, most = _run([part.format(path) for part in base.command], home)
    told.tried += 1
    told.by_change.update(changes)
    told.slowest_seconds = max(told.slowest_seconds, seconds)
    told.largest_bytes = max(told.largest_bytes, most)
    wrong = []
    if "Traceback" in said or code not in _FINE:
        wrong.append(f"exit {code}: {' | '.join(said.strip().splitlines()[-3:])}")
    if seconds > LONGEST_SECONDS:
        wrong.append(f"took {seconds:.1f} s")
    if most > MOST_BYTES:
        wrong.append(f"took {most / (1 << 20):,.0f} MiB")
    if code == 0 or (code == 1 and path.read_bytes() != broken):
        told.done += 1
        if path.read_bytes() != broken:
            again, more, *_ = _run([part.format(path) for part in base.command], home)
            if again not in _FINE or "Traceback" in more or (again == 3 and "damaged" in more):
                wrong.append(f"what was written cannot be used again: {more.strip().splitlines()[-1:]}")
    else:
        told.refused += 1
        if path.read_bytes() != broken:
            wrong.append("the file was changed although the command refused")
    strays = [entry.name for entry in home.iterdir() if entry.name.startswith(".~")]
    if strays:
        wrong.append(f"{strays} left lying about")
    told.failures += [f"{base.name}:{seed} ({', '.join(changes)}): {fact}" for fact in wrong]


def _run(arguments: Sequence[str], home: Path) -> tuple[int, str, float, int]:
    """Run a command in a fork; return its exit code, words, seconds and bytes of memory at most."""
    spoken = home / "said"
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _be_the_command(arguments, spoken)
    status, usage = _ended(child, started)
    seconds = time.monotonic() - started
    used = usage.ru_utime + usage.ru_stime  # what a busy machine adds is no fault of the file
    said = spoken.read_text(encoding="utf-8", errors="replace")
    return os.waitstatus_to_exitcode(status), said, min(seconds, used + 0.5), usage.ru_maxrss * 1024


def _ended(child: int, started: float) -> tuple[int, resource.struct_rusage]:
    while True:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if done:
            return status, usage
        if time.monotonic() - started > 6 * LONGEST_SECONDS:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.002)


def _be_the_command(arguments: Sequence[str], spoken: Path) -> None:
    code = 70
    resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
    said = os.open(spoken, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    try:
        from leadbook.cli import main

        code = main(arguments)
    except SystemExit as left:
        code = int(left.code or 0)
    except BaseException:  # noqa: BLE001 - a traceback is what is looked for
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def chosen(found: list[Base], wanted: Sequence[str], first: int = 0) -> Iterator[tuple[Base, int]]:
    """Yield the mutants that are named, or as many as are asked for from a first seed on, the workbooks taking turns."""
    named = {base.name: base for base in found}
    if len(wanted) == 1 and wanted[0].isdecimal():
        weights = [base for base in found for _ in range(4 if base.command[0] != "init" else 1)]
        for at in range(first, first + int(wanted[0])):
            yield weights[at % len(weights)], at
        return
    for name in wanted:
        base, _, seed = name.rpartition(":")
        if base in named:
            yield named[base], int(seed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the mutants, print the counts, and return how many did harm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mutants", nargs="*", default=["1000"], help="how many, or which (WORKBOOK:SEED)")
    parser.add_argument("--share", default="1/1", help="only every n-th: 2/4 is the second of four shares")
    parser.add_argument("--seed", type=int, default=0, help="the first mutant's seed; each further one's is one more")
    given = parser.parse_args(arguments)
    part, parts = (int(number) for number in given.share.split("/"))
    load_everything()
    told = Told()
    with tempfile.TemporaryDirectory(prefix="leadbook-trust-") as kept, Path(os.devnull).open("w") as nowhere:
        out, err, sys.stdout, sys.stderr = sys.stdout, sys.stderr, nowhere, nowhere
        try:
            found = bases(Path(kept))
        finally:
            sys.stdout, sys.stderr = out, err
        for at, (base, seed) in enumerate(chosen(found, given.mutants, given.seed)):
            if at % parts == part - 1:
                home = Path(kept) / f"mutant-{at}"
                home.mkdir()
                judge(base, seed, home, told)
                for left in home.rglob("*"):
                    if left.is_file():
                        left.unlink()
    for failure in told.failures:
        print(failure)
    print(", ".join(f"{name} {count}" for name, count in told.by_change.most_common()))
    print(f"slowest {told.slowest_seconds:.1f} s, largest {told.largest_bytes / (1 << 20):,.0f} MiB")
    print(f"{told.tried} mutants, {told.refused} refused, {told.done} done, {len(told.failures)} wrong")
    return min(len(told.failures), 100)


if __name__ == "__main__":
    raise SystemExit(main())
