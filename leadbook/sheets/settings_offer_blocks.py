"""The Settings tables about what is sold and how: products, proof, milestones, objections and exchange rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.settings_offer import SIZES
from leadbook.sheets.settings_fields import DATE, NUMBER, PRICE, RATE, TAX, TEXT, WRAP, Block, Field

if TYPE_CHECKING:
    from leadbook.model.playbook import Playbook


def products_block(playbook: Playbook) -> Block:
    """Return the table of what is sold."""
    fields = (
        Field("Product", 28),
        Field("List Price", 12, PRICE, kind="decimal", low=0),
        Field("Currency", 11, message="ISO code such as EUR."),
        Field("Tax %", 8, TAX, kind="decimal", low=0, high=1),
        Field("Valid Until", 13, DATE, kind="date"),
        Field("Description", 40, WRAP, message="What a proposal says about the product."),
        Field("Unit", 10, message="What one of it is: user, day, piece."),
        Field("Scope", 40, WRAP, message="What is included: one item a line (Alt+Enter), or parted by semicolons."),
        Field("Not Included", 32, WRAP, message="One item a line (Alt+Enter), or parted by semicolons."),
    )
    rows = tuple(
        (
            product.name, product.list_price, product.currency or None, product.tax, product.valid_until,
            product.description or None, product.unit or None, product.scope or None, product.not_included or None,
        )
        for product in playbook.products
    )  # fmt: skip
    return Block("Products", "Products", "What you sell, at list price; quotes are checked against it.", fields, rows)


def case_studies_block(playbook: Playbook) -> Block:
    """Return the table of stories that prove it."""
    fields = (
        Field("Case Study", 26), Field("Industry", 16), Field("Problem", 44, WRAP), Field("Result", 60, WRAP),
        Field("Link", 24), Field("Company Size", 11, choices=SIZES, message="Blank: fits any."),
    )  # fmt: skip
    rows = tuple(
        (
            story.name, story.industry or None, story.problem or None, story.result or None, story.link or None,
            story.company_size or None,
        )
        for story in playbook.case_studies
    )  # fmt: skip
    return Block("CaseStudies", "Case studies", "Stories to send to leads with the same problem.", fields, rows)


def milestones_block(playbook: Playbook) -> Block:
    """Return the table of steps that every proposal's timeline shows."""
    fields = (
        Field("Milestone", 18, TEXT.but(bold=True)),
        Field("After Weeks", 9, NUMBER, kind="decimal", low=0, message="Weeks from the start of the work."),
        Field("Weeks", 8, NUMBER, kind="decimal", low=0, message="How long it takes; 0 is one day."),
        Field("Who", 16),
        Field("What", 50, WRAP, message="What happens, in a sentence."),
    )
    rows = tuple((step.name, step.after_weeks, step.weeks, step.who or None, step.what or None) for step in
                 playbook.milestones)  # fmt: skip
    return Block("Milestones", "Milestones", "The timeline of your proposals, counted from the start of the work.",
                 fields, rows)  # fmt: skip


def objections_block(playbook: Playbook) -> Block:
    """Return the table of objections and what is answered to them."""
    fields = (
        Field("Objection", 16, TEXT.but(bold=True)),
        Field("Also Called", 34, WRAP, message="Other words for it in your leads, parted by commas."),
        Field("Answer", 60, WRAP, message="What your proposals answer."),
    )
    rows = tuple(
        (answer.objection, ", ".join(answer.also_called) or None, answer.answer or None) for answer in playbook.answers
    )
    return Block("Objections", "Objections", "What buyers doubt, and what your proposals answer.", fields, rows)


def rates_block(playbook: Playbook) -> Block:
    """Return the table of exchange rates."""
    fields = (
        Field("Currency", 10, TEXT.but(bold=True), message="ISO code such as USD."),
        Field("Rate", 10, RATE, kind="decimal", low=0, message="Units of the base currency for one unit."),
        Field("As Of", 13, DATE, kind="date"),
    )
    rows = tuple((code, rate, playbook.rate_dates.get(code)) for code, rate in playbook.rates.items())
    return Block("Rates", "Exchange rates", "Examples: type your own. The base currency is 1.", fields, rows)
