"""How templates/proposal.docx looks: styles, the theme's colours and fonts, bullets, and the parts Word asks for.

Everything a seller may want another way is a style or a colour of the theme: Design > Colours in Word changes all.
"""

from __future__ import annotations

W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
INK, ACCENT, WARM, SOFT, GREY, LINE = "22303C", "1B4965", "B5541C", "EDF3F7", "5B6B78", "C9D6DF"
FONT = "Calibri"
_SLOTS = {ACCENT: "accent1", WARM: "accent2", GREY: "accent3", LINE: "accent4", SOFT: "background2", INK: "text1"}


def color(tint: str) -> str:
    return f'<w:color w:val="{tint}" w:themeColor="{_SLOTS[tint]}"/>'


def shade(tint: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{tint}" w:themeFill="{_SLOTS[tint]}"/>'


def border(side: str, tint: str, eighths: int = 4, space: int = 0) -> str:
    return (
        f'<w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{tint}" w:themeColor="{_SLOTS[tint]}"/>'
    )


def _paragraph_style(
    name: str, *, layout: str = "", letters: str = "", base: str = "Normal", follow: str = "", own: bool = True
) -> str:
    """One style; its id is its name without blanks. ``layout`` and ``letters`` stand in the schema's order."""
    name_id = name.title().replace(" ", "")
    shown = name if own else name.lower() if name.startswith("Heading") else name
    return (
        f'<w:style w:type="paragraph"{" w:customStyle=" + chr(34) + "1" + chr(34) if own else ""} '
        f'w:styleId="{name_id}"><w:name w:val="{shown}"/>'
        + (f'<w:basedOn w:val="{base}"/>' if name != "Normal" else "")
        + (f'<w:next w:val="{follow}"/>' if follow else "")
        + f"<w:qFormat/><w:pPr>{layout}</w:pPr><w:rPr>{letters}</w:rPr></w:style>"
    )


def _spacing(before: int = 0, after: int = 0, line: int = 0) -> str:
    """Distances in twentieths of a point; ``line`` in 240ths of a line."""
    height = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{height}/>'


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


_BOLD = "<w:b/><w:bCs/>"
_STAY = "<w:keepNext/><w:keepLines/>"

_PARAGRAPHS = (
    _paragraph_style("Normal", layout=f"<w:widowControl/>{_spacing(0, 120, 276)}", letters=color(INK), own=False)
    .replace('<w:style w:type="paragraph"', '<w:style w:type="paragraph" w:default="1"'),
    _paragraph_style("Title", layout=f'{_STAY}<w:pBdr>{border("bottom", LINE, 6, 8)}</w:pBdr>{_spacing(20, 120, 240)}',
                     letters=_BOLD + color(ACCENT) + _size(30), follow="Normal", own=False),
    _paragraph_style("Heading 1", layout=f'{_STAY}{_spacing(400, 120, 240)}<w:outlineLvl w:val="0"/>',
                     letters=_BOLD + color(ACCENT) + _size(16), follow="Normal", own=False),
    _paragraph_style("Heading 2", layout=f'{_STAY}{_spacing(240, 80, 240)}<w:outlineLvl w:val="1"/>',
                     letters=_BOLD + color(ACCENT) + _size(12), follow="Normal", own=False),
    _paragraph_style("List Bullet", letters="", own=False, layout='<w:numPr><w:numId w:val="1"/></w:numPr>'
                     f'{_spacing(0, 50)}<w:ind w:left="357" w:hanging="357"/>'),
    _paragraph_style("Header", layout=f'<w:tabs><w:tab w:val="right" w:pos="9412"/></w:tabs>{_spacing()}',
                     letters=color(GREY) + _size(8.5), own=False),
    _paragraph_style("Footer", layout=f'<w:tabs><w:tab w:val="right" w:pos="9412"/></w:tabs>{_spacing()}',
                     letters=color(GREY) + _size(8.5), own=False),
    _paragraph_style("Eyebrow", layout=_STAY + _spacing(0, 0),
                     letters=f'{_BOLD}<w:caps/>{color(WARM)}<w:spacing w:val="40"/>{_size(9.5)}', follow="Title"),
    _paragraph_style("Label", layout=_spacing(0, 20), letters=_BOLD + color(GREY) + _size(9)),
    _paragraph_style("Label Below", base="Label", layout=_spacing(100, 20)),
    _paragraph_style("Callout", letters=color(ACCENT) + _size(11), layout="<w:keepLines/><w:pBdr>"
                     f'{border("left", WARM, 18, 10)}</w:pBdr>{_spacing(120, 200)}<w:ind w:left="255"/>'),
    _paragraph_style("Question", layout=_STAY + _spacing(140, 20), letters=_BOLD + color(ACCENT), follow="Normal"),
    _paragraph_style("Note", layout=_spacing(60, 60, 252), letters=color(GREY) + _size(9)),
    _paragraph_style("Note Bullet", layout='<w:numPr><w:numId w:val="1"/></w:numPr>'
                     f'{_spacing(0, 20, 252)}<w:ind w:left="357" w:hanging="357"/>',
                     letters=color(GREY) + _size(9)),
    _paragraph_style("Table Text", layout=_spacing(0, 0, 252), letters=_size(9.5)),
    _paragraph_style("Table Figure", base="TableText", layout='<w:jc w:val="right"/>'),
    _paragraph_style("Table Head", base="TableText", layout="<w:keepNext/>",
                     letters=f'{_BOLD}<w:color w:val="FFFFFF" w:themeColor="background1"/>'),
    _paragraph_style("Table Head Right", base="TableHead", layout='<w:jc w:val="right"/>'),
    _paragraph_style("Table Total", base="TableText", layout="", letters=_BOLD + color(ACCENT) + _size(10.5)),
    _paragraph_style("Table Total Right", base="TableTotal", layout='<w:jc w:val="right"/>'),
    _paragraph_style("Table Note", base="TableText", letters=color(GREY) + _size(8.5)),
    _paragraph_style("Table Note Right", base="TableNote", layout='<w:jc w:val="right"/>'),
    # Blocks ({%p if ... %}) vanish when a proposal is written; in the template they are small, so that it can be read.
    _paragraph_style("Template Block", layout=_spacing(0, 0, 240), letters=color(WARM) + _size(8)),
)  # fmt: skip

_CELLS = (
    '<w:tblCellMar><w:top w:w="{high}" w:type="dxa"/><w:left w:w="{left}" w:type="dxa"/>'
    '<w:bottom w:w="{high}" w:type="dxa"/><w:right w:w="{right}" w:type="dxa"/></w:tblCellMar>'
)


def _table_style(name: str, borders: str, cells: str, parts: str = "") -> str:
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>{borders}{cells}</w:tblPr>{parts}</w:style>'
    )


