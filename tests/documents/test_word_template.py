"""Word templates filled in: tags as Word leaves them, faults with their place, and files that Word opens."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from proposal_template import PLACE, block, build, cell, only_if, p, row, row_block, run, table
from word_files import said, word_file, word_parts

from leadbook.documents.example_proposal import example_proposal
from leadbook.documents.fields import proposal_fields
from leadbook.documents.known_fields import bare_fields, example_fields
from leadbook.documents.proposal import fill_word
from leadbook.documents.template_check import check_lines
from leadbook.documents.word_package import open_package, pack
from leadbook.documents.word_template import read_parts, ready
from leadbook.model.issues import InputError

FIELDS = {
    "lead": {"company": "Alder & Sons", "employees": 120},
    "seller": {"name": "Sam"},
    "things": ["one", "two"],
    "nothing": [],
    "yes": True,
}


def pieces(*texts: str) -> str:
    """One paragraph whose text Word has cut into runs, with the marks it leaves between them."""
    return "<w:p>" + '<w:proofErr w:type="spellStart"/>'.join(run(text) for text in texts) + "</w:p>"


def faults(*body: str) -> list[tuple[str, str]]:
    package = open_package(word_file(*body), "t.docx")
    return [
        (one.place, one.message) for _, lines in read_parts(package) for one in check_lines(lines, FIELDS, is_word=True)
    ]


def test_the_shipped_template_is_what_its_script_builds():
    assert PLACE.read_bytes() == build(), "run: python tests/proposal_template.py"


def test_the_shipped_template_and_what_is_made_of_it_are_valid(tmp_path, ooxml_validator):
    template = PLACE.read_bytes()
    for name, made in {
        "template": template,
        "full": fill_word(template, example_fields()),
        "bare": fill_word(template, bare_fields()),
    }.items():
        path = tmp_path / f"{name}.docx"
        path.write_bytes(made)
        assert ooxml_validator(path) == []


def test_a_proposal_says_what_it_is_about():
    text = "\n".join(said(fill_word(PLACE.read_bytes(), example_fields())))
    for told in (
        "Example Ltd", "2 March 2026", "1 April 2026", "Quotes take four days", "Another year of orders lost",
        "Set up within your own systems", "New hardware", "Standard \N{EN DASH} our recommendation", "40 each",
        "\N{MINUS SIGN}£240.00", "Tax, 20% of £3,960.00", "£4,752.00", "The options side by side", "3 months",
        "One order in ten is lost today", "Nobody has to stay late", "13 Apr 2026", "Others in Manufacturing",
        "A day instead of five", "It takes too long to learn", "Payable within 30 days", "Acceptance", "Sam Seller",
    ):  # fmt: skip
        assert told in text
    assert "{" not in text


def test_sections_that_have_nothing_to_say_are_left_out():
    text = "\n".join(said(fill_word(PLACE.read_bytes(), bare_fields())))
    for absent in ("Your situation", "What we propose", "worth", "How we get there", "Others", "What you asked", "Tax,",
                   "Your discount", "side by side", "We choose", "Subtotal"):  # fmt: skip
        assert absent not in text
    assert "£100.00" in text
    assert "without tax" in text


@pytest.mark.parametrize(("size", "told"), [("small", "one person"), ("medium", ""), ("large", "purchasing and legal")])
def test_a_proposal_is_tailored_by_size(size, told):
    fields = example_fields()
    fields["lead"]["size"] = size
    text = "\n".join(said(fill_word(PLACE.read_bytes(), fields)))
    assert [word for word in ("one person", "purchasing and legal") if word in text] == ([told] if told else [])


def test_a_table_s_header_repeats_and_its_rows_stay_whole():
    with zipfile.ZipFile(PLACE) as archive:
        xml = archive.read("word/document.xml").decode()
    tables = [one for one in re.findall(r"<w:tbl>.*?</w:tbl>", xml) if '"ProposalTable"' in one]
    assert len(tables) == 5
    for one in tables:
        rows = re.findall(r"<w:tr>.*?</w:tr>", one)
        assert "<w:tblHeader/>" in rows[0]
        assert all("<w:cantSplit/>" in each for each in rows)


def test_a_long_price_list_may_break_over_pages_but_its_sums_stay_together():
    proposal = example_proposal()
    fields = proposal_fields(proposal)
    fields["options"] = [dict(fields["options"][0], lines=fields["options"][0]["lines"] * 30)]
    made = fill_word(PLACE.read_bytes(), fields)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        xml = archive.read("word/document.xml").decode()
    rows = re.findall(
        r"<w:tr[ >].*?</w:tr>", next(one for one in re.findall(r"<w:tbl>.*?</w:tbl>", xml) if "Unit price" in one)
    )
    kept = ["<w:keepNext/>" in each for each in rows]
    assert not any(kept[1:-8])
    assert all(kept[-8:-1])


@pytest.mark.parametrize(
    "paragraph",
    [
        pieces("Dear {{ lead.", "compa", "ny }}"),
        pieces("Dear {", "{ lead.company }", "}"),
        pieces("Dear {{lead.company|default(", "\N{LEFT DOUBLE QUOTATION MARK}x\N{RIGHT DOUBLE QUOTATION MARK}) }}"),
        pieces("Dear {% if lead.company == \N{DOUBLE LOW-9 QUOTATION MARK}Alder & Sons\N{LEFT DOUBLE QUOTATION MARK} %}", "{{ lead.company }}{% endif %}"),
        pieces("Dear {% if lead.employees\N{NO-BREAK SPACE}> 100 %}{{ lead.company }}{% endif %}"),
        pieces("Dear {{\N{NO-BREAK SPACE}lead.company }}", "{# a note to the next seller #}"),
    ],
)  # fmt: skip
def test_tags_are_read_however_word_has_cut_and_corrected_them(paragraph):
    assert said(fill_word(word_file(paragraph), FIELDS)) == ["Dear Alder & Sons"]


def test_quotes_in_the_text_itself_stay_as_they_were_typed():
    text = "\N{LEFT DOUBLE QUOTATION MARK}{{ lead.company }}\N{RIGHT DOUBLE QUOTATION MARK} \N{EM DASH} yes"
    assert said(fill_word(word_file(p(text)), FIELDS)) == [text.replace("{{ lead.company }}", "Alder & Sons")]


def test_a_line_break_and_a_tab_in_a_cell_are_ones_in_the_document():
    fields = FIELDS | {"lead": {"company": "Alder\nand\tSons"}}
    assert said(fill_word(word_file(p("{{ lead.company }}!")), fields)) == ["Alder\nand\tSons!"]


def test_a_field_in_the_header_and_in_the_properties_is_filled_in():
    made = fill_word(PLACE.read_bytes(), example_fields())
    assert "Proposal for Example Ltd" in said(made, "word/header1.xml")[0]
    assert "Version 3, valid until 1 April 2026" in said(made, "word/footer1.xml")[0]
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert b"<dc:title>Proposal for Example Ltd</dc:title>" in archive.read("docProps/core.xml")


def test_when_and_by_whom_the_template_was_saved_stays_at_home():
    parts = word_parts(p("x"))
    saved = b"<cp:lastModifiedBy>Kim</cp:lastModifiedBy><cp:revision>9</cp:revision></cp:coreProperties>"
    parts["docProps/core.xml"] = parts["docProps/core.xml"].replace(b"</cp:coreProperties>", saved)
    with zipfile.ZipFile(io.BytesIO(fill_word(pack(parts), FIELDS))) as archive:
        properties = archive.read("docProps/core.xml")
    assert b"Kim" not in properties
    assert b"revision" not in properties


def test_a_cell_and_a_table_that_blocks_have_emptied_leave_a_file_that_word_opens(tmp_path, ooxml_validator):
    body = (
        table("ProposalTable", [4000, 4000], row(cell(only_if("nothing", p("x")), width=4000), cell(p("kept"), width=4000))),
        p("between"),
        table("ProposalTable", [4000], row_block("for one in nothing", 1), row(cell(p("{{ one }}"), width=4000)), row_block("endfor", 1)),
        p("after"),
    )  # fmt: skip
    made = fill_word(word_file(*body), FIELDS)
    assert said(made) == ["kept", "between", "after"]
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        xml = archive.read("word/document.xml").decode()
    assert xml.count("<w:tbl>") == 1
    assert all(re.search(r"(<w:p/>|</w:p>)$", one) for one in re.findall(r"<w:tc>(.*?)</w:tc>", xml))
    path = tmp_path / "made.docx"
    path.write_bytes(made)
    assert ooxml_validator(path) == []


def test_what_a_loop_repeats_is_named_once(tmp_path, ooxml_validator):
    marked = p("{{ one }}").replace("<w:r>", '<w:bookmarkStart w:id="7" w:name="here"/><w:bookmarkEnd w:id="7"/><w:r>')
    made = fill_word(word_file(block("for one in things"), marked, block("endfor")), FIELDS)
    assert said(made) == ["one", "two"]
    path = tmp_path / "made.docx"
    path.write_bytes(made)
    assert ooxml_validator(path) == []


@pytest.mark.parametrize(
    ("body", "place", "message"),
    [
        ([p("Prices", "Heading1"), pieces("Dear {{ le", "ad.comp", "ny }}")],
         'under "Prices", in "Dear {{ lead.compny }}"', "there is no field lead.compny; did you mean lead.company?"),
        ([p("Prices", "Heading1"),
          table("ProposalTable", [4000], row(cell(p("x"))), row(cell(p("{{ lead.compny }}"))))],
         'in the table under "Prices", row 2', "there is no field lead.compny; did you mean lead.company?"),
        ([p("{{ company }}")], 'in "{{ company }}"', "there is no field company; did you mean lead.company?"),
        ([p("{{ lead }}")], 'in "{{ lead }}"', "lead is a group of fields; print one of them, such as lead.company, lead.employees."),
        ([p("{{ things }}")], 'in "{{ things }}"', "things is a list; go through it with {% for one in things %}."),
        ([p("{{ lead.company")], 'in "{{ lead.company"',
         'a tag is opened with "{{" and not closed with "}}" in the same paragraph or line.'),
        ([block("if yes"), p("x")], 'in "{%p if yes %}"', "{% if yes %} is opened and never closed; write {% endif %} at its end."),
        ([p("x"), block("endif")], 'in "{%p endif %}"', "{% endif %} closes a block that was not opened."),
        ([p("{{ lead.company|uper }}")], 'in "{{ lead.company|uper }}"', "there is no filter |uper; did you mean |upper?"),
        ([p("{% iff yes %}")], 'in "{% iff yes %}"', "there is no block {% iff %}; did you mean {% if %}?"),
        ([p("{% if lead.employees > “50” %}x{% endif %}")], 'in "{% if lead.employees > "50" %}x{% endif…"',
         'lead.employees is a number and "50" a text; they cannot be compared.'),
        ([table("ProposalTable", [4000, 4000], row(cell(p("{% for one in things %}{{ one }}")), cell(p("{% endfor %}"))))],
         "in the table, row 1",
         ("{% for one in things %} is closed in another cell, row or place (in the table, row 1); to repeat or drop rows, "
         "write {%tr for ... %} and {%tr endfor %} in rows of their own.")),
        ([table("ProposalTable", [4000], row(cell(p("{%tr for one in things %}"), p("{{ one }}"), p("{%tr endfor %}"))))],
         "in the table, row 1",
         "the row of the table with {%tr for %} is taken out with all that stands in it; give the tag one of its own."),
        ([p("{%p if yes %} and more"), block("endif")], 'in "{%p if yes %} and more"',
         "the paragraph with {%p if %} is taken out with all that stands in it; give the tag one of its own."),
        ([block("if yes"), p("x"), p("{% endif %}")], 'in "{%p if yes %}"',
         "{%p if %} is closed by {% endif %}; both need the same letters after the %."),
        ([p("{%tr if yes %}"), p("{%tr endif %}")], 'in "{%tr if yes %}"', "{%tr if %} stands outside of a table; write {%p if %}."),
        ([p("{{r lead.company }}")], 'in "{{r lead.company }}"',
         '"{{r " takes no field; write {{ without the letters that follow it.'),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(body, place, message):
    assert (place, message) in faults(*body)
    with pytest.raises(InputError) as told:
        fill_word(word_file(*body), FIELDS, "t.docx")
    # Filling in stops at the first fault; only names within a loop over nothing are left to the check.
    assert str(told.value).startswith(f"t.docx, {place}: ")


def test_all_faults_are_told_at_once():
    found = faults(
        p("{{ lead.compny }} {{ lead.emploees }}"),
        p("{{ thngs }}"),
        block("if yes"),
        p("{% for a in nothing %}{{ a.b }}{{ lead.x }}{% endfor %}"),
    )
    assert len(found) == 5


def test_the_shipped_template_has_no_fault():
    package = open_package(PLACE.read_bytes(), "proposal.docx")
    assert [one for _, lines in read_parts(package) for one in check_lines(lines, example_fields(), is_word=True)] == []


def test_a_fault_in_the_header_says_so():
    parts = word_parts(p("x"))
    parts["word/header1.xml"] = parts["word/header1.xml"].replace(b"<w:p/>", p("{{ lead.compny }}").encode())
    with pytest.raises(
        InputError, match=r't\.docx, in the header, in "\{\{ lead\.compny \}\}": there is no field lead\.compny'
    ):
        fill_word(pack(parts), FIELDS, "t.docx")


def test_a_template_is_made_ready_once():
    template = word_file(p("{{ lead.company }}"))
    assert ready(template, "t.docx") is ready(bytes(bytearray(template)), "t.docx")


def test_one_buyer_s_document_says_nothing_of_another():
    template = word_file(p("{% set seen = lead.company %}{{ seen }}"))
    assert said(fill_word(template, FIELDS)) == ["Alder & Sons"]
    assert said(fill_word(template, FIELDS | {"lead": {"company": "Birch"}})) == ["Birch"]


def test_a_name_that_may_be_missing_is_no_fault_where_the_template_says_so():
    told = faults(
        p('{{ nope|default("x") }}{% if lead.nope is defined %}y{% endif %}{{ more.anything }}'), p("{{ nope }}")
    )
    assert [message for _, message in told] == ["there is no field more.", "there is no field nope."]


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ("{% for a in lead %}{% endfor %}", "lead is a group of fields; {% for %} goes through a list."),
        ("{% for a in lead.company %}{% endfor %}", "lead.company is no list; {% for %} goes through a list."),
        ("{% for a in things %}{{ loop.indx }}{% endfor %}", "there is no field loop.indx; did you mean loop.index?"),
        ("{% for a in things %}{% endfor %}{{ a }}", "there is no field a."),
        ("{% set a = lead %}{{ a.compny }}", "there is no field a.compny; did you mean a.company?"),
        ("{% with a = lead %}{{ a.compny }}{% endwith %}", "there is no field a.compny; did you mean a.company?"),
        ('{{ lead["compny"] }}', "there is no field lead.compny; did you mean lead.company?"),
        ("{{ lead.company.name }}", "there is no field lead.company.name: lead.company is a field itself."),
        ("{{ things|first.name }}", None),
        ("{% if lead is odder %}{% endif %}", 'there is no test "is odder"'),
        ("{{ lead.compny if yes else lead.company }}", "there is no field lead.compny; did you mean lead.company?"),
        ("{% elif yes %}", "{% elif yes %} stands outside of any block {% if %}."),
        ("{% if yes %}{% for a in things %}{% endif %}{% endfor %}", "{% endif %} stands where {% endfor %} must"),
        ("lead.company }}", '"}}" closes a tag that was not opened.'),
        ("{{ lead company }}", "{{ lead company }} cannot be read"),
        ("{% raw %}{{ lead.compny }}{% endraw %}", None),
    ],
)
def test_names_are_followed_through_loops_and_conditions(tags, message):
    told = [text for _, text in faults(p(tags))]
    assert told[0].startswith(message) if message else "compny" not in str(told)
