"""Builds templates/brief.docx: ``python tests/brief_template.py``.

The file is then a Word document like any other, edited in Word. This script is how it came to be, so that a change to
it can be read; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path

from proposal_looks import ACCENT, GREY, HEAD, LINE, SOFT, WARM, W, border, color, package, shade
from proposal_template import cell, each, only_if, p, row, run, table

from leadbook.documents.word_package import pack

PLACE = Path(__file__).resolve().parent.parent / "templates" / "brief.docx"
MARGIN, LEFT, RIGHT = 794, 5900, 4418
WIDTH = LEFT + RIGHT  # of the text, in twentieths of a point: A4 less two margins of 1.4 cm
DOT = "  \N{MIDDLE DOT}  "


def style(name: str, layout: str, letters: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{layout}</w:pPr><w:rPr>{letters}</w:rPr></w:style>'
    )


def spacing(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="240" w:lineRule="auto"/>'


def size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


BOLD = "<w:b/><w:bCs/>"
STYLES = (
    style("Brief Title", "<w:keepNext/>" + spacing(0, 0), BOLD + color(ACCENT) + size(18)),
    style("Brief Line", spacing(20, 80), color(GREY) + size(9)),
    style("Brief Head", "<w:keepNext/>" + spacing(120, 30), BOLD + color(ACCENT) + size(10)),
    style("Brief Text", spacing(0, 20), size(9)),
    style("Brief Quiet", spacing(0, 20), color(GREY) + size(8.5)),
    style("Brief Item", '<w:numPr><w:numId w:val="1"/></w:numPr>' + spacing(0, 10)
          + '<w:ind w:left="227" w:hanging="227"/>', size(9)),
    style("Brief Call", f'<w:pBdr>{border("left", WARM, 18, 8)}</w:pBdr>{spacing(80, 40)}<w:ind w:left="200"/>',
          BOLD + color(ACCENT) + size(10)),
    style("Brief Block", '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>', color(WARM) + size(6)),
)  # fmt: skip


def bold(text: str) -> str:
    return f'<w:r><w:rPr>{BOLD}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def flush(text: str) -> str:
    """A table whose words, not whose cells, begin where the lines above and below it do."""
    return text.replace("<w:tblLayout", '<w:tblInd w:w="-108" w:type="dxa"/><w:tblLayout', 1)


def facts() -> str:
    wide = WIDTH // 4
    told = [
        ("Stage", "{{ lead.stage or 'none' }}{% if state.days_in_stage %}, {{ state.days_in_stage }} days{% endif %}",
         "{% if state.silent_days %}silent {{ state.silent_days }} days{% else %}never contacted{% endif %}"),
        ("Deal", "{{ lead.amount or 'no amount yet' }}",
         "{% if lead.close_date %}closes {{ lead.close_date }}{% else %}no close date{% endif %}{% if state.offer_ends %}, offer until {{ state.offer_ends }}{% endif %}"),
        ("Score", "{{ score.total }} points, {{ score.grade }}, {{ score.temperature }}",
         "{% if score.win %}chance {{ score.win }}{% endif %}"),
        ("Next step", "{{ next_step.what or 'none' }}", "{{ next_step.when or 'no date' }}"),
    ]  # fmt: skip
    look = shade(SOFT) + (
        '<w:tcMar><w:top w:w="60" w:type="dxa"/><w:left w:w="100" w:type="dxa"/>'
        '<w:bottom w:w="60" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tcMar>'
    )
    cells = [
        cell(
            p(label, "BriefQuiet"), p("", "BriefText", more=bold(first)), p(second, "BriefText"), width=wide, extra=look
        )
        for label, first, second in told
    ]
    return table("TableNormal", [wide] * 4, row(*cells))


def asking() -> str:
    """What to ask, what is known, what stands against it, and why it scores so."""
    return (
        only_if("questions.open", p("Ask in this meeting", "BriefHead"),
                each("question", "questions.open", p("{{ question }}", "BriefItem")))
        + only_if("questions.answered", p("What we know", "BriefHead"),
                  each("one", "questions.answered", p("{{ one.question }} ", "BriefText", more=bold("{{ one.answer }}"))))
        + only_if("lead.competitor", p("They compare us with ", "BriefText", more=bold("{{ lead.competitor }}")))
        + p("Objections", "BriefHead")
        + only_if("objections", each("objection", "objections", p("{{ objection }}", "BriefItem")))
        + only_if("more_objections", p("and {{ more_objections }} earlier ones", "BriefQuiet"))
        + only_if("not objections", p("None written down: ask what could stop it.", "BriefText"))
        + only_if("score.reasons", p("Why this score", "BriefHead"),
                  p("{{ score.reasons|join('; ') }}{% if score.more_reasons %}; and more{% endif %}", "BriefText"))
        + only_if("score.raise_most", p("To raise it most: {{ score.raise_most }}", "BriefQuiet"))
        + only_if("lead.notes", p("Notes", "BriefHead"), p("{{ lead.notes }}", "BriefText"))
    )  # fmt: skip


def standing() -> str:
    """What is in the way, who else is there, and how it came here."""
    return (
        only_if("way.exit or way.missing or way.next_missing",
                p("In the way of {{ way.next_stage or 'the end' }}", "BriefHead"))
        + only_if("way.exit", p("Done here when: ", "BriefText", more=bold("{{ way.exit }}")))
        + only_if("way.missing", p("Missing here: {{ way.missing|join(', ') }}", "BriefText"))
        + only_if("way.next_missing", p("Missing there: {{ way.next_missing|join(', ') }}", "BriefText"))
        + only_if("contacts", p("Others at the company", "BriefHead"),
                  each("one", "contacts", p(
                      "{{ one.name }}{% if one.job_title %}, {{ one.job_title }}{% endif %} ({{ one.id }}, {{ one.stage }}"
                      "{% if one.owner %}, {{ one.owner }}{% endif %})", "BriefItem")))
        + only_if("more_contacts", p("and {{ more_contacts }} more", "BriefQuiet"))
        + only_if("stages", p("Stages so far", "BriefHead"),
                  each("one", "stages", p("{{ one.entered }}: ", "BriefText", more=bold("{{ one.stage }}") + run(
                      ", {{ one.days }} days{% if one.is_current %} so far{% endif %}"))))
    )  # fmt: skip


def history() -> str:
    widths = [1900, 2300, WIDTH - 4200]
    edge = f"<w:tcBorders>{border('bottom', LINE)}</w:tcBorders>"

    def line(*texts: str) -> str:
        return row(
            *(cell(p(text, "BriefText"), width=wide, extra=edge) for text, wide in zip(texts, widths, strict=True))
        )

    def lines(of: str, day: str) -> list[str]:
        begin, end = (row(cell(p(f"{{%tr {tag} %}}", "BriefBlock"), width=WIDTH, span=3)) for tag in (
            f"for one in {of}", "endfor"))  # fmt: skip
        what = "{{ one.what }}{% if one.is_theirs %}, from them{% endif %}"
        said = "{{ one.outcome }}{% if one.outcome and one.notes %}: {% endif %}{{ one.notes }}"
        return [begin, line(day, what, said), end]

    return (
        p("What happened last", "BriefHead")
        + only_if("activities or planned", flush(table("TableNormal", widths, *lines("planned", "planned {{ one.day }}"),
                                                       *lines("activities", "{{ one.day }}"))))
        + only_if("more_activities", p("and {{ more_activities }} earlier ones", "BriefQuiet"))
        + only_if("not activities", p("No activity is written down.", "BriefText"))
    )  # fmt: skip


def build() -> bytes:
    """Return the template's file."""
    contact = [
        "{{ lead.contact }}{% if lead.job_title %}, {{ lead.job_title }}{% endif %}",
        *(f"{{% if lead.{key} %}}{DOT}{{{{ lead.{key} }}}}{{% endif %}}" for key in ("phone", "email", "website")),
    ]
    company = "".join(
        f"{{% if lead.{key} %}}{{{{ lead.{key} }}}}{after}{DOT}{{% endif %}}"
        for key, after in (("industry", ""), ("employees", " people"), ("place", ""), ("source", ""))
    )
    top = (
        p("{{ lead.company }}", "BriefTitle")
        + p("".join(contact), "BriefLine")
        + facts()
        + only_if("state.next_action", p("{{ state.next_action }}", "BriefCall"))
        + only_if("state.flags", p("{{ state.flags }}", "BriefQuiet"))
    )
    columns = flush(table(
        "TableNormal", [LEFT, RIGHT],
        row(cell(asking(), p("", "BriefBlock"), width=LEFT), cell(standing(), p("", "BriefBlock"), width=RIGHT))
        .replace("<w:cantSplit/>", ""),
    ))  # fmt: skip
    page = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId5"/><w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="{MARGIN}" w:right="{MARGIN}" w:bottom="{MARGIN}" w:left="{MARGIN}" w:header="400" '
        'w:footer="400" w:gutter="0"/></w:sectPr>'
    )
    footer = p(f"{company}{{{{ lead.id }}}}{DOT}{{{{ seller.name }}}}{DOT}as of {{{{ today }}}}{DOT}for us, not for them",
               "BriefQuiet")  # fmt: skip
    parts = package(
        f"{HEAD}<w:document {W}><w:body>{top}{columns}{history()}{page}</w:body></w:document>",
        f"{HEAD}<w:hdr {W}>{p('')}</w:hdr>",
        f"{HEAD}<w:ftr {W}>{footer}</w:ftr>",
        f"{HEAD}<w:ftr {W}>{p('')}</w:ftr>",
    )
    # Blocks vanish when a brief is written; as small as here they do not push the template onto a second page.
    parts["word/document.xml"] = parts["word/document.xml"].replace('w:val="TemplateBlock"', 'w:val="BriefBlock"')
    parts["word/styles.xml"] = parts["word/styles.xml"].replace("</w:styles>", "".join(STYLES) + "</w:styles>")
    parts["docProps/core.xml"] = parts["docProps/core.xml"].replace("Proposal for", "Brief:")
    return pack({name: text.encode() for name, text in parts.items()})


if __name__ == "__main__":
    PLACE.write_bytes(build())
