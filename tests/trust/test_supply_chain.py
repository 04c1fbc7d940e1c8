"""What leadbook rests on: bounded versions, licences that go with its own, and a package that works by itself."""

from __future__ import annotations

import email.parser
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LICENCES = re.compile(
    r"MIT|BSD|ISC|Apache|PSF|Unlicense|0BSD|Zlib|CC0|Python Software Foundation|The Unlicense|Dual License|Mozilla",
    re.IGNORECASE,
)
_BARRED = re.compile(
    r"\bA?GPL|GNU (?:Affero )?General Public|Noncommercial|proprietary|commercial licen", re.IGNORECASE
)
LENT = {"docxtpl": "LGPL-2.1-only"}
"""Named by the customer; used as it comes and never changed, which its licence asks of no more than a note."""


def _every_requirement() -> list[str]:
    more = [text for texts in PROJECT["optional-dependencies"].values() for text in texts]
    return [*PROJECT["dependencies"], *more]


@pytest.mark.parametrize("requirement", _every_requirement())
def test_every_requirement_has_a_lowest_and_a_highest_version(requirement: str):
    assert re.search(r">=\d", requirement)
    assert re.search(r"<\d", requirement)


def _needed() -> dict[str, metadata.Distribution]:
    """Return everything that comes with leadbook, itself left out."""
    waiting, found = [_NAME.match(text)[0] for text in PROJECT["dependencies"]], {}
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of another system or an older Python
        waiting += [_NAME.match(text)[0] for text in found[name].requires or [] if "extra ==" not in text]
    return found


def _licence(name: str) -> str:
    about = metadata.distribution(name).metadata
    classified = [text for text in about.get_all("Classifier") or [] if text.startswith("License")]
    return " / ".join(filter(None, [about.get("License-Expression"), *classified, (about.get("License") or "")[:60]]))


@pytest.mark.parametrize("name", sorted(_needed()))
def test_the_licence_of_everything_that_comes_along_goes_with_leadbooks_own(name: str):
    licence = _licence(name)
    if name in LENT:
        assert "LGPL" in licence or "Lesser" in licence
        return
    assert _LICENCES.search(licence), licence
    assert not _BARRED.search(licence), licence


def _asked_for() -> list[str]:
    """Return what leadbook itself asks for, with it and with its extras for users."""
    more = [text for name, texts in PROJECT["optional-dependencies"].items() if name != "test" for text in texts]
    return [_NAME.match(text)[0] for text in [*PROJECT["dependencies"], *more]]


@pytest.mark.parametrize("name", _asked_for())
def test_the_readme_lists_what_leadbook_rests_on_with_its_licence(name: str):
    said = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(rf"^\| {re.escape(name)} \| ([\w.-]+)[^|]* \|$", said[said.index("## Licences") :], re.MULTILINE)
    assert len(rows) == 1
    # Some say the kind alone (BSD), or its name in full (The Unlicense), and no identifier.
    exact = metadata.distribution(name).metadata.get("License-Expression")
    assert rows[0] in exact if exact else rows[0].partition("-")[0] in _licence(name)


def test_the_readme_lists_nothing_that_leadbook_does_not_ask_for():
    said = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| ([\w.-]+) \| ", said[said.index("## Licences") :], re.MULTILINE)
    assert sorted(listed) == sorted([*_asked_for(), "Package", "---"])


def _pythons() -> list[str]:
    """Return the oldest Python that leadbook takes and the newest one that is here."""
    here = [f"{sys.version_info[0]}.{sys.version_info[1]}"]
    others = [f"3.{minor}" for minor in range(16, 10, -1) if _python(f"3.{minor}")]
    return sorted({*here, *others[:1], *others[-1:]}, key=lambda text: int(text.split(".")[1]))


def _python(version: str) -> str | None:
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return sys.executable
    found = shutil.which(f"python{version}")
    homes = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    works = found and subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0
    return found if works else (str(homes[-1]) if homes else None)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the source package, and a wheel made from that and nothing else."""
    folder = tmp_path_factory.mktemp("built")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "install", "--target", folder / "tool", "hatchling>=1.25,<2"], check=True, timeout=300)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(folder / "tool")}, check=True, timeout=300,
    )  # fmt: skip
    [source] = folder.glob("*.tar.gz")
    subprocess.run([*pip, "wheel", "--no-deps", "-w", folder, source], check=True, timeout=300)
    return folder


@pytest.mark.slow
def test_both_packages_hold_every_template_and_workbook(built: Path):
    [wheel], [source] = built.glob("*.whl"), built.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = set(archive.namelist())
        about = next(name for name in in_wheel if name.endswith("METADATA"))
        said = email.parser.Parser().parsestr(archive.read(about).decode())
    with tarfile.open(source) as archive:
        in_source = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert said["License-Expression"] == "MIT"
    for kind in ("templates", "workbooks"):
        for path in (ROOT / kind).iterdir():
            if path.is_file() and not path.name.startswith("."):
                assert f"leadbook/shipped/{kind}/{path.name}" in in_wheel
                assert f"{kind}/{path.name}" in in_source
    assert not [name for name in in_wheel if name.startswith("tests/")]


@pytest.mark.slow
@pytest.mark.parametrize("version", _pythons())
def test_the_wheel_works_far_from_the_source_tree(built: Path, tmp_path: Path, version: str):
    [wheel] = built.glob("*.whl")
    home = tmp_path / "venv"
    subprocess.run([_python(version), "-m", "venv", home], check=True, timeout=120)
    program = home / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [program / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel],
        check=True, timeout=900,
    )  # fmt: skip
    (tmp_path / "work").mkdir()
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    for command in (
        ("demo",), ("init", "mine.xlsx"), ("refresh", "mine.xlsx"), ("templates", "list"), ("explain", "LB210")
    ):  # fmt: skip
        told = subprocess.run(
            [program / "leadbook", *command], cwd=tmp_path / "work", env=clean, capture_output=True, text=True,
            check=False, timeout=300,
        )  # fmt: skip
        assert told.returncode == 0, (command, told.stdout, told.stderr)
