"""Trackers as sellers keep them: each builds one workbook, with all that people put around a list of leads."""

from __future__ import annotations

import datetime as dt
import struct
import zlib
from typing import TYPE_CHECKING, Any

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    Build = Callable[[Path], None]

HEADERS = ("Account", "Contact", "Email", "Status", "Deal Size", "Expected Close", "Rep")
ROWS: tuple[tuple[Any, ...], ...] = (
    ("Ox Ltd", "Ann Lee", "ann@ox.example", "Proposal", 4000, dt.date(2027, 1, 15), "Sam"),
    ("Elk Inc", "Bob Ray", "bob@elk.example", "Won", 2500, dt.date(2026, 5, 1), "Sam"),
    ("Yak plc", "Cy Doe", "cy@yak.example", "Prospecting", 900, dt.date(2026, 12, 9), "Kim"),
    ("Gnu GmbH", "Di Fox", "di@gnu.example", "Lost", 1200, dt.date(2026, 3, 2), "Kim"),
    ("Emu SA", "Ed Roe", "ed@emu.example", "Proposal", 7000, dt.date(2027, 2, 1), "Sam"),
)
BLUE = PatternFill("solid", fgColor="1F4E79")
BAND = PatternFill("solid", fgColor="DDEBF7")
HEAD = Font(bold=True, color="FFFFFF")
LINE = Border(bottom=Side("thin", color="BFBFBF"))


def put(
    sheet: Worksheet,
    at: str = "A1",
    headers: Sequence[object] = HEADERS,
    rows: Sequence[Sequence[object]] = ROWS,
    *,
    banded: bool = True,
) -> None:
    """Type a list onto a sheet: a coloured header row, bands, lines, date and money formats."""
    first = sheet[at]
    for down, row in enumerate([headers, *rows]):
        for across, value in enumerate(row):
            cell = sheet.cell(first.row + down, first.column + across)
            if value is not None:
                cell.value = value
            if not down:
                cell.fill, cell.font = BLUE, HEAD
                cell.alignment = Alignment(wrap_text=True, vertical="center")
            elif banded:
                cell.border = LINE
                if down % 2 == 0:
                    cell.fill = BAND
            if isinstance(value, dt.date):
                cell.number_format = "dd/mm/yyyy"


def with_openpyxl(fill: Callable[[openpyxl.Workbook], None]) -> Build:
    """Make a builder of a function that fills an openpyxl workbook."""

    def build(path: Path) -> None:
        book = openpyxl.Workbook()
        fill(book)
        book.save(path)

    build.__name__ = fill.__name__
    return build


def with_xlsxwriter(fill: Callable[[xlsxwriter.Workbook], None]) -> Build:
    """Make a builder of a function that fills an XlsxWriter workbook."""

    def build(path: Path) -> None:
        with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
            fill(book)

    build.__name__ = fill.__name__
    return build


