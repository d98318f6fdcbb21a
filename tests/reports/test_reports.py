"""Reports: any period and any office of the own tree; on the page, and as files that other readers open."""

import csv
import datetime as dt
import io

import openpyxl
import pypdf
import pytest
from django.utils import translation

from reports import views
from reports.files import Document, as_csv, as_pdf, as_xlsx
from reports.models import Export
from reports.periods import Period, named
from reports.tables import Row, Table
from tests.reports.test_leader_page import statements
from tests.workflows.stories import COUNCIL, DISTRICT, category, lodged, through
from tests.world import TUESDAY

DAY = dt.timedelta(days=1)
NOVEMBER = {"period": "own", "first": "2026-11-01", "last": "2026-11-30"}


@pytest.fixture
def now(monkeypatch):
    """Let the doors hear this moment."""
    return lambda at: monkeypatch.setattr(views, "database_now", lambda: at)


@pytest.fixture
def november(desk, now):
    """Give a desk in December, after a November in which some complaints came."""
    through(lodged(), "take", "answer", "confirm")
    through(lodged(channel="web"), "take", "answer", "dispute")
    lodged(category=category("rushwa")), lodged(sure=False)
    now(TUESDAY + 20 * DAY)
    return desk


FIGURES = ["4", "3", "1", "2", "1", "1", "0", "0"]


def cells(page, name):
    """Give the cells of the first row that begins with this name."""
    row = page.content.decode().partition(f'<th scope="row">{name}</th>')[2].partition("</tr>")[0]
    return [cell.partition("<")[0] for cell in row.split('<td class="mlm-number">')[1:]]


def test_a_period_and_an_office(november):
    page = november.sit("kiongozi.1").client.get("/reports/", NOVEMBER)

    assert page.status_code == 200
    assert cells(page, "Complaints received") == ["4", "0", "4"]
    assert cells(page, "Confirmed settled") == ["1", "0", "1"]
    assert cells(page, "By SMS") == [] and cells(page, "on the web")[0] == "1"


@pytest.mark.parametrize("name", ["this-week", "last-week", "this-month", "last-month", "this-quarter", "last-year"])
def test_a_period_by_its_name(november, name):
    page = november.sit("kiongozi.120").client.get("/reports/", {"period": name})

    assert page.status_code == 200


def test_a_claimed_settlement_never_stands_alone(november):
    page = november.sit("kiongozi.1").client.get("/reports/", NOVEMBER).content.decode()

    tables = [table.partition("</table>")[0] for table in page.split("<table")[1:]]
    for table in tables:
        if "Answers given" in table:
            assert "Confirmed settled" in table and "Disputed" in table and "No word from the citizen" in table


def test_dates_that_run_backwards_are_refused_in_words(november):
    page = november.sit("kiongozi.1").client.get("/reports/", NOVEMBER | {"last": "2026-10-01"})

    assert page.status_code == 422
    assert "The last day comes before the first." in page.content.decode()
    assert november.client.get("/reports/report.csv", NOVEMBER | {"last": "2026-10-01"}).status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_nobody_can_mean_is_refused_in_words(november, day):
    november.sit("kiongozi.1")

    for page in ("/reports/", "/desk/audit/", "/desk/audit/exports/"):
        answer = november.client.get(page, {"period": "own", "first": day, "last": day})
        assert (answer.status_code, "Choose a day of this century." in answer.content.decode()) == (422, True)
    assert november.client.get("/reports/report.pdf", NOVEMBER | {"last": day}).status_code == 404


@pytest.mark.parametrize("who", ["karani.120", "afisa.120.maji", "mfumo.1"])
def test_reports_are_for_leaders_auditors_and_supervisors(november, who):
    november.sit(who)

    assert november.client.get("/reports/").status_code == 403
    assert november.client.get("/reports/report.pdf").status_code == 403
    assert not Export.objects.exists()


def test_a_supervisor_sees_the_own_department_alone(november):
    november.sit("msimamizi.120.maji")

    page = november.client.get("/reports/", NOVEMBER | {"department": "afya"})

    assert cells(page, "Complaints received")[0] == "2"
    assert november.client.get("/reports/", NOVEMBER | {"office": DISTRICT}).status_code == 403


def test_the_workbook_opens_in_another_reader(november):
    taken = november.sit("kiongozi.1").client.get("/reports/report.xlsx", NOVEMBER)
    book = openpyxl.load_workbook(io.BytesIO(taken.content))

    sheet = book.worksheets[1]

    assert [cell.value for cell in sheet["A"]][:2] == ["Figure", "Complaints received"]
    assert sheet["B2"].value == 4
    assert book.worksheets[0]["A1"].value == "Report on complaints"


