"""PDF files of documents: through Word where it is, else LibreOffice, else a browser that prints the page.

What one of them cannot print goes to the next: a LibreOffice may be there without its Writer.

Each program is started once for many documents, since starting takes longer than printing one, with a profile of its
own, without macros, and without a network to ask for anything.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from concurrent.futures import FIRST_EXCEPTION, CancelledError, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.documents import pdf_word
from leadbook.documents.pdf_programs import find_browser, find_libreoffice
from leadbook.documents.pdf_running import run_to_its_end
from leadbook.model.interrupts import LOOK_SECONDS, held, let_in, stop_if_pressed
from leadbook.model.issues import LeadbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

AT_ONCE = 40
ALONE_AT_LEAST = 2  # documents that a program fails at one by one before it is given up
SECONDS_TO_START, SECONDS_EACH = 60, 15
_BROWSERS_AT_ONCE = 4

# LibreOffice's own settings: no macros whatever the document says, no links followed, no pictures fetched.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


class Printable(Struct, frozen=True):
    """One document to print: the Word file, and the page a browser prints where no Word program does.

    ``page`` makes that page when it is needed, and may raise a LeadbookError; a document without one needs Word or
    LibreOffice. ``paper`` is what a browser prints the page on, ``A4`` or ``Letter``; a Word file has its own.
    """

    name: str
    word: bytes
    page: Callable[[], str] | None = None
    paper: str = "A4"


class PdfProgram(Struct, frozen=True):
    """A program that makes PDF files.

    Parameters
    ----------
    name : str
    ending : str
        What it reads: ``docx`` or ``html``.
    make : callable
        Takes the files and the folder their PDF files go to, under the same names.
    """

    name: str
    ending: str
    make: Callable[[Sequence[Path], Path], None]


class NoPdfProgramError(LeadbookError):
    """Nothing on this computer can make a PDF file."""


def find_pdf_programs(*, only: str = "") -> list[PdfProgram]:
    """Return the programs that make PDF files here, the best first.

    Parameters
    ----------
    only : str
        ``word``, ``libreoffice`` or ``browser`` to look for that one alone.

    Raises
    ------
    NoPdfProgramError
        There is none; the sentence says what to install.
    """
    found: list[PdfProgram] = []
    word = pdf_word.find_word() if only in {"", "word"} else None
    if word is not None:
        found.append(PdfProgram("Word", "docx", partial(_through_word, word)))
    libreoffice = find_libreoffice() if only in {"", "libreoffice"} else None
    if libreoffice is not None:
        found.append(PdfProgram("LibreOffice", "docx", partial(_through_libreoffice, libreoffice)))
    browser = find_browser() if only in {"", "browser"} else None
    if browser is not None:
        found.append(PdfProgram(browser.stem, "html", partial(_through_browser, browser)))
    if not found:
        raise NoPdfProgramError(
            "A PDF needs Word, LibreOffice (libreoffice.org, free) or the browser Chrome, Chromium or Edge; install "
            "one of them, or leave --pdf away and save the Word file as PDF yourself."
        )
    return found


def to_pdfs(
    documents: Sequence[Printable],
    programs: Sequence[PdfProgram] = (),
    *,
    tell: Callable[[int], None] | None = None,
) -> list[bytes | LeadbookError]:
    """Return the PDF of each document, or why there is none; one that fails does not stop the rest.

    Parameters
    ----------
    documents : sequence of Printable
    programs : sequence of PdfProgram
        The best first; each gets what those before it could not print. None given: those found here.
    tell : callable or None
        Is told how many are done.

    Raises
    ------
    NoPdfProgramError
        Nothing here can make one.
    """
    able = list(programs or find_pdf_programs())
    made: list[bytes | LeadbookError] = []
    with held(), tempfile.TemporaryDirectory(prefix="leadbook-") as scratch:
        for start in range(0, len(documents), AT_ONCE):
            batch = documents[start : start + AT_ONCE]
            made += _print(batch, able, Path(scratch) / f"{start}")
            if tell is not None:
                tell(len(made))
    return made


def to_pdf(document: Printable, programs: Sequence[PdfProgram] = ()) -> bytes:
    """Return the PDF of one document.

    Raises
    ------
    LeadbookError
        It cannot be made; the sentence says why.
    """
    made = to_pdfs([document], programs)[0]
    if isinstance(made, LeadbookError):
        raise made
    return made


def _print(batch: Sequence[Printable], able: list[PdfProgram], scratch: Path) -> list[bytes | LeadbookError]:
    """Print a batch; a program that prints none of several documents leaves the list of those to be asked."""
    printed: dict[int, bytes] = {}
    told: list[list[str]] = [[] for _ in batch]
    for number, program in enumerate(tuple(able)):
        lacking = [place for place in range(len(batch)) if place not in printed]
        if not lacking:
            break
        is_last = program is able[-1]
        made = _print_through(program, [batch[place] for place in lacking], scratch / f"{number}", is_last=is_last)
        for place, result in zip(lacking, made, strict=True):
            if isinstance(result, bytes):
                printed[place] = result
            else:
                told[place].append(str(result))
        if not is_last and len(made) > 1 and not any(isinstance(result, bytes) for result in made):
            able.remove(program)
    return [printed.get(place) or LeadbookError(" ".join(told[place])) for place in range(len(batch))]


def _print_through(
    program: PdfProgram, batch: Sequence[Printable], scratch: Path, *, is_last: bool
) -> list[bytes | LeadbookError]:
    """Print a batch by one program; what it leaves out is tried once more on its own.

    Where another program is left, one that fails at a whole batch and at two of its documents is not asked for the
    rest of them: it may take a minute each time to fail.
    """
    given, out = scratch / "in", scratch / "out"
    given.mkdir(parents=True)
    out.mkdir()
    failures: dict[int, LeadbookError | None] = {}
    files: dict[int, Path] = {}
    for number, document in enumerate(batch):
        # A file's own name goes no further than this: programs read some names as options.
        file = given / f"{number}.{program.ending}"
        stop_if_pressed()
        try:
            file.write_bytes(document.word if program.ending == "docx" else _on_paper(document).encode())
        except LeadbookError as failure:
            failures[number] = failure
        else:
            files[number] = file
    pdfs = [out / f"{number}.pdf" for number in range(len(batch))]
    if files:
        failures |= dict.fromkeys(files, _try(program, tuple(files.values()), out))
    missing = [number for number in files if not _is_pdf(pdfs[number])] if len(files) > 1 else []
    for tried, number in enumerate(missing):
        if not is_last and tried == ALONE_AT_LEAST and not any(map(_is_pdf, pdfs)):
            break
        failures[number] = _try(program, [files[number]], out)
    return [
        pdf.read_bytes()
        if _is_pdf(pdf)
        else failures[number]
        or LeadbookError(f"{program.name} could not make a PDF of {document.name}; try to open it there.")
        for number, (document, pdf) in enumerate(zip(batch, pdfs, strict=True))
    ]


def _try(program: PdfProgram, files: Sequence[Path], out: Path) -> LeadbookError | None:
    try:
        program.make(files, out)
    except LeadbookError as failure:
        return failure
    return None


def _on_paper(document: Printable) -> str:
    if document.page is None:
        raise LeadbookError(
            f"A browser cannot print {document.name}, which has no page; install Word or LibreOffice for it."
        )
    return document.page().replace("</head>", f"<style>@page {{ size: {document.paper}; }}</style></head>", 1)


def _is_pdf(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(5) == b"%PDF-"


def _through_word(make: Callable[[Sequence[Path], Path], None], files: Sequence[Path], out: Path) -> None:
    with let_in():  # whoever calls it waits for Word itself
        make(files, out)


def _through_libreoffice(program: Path, files: Sequence[Path], out: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="leadbook-office-", ignore_cleanup_errors=True) as profile:
        user = Path(profile) / "user"
        user.mkdir()
        (user / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        run_to_its_end(
            [
                program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore", "--nologo",
                "--convert-to", "pdf:writer_pdf_Export", "--outdir", out, *files,
            ],
            "LibreOffice", folder=profile, seconds=SECONDS_TO_START + SECONDS_EACH * len(files), look=stop_if_pressed,
        )  # fmt: skip


def _through_browser(program: Path, files: Sequence[Path], out: Path) -> None:
    """Print pages, a few at a time: a browser prints one and ends."""
    stopped = threading.Event()

    def look() -> None:
        if stopped.is_set():
            raise CancelledError

    def print_one(file: Path) -> None:
        # A container's root may not have the sandbox, whose kernel calls are forbidden there.
        rootless = ["--no-sandbox"] if sys.platform != "win32" and os.geteuid() == 0 else []
        with tempfile.TemporaryDirectory(prefix="leadbook-browser-", ignore_cleanup_errors=True) as profile:
            # A Mac's own path is so long already that a deeper one leaves no room for the address of a socket.
            own = tempfile.gettempdir() if sys.platform == "darwin" else profile
            run_to_its_end(
                [
                    program, "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check",
                    "--disable-extensions", "--disable-background-networking", "--disable-dev-shm-usage",
                    "--host-resolver-rules=MAP * ~NOTFOUND",
                    f"--user-data-dir={profile}", *rootless, "--no-pdf-header-footer",
                    f"--print-to-pdf={out / (file.stem + '.pdf')}", file.as_uri(),
                ],
                "The browser", folder=own, seconds=SECONDS_TO_START + SECONDS_EACH, look=look,
            )  # fmt: skip

    with ThreadPoolExecutor(min(_BROWSERS_AT_ONCE, os.cpu_count() or 1)) as pool:
        waiting = {pool.submit(print_one, file) for file in files}
        try:
            while waiting:
                stop_if_pressed()
                done, waiting = wait(waiting, LOOK_SECONDS, FIRST_EXCEPTION)
                for job in done:
                    job.result()
        except KeyboardInterrupt:
            stopped.set()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