def dot_png() -> bytes:
    """Return a picture of 40 x 40 blue points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    points = zlib.compress((b"\0" + b"\x1f\x4e\x79" * 40) * 40)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 40, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", points)
        + chunk(b"IEND", b"")
    )


def write_rows(book: xlsxwriter.Workbook, sheet: Any, top: int = 0, left: int = 0, rows: Any = ROWS) -> None:
    """Type the list with XlsxWriter."""
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    head = book.add_format({"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"})
    sheet.write_row(top, left, HEADERS, head)
    for number, row in enumerate(rows, start=top + 1):
        for column, value in enumerate(row, start=left):
            if isinstance(value, dt.date):
                sheet.write_datetime(number, column, value, day)
            else:
                sheet.write(number, column, value)


@with_openpyxl
def header_in_row_5_banded_with_totals(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Pipeline 2026"
    sheet.merge_cells("A1:G2")
    sheet["A1"] = "Sales pipeline 2026"
    sheet["A1"].font = Font(bold=True, size=18)
    sheet["A3"] = "as of 20 November"
    put(sheet, "A5")
    sheet["A11"], sheet["E11"] = "Total", "=SUBTOTAL(9,E6:E10)"
    for cell in sheet[11]:
        cell.font, cell.border = Font(bold=True), Border(top=Side("double"))
    sheet.auto_filter.ref = "A5:G10"
    sheet.freeze_panes = "B6"
    sheet.row_dimensions[5].height = 32
    for letter, width in zip("ABCDEFG", (22, 14, 26, 12, 11, 13, 9), strict=True):
        sheet.column_dimensions[letter].width = width


@with_openpyxl
def two_rows_of_headers(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Leads"
    for ref, text in (("A1:C1", "Customer"), ("D1:F1", "Deal"), ("G1:G1", "Team")):
        sheet[ref.partition(":")[0]] = text
        if not ref.startswith("G"):
            sheet.merge_cells(ref)
    put(sheet, "A2")


@with_openpyxl
def notes_below_and_comments(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Deals"
    put(sheet)
    sheet["A9"] = "* amounts without VAT"
    sheet["A10"] = "Ask Sam before calling Ox"
    sheet["D2"].comment = Comment("Sent on Monday", "Kim")
    sheet["B3"].hyperlink = "https://elk.example"


@with_openpyxl
def blank_rows_between(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Deals"
    empty = (None,) * 7
    put(sheet, rows=(*ROWS[:2], empty, *ROWS[2:4], empty, empty, ROWS[4]))


@with_openpyxl
def blocks_by_month(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Deals"
    month = ("November 2026", *(None,) * 6)
    put(sheet, rows=(("October 2026", *(None,) * 6), *ROWS[:2], month, *ROWS[2:]))


@with_openpyxl
def a_sheet_for_each_rep(book: openpyxl.Workbook) -> None:
    book.active.title = "Sam"
    put(book.active, rows=[row for row in ROWS if row[-1] == "Sam"])
    put(book.create_sheet("Kim"), rows=[row for row in ROWS if row[-1] == "Kim"])


@with_openpyxl
def a_sheet_for_each_month(book: openpyxl.Workbook) -> None:
    book.active.title = "Sep"
    put(book.active)
    put(book.create_sheet("Oct"))
    put(book.create_sheet("Nov"))


@with_openpyxl
def hidden_columns_validations_and_conditional_formats(book: openpyxl.Workbook) -> None:
    from openpyxl.formatting.rule import CellIsRule, DataBarRule
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet = book.active
    sheet.title = "Deals"
    put(sheet)
    sheet.column_dimensions["C"].hidden = True
    sheet.row_dimensions[4].hidden = True
    words = DataValidation(type="list", formula1='"Prospecting,Pilot,Proposal,Won,Lost"', allow_blank=True)
    words.add("D2:D200")
    sheet.add_data_validation(words)
    sheet.conditional_formatting.add("E2:E6", DataBarRule("min", None, "max", None, color="638EC6"))
    sheet.conditional_formatting.add("E2:E6", CellIsRule("greaterThan", ["5000"], fill=BAND))
    book.defined_names["Big"] = DefinedName("Big", attr_text="Deals!$E$2:$E$6")
    sheet.print_area = "A1:G6"
    sheet.print_title_rows = "1:1"


@with_openpyxl
def a_filter_that_hides_rows(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Deals"
    put(sheet)
    sheet.auto_filter.ref = "A1:G6"
    sheet.auto_filter.add_filter_column(6, ["Sam"])
    for row in (4, 5):
        sheet.row_dimensions[row].hidden = True


@with_xlsxwriter
def a_logo_a_chart_and_formulas(book: xlsxwriter.Workbook) -> None:
    import io

    sheet = book.add_worksheet("Deals")
    sheet.insert_image("A1", "logo.png", {"image_data": io.BytesIO(dot_png())})
    write_rows(book, sheet, 4)
    sheet.write("H5", "With tax")
    for number, row in enumerate(ROWS, start=6):
        sheet.write_formula(f"H{number}", f"=E{number}*1.19", None, row[4] * 1.19)
    board = book.add_worksheet("Board")
    board.write_formula("A1", "=SUM(Deals!E6:E10)", None, 15600)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "=Deals!$A$6:$A$10", "values": "=Deals!$E$6:$E$10"})
    board.insert_chart("B3", chart)
    board.write("A20", "Ox Ltd")


@with_xlsxwriter
def a_chart_to_the_right(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Deals")
    write_rows(book, sheet)
    chart = book.add_chart({"type": "pie"})
    chart.add_series({"categories": "=Deals!$A$2:$A$6", "values": "=Deals!$E$2:$E$6"})
    sheet.insert_chart("I2", chart)


@with_openpyxl
def a_protected_sheet(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Deals"
    put(sheet)
    sheet.protection.enable()


@with_openpyxl
def german_headers(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Vertrieb"
    put(
        sheet,
        "B3",
        ("Kunde", "Ansprechpartner", "E-Mail", "Phase", "Auftragswert", "Wahrscheinlichkeit", "Abschluss", "Betreuer"),
        (
            ("Müller GmbH", "Jörg Müller", "j@mueller.example", "Angebot", "1.200,50", 0.5, "31.03.2027", "Ute"),
            ("Öl & Gas AG", "Eva Groß", "e@oel.example", "Gewonnen", "12.000,00", 1, "15.06.2026", "Ute"),
            ("Weiß KG", "Ali Can", "a@weiss.example", "Verloren", "800", 0, "01.02.2026", "Max"),
            ("Bär oHG", "Ida Bär", "i@baer.example", "Erstkontakt", "2.400", 0.1, "15.01.2027", "Max"),
        ),
    )


@with_openpyxl
def french_headers(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Suivi"
    put(
        sheet,
        headers=("Entreprise", "Contact", "Courriel", "Étape", "Montant", "Date de clôture", "Commercial"),
        rows=(
            (
                "Dupont SA",
                "Luc Petit",
                "l@dupont.example",
                "Proposition",
                1200,
                dt.date(2027, 1, 5),
                "Zoé",
            ),
            ("Bois SARL", "Eva Roux", "e@bois.example", "Gagné", 800, dt.date(2026, 3, 5), "Zoé"),
            ("Fer & Cie", "Guy Lac", "g@fer.example", "Prospection", None, None, "Max"),
        ),
    )


@with_openpyxl
def spanish_headers(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Clientes"
    put(
        sheet,
        headers=("Empresa", "Nombre", "Apellidos", "Correo", "Etapa", "Importe", "Fecha de cierre", "Responsable"),
        rows=(
            ("Sol SL", "Luz", "Gil", "l@sol.example", "Propuesta", 1200, dt.date(2027, 1, 5), "Ana"),
            ("Mar SA", "Iván", "Ruiz", "i@mar.example", "Ganado", 800, dt.date(2026, 3, 5), "Ana"),
            ("Luna SA", "Eva", "Paz", "e@luna.example", "Contactado", None, None, "Leo"),
        ),
    )


@with_openpyxl
def stages_as_colours_only(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Deals"
    headers = [header for header in HEADERS if header != "Status"]
    put(sheet, headers=headers, rows=[[*row[:3], *row[4:]] for row in ROWS], banded=False)
    for number, colour in enumerate(("FFFF00", "92D050", "FFFFFF", "FF0000", "FFFF00"), start=2):
        for cell in sheet[number]:
            cell.fill = PatternFill("solid", fgColor=colour)


@with_openpyxl
def numbers_as_text_and_line_breaks_in_headers(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Deals"
    headers = ("Account\nname", "Contact", "Email", "Status", "Deal size\n(EUR)", "Expected\nclose", "Rep ")
    rows = [[*row[:4], f"{row[4]:,} €", f"{row[5]:%d.%m.%Y}", row[6]] for row in ROWS]
    put(sheet, headers=headers, rows=rows)


@with_openpyxl
def a_column_without_a_header(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Deals"
    headers = (*HEADERS[:4], None, *HEADERS[4:])
    put(sheet, headers=headers, rows=[(*row[:4], "x", *row[4:]) for row in ROWS])


@with_openpyxl
def wide_gaps_between_columns(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Deals"
    put(sheet, headers=(*HEADERS[:3], None, *HEADERS[3:]), rows=[(*row[:3], None, *row[3:]) for row in ROWS])


@with_openpyxl
def a_second_list_beside_it(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Deals"
    put(sheet)
    put(sheet, "J1", ("Product", "Price"), (("GTX", 50), ("MG", 70), ("Special", 99)))


@with_openpyxl
def a_table_named_otherwise(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Deals"
    put(sheet, "B4")
    sheet.add_table(Table(displayName="tblVertrieb", ref="B4:H9"))
    sheet["J2"] = "ask Kim"


@with_xlsxwriter
def a_table_with_a_totals_row(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Deals")
    columns: list[dict[str, Any]] = [{"header": header} for header in HEADERS]
    columns[0]["total_string"] = "Total"
    columns[4]["total_function"] = "sum"
    sheet.add_table(2, 0, 8, 6, {"name": "Deals26", "columns": columns, "total_row": True,
                                 "style": "Table Style Medium 4"})  # fmt: skip
    write_rows(book, sheet, 2)


@with_xlsxwriter
def counting_days_from_1904(book: xlsxwriter.Workbook) -> None:
    book.date_1904 = True
    book.epoch = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - XlsxWriter counts from a naive day
    write_rows(book, book.add_worksheet("Deals"))


def macros(path: Path) -> None:
    """A macro workbook: a project that is no real one, but a part nobody may touch."""
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
        write_rows(book, book.add_worksheet("Deals"))
        import io

        book.add_vba_project(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)), is_stream=True)


#: Every tracker that can be adopted, with the cells its list becomes.
ADOPTED: tuple[tuple[Build, str], ...] = (
    (header_in_row_5_banded_with_totals, "A5:G10"),
    (two_rows_of_headers, "A2:G7"),
    (notes_below_and_comments, "A1:G6"),
    (blank_rows_between, "A1:G9"),
    (blocks_by_month, "A1:G8"),
    (hidden_columns_validations_and_conditional_formats, "A1:G6"),
    (a_filter_that_hides_rows, "A1:G6"),
    (a_logo_a_chart_and_formulas, "A5:H10"),
    (a_chart_to_the_right, "A1:G6"),
    (german_headers, "B3:I7"),
    (french_headers, "A1:G4"),
    (spanish_headers, "A1:H4"),
    (stages_as_colours_only, "A1:F6"),
    (numbers_as_text_and_line_breaks_in_headers, "A1:G6"),
    (a_column_without_a_header, "A1:H6"),
    (wide_gaps_between_columns, "A1:H6"),
    (a_table_named_otherwise, "B4:H9"),
    (a_table_with_a_totals_row, "A3:G8"),
    (counting_days_from_1904, "A1:G6"),
    (macros, "A1:G6"),
)
