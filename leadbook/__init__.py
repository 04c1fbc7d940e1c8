"""The Excel workbook as the lead database: checked, scored, measured and forecast in place.

The functions here mirror the commands. Each takes the workbook's path and, where it matters, ``as_of``, the
day everything is worked out for; failures are raised as ``LeadbookError`` with one plain sentence.

>>> import datetime, leadbook
>>> leadbook.refresh("leads.xlsx", as_of=datetime.date.today()).sentence  # doctest: +SKIP
'400 leads, 114 open: 21 errors, ...'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadbook.model.issues import Issue, LeadbookError, Severity
    from leadbook.rules.checking import all_rules, explain
    from leadbook.run.briefs import briefs
    from leadbook.run.commands import (
        adopt,
        backtest,
        buttons,
        check,
        demo,
        diff,
        doctor,
        fix,
        forecast,
        import_files,
        import_history,
        init,
        init_into,
        merge,
        propose,
        refresh,
        review,
        score,
        score_file,
        state_on,
        sync,
        today,
        undo,
        unmerge,
    )  # fmt: skip
    from leadbook.run.follow_ups import follow_ups
    from leadbook.run.lead_calendar import lead_calendar

__version__ = "0.1.0"
__all__ = [
    "Issue", "LeadbookError", "Severity", "adopt", "all_rules", "backtest", "briefs", "buttons", "check", "demo",
    "diff", "doctor", "explain", "fix", "follow_ups", "forecast", "import_files", "import_history", "init",
    "init_into", "lead_calendar", "merge", "propose", "refresh", "review", "score", "score_file", "state_on",
    "sync", "today", "undo", "unmerge",
]  # fmt: skip

_HOMES = {
    "Issue": "leadbook.model.issues",
    "LeadbookError": "leadbook.model.issues",
    "Severity": "leadbook.model.issues",
    "all_rules": "leadbook.rules.checking",
    "briefs": "leadbook.run.briefs",
    "explain": "leadbook.rules.checking",
    "follow_ups": "leadbook.run.follow_ups",
    "lead_calendar": "leadbook.run.lead_calendar",
}


def __getattr__(name: str) -> object:
    # Found on first use, so that importing leadbook costs next to nothing: pandas alone takes half a second.
    if name not in __all__:
        raise AttributeError(f"module 'leadbook' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "leadbook.run.commands")), name)
