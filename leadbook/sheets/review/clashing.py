"""The Clashes sheet: the same lead with two reps, and the same account with two of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.model.frame_rows import rows_of
from leadbook.sheets import look
from leadbook.sheets.page import Field, Page
from leadbook.sheets.review.bundle import day, known
from leadbook.sheets.spec import Sheet

if TYPE_CHECKING:
    from leadbook.sheets.review.bundle import Review
    from leadbook.sheets.spec import Content

NAME, PAIRS, ACCOUNTS = "Clashes", "ClashingLeads", "ClashingAccounts"
COLUMNS = 10

_BITS = re.compile(r"(?P<what>.*) (?P<sign>[+-])[\d.]+$", re.DOTALL)
_COUNT = look.number(look.WHOLE)
_MONEY = look.number(look.MONEY)
_PAIR_FIELDS = (
    Field("Lead", look.WRAPPED, least=24, most=28), Field("Rep", look.WRAPPED, least=16, most=20),
    Field("Stage", look.WRAPPED, least=15, most=18), Field("Last touch", look.dated(), least=13),
    Field("Other lead", look.WRAPPED, least=24, most=28), Field("Other rep", look.WRAPPED, least=16, most=20),
    Field("Other stage", look.WRAPPED, least=15, most=18), Field("Other touch", look.dated(), least=13),
    Field("Likely", look.number(look.PERCENT), least=9), Field("Why", look.WRAPPED, least=40, most=46),
)  # fmt: skip
_ACCOUNT_FIELDS = (
    Field("Account", look.WRAPPED), Field("Reps", _COUNT), Field("Open leads", _COUNT), Field("Open value", _MONEY),
    Field("First rep's", look.WRAPPED), Field("Other rep's", look.WRAPPED),
    Field("Who works it", look.WRAPPED.but(indent=1, align="left"), span=4),
)  # fmt: skip


def clashes_sheet(review: Review) -> Sheet:
    """Lay out the Clashes sheet."""
    page = Page(Sheet(review.naming.sheet(NAME), tab_color=look.RED), COLUMNS)
    page.widths(26, 18, 16, 14, 26, 18, 16, 14, 10, 44)
    clashes = review.found.clashes
    page.title(
        "Clashes between reps", review,
        said=f"{clashes.total_pairs:,} pairs of leads, {clashes.total_accounts:,} accounts",
    )  # fmt: skip
    page.section(
        "The same lead with two reps",
        note="Compared over all books as within one; the ids play no part. At least one of the two is open. "
        + _cut(len(clashes.pairs), clashes.total_pairs),
    )
    if clashes.pairs.empty:
        page.sentence("No lead of one rep looks like a lead of another.", look.TEXT)
        page.gap()
    else:
        page.table(review.naming.table(PAIRS), _PAIR_FIELDS, _pair_rows(review))
    page.section(
        "The same account with two reps",
        note="Open leads of one company, or of one mail or web address of its own, beside the pairs above. "
        + _cut(len(clashes.accounts), clashes.total_accounts),
    )
    if clashes.accounts.empty:
        page.sentence("No other account has open leads of two reps.", look.TEXT)
    else:
        page.grid(_ACCOUNT_FIELDS, _account_rows(review))
    return page.finish()


def _cut(shown: int, total: int) -> str:
    return f"Showing the first {shown:,} of {total:,}, the largest value first." if total > shown else ""


def _pair_rows(review: Review) -> list[tuple[Content, ...]]:
    rows: list[tuple[Content, ...]] = []
    for pair in rows_of(review.found.clashes.pairs):
        sides: list[Content] = []
        for place in (int(pair["first"]), int(pair["second"])):
            deal = review.deal(place)
            sides += [review.deal_link(place), str(deal["owner"]), str(deal["stage_name"]), day(deal["last_touch"])]
        rows.append((*sides, float(pair["probability"]), _words(str(pair["reasons"]))))
    return rows


def _words(reasons: str) -> str:
    """Return what speaks for two leads being one, in words alone: "Email equal, phone equal"."""
    told = [_BITS.match(part) for part in reasons.split("; ")]
    said = [found["what"] for found in told if found and found["sign"] == "+"]
    text = ", ".join([*said[:1], *(word[:1].lower() + word[1:] for word in said[1:])])
    return text or reasons


def _account_rows(review: Review) -> list[tuple[Content, ...]]:
    rows: list[tuple[Content, ...]] = []
    for account in rows_of(review.found.clashes.accounts):
        places = [int(place) for place in account["deals"]]
        deals = [review.deal(place) for place in places]
        by_rep: dict[str, list[str]] = {}
        for deal in deals:
            by_rep.setdefault(str(deal["owner"]), []).append(f"{deal['lead_id']} {deal['stage_name']}".strip())
        first = places[0]
        other = next(place for place, deal in zip(places, deals, strict=True) if deal["owner"] != deals[0]["owner"])
        rows.append((
            str(account["account"]), int(account["reps"]), len(places), known(float(account["amount"])),
            review.deal_link(first), review.deal_link(other),
            "; ".join(f"{rep}: {', '.join(leads[:4])}{' …' * (len(leads) > 4)}" for rep, leads in by_rep.items()),
        ))  # fmt: skip
    return rows
