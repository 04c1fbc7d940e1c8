"""What the win model is asked about a made-up table, in few words."""

from __future__ import annotations

import numpy as np

from leadbook.analysis.winning.anytable import question_about
from leadbook.analysis.winning.leaks import find_leaks
from leadbook.analysis.winning.question import in_order


def question(selling, **overruled):
    return question_about(selling.columns, selling.ids, selling.won, **overruled)


def findings(selling, **overruled):
    asked = question(selling, **overruled)
    return {found.header: found for found in find_leaks(asked, in_order(asked, ~np.isnan(asked.won)))}
