"""Run the rules, mute what a row waives, and put the issues in order."""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING

from leadbook.model.follow_up_codes import FOLLOW_UP_CODES
from leadbook.model.history_codes import HISTORY_CODES
from leadbook.model.incoming_codes import INCOMING_CODES
from leadbook.model.issues import InputError, Issue, Severity
from leadbook.model.merge_codes import MERGE_CODES
from leadbook.model.proposal_codes import PROPOSAL_CODES
from leadbook.model.reading_codes import READING_CODES
from leadbook.model.review_codes import REVIEW_CODES
from leadbook.model.shipped import shipped
from leadbook.model.sync_codes import SYNC_CODES
from leadbook.rules.distinct import forget
from leadbook.rules.registry import rule_texts, rules
from leadbook.rules.waive_cells import offer_code
from leadbook.rules.waivers import apply_waivers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from leadbook.model.codes import CodeText
    from leadbook.model.records import Records
    from leadbook.rules.registry import LikelyDuplicates


def check(
    records: Records,
    today: dt.date,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    duplicates: LikelyDuplicates | None = None,
    reading: Sequence[Issue] = (),
) -> list[Issue]:
    """Return every issue of the workbook, those of reading included.

    Parameters
    ----------
    records : Records
    today : date
        The day the check is made for.
    select : sequence of str
        Codes or their beginnings (``LB2``) to keep; none keeps all.
    ignore : sequence of str
        Codes or their beginnings to leave out; stronger than ``select``.
    duplicates : LikelyDuplicates or None
        Result of the duplicate search, for the LB5xx rules.
    reading : sequence of Issue
        What reading the workbook found already.

    Returns
    -------
    list of Issue
        Ordered by sheet, row, column and code. Codes in a row's Waive cell, and those that the option Ignored
        Rules switches off, are gone; a waiver that mutes nothing, or names no code there is, is an issue itself.

    Raises
    ------
    InputError
        ``select`` or ``ignore`` names no code there is.
    """
    known = [text.code for text in all_rules()]
    chosen = _chosen(known, select, ignore)
    # Waivers are judged against everything, so that --select never makes a good waiver look unused.
    wanted = {rule.text.code for rule in rules()} if _has_waivers(records) else chosen
    issues: list[Issue] = []
    try:
        for rule in rules():
            if rule.text.code in wanted:
                issues.extend(rule.check(records, today, duplicates))
        issues.extend(_not_told_better(reading, issues))
        issues = apply_waivers(issues, records, known, today, unheard=_unheard(records, duplicates))
    finally:
        forget(records)
    off, unknown = _switched_off(records, known)
    chosen -= off
    kept = [issue for issue in (*issues, *unknown) if issue.code in chosen or issue.code not in known]
    kept.sort(key=attrgetter("sheet", "row", "column", "code", "message"))
    return kept


# A rule that says more about a cell than reading does, and the reading code it takes the place of there.
_SAYS_MORE_THAN = {"LB215": "LB207"}
# Shared Lead IDs: the rule names the row to clear, History only that it cannot follow either of them.
_SAYS_ALL_OF = {"LB092": "LB032"}


def _not_told_better(reading: Sequence[Issue], found: Sequence[Issue]) -> list[Issue]:
    """Return the reading issues, without those whose fault a rule tells better."""
    better = {
        (issue.sheet, issue.row, issue.column, _SAYS_MORE_THAN[issue.code])
        for issue in found
        if issue.code in _SAYS_MORE_THAN
    }
    told = {_SAYS_ALL_OF[issue.code] for issue in found if issue.code in _SAYS_ALL_OF}
    return [
        issue
        for issue in reading
        if issue.code not in told and (issue.sheet, issue.row, issue.column, issue.code) not in better
    ]


def choose_codes(select: Sequence[str] = (), ignore: Sequence[str] = ()) -> set[str]:
    """Return the codes that are wanted.

    Parameters
    ----------
    select, ignore : sequence of str
        Codes or their beginnings, as ``check`` takes them.

    Raises
    ------
    InputError
        One of them names no code there is; the nearest is offered.
    """
    return _chosen([text.code for text in all_rules()], select, ignore)


def _offered(wanted: str, known: Sequence[str]) -> str:
    return offer_code(wanted, known) or "."


