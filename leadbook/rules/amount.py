"""Amount rules: what a deal is worth, in which currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.model.playbook import StageClass
from leadbook.rules.cells import blank, in_class, is_open, numbers, texts, where
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule
from leadbook.rules.stages import requiring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records

# Fewer amounts than this say nothing about what is usual.
_ENOUGH = 20
# Robust z-score beyond which an amount is far above the rest (Iglewicz and Hoaglin suggest 3.5; amounts have
# long tails even on a log scale, so a cautious 5 is used).
_FAR = 5.0


@rule("LB212", "amount-missing", Severity.WARNING, ("stage", "amount"))
def amount_missing(records: Records) -> Iterator[Finding]:
    """Find an open deal that has come to a stage that needs an amount, without one.

    Anti-pattern: A deal in Proposal with a blank Amount.

    Why it matters: It weighs nothing in the pipeline and in the forecast.

    Best practice: Write the best estimate; a rough amount beats none.
    """
    leads = records.leads
    bad = requiring(records, "amount") & is_open(records) & blank(leads, "amount")
    names = texts(leads, "stage_name")[bad]
    yield Finding(
        leads, bad, "amount", (f'Stage "{short(name)}" needs an amount; write the best estimate.' for name in names)
    )


@rule("LB213", "amount-not-positive", Severity.ERROR, ("amount",))
def amount_not_positive(records: Records) -> Iterator[Finding]:
    """Find an amount of zero or below.

    Anti-pattern: 0 as a stand-in for "unknown", or -5000.

    Why it matters: It drags every average and total down.

    Best practice: Leave an unknown amount blank; write a real one without a minus.
    """
    leads = records.leads
    amounts = numbers(leads, "amount")
    # Exports of some systems put 0 on every lost deal, and there it harms no number.
    bad = (amounts < 0) | (
        (amounts == 0) & ~in_class(records, StageClass.LOST, StageClass.DISQUALIFIED, StageClass.WON)
    )
    yield Finding(
        leads,
        bad,
        "amount",
        (
            f"{amount:,.15g} is no amount of a deal; write the real one, or leave the cell blank."
            for amount in amounts[bad]
        ),
    )


@rule("LB214", "amount-far-above", Severity.INFO, ("amount",))
def amount_far_above(records: Records) -> Iterator[Finding]:
    """Find an amount far above all others.

    Anti-pattern: 5,000,000 among deals of 5,000: three zeros too many.

    Why it matters: One slip can double the pipeline.

    Best practice: Check the zeros and the currency; waive this code when the amount is right.
    """
    leads = records.leads
    amounts = numbers(leads, "amount_base")
    positive = amounts > 0
    if int(positive.sum()) < _ENOUGH:
        return
    logs = np.full(len(amounts), np.nan)
    logs[positive] = np.log(amounts[positive])
    median = float(np.nanmedian(logs))
    # The median absolute deviation times 1.4826 estimates the standard deviation; half a natural log unit
    # at least, because a price list makes most amounts equal.
    spread = max(1.4826 * float(np.nanmedian(np.abs(logs - median))), 0.5)
    bad = (logs - median) / spread > _FAR
    usual = float(np.exp(median))
    yield Finding(
        leads,
        bad,
        "amount",
        (
            f"{amount:,.0f} is {amount / usual:,.0f} times the usual deal ({usual:,.0f}, the median of "
            f"{int(positive.sum()):,}); check the zeros and the currency."
            for amount in amounts[bad]
        ),
    )


@rule("LB215", "currency-unknown", Severity.ERROR, ("currency",), fixable=True)
def currency_unknown(records: Records) -> Iterator[Finding]:
    """Find a currency without a rate.

    Anti-pattern: "UER" for EUR, or a code that the Rates table lacks.

    Why it matters: The amount cannot be converted, so it is left out of every total.

    Best practice: Write the ISO code, and add its rate to the Rates table.
    """
    leads = records.leads
    base = records.playbook.options.base_currency
    known = [base, *(code for code in records.playbook.rates if code != base)]
    codes = texts(leads, "currency")
    bad = where(leads, "currency", lambda code: code not in {"", *known}) & ~blank(leads, "currency")
    meant = {code: _meant_currency(code, known) for code in dict.fromkeys(codes[bad].tolist())}
    real = _currencies() if bad.any() else frozenset()
    yield Finding(
        leads,
        bad,
        "currency",
        (
            f'There is no rate for "{short(code)}"; did you mean {meant[code]}?'
            if meant[code]
            else f'There is no rate for "{short(code)}"; add it to the Rates table.'
            if code in real
            else f'"{short(code)}" is no currency; write its ISO code, such as {base}.'
            for code in codes[bad]
        ),
        (meant[code] for code in codes[bad]),
        safe=False,
    )


def _currencies() -> frozenset[str]:
    from babel.numbers import list_currencies  # noqa: PLC0415 - loads for currencies without a rate only

    return frozenset(list_currencies())


def _meant_currency(code: str, known: list[str]) -> str | None:
    """Return the known code with the same letters in another order, or with one letter more or less."""
    if not 2 <= len(code) <= 4 or not code.isalpha():
        return None
    for other in known:
        if sorted(code) == sorted(other):
            return other
        longer, shorter = (code, other) if len(code) > len(other) else (other, code)
        if len(longer) - len(shorter) == 1 and any(
            longer[:cut] + longer[cut + 1 :] == shorter for cut in range(len(longer))
        ):
            return other
    return None


@rule("LB218", "won-without-amount", Severity.ERROR, ("stage", "amount"))
def won_without_amount(records: Records) -> Iterator[Finding]:
    """Find a won deal without its amount.

    Anti-pattern: Stage Won, Amount blank or 0.

    Why it matters: Revenue, average deal and quota attainment are all too low.

    Best practice: Write what was signed.
    """
    leads = records.leads
    bad = in_class(records, StageClass.WON) & (blank(leads, "amount") | (numbers(leads, "amount") == 0))
    yield Finding(leads, bad, "amount", "This deal is won; write the amount that was signed.")
