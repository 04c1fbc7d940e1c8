"""What the commands print: for people in plain lines, for programs as JSON."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import TYPE_CHECKING

from msgspec import structs

from leadbook.model.issues import Severity, quoted_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.book import Plan
    from leadbook.model.codes import CodeText
    from leadbook.model.mapping import Mapping
    from leadbook.run.refresh import Summary

WORD = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


def print_plan(plan: Plan) -> None:
    """Print every change a save makes or would make, cell by cell."""
    for step in plan.steps:
        print(f"{step}.")
    for change in (*plan.cells_before, *plan.cells):
        print(f"{quoted_sheet(change.sheet)}!{change.address}: {shown(change.old)} → {shown(change.new)}")
    for table, headers in plan.columns_added.items():
        print(f"Table {table}: columns added: {', '.join(headers)}")
    for table, count in plan.rows_appended.items():
        print(f"Table {table}: {count:,} {'row' if count == 1 else 'rows'} appended")
    for sheet in plan.sheets_added:
        print(f"Sheet {sheet}: added")
    for sheet in plan.sheets_replaced:
        print(f"Sheet {sheet}: written anew")


def shown(value: object) -> str:
    """Return a cell's value as a person would write it down, on one line."""
    match value:
        case None | "":
            return "(blank)"
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return f"{value:,.4f}".rstrip("0").rstrip(".")
        case dt.datetime():
            return value.isoformat(sep=" ", timespec="minutes") if value.time() != dt.time() else f"{value:%Y-%m-%d}"
        case _:
            text = " ".join(str(getattr(value, "text", value)).split())
            return text if len(text) <= 80 else text[:79] + "…"


def print_json(summary: Summary) -> None:
    """Print a refresh's summary as one JSON object."""
    found = {name: value for name, value in structs.asdict(summary).items() if name != "plan"}
    plan = summary.plan
    found["sentence"] = summary.sentence
    found["changes"] = {
        "cells": len(plan.cells), "columns_added": plan.columns_added, "rows_appended": plan.rows_appended,
        "sheets_added": plan.sheets_added, "sheets_replaced": plan.sheets_replaced, "notes": plan.notes,
        "steps": plan.steps,
    }  # fmt: skip
    if summary.dry_run:
        found["plan"] = [structs.asdict(change) for change in plan.cells]
    print(json.dumps(found, default=plain_json, ensure_ascii=False, indent=2))


def print_mapping(mapping: Mapping) -> None:
    """Print how a team's headers were read, one a line."""
    for theirs, ours, how in mapping.described():
        print(f"  {shown(theirs)} → {ours or '(kept as it is)'}{f' ({how})' if how else ''}")


def print_rules(texts: Sequence[CodeText], *, as_json: bool) -> None:
    """Print every rule: code, usual severity, name and what is wrong."""
    if as_json:
        print(json.dumps([structs.asdict(text) for text in texts], default=plain_json, ensure_ascii=False, indent=2))
        return
    for text in texts:
        print(f"{text.code}  {WORD[text.severity]:8}{text.name}: {text.summary}")


def plain_json(value: object) -> object:
    """Return what JSON has no word for in a form it has."""
    match value:
        case Severity():
            return WORD[value]
        case dt.date() | dt.time():
            return value.isoformat()
        case float() if math.isnan(value):
            return None
        case _ if hasattr(value, "item"):
            return value.item()
        case _:
            return str(getattr(value, "text", value))