def test_the_csv_opens_in_another_reader(november):
    taken = november.sit("kiongozi.1").client.get("/reports/report.csv", NOVEMBER)

    rows = list(csv.reader(io.StringIO(taken.content.decode("utf-8-sig"))))

    assert rows[0] == ["Report on complaints"]
    assert ["Complaints received", "4", "0", "4"] in rows
    assert taken["Content-Disposition"].startswith('attachment; filename="report-1-2026-11-01')


def test_the_pdf_opens_in_another_reader(november):
    taken = november.sit("kiongozi.1").client.get("/reports/report.pdf", NOVEMBER)
    pages = pypdf.PdfReader(io.BytesIO(taken.content))

    text = "\n".join(page.extract_text() for page in pages.pages)

    assert pages.metadata.title == "Report on complaints"
    assert "Confirmed settled" in text and "1 November 2026 – 30 November 2026" in text


def test_each_file_taken_out_is_noted(november):
    november.sit("kiongozi.1")

    for form in ("pdf", "xlsx", "csv"):
        november.client.get(f"/reports/report.{form}", NOVEMBER | {"office": COUNCIL})

    assert list(Export.objects.order_by("pk").values_list("user__username", "office__code", "what", "form")) == [
        ("kiongozi.1", COUNCIL, "report", form) for form in ("pdf", "xlsx", "csv")
    ]


def test_a_file_in_a_form_that_there_is_not(november):
    assert november.sit("kiongozi.1").client.get("/reports/report.exe", NOVEMBER).status_code == 404


EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://example")']


def test_no_cell_is_a_formula():
    table = Table("evil", "=evil", ["=a", "=b"], [Row(each, [each]) for each in EVIL])
    document = Document("=title", ["+about"], [table], [("=note", "-note")])

    read = list(csv.reader(io.StringIO(as_csv(document).decode("utf-8-sig"), newline="")))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(document)))

    assert [cell for row in read for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert pypdf.PdfReader(io.BytesIO(as_pdf(document))).pages


def test_a_long_table_has_its_head_on_every_page():
    table = Table("long", "Long", ["Name", "Number"], [Row(f"row {each}", [each]) for each in range(200)])

    pages = pypdf.PdfReader(io.BytesIO(as_pdf(Document("Long", [], [table])))).pages

    assert len(pages) > 3
    assert all("Number" in page.extract_text() for page in pages)


def test_the_statements_are_as_many_for_one_case_as_for_many(november):
    november.sit("kiongozi.1").client.get("/reports/", NOVEMBER)
    few = statements(november, "/reports/?period=own&first=2026-11-01&last=2026-11-30")
    for _each in range(20):
        lodged()

    assert statements(november, "/reports/?period=own&first=2026-11-01&last=2026-11-30") == few
    assert few <= 15


@pytest.mark.parametrize(
    ("name", "day", "first", "last"),
    [
        ("this-week", "2026-11-25", "2026-11-23", "2026-11-29"),
        ("last-week", "2026-11-25", "2026-11-16", "2026-11-22"),
        ("last-month", "2026-01-31", "2025-12-01", "2025-12-31"),
        ("this-quarter", "2026-11-25", "2026-10-01", "2026-12-31"),
        ("last-quarter", "2026-02-01", "2025-10-01", "2025-12-31"),
        ("this-year", "2028-02-29", "2028-01-01", "2028-12-31"),
    ],
)
def test_what_a_name_means(name, day, first, last):
    meant = named(name, dt.date.fromisoformat(day))

    assert (meant.first.isoformat(), meant.last.isoformat()) == (first, last)


def test_the_period_before_is_as_many_whole_months_or_as_many_days():
    november, days = (
        Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30)),
        Period(dt.date(2026, 3, 1), dt.date(2026, 3, 10)),
    )

    assert november.before == Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    assert days.before == Period(dt.date(2026, 2, 19), dt.date(2026, 2, 28))


def test_a_period_begins_at_midnight_in_dar_es_salaam():
    assert Period(dt.date(2026, 11, 1), dt.date(2026, 11, 1)).start == dt.datetime(2026, 10, 31, 21, tzinfo=dt.UTC)


def test_swahili_numbers_and_dates(november):
    november.client.cookies["django_language"] = "sw"
    with translation.override("sw"):
        page = november.sit("kiongozi.1").client.get("/reports/", NOVEMBER).content.decode()

    assert "1 Novemba 2026" in page
