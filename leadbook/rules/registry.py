"""Every rule of the linter, found by its place in this package and known by its code."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol, TypeAlias

from msgspec import Struct

from leadbook.model.codes import CodeText
from leadbook.rules.folding import folded

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    import pandas as pd

    from leadbook.model.issues import Issue, Severity
    from leadbook.model.records import Records, Typed
    from leadbook.rules.finding import Finding

    RuleFunction: TypeAlias = Callable[..., Iterator[Finding]]


class LikelyDuplicates(Protocol):
    """What the rules need to know about duplicate leads; ``analysis.results.Duplicates`` has it."""

    @property
    def pairs(self) -> pd.DataFrame:
        """``row_a``, ``row_b``, ``id_a``, ``id_b``, ``probability``, ``reasons``."""

    @property
    def clusters(self) -> pd.DataFrame:
        """``cluster``, ``row``, ``lead_id``, ``master``, ``probability``, ``reasons``."""

    @property
    def apart(self) -> frozenset[tuple[str, str]]:
        """Lead ids, folded and in order, of each pair that the seller keeps both of."""


class Rule(Struct, frozen=True, dict=True):
    """One rule: its code in words, the columns it needs, and how it finds its issues.

    Parameters
    ----------
    text : CodeText
    table : str
        Field of ``Records`` whose cells it looks at: ``leads``, ``activities``, ``quote_lines`` or ``offers``.
    columns : tuple of str
        Keys of columns that the table must have, else the rule stays silent; alternatives are joined by "|".
    fixable : bool
        Whether it can propose a replacement.
    find : callable
        Yields ``Finding``; it is passed those of ``records``, ``today`` and ``duplicates`` that it names. Where it
        has a default for ``duplicates``, it runs without them too.
    """

    text: CodeText
    table: str
    columns: tuple[str, ...]
    fixable: bool
    find: RuleFunction

    @cached_property
    def _asks_for(self) -> tuple[str, ...]:
        code = self.find.__code__
        return code.co_varnames[: code.co_argcount]

    def check(self, records: Records, today: dt.date, duplicates: LikelyDuplicates | None = None) -> Iterator[Issue]:
        """Yield the rule's issues, none when a column it needs is not in the workbook.

        A column that nobody filled in is one issue, not one for each of its rows.

        Parameters
        ----------
        records : Records
        today : date
            The day the check is made for.
        duplicates : LikelyDuplicates or None
            Result of the duplicate search; rules that need it stay silent without it.
        """
        typed: Typed | None = getattr(records, self.table)
        if typed is None or not all(any(key in typed.places for key in names.split("|")) for names in self.columns):
            return
        offered = {"records": records, "today": today, "duplicates": duplicates}
        needs_duplicates = "duplicates" in self._asks_for and not self.find.__defaults__
        if needs_duplicates and duplicates is None:
            return
        for found in self.find(**{name: offered[name] for name in self._asks_for}):
            for finding in folded(found, self.text):
                yield from finding.issues(self.text.code, self.text.severity)


_RULES: dict[str, Rule] = {}
_TEXTS: dict[str, CodeText] = {}

_SECTIONS = re.compile(
    r"^(?P<summary>.+?)\n\n"
    r"Anti-pattern: (?P<anti_pattern>.+?)\n\n"
    r"Why it matters: (?P<why>.+?)\n\n"
    r"Best practice: (?P<best_practice>.+)$",
    re.DOTALL,
)


def rule(
    code: str,
    name: str,
    severity: Severity,
    columns: tuple[str, ...] = (),
    *,
    table: str = "leads",
    fixable: bool = False,
) -> Callable[[RuleFunction], RuleFunction]:
    """Register a function as the rule of a code.

    Parameters
    ----------
    code : str
        ``LB101``; a code used twice raises.
    name : str
        Short name in kebab case.
    severity : Severity
    columns : tuple of str
        Keys the table must have; alternatives are joined by "|".
    table : str
        ``leads``, ``activities``, ``quote_lines`` or ``offers``.
    fixable : bool

    Raises
    ------
    ValueError
        The code is taken, or the docstring lacks one of its sections.
    """

    def register(function: RuleFunction) -> RuleFunction:
        text = describe(code, name, severity, function.__doc__ or "")
        _RULES[code] = Rule(text, table, columns, fixable, function)
        return function

    return register


def describe(code: str, name: str, severity: Severity, doc: str) -> CodeText:
    """Register a code's explanation, given as a docstring with its three sections, and return it.

    Raises
    ------
    ValueError
        The code is taken, or a section is missing.
    """
    if code in _TEXTS:
        raise ValueError(f"Code {code} belongs to {_TEXTS[code].name} already; {name} needs one of its own.")
    found = _SECTIONS.match(inspect.cleandoc(doc))
    if found is None:
        raise ValueError(f"{code} {name} needs a summary, Anti-pattern, Why it matters and Best practice.")
    words = {part: " ".join(text.split()) for part, text in found.groupdict().items()}
    # A function's docstring says what it finds; the code's summary is the thing itself.
    summary = words["summary"].removeprefix("Find ")
    words["summary"] = summary[0].upper() + summary[1:]
    text = CodeText(code=code, name=name, severity=severity, **words)
    _TEXTS[code] = text
    return text


@cache
def _import_rule_modules() -> None:
    package = importlib.import_module("leadbook.rules")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"leadbook.rules.{module.name}")


def rules() -> tuple[Rule, ...]:
    """Return every rule, ordered by code."""
    _import_rule_modules()
    return tuple(_RULES[code] for code in sorted(_RULES))


def rule_texts() -> dict[str, CodeText]:
    """Return what the rules' own codes mean, by code (waiver codes included, reading codes not)."""
    _import_rule_modules()
    return {code: _TEXTS[code] for code in sorted(_TEXTS)}
