"""Why two rows look like one, term by term, in plain words with the evidence in bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.duplicates.belonging import RELATED
from leadbook.analysis.duplicates.levels import LEVELS

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.compare import Compared
    from leadbook.analysis.duplicates.rows import Rows
    from leadbook.analysis.duplicates.weigh import Floats, Weighed

# A smaller part of the evidence, in bits, is not mentioned.
_WORTH_A_WORD = 0.05


def reasons(rows: Rows, compared: Compared, weighed: Weighed, doubts: Floats | None = None) -> list[str]:
    """Return a sentence for each pair: "Email equal +12.0; Last name similar +4.3; Any two rows -10.1".

    Notes
    -----
    The strongest term comes first; "Any two rows" is where every pair starts. Together they are the log2 odds.
    "Colleagues share this too -14.2" takes back what people of one firm, family or house have in common anyhow, and
    "As much like somebody else -5.2" (``doubts``) what a row without a name could be just as well.
    """
    count = len(compared.first)
    if not count:
        return []
    words = [[f"{thing.title} {level.name}" for level in LEVELS[thing.kind]] for thing in rows.things]
    kinds = np.array([f"{name.capitalize()} share this too" for name, *_ in RELATED], dtype=object)[
        weighed.kinds.argmax(axis=0)
    ]
    order = np.argsort(-np.abs(weighed.terms), axis=0, kind="stable")
    sentences = []
    lines = zip(order.T.tolist(), compared.levels.T.tolist(), weighed.terms.T.tolist(), strict=True)
    for pair, (places, levels, bits) in enumerate(lines):
        terms = [f"{words[place][levels[place]]} {bits[place]:+.1f}" for place in places if levels[place] >= 0]
        if compared.swapped[pair]:
            terms.append(f"Names exchanged {weighed.swap[pair]:+.1f}")
        if weighed.related[pair] <= -_WORTH_A_WORD:
            terms.append(f"{kinds[pair]} {weighed.related[pair]:+.1f}")
        if doubts is not None and doubts[pair] >= _WORTH_A_WORD:
            terms.append(f"As much like somebody else {-doubts[pair]:+.1f}")
        terms.append(f"Any two rows {weighed.start:+.1f}")
        sentences.append("; ".join(terms))
    return sentences
