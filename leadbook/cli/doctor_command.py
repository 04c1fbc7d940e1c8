"""``leadbook doctor``: everything found, one line each, and the one thing to do next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction

FOUND = 1


def add_doctor(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``doctor``."""
    command = words.add_parser("doctor", help="look for what keeps the buttons from working, and say what to do next")
    command.add_argument("book", nargs="?", metavar="BOOK", help="the workbook; without it only this computer")
    command.add_argument("--json", action="store_true", help="print everything as JSON")
    command.set_defaults(command=doctor)


def doctor(given: argparse.Namespace) -> int:
    """``leadbook doctor [BOOK]``."""
    from leadbook.run.doctor.examining import examine

    report = examine(Path(given.book) if given.book else None)
    if given.json:
        found = {
            "book": report.book,
            "ok": report.is_fine,
            "next": report.next_step,
            "findings": [structs.asdict(one) for one in report.findings],
        }
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for one in report.findings:
            print(f"{one.state.value:5} {one.text}")
        step = report.next_step
        print(f"\nNext: {'run  ' + step.removeprefix('Run: ') if step.startswith('Run: ') else step}")
    return 0 if report.is_fine else FOUND
