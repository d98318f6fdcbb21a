"""Tables as files that open in the readers people have: CSV, XLSX and PDF."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.tables import Cell, Table, shown


@dataclass(frozen=True)
class Document:
    """What goes into a file: a title, lines that say what it is of, the tables, and words to end with."""

    title: str
    about: Sequence[str]
    tables: Sequence[Table]
    notes: Sequence[tuple[str, str]] = ()


# A spreadsheet takes a cell that begins so for a formula, and what a citizen or a stranger wrote would run.
# The wide forms count as well where Excel speaks an eastern language, and it passes over spaces before the sign.
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def defused(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RUNS) or text.lstrip().startswith(RUNS) else text


def as_csv(document: Document) -> bytes:
    """Write comma-separated values; with a mark at the front by which Excel knows UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([[defused(line)] for line in (document.title, *document.about)])
    for table in document.tables:
        writer.writerow([])
        writer.writerow([defused(table.caption)])
        writer.writerow([defused(column) for column in table.columns])
        for row in table.rows:
            writer.writerow([defused(row.name), *(_csv_cell(cell) for cell in row.values)])
    for name, meaning in document.notes:
        writer.writerow([defused(name), defused(meaning)])
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Cell) -> Any:
    return defused(cell) if isinstance(cell, str) else "" if cell is None else cell


def as_xlsx(document: Document) -> bytes:
    """Write a workbook: what it is about and what the figures mean on the first sheet, then a sheet for each table."""
    import xlsxwriter  # half a second that no web process needs before somebody asks for a file

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    first = book.add_worksheet(_sheet_name(document.title, 0))
    first.set_column(0, 0, 30)
    for line, text in enumerate((document.title, *document.about)):
        first.write_string(line, 0, text, bold if not line else None)
    for line, (name, meaning) in enumerate(document.notes, len(document.about) + 2):
        first.write_string(line, 0, name)
        first.write_string(line, 1, meaning)
    for number, table in enumerate(document.tables, 1):
        _add_sheet(book.add_worksheet(_sheet_name(table.caption, number)), table, bold)
    book.close()
    return out.getvalue()


def _sheet_name(title: str, number: int) -> str:
    plain = "".join(letter for letter in title if letter not in "[]:*?/\\'")
    return f"{number}. {plain}"[:31] if number else plain[:31]


def _add_sheet(sheet: Any, table: Table, bold: Any) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, max(1, len(table.columns) - 1), 16)
    sheet.freeze_panes(1, 1)
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, name, bold)
    for line, row in enumerate(table.rows, 1):
        sheet.write_string(line, 0, row.name)
        for column, cell in enumerate(row.values, 1):
            if isinstance(cell, str):
                sheet.write_string(line, column, cell)
            elif cell is not None:
                sheet.write_number(line, column, cell)


def as_pdf(document: Document) -> bytes:
    """Write pages to print: landscape A4, numbered, the head of a table again on each page."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.units import mm
    from reportlab.platypus import CondPageBreak, LongTable, Paragraph, SimpleDocTemplate, Spacer

    looks = _looks()
    out = io.BytesIO()
    pages = SimpleDocTemplate(
        out, pagesize=landscape(A4), leftMargin=15 * mm, rightMargin=15 * mm, topMargin=14 * mm, bottomMargin=16 * mm,
        title=document.title, author="Malalamiko", lang=get_language() or "sw",
    )  # fmt: skip
    story: list[Any] = [Paragraph(_plain(document.title), looks["title"])]
    story += [Paragraph(_plain(line), looks["body"]) for line in document.about]
    for table in document.tables:
        # A heading goes to the next page with its table, unless some lines of that fit below it.
        story += [CondPageBreak(45 * mm), Spacer(1, 5 * mm), Paragraph(_plain(table.caption), looks["heading"])]
        cells = [[Paragraph(_plain(name), looks["head"]) for name in table.columns]]
        cells += [[Paragraph(_plain(row.name), looks["cell"]), *_pdf_cells(row.values, looks)] for row in table.rows]
        if not table.rows:
            cells.append(
                [Paragraph(_plain(_("Nothing in this period")), looks["cell"])] + [""] * (len(table.columns) - 1)
            )
        story.append(LongTable(cells, colWidths=_widths(table, pages.width), repeatRows=1, style=_lines()))
    story += [Spacer(1, 5 * mm)] if document.notes else []
    story += [Paragraph(f"<b>{_plain(name)}</b>: {_plain(meaning)}", looks["body"]) for name, meaning in document.notes]
    pages.build(story, onFirstPage=_number_page, onLaterPages=_number_page)
    return out.getvalue()


def _plain(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(text)


def _pdf_cells(values: Sequence[Cell], looks: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import Paragraph

    return [Paragraph(_plain(shown(cell)), looks["cell" if isinstance(cell, str) else "number"]) for cell in values]


def _widths(table: Table, width: float) -> list[float]:
    others = len(table.columns) - 1
    first = max(width * 0.24, width - others * width * 0.2)
    return [first, *[(width - first) / others] * others] if others else [width]


def _lines() -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import TableStyle

    return TableStyle(
        [
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#a9c6b6")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
    )


def _looks() -> dict[str, Any]:
    """Give the paragraph styles, in a font that the file brings along."""
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    if "Vera" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
        pdfmetrics.registerFont(TTFont("VeraBd", "VeraBd.ttf"))
        pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="Vera", boldItalic="VeraBd")
    body = ParagraphStyle("body", fontName="Vera", fontSize=8.5, leading=12)
    small = ParagraphStyle("cell", body, fontSize=7.5, leading=9.5)
    return {
        "title": ParagraphStyle("title", body, fontName="VeraBd", fontSize=16, leading=22),
        "heading": ParagraphStyle("heading", body, fontName="VeraBd", fontSize=10.5, leading=15),
        "body": body,
        "cell": small,
        "number": ParagraphStyle("number", small, alignment=TA_RIGHT),
        "head": ParagraphStyle("head", small, fontName="VeraBd"),
    }


def _number_page(canvas: Any, pages: Any) -> None:
    canvas.setFont("Vera", 7.5)
    canvas.drawRightString(pages.pagesize[0] - pages.rightMargin, 24, number_format(canvas.getPageNumber()))
    canvas.drawString(pages.leftMargin, 24, pages.title)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS: dict[str, tuple[str, Callable[[Document], bytes]]] = {
    "pdf": ("application/pdf", as_pdf),
    "xlsx": (XLSX, as_xlsx),
    "csv": ("text/csv; charset=utf-8", as_csv),
}
