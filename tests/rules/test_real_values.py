"""Slips that stand in real exports turn up with their fixes, and their repeated accounts are no duplicates."""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING

from leadbook.analysis.duplicates import find_duplicates
from leadbook.rules.checking import check

if TYPE_CHECKING:
    from pathlib import Path


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_slips_of_the_maven_deals_are_found_with_their_fixes(shared_data, read_rows):
    folder = shared_data / "maven_crm"
    accounts = {row["account"]: row for row in read_csv(folder / "accounts.csv")}
    deals = [
        {
            "lead_id": row["opportunity_id"],
            "company": row["account"],
            "industry": accounts.get(row["account"], {}).get("sector", ""),
            "country": accounts.get(row["account"], {}).get("office_location", ""),
            "stage": row["deal_stage"],
            "amount": float(row["close_value"]) if row["close_value"] else "",
            "product": row["product"],
        }
        for row in read_csv(folder / "sales_pipeline_2017-07-31.csv")
    ]
    records, _ = read_rows(leads=deals)
    fixes = {
        (issue.header, issue.value, issue.fix.new)
        for issue in check(records, dt.date(2017, 7, 31), select=["LB113", "LB114"])
        if issue.fix
    }
    assert fixes == {
        ("product", "GTXPro", "GTX Pro"),
        ("Industry", "technolgy", "technology"),
        ("Country", "Philipines", "Philippines"),
    }
    assert len(find_duplicates(records).clusters) == 0


def test_google_in_small_letters_is_found_among_the_x_education_leads(shared_data, read_rows):
    leads = [{"source": row["Lead Source"]} for row in read_csv(shared_data / "x_education" / "leads.csv")]
    records, _ = read_rows(leads=leads)
    found = check(records, dt.date(2026, 1, 1), select=["LB113", "LB114"])
    assert {(issue.value, issue.fix.new) for issue in found if issue.fix} == {("google", "Google")}
    assert all(issue.fix is not None and issue.fix.safe for issue in found)
    assert len(find_duplicates(records).clusters) == 0
