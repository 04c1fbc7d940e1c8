"""Builds workbooks/sample.xlsx from its story, and the empty starter.xlsx beside it: ``python tests/sample_book.py``; a test builds it again and compares.

With LibreOffice and poppler at hand, ``--picture`` also refreshes a copy and renders its Pipeline sheet for the README.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from msgspec.structs import replace

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import sample_offers as offers  # noqa: E402 - found beside this file, wherever it is run from
import sample_story as story  # noqa: E402 - found beside this file, wherever it is run from

from leadbook import refresh  # noqa: E402 - after the path
from leadbook.books.starter import starter_bytes  # noqa: E402 - after the path
from leadbook.model.defaults import DEFAULT_PLAYBOOK  # noqa: E402 - after the path
from leadbook.model.playbook import Rep, Route  # noqa: E402 - after the path


def build() -> bytes:
    """Return the sample workbook."""
    told = story.tell()
    reps = tuple(
        Rep(
            name,
            email=f"{mail}@seller.example",
            team="Field sales",
            territory=region,
            capacity=60,
            phone=f"+49 40 66969 50{number}",
            job_title="Account manager",
            quotas=dict.fromkeys(story.QUARTERS, float(story.QUOTA_PER_QUARTER[name])),
        )
        for number, (name, mail, region, _) in enumerate(story.REPS, 1)
    )
    rates = {code: rate for code, rate in DEFAULT_PLAYBOOK.rates.items() if code in {"EUR", "USD", "GBP", "CHF"}}
    routing = (
        Route("region", "North", "North"), Route("region", "East", "East"), Route("country", "GB", "Ben Okafor"),
        Route("country", "*", "Field sales"),
    )  # fmt: skip
    options = replace(DEFAULT_PLAYBOOK.options, routing="suggest", **offers.FIRM)
    playbook = replace(
        DEFAULT_PLAYBOOK, reps=reps, products=offers.products(story.PRODUCTS), rates=rates, routing=routing,
        options=options, case_studies=offers.CASE_STUDIES, answers=offers.ANSWERS,
    )  # fmt: skip
    rows = {
        "Leads": told.leads,
        "Activities": told.activities,
        "Quote Lines": told.quote_lines,
        "Offers": told.offers,
        "Proposals": told.proposals,
        "History": told.history,
    }
    return starter_bytes(playbook, rows)


def picture(sample: Path, target: Path) -> None:
    """Refresh a copy of the sample and render the first page of its Pipeline sheet."""
    with tempfile.TemporaryDirectory() as scratch:
        book = Path(shutil.copyfile(sample, Path(scratch) / "sample.xlsx"))
        refresh(book, as_of=story.AS_OF)
        run = partial(subprocess.run, check=True, capture_output=True, cwd=scratch)
        run(
            [
                "soffice",
                f"-env:UserInstallation=file://{scratch}/profile",
                "--headless",
                "--convert-to",
                "pdf",
                str(book),
            ]
        )
        pages = run(["pdftotext", "-layout", "sample.pdf", "-"], text=True).stdout.split("\f")
        number = next(at for at, page in enumerate(pages, 1) if page.split()[:1] == ["Pipeline"])
        run(
            ["pdftoppm", "-r", "110", "-f", str(number), "-l", str(number), "-singlefile", "-png", "sample.pdf", "page"]
        )
        shutil.copyfile(Path(scratch) / "page.png", target)


def main() -> None:
    """Write the sample, and its picture when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", action="store_true", help="render workbooks/pipeline.png too")
    parser.add_argument("--to", type=Path, default=ROOT / "workbooks" / "sample.xlsx")
    arguments = parser.parse_args()
    arguments.to.write_bytes(build())
    arguments.to.with_name("starter.xlsx").write_bytes(starter_bytes(DEFAULT_PLAYBOOK))
    if arguments.picture:
        picture(arguments.to, arguments.to.with_name("pipeline.png"))
    print(f"{arguments.to.name}: {arguments.to.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
