"""Builds templates/proposal.docx: ``python tests/proposal_template.py``.

The file is then a Word document like any other, edited in Word. This script is how it came to be, so that a change to
it can be read; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from proposal_looks import HEAD, LINE, SOFT, W, border, package, shade

from leadbook.documents.word_package import pack

PLACE = Path(__file__).resolve().parent.parent / "templates" / "proposal.docx"
WIDTH = 9412  # of the text, in twentieths of a point: A4 less two margins of 2.2 cm


def run(text: str, look: str = "") -> str:
    style = f'<w:rPr><w:rStyle w:val="{look}"/></w:rPr>' if look else ""
    return f'<w:r>{style}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def p(text: str, style: str = "", *, more: str = "", stay: bool = False) -> str:
    """One paragraph; ``stay`` keeps it on the page of the next."""
    inner = (f'<w:pStyle w:val="{style}"/>' if style else "") + ("<w:keepNext/>" if stay else "")
    return f"<w:p><w:pPr>{inner}</w:pPr>{run(text)}{more}</w:p>"


def block(tag: str) -> str:
    """A tag that takes its paragraph with it."""
    return p(f"{{%p {tag} %}}", "TemplateBlock")


def only_if(condition: str, *paragraphs: str) -> str:
    return block(f"if {condition}") + "".join(paragraphs) + block("endif")


def each(item: str, of: str, *paragraphs: str) -> str:
    return block(f"for {item} in {of}") + "".join(paragraphs) + block("endfor")


def cell(*paragraphs: str, width: int = 0, span: int = 1, extra: str = "") -> str:
    wide = f'<w:tcW w:w="{width}" w:type="dxa"/>' if width else '<w:tcW w:w="0" w:type="auto"/>'
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f"<w:tc><w:tcPr>{wide}{spanned}{extra}</w:tcPr>{''.join(paragraphs)}</w:tc>"


def row(*cells: str, head: bool = False) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def row_block(tag: str, columns: int) -> str:
    """A tag that takes its row with it."""
    return row(cell(p(f"{{%tr {tag} %}}", "TemplateBlock"), width=WIDTH, span=columns))


def table(style: str, widths: list[int], *rows: str, first: bool = False, last: bool = False) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    look = (
        f'<w:tblLook w:val="06{int(first) * 2 + int(last) * 4}0" w:firstRow="{int(first)}" '
        f'w:lastRow="{int(last)}" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
    )
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def gap() -> str:
    return p("", "Note")


def cover() -> str:
    third = [3400, 3200, 2812]
    soft = shade(SOFT)
    made_for = [
        p("Prepared for", "Label"),
        only_if("lead.contact", p("{{ lead.contact }}", "TableText")),
        only_if("lead.job_title", p("{{ lead.job_title }}", "TableText")),
        p("{{ lead.company }}", "TableText"),
        only_if("lead.address", p("{{ lead.address }}", "TableText")),
    ]
    made_by = [
        p("Prepared by", "Label"),
        p("{{ seller.name }}", "TableText"),
        only_if("seller.job_title", p("{{ seller.job_title }}", "TableText")),
        only_if("seller.firm", p("{{ seller.firm }}", "TableText")),
        only_if("seller.email", p("{{ seller.email }}", "TableText")),
        only_if("seller.phone", p("{{ seller.phone }}", "TableText")),
    ]
    dates = [
        p("Date", "Label"), p("{{ proposal.date }}", "TableText"),
        p("Valid until", "LabelBelow"), p("{{ proposal.valid_until }}", "TableText"),
        p("Version", "LabelBelow"), p("{{ proposal.version }}", "TableText"),
    ]  # fmt: skip
    return (
        p("Proposal", "Eyebrow")
        + p("{{ lead.company }}", "Title")
        + table(
            "ProposalCard", third,
            row(*(cell(*what, width=wide, extra=soft) for what, wide in zip((made_for, made_by, dates), third, strict=True))),
        )
        + only_if(
            "proposal.version > 1",
            p("This is version {{ proposal.version }}; it takes the place of all earlier ones.", "Note"),
        )
    )  # fmt: skip


def situation() -> str:
    facts = [
        ("What you want to reach", "need"), ("What stands in the way", "problem"), ("Why now", "trigger"),
        ("What it costs you", "impact"),
    ]  # fmt: skip
    rows = [
        row_block(f"if situation.{name}", 2)
        + row(
            cell(p(label, "Label"), width=2700),
            cell(p(f"{{{{ situation.{name} }}}}", "TableText"), width=WIDTH - 2700),
        )
        + row_block("endif", 2)
        for label, name in facts
    ]
    return only_if(
        "situation.is_known",
        p("Your situation", "Heading1"),
        p("This is how we understood you. Please tell us where we are wrong.", stay=True),
        table("ProposalFacts", [2700, WIDTH - 2700], *rows),
        only_if(
            "situation.if_nothing_changes",
            p("If nothing changes", "Heading2"),
            p("{{ situation.if_nothing_changes }}", "Callout"),
        ),
    )


def solution() -> str:
    return only_if(
        "solution or scope or exclusions",
        p("What we propose", "Heading1"),
        only_if(
            'lead.stage == "Negotiation"', p("What we agreed in our last conversations is part of what you read here.")
        ),
        only_if("solution", p("{{ solution }}")),
        only_if("scope", p("What you get", "Heading2"), each("item", "scope", p("{{ item }}", "ListBullet"))),
        only_if(
            "exclusions",
            p("What is not included", "Heading2"),
            each("item", "exclusions", p("{{ item }}", "ListBullet")),
        ),
    )


def prices() -> str:
    widths = [3360, 1350, 1420, 1010, 800, 1472]
    head = row(
        cell(p("Product", "TableHead"), width=widths[0]),
        *(cell(p(word, "TableHeadRight"), width=wide)
          for word, wide in zip(("Quantity", "Unit price", "Discount", "Tax", "Amount"), widths[1:], strict=True)),
        head=True,
    )  # fmt: skip
    figures = (
        "{{ line.quantity }}{% if line.unit %} {{ line.unit }}{% endif %}",
        "{{ line.unit_price }}",
        "{{ line.discount }}",
        "{{ line.tax }}",
        "{{ line.net }}",
    )
    line = row(
        cell(
            p("{{ line.product }}", "TableText", stay=True),
            only_if("line.description", p("{{ line.description }}", "TableNote", stay=True)),
            width=widths[0],
        ),
        *(
            cell(p(figure, "TableFigure", stay=True), width=wide)
            for figure, wide in zip(figures, widths[1:], strict=True)
        ),
    )

    def total(
        label: str, figure: str, style: str = "TableText", right: str = "TableFigure", *, stay: bool = True
    ) -> str:
        return row(
            cell(p(label, style, stay=stay), width=sum(widths[:4]), span=4),
            cell(p(figure, right, stay=stay), width=sum(widths[4:]), span=2),
        )

    def sums(condition: str, inner: str) -> str:
        return row_block(condition, 6) + inner + row_block("endif" if condition.startswith("if") else "endfor", 6)

    offer = table(
        "ProposalTable", widths, head,
        row_block("for line in option.lines", 6), line, row_block("endfor", 6),
        sums("if option.has_discount", total("At list prices", "{{ option.list_total }}")
             + total("Your discount", "\N{MINUS SIGN}{{ option.discount }}")),
        sums("if option.has_tax", total("Subtotal", "{{ option.subtotal }}")),
        sums("for tax in option.taxes", total("Tax, {{ tax.rate }} of {{ tax.base }}", "{{ tax.amount }}")),
        total("Total", "{{ option.total }}", "TableTotal", "TableTotalRight", stay=False),
        first=True, last=True,
    )  # fmt: skip
    return only_if(
        "options",
        p("Your investment", "Heading1"),
        each(
            "option",
            "options",
            only_if(
                "has_options",
                p(
                    "{{ option.title }}{% if option.is_recommended %} \N{EN DASH} our recommendation{% endif %}",
                    "Heading2",
                ),
            ),
            offer,
            gap(),
        ),
        only_if("not has_tax", p("All amounts in {{ price.currency }}, without tax.", "Note")),
        only_if("has_tax", p("All amounts in {{ price.currency }}.", "Note")),
        side_by_side(),
    )


def side_by_side() -> str:
    def line(label: str, item: str, of: str, *inside: str, head: bool = False) -> str:
        return row(
            cell(label), cell(p(f"{{%tc for {item} in {of} %}}", "TemplateBlock")), cell(*inside),
            cell(p("{%tc endfor %}", "TemplateBlock")), head=head,
        )  # fmt: skip

    beside = table(
        "ProposalTable", [3012, 2200, 2200, 2000],
        line(p("Product", "TableHead"), "name", "comparison.names", p("{{ name }}", "TableHeadRight"), head=True),
        row_block("for row in comparison.rows", 4),
        line(p("{{ row.product }}", "TableText"), "cell", "row.cells",
             p("{% if cell.is_included %}{{ cell.net }}{% else %}\N{EN DASH}{% endif %}", "TableFigure"),
             only_if("cell.is_included",
                     p("{{ cell.quantity }} \N{MULTIPLICATION SIGN}", "TableNoteRight"))),
        row_block("endfor", 4),
        row_block("if has_tax", 4),
        line(p("Subtotal", "TableText", stay=True), "sum", "comparison.subtotals", p("{{ sum }}", "TableFigure")),
        line(p("Tax", "TableText", stay=True), "sum", "comparison.taxes", p("{{ sum }}", "TableFigure")),
        row_block("endif", 4),
        line(p("Total", "TableTotal"), "sum", "comparison.totals", p("{{ sum }}", "TableTotalRight")),
        first=True, last=True,
    )  # fmt: skip
    widths = [3412, 1500, 1500, 1500, 1500]
    sums = table(
        "ProposalTable", widths,
        row(cell(p("Option", "TableHead"), width=widths[0]),
            *(cell(p(word, "TableHeadRight"), width=1500) for word in ("Discount", "Subtotal", "Tax", "Total")), head=True),
        row_block("for option in options", 5),
        row(cell(p("{{ option.title }}", "TableText"), width=widths[0]),
            *(cell(p(f"{{{{ option.{name} }}}}", "TableFigure"), width=1500)
              for name in ("discount", "subtotal", "tax", "total"))),
        row_block("endfor", 5),
        first=True,
    )  # fmt: skip
    return only_if(
        "has_options",
        p("The options side by side", "Heading2"),
        only_if("comparison.is_side_by_side", beside),
        only_if("not comparison.is_side_by_side", sums),
    )


def worth() -> str:
    widths = [3012, 1600, 1600, 1600, 1600]
    words = ("Gained", "Spent", "Left for you", "Paid back after")
    figures = (
        "{{ scenario.benefit }}", "{{ scenario.cost }}", "{{ scenario.net }}",
        "{% if scenario.pays_back %}{{ scenario.payback_months }} month{% if scenario.payback_months != 1 %}s{% endif %}{% else %}not in that time{% endif %}",
    )  # fmt: skip
    scenarios = table(
        "ProposalTable", widths,
        row(cell(p("Course", "TableHead"), width=widths[0]),
            *(cell(p(word, "TableHeadRight"), width=1600) for word in words), head=True),
        row_block("for scenario in worth.scenarios", 5),
        row(cell(p("{{ scenario.name }}", "TableText", stay=True), p("{{ scenario.share }} of what you expect", "TableNote", stay=True),
                 width=widths[0]),
            *(cell(p(figure, "TableFigure", stay=True), width=1600) for figure in figures)),
        row_block("endfor", 5),
        first=True,
    )  # fmt: skip
    return only_if(
        "worth.scenarios or peace_of_mind",
        p("What it is worth to you", "Heading1"),
        only_if(
            "worth.scenarios",
            p(
                "You expect it to bring {{ worth.yearly_benefit }} a year. Over {{ worth.years }} year{% if worth.years != 1 %}s{% endif %}, that is:",
                stay=True,
            ),
            scenarios,
            only_if(
                "worth.assumptions",
                p("What these figures rest on:", "Note", stay=True),
                each("one", "worth.assumptions", p("{{ one }}", "NoteBullet")),
            ),
        ),
        only_if(
            "peace_of_mind",
            only_if("worth.scenarios", p("And what no figure shows", "Heading2")),
            p("{{ peace_of_mind }}", "Callout"),
        ),
    )


def timeline() -> str:
    widths = [4612, 2600, 2200]
    steps = table(
        "ProposalTable", widths,
        row(*(cell(p(word, "TableHead"), width=wide) for word, wide in zip(("Step", "When", "Who"), widths, strict=True)),
            head=True),
        row_block("for step in timeline", 3),
        row(cell(p("{{ step.name }}", "TableText", stay=True), only_if("step.what", p("{{ step.what }}", "TableNote", stay=True)),
                 width=widths[0]),
            cell(p("{% if step.when %}{{ step.when }}{% elif step.after_weeks %}{{ step.after_weeks }} week{% if step.after_weeks != 1 %}s{% endif %} after acceptance"
                   "{% else %}On acceptance{% endif %}", "TableText"),
                 only_if("step.weeks", p("takes {{ step.weeks }} week{% if step.weeks != 1 %}s{% endif %}", "TableNote")), width=widths[1]),
            cell(p("{{ step.who }}", "TableText"), width=widths[2])),
        row_block("endfor", 3),
        first=True,
    )  # fmt: skip
    return only_if("timeline", p("How we get there", "Heading1"), steps, gap())


def proof_and_doubts() -> str:
    title = "{% if proof[0].is_same_industry %}Others in {{ lead.industry }}{% else %}Others{% endif %} who had this problem"
    return (
        only_if(
            "proof",
            p(title, "Heading1"),
            each(
                "case", "proof",
                p("{{ case.name }}{% if case.industry %}, {{ case.industry }}{% endif %}", "Question"),
                only_if("case.problem", p("{{ case.problem }}", stay=True)),
                only_if("case.result", p("{{ case.result }}", "Callout", stay=True)),
                only_if("case.link", p("Read more: {{ case.link }}", "Note")),
            ),
        )
        + only_if(
            "objections",
            p("What you asked us", "Heading1"),
            each("doubt", "objections", p("{{ doubt.objection }}", "Question"), p("{{ doubt.answer }}")),
        )
    )  # fmt: skip


def terms() -> str:
    return (
        p("Terms", "Heading1")
        + each("term", "terms", p("{{ term }}", "ListBullet"))
        + p("This offer holds until {{ proposal.valid_until }}, that day included.", "ListBullet")
    )


def acceptance() -> str:
    half = 4456
    between = WIDTH - 2 * half
    ruled = f"<w:tcBorders>{border('bottom', LINE, 6)}</w:tcBorders>"

    def signed(label: str, theirs: str = "", ours: str = "", *, last: bool = False) -> str:
        tall = "".join(
            cell(p(label, "TableNote", stay=not last), p(value, "TableText", stay=not last), width=half, extra=ruled)
            + (cell(p("", "TableText", stay=not last), width=between) if number == 0 else "")
            for number, value in enumerate((theirs, ours))
        )
        return f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="700" w:hRule="atLeast"/></w:trPr>{tall}</w:tr>'

    signatures = table(
        "ProposalSignatures", [half, between, half],
        row(cell(p("For {{ lead.company }}", "Question", stay=True), width=half),
            cell(p("", "TableText", stay=True), width=between),
            cell(p("For {{ seller.firm or seller.name }}", "Question", stay=True), width=half)),
        signed("Name", "{{ lead.signer }}", "{{ seller.name }}"),
        signed("Date"),
        signed("Signature", last=True),
    )  # fmt: skip
    chosen = "{% for option in options %}\N{BALLOT BOX}\N{NO-BREAK SPACE}{{ option.title }}     {% endfor %}"
    return (
        p("Acceptance", "Heading1")
        + p(
            "With our signatures we agree to this proposal, version {{ proposal.version }} of {{ proposal.date }}"
            "{% if options and not has_options %}, at {{ price.total }}{% endif %}.",
            stay=True,
        )
        + only_if("has_options", p(f"We choose:   {chosen}", stay=True))
        + signatures
    )


def contact() -> str:
    return (
        p("Your contact", "Heading1")
        + p("{{ seller.name }}{% if seller.firm %}, {{ seller.firm }}{% endif %}", "Question")
        + only_if(
            "seller.phone or seller.email",
            p(
                "{{ seller.phone }}{% if seller.phone and seller.email %}  \N{MIDDLE DOT}  {% endif %}{{ seller.email }}"
            ),
        )
        + only_if('lead.size == "small"', p("You deal with one person throughout.", "Note"))
        + only_if('lead.size == "large"', p("Your purchasing and legal teams are welcome to ask us directly.", "Note"))
        + only_if(
            "seller.firm_address or seller.firm_website or seller.firm_tax_id",
            only_if("seller.firm_address", p("{{ seller.firm_address }}", "Note")),
            p(
                "{{ seller.firm_website }}{% if seller.firm_website and seller.firm_tax_id %}  \N{MIDDLE DOT}  {% endif %}"
                "{% if seller.firm_tax_id %}Tax number {{ seller.firm_tax_id }}{% endif %}",
                "Note",
            ),
        )
    )


def field(code: str) -> str:
    parts = ('<w:fldChar w:fldCharType="begin"/>', f'<w:instrText xml:space="preserve"> {code} </w:instrText>',
             '<w:fldChar w:fldCharType="separate"/>', "<w:t>1</w:t>", '<w:fldChar w:fldCharType="end"/>')  # fmt: skip
    return "".join(f"<w:r>{part}</w:r>" for part in parts)


def build() -> bytes:
    """Return the template's file."""
    sections = (cover, situation, solution, prices, worth, timeline, proof_and_doubts, terms, acceptance, contact)
    body = "".join(section() for section in sections)
    page = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/>'
        '<w:footerReference w:type="first" r:id="rId6"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1361" w:right="1247" w:bottom="1247" w:left="1247" w:header="680" w:footer="567" w:gutter="0"/>'
        "<w:titlePg/></w:sectPr>"
    )
    tab = "<w:r><w:tab/></w:r>"
    pages = run("Page ") + field("PAGE") + run(" of ") + field("NUMPAGES")
    held = "Version {{ proposal.version }}, valid until {{ proposal.valid_until }}"
    header = p("Proposal for {{ lead.company }}", "Header", more=tab + run("{{ seller.firm or seller.name }}"))
    footer = p(held, "Footer", more=tab + pages)
    parts = package(
        f"{HEAD}<w:document {W}><w:body>{body}{page}</w:body></w:document>",
        f"{HEAD}<w:hdr {W}>{header}</w:hdr>",
        f"{HEAD}<w:ftr {W}>{footer}</w:ftr>",
        f"{HEAD}<w:ftr {W}>{footer}</w:ftr>",
    )
    return pack({name: text.encode() for name, text in parts.items()})


if __name__ == "__main__":
    PLACE.write_bytes(build())