def _chosen(known: Sequence[str], select: Sequence[str], ignore: Sequence[str]) -> set[str]:
    for asked in (*select, *ignore):
        wanted = asked.strip().upper()
        if not wanted or not any(code.startswith(wanted) for code in known):
            raise InputError(
                f'There is no code that begins with "{asked}"{_offered(wanted, known)} List them all with '
                '"leadbook rules".'
            )
    starts = tuple(asked.strip().upper() for asked in select) or ("",)
    stops = tuple(asked.strip().upper() for asked in ignore)
    return {code for code in known if code.startswith(starts) and not (stops and code.startswith(stops))}


def _switched_off(records: Records, known: Sequence[str]) -> tuple[set[str], list[Issue]]:
    """Return the codes that Settings switches off, and an issue for each word there that is no code."""
    words = [word for word in records.playbook.options.ignored_rules.split(", ") if word]
    off = {code for code in known if code.startswith(tuple(words))} if words else set()
    wrong = [word for word in words if not any(code.startswith(word) for code in known)]
    return off, [
        Issue("", 0, 0, "LB017", Severity.WARNING,
              f'The option Ignored Rules names "{word}", but no code begins so{offer_code(word, known)}.')
        for word in wrong
    ]  # fmt: skip


def _has_waivers(records: Records) -> bool:
    return "waive" in records.leads.places


def _unheard(records: Records, duplicates: LikelyDuplicates | None) -> tuple[str, ...]:
    """Return codes that had no chance to report, so that a waiver of them is not called unused."""
    asked = records.playbook.options.check_mail_servers
    # The first contact's hours are known where the whole workbook is studied, as the duplicates are.
    return (*(() if duplicates is not None else ("LB5", *FOLLOW_UP_CODES)), *(() if asked else ("LB129",)))


@cache
def all_rules() -> tuple[CodeText, ...]:
    """Return every code there is, those of reading, import and History included, ordered by code.

    Raises
    ------
    ValueError
        A code is used for two things.
    """
    texts = rule_texts()
    for others in (
        READING_CODES, INCOMING_CODES, FOLLOW_UP_CODES, HISTORY_CODES, MERGE_CODES, REVIEW_CODES, SYNC_CODES,
        PROPOSAL_CODES,
    ):  # fmt: skip
        if twice := sorted(texts.keys() & others.keys()):
            raise ValueError(f"Codes used for two things: {', '.join(twice)}.")
        texts |= others
    return tuple(texts[code] for code in sorted(texts))


def explain(code: str) -> str:
    """Return what a code means, why it matters and what to do, as text for the terminal.

    Parameters
    ----------
    code : str
        Such as ``LB210``, in any case.

    Raises
    ------
    InputError
        There is no such code.
    """
    wanted = code.strip().upper()
    found = next((text for text in all_rules() if text.code == wanted), None)
    if found is None:
        offered = _offered(wanted, [text.code for text in all_rules()])
        raise InputError(f'There is no code "{code}"{offered} List them all with "leadbook rules".')
    fixable = any(rule.fixable for rule in rules() if rule.text.code == wanted)
    # Jinja2 takes longer to import than a check takes to run, and only this command needs it.
    from jinja2 import StrictUndefined  # noqa: PLC0415 - lazy, as said above
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415 - lazy, as said above

    environment = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["wrap"] = _wrap
    template = environment.from_string(shipped("templates", "explain.txt").read_text(encoding="utf-8"))
    waivable = _is_waivable(wanted)
    text = template.render(code=found, severity=found.severity.name.lower(), fixable=fixable, waivable=waivable)
    return text.strip() + "\n"


# Reading codes of single cells; the others concern a table, Settings, History or a file, which have no Waive cell.
_CELL_CODES = ("LB010", "LB2", "LB3")
# Rules on leads that tell of the table as a whole.
_TABLE_RULES = ("LB094", "LB402")


def _is_waivable(code: str) -> bool:
    """Tell whether a code is reported on rows of leads, where a Waive cell can mute it."""
    rule = next((rule for rule in rules() if rule.text.code == code), None)
    if rule is not None:
        return rule.table == "leads" and code not in _TABLE_RULES
    return code in FOLLOW_UP_CODES or (code in READING_CODES and code.startswith(_CELL_CODES))


def _wrap(text: str, width: int = 76, indent: str = "  ") -> str:
    from textwrap import fill  # noqa: PLC0415 - only explain needs it

    return fill(text, width, initial_indent=indent, subsequent_indent=indent)
