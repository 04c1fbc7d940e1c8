"""How well the ways to reach two leads agree: e-mail, phone, website, house number, postcode, city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.duplicates.fields import both_hold
from leadbook.analysis.duplicates.spelling import each_once, first_that_holds, one_edit, only_slips, spelling_levels

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes
    from leadbook.analysis.duplicates.rows import Rows, Thing
    from leadbook.analysis.duplicates.spelling import Levels


def email_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return how well e-mail addresses agree.

    Examples
    --------
    - equal: anna@acme.de | Anna+news@ACME.de
    - similar: a.schmidt@acme.de | a.schmitd@acme.de
    - same mailbox at another domain: anna.schmidt@acme.de | anna.schmidt@gmail.com
    - same domain: anna@acme.de | ben@acme.de
    - one private, one at work: anna@gmail.com | a.schmidt@acme.de
    - different: anna@acme.de | ben@globex.com
    """
    name = thing.fields[0]
    fields = rows.fields
    both, equal = both_hold(fields[name], first, second)
    mailbox, domain, work = (fields[f"{name} {part}"] for part in ("mailbox", "domain", "work"))
    rest = np.flatnonzero(both & ~equal)
    one, other = first[rest], second[rest]
    mailbox_equal = mailbox.codes[one] == mailbox.codes[other]
    domain_equal = domain.codes[one] == domain.codes[other]
    near_box, near_host = mailbox_equal.copy(), domain_equal.copy()
    unsure = np.flatnonzero(~mailbox_equal)
    near_box[unsure] = only_slips(mailbox, mailbox.codes[one[unsure]], mailbox.codes[other[unsure]])
    # anna41 and anna57 are two accounts.
    unsure = unsure[near_box[unsure]]
    near_box[unsure] = [
        _digits(mailbox.texts[low]) == _digits(mailbox.texts[high]) or one_edit(mailbox.texts[low], mailbox.texts[high])
        for low, high in zip(mailbox.codes[one[unsure]].tolist(), mailbox.codes[other[unsure]].tolist(), strict=True)
    ]
    unsure = np.flatnonzero(~domain_equal & near_box)
    near_host[unsure] = only_slips(domain, domain.codes[one[unsure]], domain.codes[other[unsure]])
    similar, same_box, same_work, private = (np.zeros(len(first), dtype=bool) for _ in range(4))
    similar[rest] = near_box & near_host
    same_box[rest] = near_box & mailbox_equal
    same_work[rest] = domain_equal & (work.codes[one] >= 0)
    private[rest] = (work.codes[one] < 0) != (work.codes[other] < 0)
    return first_that_holds(
        len(first), (equal, 0), (similar, 1), (same_box, 2), (same_work, 3), (private, 4), (both, 5)
    )


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def phone_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return how well phone numbers agree.

    Examples
    --------
    - equal: +49 30 1234567 | 0049 (0)30 / 123 45 67
    - equal in its last nine digits: +49 30 1234567 | +43 30 1234567
    - a digit or two off: +49 30 1234567 | +49 30 1234586
    - different: +49 30 1234567 | +49 40 7654321
    """
    name = thing.fields[0]
    tail = rows.fields[f"{name} tail"]
    both, equal = both_hold(rows.fields[name], first, second)
    elsewhere = both & ~equal & (tail.codes[first] == tail.codes[second])
    rest = np.flatnonzero(both & ~equal & ~elsewhere)
    near = np.zeros(len(first), dtype=bool)
    near[rest] = only_slips(tail, tail.codes[first[rest]], tail.codes[second[rest]])
    return first_that_holds(len(first), (equal, 0), (elsewhere, 1), (near, 2), (both, 3))


def slip_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return how well websites, postcodes, regions, choices and numbers of a register agree.

    Examples
    --------
    - equal: www.acme.de | https://acme.de/start
    - one slip apart: acme-tools.de | acmetoolz.de
    - different: acme.de | globex.com
    """
    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    rest = np.flatnonzero(both & ~equal)
    slip = np.zeros(len(first), dtype=bool)
    slip[rest] = only_slips(field, field.codes[first[rest]], field.codes[second[rest]])
    return first_that_holds(len(first), (equal, 0), (slip, 1), (both, 2))


def number_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return how well house numbers agree.

    Examples
    --------
    - equal: 12 | 12
    - partly equal: 12 | 112
    - partly equal: 12 | 3/12
    - different: 12 | 40
    """
    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    rest = np.flatnonzero(both & ~equal)
    lows, highs, back = each_once(field, field, field.codes[first[rest]], field.codes[second[rest]])
    part = np.zeros(len(lows), dtype=bool)
    shared = field.words.shared(lows, highs) > 0
    within = field.letters[lows] & field.letters[highs]
    maybe = np.flatnonzero((within == field.letters[lows]) | (within == field.letters[highs]))
    part[maybe] = [
        one_edit(field.squeezed[low], field.squeezed[high])
        for low, high in zip(lows[maybe].tolist(), highs[maybe].tolist(), strict=True)
    ]
    partly = np.zeros(len(first), dtype=bool)
    partly[rest] = (part | shared)[back]
    return first_that_holds(len(first), (equal, 0), (partly, 1), (both, 2))


def city_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return how well cities agree.

    Examples
    --------
    - equal: ST. GALLEN | St Gallen
    - nearly equal: Frankfurt | Frankfrut
    - similar: Frankfurt am Main | Frankfurt
    - different: Berlin | Hamburg
    """
    field = rows.fields[thing.fields[0]]
    return spelling_levels(field, field, first, second)
