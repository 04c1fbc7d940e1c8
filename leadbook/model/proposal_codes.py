"""The codes of what keeps a proposal from being written and of what it goes without, with words that explain them."""

from __future__ import annotations

from leadbook.model.codes import CodeText
from leadbook.model.issues import Severity

_TEXTS: tuple[CodeText, ...] = (
    CodeText(
        "LB601", "proposal-of-unknown-lead", Severity.ERROR,
        "A proposal was asked for a lead that is not there.",
        "leadbook propose --lead L-042, while the lead is called L-0042.",
        "Nobody can tell whose proposal is meant.",
        "Write the Lead ID as it stands in Leads; of a lead that was merged, the ID of the one it is now.",
    ),
    CodeText(
        "LB602", "proposal-of-shared-id", Severity.ERROR,
        "Several leads have the Lead ID that a proposal was asked for.",
        "Two rows of Leads that both say L-0042.",
        "Quote lines and offers find their lead by its ID, so one buyer might get the other's price.",
        "Give one of the rows a new ID, or clear the cell and refresh; then correct its quote lines.",
    ),
    CodeText(
        "LB603", "proposal-of-closed-lead", Severity.ERROR,
        "A proposal was asked for a lead that is won, lost, disqualified or merged into another.",
        "Stage Lost, with the reason \u201cno budget\u201d.",
        "A buyer who has decided would get an offer again.",
        "Move the lead back to an open stage first, or add a new lead for a new deal.",
    ),
    CodeText(
        "LB604", "proposal-field-missing", Severity.ERROR,
        "A proposal needs something that the lead does not say.",
        "Problem is blank.",
        "The document would go out with a gap where the buyer looks first.",
        "Fill the cell that is named.",
    ),
    CodeText(
        "LB605", "proposal-without-quote-lines", Severity.ERROR,
        "A proposal was asked for a lead without quote lines.",
        "No row of Quote Lines has the lead's ID.",
        "There is no price to offer.",
        "Add what is offered to Quote Lines: one row a product, with the lead's ID, a quantity and a price.",
    ),
    CodeText(
        "LB606", "quote-line-incomplete", Severity.ERROR,
        "A quote line lacks its product, its quantity or its price.",
        "Quantity is blank, or Unit Price is blank and Products has no list price.",
        "The line's sum cannot be worked out, and nothing is guessed.",
        "Fill the cell that is named.",
    ),
    CodeText(
        "LB607", "quote-figure-impossible", Severity.ERROR,
        "A figure of a quote line, or of the offer, cannot be.",
        "Quantity 0, a negative price, a discount of 120 %, or words where a number belongs.",
        "The total would be wrong, and the buyer may hold you to it.",
        "Correct the cell that is named.",
    ),
    CodeText(
        "LB608", "quote-discount-unapproved", Severity.ERROR,
        "A discount above the limit has nobody's approval.",
        "Discount 30 % with a blank Approved By, while the option Discount Limit says 15 %; or a price as far below "
        "the list.",
        "Once the proposal is out, the margin is gone.",
        "Have it approved and write who did into Approved By, or lower the discount.",
    ),
    CodeText(
        "LB609", "price-list-expired", Severity.ERROR,
        "A product is offered at a list price that no longer holds, or until a day that has passed.",
        "Products says the price was valid until last month.",
        "The buyer would get an old price.",
        "Bring Products up to date; or write the price that was promised and the day it holds until into the quote "
        "line.",
    ),
    CodeText(
        "LB610", "proposal-currency-unusable", Severity.ERROR,
        "A proposal's currency is unknown or has no rate.",
        "Currency CHF, and the table Rates has no CHF.",
        "List prices cannot be converted, and the offer would count in no total.",
        "Write an ISO code such as EUR, or add the currency's rate to Settings, table Rates.",
    ),
    CodeText(
        "LB611", "offer-unusable", Severity.ERROR,
        "A row of Offers cannot be used as it is.",
        "Two rows for one lead; a Start Date before today; a Language that is none.",
        "The proposal would say the wrong thing.",
        "Correct the cell that is named; keep one row a lead.",
    ),
    CodeText(
        "LB620", "proposal-goes-without", Severity.INFO,
        "A proposal leaves a part out, because the workbook says nothing about it.",
        "No case study of the buyer's industry or problem; no Yearly Benefit, so no return is worked out.",
        "Buyers decide for a benefit and on proof.",
        "Fill the cell that is named, if you know it, and write the proposal again.",
    ),
    CodeText(
        "LB621", "proposal-tax-unknown", Severity.INFO,
        "A quote line and its product say no tax, so none is charged.",
        "Tax % is blank in Quote Lines and in Products.",
        "Where tax is due, the total is too low.",
        "Write the tax into Products, or 0 where none is due.",
    ),
    CodeText(
        "LB622", "proposal-of-likely-duplicate", Severity.WARNING,
        "A proposal was written for a lead that looks like another one.",
        "Duplicate Of says L-0007.",
        "The buyer may get two different offers.",
        "See the Duplicates sheet and merge the two before you send it.",
    ),
)  # fmt: skip

PROPOSAL_CODES: dict[str, CodeText] = {text.code: text for text in _TEXTS}
