"""The receipt as a file to keep or print: what the page of the receipt says, on one sheet of A5."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from channels_in import proof
from channels_in.follow import Standing

FONT, BOLD = "Vera", "VeraBd"
QR_SIDE = 120  # points


def receipt_pdf(now: Standing) -> bytes:
    """Write the receipt of a case, in the language of the page."""
    from reportlab.lib.pagesizes import A5
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    body, title, big = _looks()
    case, out = now.case, io.BytesIO()
    pages = SimpleDocTemplate(
        out, pagesize=A5, leftMargin=36, rightMargin=36, topMargin=36, bottomMargin=30,
        title=f"{_('Receipt')} {case.reference_written}", author="Malalamiko",
    )  # fmt: skip
    story: list[Any] = [Paragraph(_("We have received it"), title), Spacer(1, 8)]
    story += [Paragraph(_("Number of your complaint"), body), Paragraph(case.reference_written, big)]
    story += [Paragraph(_("Code: show it to nobody"), body), Paragraph(proof.code_of(case.secret), big)]
    story += [Paragraph(_plain(line), body) for line in _lines(now)]
    story += [Spacer(1, 6), _qr(proof.link_of(case)), Paragraph(_plain(proof.page_of()), body)]
    pages.build(story)
    return out.getvalue()


def _lines(now: Standing) -> list[str]:
    said = [_("Received on %(day)s") % {"day": date_format(now.case.received_at)}]
    if now.office:
        said.append(_("It is with: %(office)s.") % {"office": now.office})
    if now.due_by:
        words = _("You hear from them by %(day)s. If they do nothing, it moves to the office above.")
        said.append(words % {"day": date_format(now.due_by)})
    said.append(
        _(
            "Keep this paper. With number and code you follow the complaint at the address below, or at a complaints desk."
        )
    )
    return said


def _plain(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(text)


def _looks() -> tuple[Any, Any, Any]:
    """Give the styles of text, heading and number, in a font that the file brings along."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for font in {FONT, BOLD} - set(pdfmetrics.getRegisteredFontNames()):
        pdfmetrics.registerFont(TTFont(font, f"{font}.ttf"))
    body = ParagraphStyle("body", fontName=FONT, fontSize=10, leading=14, spaceAfter=4)
    return (
        body,
        ParagraphStyle("title", body, fontName=BOLD, fontSize=16, leading=20),
        ParagraphStyle("big", body, fontName=BOLD, fontSize=18, leading=24),
    )


def _qr(link: str) -> Any:
    """Give the QR drawing of a link, as reportlab lays it out."""
    from reportlab.graphics.shapes import Drawing, Rect
    from reportlab.lib.colors import black

    matrix = segno.make(link, error="m").matrix
    cell = QR_SIDE / len(matrix)
    drawing = Drawing(QR_SIDE, QR_SIDE)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                drawing.add(
                    Rect(
                        column * cell,
                        QR_SIDE - (row + 1) * cell,
                        cell,
                        cell,
                        strokeWidth=0,
                        strokeColor=None,
                        fillColor=black,
                    )
                )
    return drawing
