"""A file that was made to do harm is refused in a sentence by every command that reads it, and harms nothing."""

from __future__ import annotations

import io
import re
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from leadbook.books.starter import starter_bytes
from leadbook.cli import main
from leadbook.model.defaults import DEFAULT_PLAYBOOK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = ("--as-of", "2026-11-20")
WORDS = "what another file of this machine says"
LEADS = [
    {"lead_id": f"L-{at:04d}", "company": f"Alder {at}", "stage": "Proposal", "owner": "Ana"} for at in range(1, 4)
]
SHEET = "xl/worksheets/sheet2.xml"  # of the leads


def packed(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> bytes:
    """Return a workbook of leads with other members."""
    made = starter_bytes(DEFAULT_PLAYBOOK, {"Leads": LEADS})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (held | change(held)).items():
            archive.writestr(name, data)
    return out.getvalue()


def declared(part: str, declaration: bytes, entity: bytes) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    """Return how to declare entities at the top of a part, and name one in its first text."""

    def change(held: dict[str, bytes]) -> dict[str, bytes]:
        head, mark, rest = held[part].partition(b"?>")
        return {part: head + mark + declaration + re.sub(rb">([^<>\s][^<>]*)<", b">" + entity + b"<", rest, count=1)}

    return change


LAUGHS = b'<!DOCTYPE x [<!ENTITY a0 "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 12)
) + b"]>"  # fmt: skip
SQUARED = b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 50_000 + b'">]>'
MADE: dict[str, Callable[[str], Callable[[dict[str, bytes]], dict[str, bytes]]]] = {
    "a bomb": lambda _: lambda _: {"xl/media/image9.png": bytes(80_000_000)},
    "a sheet that is a bomb": lambda _: lambda held: {SHEET: held[SHEET].replace(b"<sheetData", b" " * 100_000_000 + b"<sheetData", 1)},
    "many members": lambda _: lambda _: {f"xl/media/{at}.png": b"" for at in range(20_000)},
    "entities in a sheet": lambda _: declared(SHEET, LAUGHS, b"&a11;"),
    "entities in the list of sheets": lambda _: declared("xl/workbook.xml", LAUGHS, b"&a11;"),
    "entities in the looks": lambda _: declared("xl/styles.xml", LAUGHS, b"&a11;"),
    "one long entity, often": lambda _: declared(SHEET, SQUARED, b"&a;" * 20_000),
    "another file as an entity": lambda secret: declared(SHEET, f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>'.encode(), b"&a;"),
    "another file in the list of sheets": lambda secret: declared(
        "xl/workbook.xml", f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>'.encode(), b"&a;"
    ),
    "a declaration from elsewhere": lambda secret: declared(SHEET, f'<!DOCTYPE x SYSTEM "file://{secret}">'.encode(), b"x"),
    "a declaration from the network": lambda _: declared(SHEET, b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', b"x"),
    "a member above the folder": lambda _: lambda _: {"../evil.xml": b"evil"},
    "a member far above": lambda _: lambda _: {"xl/../../../../../../tmp/evil.xml": b"evil"},
    "a member at the root": lambda _: lambda _: {"/evil-leadbook.xml": b"evil"},
    "a member on a drive": lambda _: lambda _: {"C:\\evil.xml": b"evil"},
    "a member beyond a backslash": lambda _: lambda _: {"xl\\..\\..\\evil.xml": b"evil"},
}  # fmt: skip
COMMANDS: dict[str, tuple[str, ...]] = {
    "refresh": ("refresh", "{hostile}", *DAY),
    "check": ("check", "{hostile}", *DAY),
    "today": ("today", "{hostile}", *DAY),
    "score": ("score", "{hostile}", *DAY),
    "score file": ("score", "{hostile}", "--id", "Lead ID", "--outcome", "Stage", "--json"),
    "forecast": ("forecast", "{hostile}", *DAY),
    "backtest": ("backtest", "{hostile}", *DAY),
    "diff": ("diff", "{hostile}", "--since", "2026-10-01", *DAY),
    "dedupe": ("dedupe", "{hostile}"),
    "followups": ("followups", "{hostile}", *DAY),
    "calendar": ("calendar", "{hostile}", *DAY),
    "brief": ("brief", "{hostile}", "--lead", "L-0001", *DAY),
    "merge": ("merge", "{hostile}", "L-0001", "L-0002", *DAY),
    "unmerge": ("unmerge", "{hostile}", "M-0001", *DAY),
    "buttons": ("buttons", "{hostile}"),
    "history": ("history", "import", "{hostile}", "--into", "{book}", *DAY),
    "history into": ("history", "import", "{home}/changes.csv", "--into", "{hostile}", *DAY),
    "import into": ("import", "{home}/leads.csv", "--into", "{hostile}", *DAY),
    "fix": ("check", "{hostile}", "--fix", *DAY),
    "init": ("init", "--into", "{hostile}"),
    "adopt": ("adopt", "{hostile}"),
    "import": ("import", "{hostile}", "--into", "{book}", *DAY),
    "sync": ("sync", "{book}", "{hostile}", *DAY),
    "review": ("review", "{hostile}", "-o", "{home}/review.xlsx", "--no-cache", "--jobs", "1", *DAY),
    "export": ("export", "{hostile}", "--to", "{home}/out.csv"),
    "propose": ("propose", "{hostile}", "--stage", "Proposal", *DAY),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    secret = tmp_path_factory.mktemp("secret") / "secret.txt"
    secret.write_text(WORDS, encoding="utf-8")
    return {name: packed(make(str(secret))) for name, make in MADE.items()}


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_hostile_file_is_refused_by_every_command_that_opens_it(
    command: str, hostile: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["init", str(tmp_path / "book.xlsx")]) == 0
    assert main(["sync", str(tmp_path / "book.xlsx"), *DAY]) == 0
    (tmp_path / "leads.csv").write_text("Lead ID,Company\nX-1,New Firm\n")
    (tmp_path / "changes.csv").write_text("Lead ID,Field,Old Value,New Value,Edit Date\nX-1,Stage,A,B,2026-10-02\n")
    book = (tmp_path / "book.xlsx").read_bytes()
    there = {path.name for path in tmp_path.iterdir()}
    for name, data in hostile.items():
        path = tmp_path / "hostile.xlsx"
        path.write_bytes(data)
        capsys.readouterr()
        began = time.process_time()
        code = main(
            [part.format(hostile=path, book=tmp_path / "book.xlsx", home=tmp_path) for part in COMMANDS[command]]
        )
        said = "".join(capsys.readouterr())
        assert code == 3, (name, said)
        assert said.strip().splitlines()[-1].startswith("leadbook: "), (name, said)
        assert WORDS not in said, name
        assert time.process_time() - began < 10, name
        assert path.read_bytes() == data, name
        path.unlink()
        assert {path.name for path in tmp_path.iterdir()} == there, name
    assert (tmp_path / "book.xlsx").read_bytes() == book
    assert not list(tmp_path.parent.rglob("evil*"))