_TABLES = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    + _CELLS.format(high=0, left=108, right=108) + "</w:tblPr></w:style>",
    _table_style(
        "Proposal Table",
        f'<w:tblBorders>{border("bottom", ACCENT, 8)}{border("insideH", LINE)}</w:tblBorders>',
        _CELLS.format(high=70, left=100, right=100),
        f'<w:tblStylePr w:type="firstRow"><w:tcPr>{shade(ACCENT)}</w:tcPr></w:tblStylePr>'
        f'<w:tblStylePr w:type="lastRow"><w:tcPr>{shade(SOFT)}</w:tcPr></w:tblStylePr>',
    ),
    _table_style("Proposal Facts", f'<w:tblBorders>{border("insideH", LINE)}</w:tblBorders>',
                 _CELLS.format(high=70, left=0, right=160)),
    _table_style("Proposal Card", "", _CELLS.format(high=140, left=180, right=180)),
    _table_style("Proposal Signatures", "", _CELLS.format(high=60, left=0, right=0)),
)  # fmt: skip


def styles() -> str:
    fonts = '<w:rFonts w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia" w:cstheme="minorBidi"/>'
    return (
        f"{HEAD}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{fonts}{_size(10.5)}"
        '<w:lang w:val="en-GB" w:eastAsia="en-US" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        + "".join(_PARAGRAPHS)
        + '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:qFormat/><w:rPr><w:b/><w:bCs/></w:rPr>'
        "</w:style>" + "".join(_TABLES)
        + '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        "<w:semiHidden/></w:style></w:styles>"
    )  # fmt: skip


def numbering() -> str:
    return (
        f'{HEAD}<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="\N{BULLET}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="357" w:hanging="357"/></w:pPr><w:rPr>{color(WARM)}</w:rPr></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def theme() -> str:
    tints = {
        "dk1": INK, "lt1": "FFFFFF", "dk2": ACCENT, "lt2": SOFT, "accent1": ACCENT, "accent2": WARM, "accent3": GREY,
        "accent4": LINE, "accent5": "5FA8D3", "accent6": "8A9BA8", "hlink": ACCENT, "folHlink": GREY,
    }  # fmt: skip
    colors = "".join(f'<a:{slot}><a:srgbClr val="{tint}"/></a:{slot}>' for slot, tint in tints.items())
    font = f'<a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{HEAD}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Proposal">'
        f'<a:themeElements><a:clrScheme name="Proposal">{colors}</a:clrScheme><a:fontScheme name="Proposal">'
        f'<a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme><a:fmtScheme name="Proposal">'
        f"<a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
        "</a:fmtScheme></a:themeElements></a:theme>"
    )


def settings() -> str:
    return (
        f'{HEAD}<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="en-GB"/>'
        '<w:clrSchemeMapping w:bg1="light1" w:t1="dark1" w:bg2="light2" w:t2="dark2" w:accent1="accent1" '
        'w:accent2="accent2" w:accent3="accent3" w:accent4="accent4" w:accent5="accent5" w:accent6="accent6" '
        'w:hyperlink="hyperlink" w:followedHyperlink="followedHyperlink"/></w:settings>'
    )


def package(document: str, header: str, footer: str, first_footer: str) -> dict[str, str]:
    """Return all parts of the file by their name."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    parts = {
        "word/document.xml": (kind + "document.main+xml", document),
        "word/styles.xml": (kind + "styles+xml", styles()),
        "word/numbering.xml": (kind + "numbering+xml", numbering()),
        "word/settings.xml": (kind + "settings+xml", settings()),
        "word/header1.xml": (kind + "header+xml", header),
        "word/footer1.xml": (kind + "footer+xml", footer),
        "word/footer2.xml": (kind + "footer+xml", first_footer),
        "word/theme/theme1.xml": ("application/vnd.openxmlformats-officedocument.theme+xml", theme()),
        "docProps/core.xml": ("application/vnd.openxmlformats-package.core-properties+xml", _core()),
    }
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, (kind, _) in parts.items())
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    beside = ("styles", "numbering", "settings", "header1", "footer1", "footer2", "theme/theme1")
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{office}{name.rpartition("/")[2].rstrip("12")}" Target="{name}.xml"/>'
        for number, name in enumerate(beside, start=1)
    )
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{links}">'
        f'<Relationship Id="rId1" Type="{office}officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{links}/metadata/core-properties" Target="docProps/core.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{HEAD}<Relationships xmlns="{links}">{relations}</Relationships>',
        **{name: text for name, (_, text) in parts.items()},
    }


def _core() -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Proposal for {{ lead.company }}</dc:title>'
        "<dc:creator>{{ seller.name }}</dc:creator></cp:coreProperties>"
    )
