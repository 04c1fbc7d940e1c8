"""Builds workbooks/sample.xlsx from its story: ``python tests/sample_book.py``; a test builds it again and compares.

With LibreOffice and poppler at hand, ``--picture`` also refreshes a copy and renders its Pipeline sheet for the README.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import sample_story as story  # noqa: E402 - found beside this file, wherever it is run from

from leadbook.books.starter import starter_bytes  # noqa: E402
from leadbook.model.defaults import DEFAULT_PLAYBOOK  # noqa: E402
from leadbook.model.playbook import Product, Rep  # noqa: E402


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
            quotas=dict.fromkeys(story.QUARTERS, float(story.QUOTA_PER_QUARTER[name])),
        )
        for name, mail, region, _ in story.REPS
    )
    products = tuple(Product(name, price, "EUR", 0.19, None) for name, price in story.PRODUCTS)
    rates = {code: rate for code, rate in DEFAULT_PLAYBOOK.rates.items() if code in {"EUR", "USD", "GBP", "CHF"}}
    playbook = replace(DEFAULT_PLAYBOOK, reps=reps, products=products, rates=rates)
    rows = {
        "Leads": told.leads,
        "Activities": told.activities,
        "Quote Lines": told.quote_lines,
        "History": told.history,
    }
    return starter_bytes(playbook, rows)


def main() -> None:
    """Write the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "workbooks" / "sample.xlsx")
    arguments = parser.parse_args()
    arguments.to.write_bytes(build())
    print(f"{arguments.to.name}: {arguments.to.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
