"""Reports: any period and any office of the own tree; on the page, and as files that other readers open."""

import csv
import datetime as dt
import html
import io
import re

import openpyxl
import pypdf
import pytest
from django.utils import translation

from offices.models import Posting
from reports import views
from reports.files import Document, as_csv, as_pdf, as_xlsx
from reports.models import Export
from reports.periods import Period, named
from reports.tables import Row, Table, shown
from tests.reports.test_figures import a_world
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
        assert (answer.status_code, "Write a day of the years 2000 to 2099." in answer.content.decode()) == (422, True)
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


EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\u00a0@SUM(A1)",
    "\uff1d1+1",
    '=HYPERLINK("http://example")',
]


def test_no_cell_is_a_formula():
    table = Table("evil", "=evil", ["=a", "=b"], [Row(each, [each]) for each in EVIL])
    document = Document("=title", ["+about"], [table], [("=note", "-note")])

    read = list(csv.reader(io.StringIO(as_csv(document).decode("utf-8-sig"), newline="")))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(document)))

    assert [cell for row in read for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))] == []
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


# The same numbers everywhere.


def numbers(cells):
    """Read cells as a person does: a dash is nothing, 1,200 is 1200."""
    return [None if cell in ("–", "", None) else float(str(cell).replace(",", "")) for cell in cells]


def on_the_page(page):
    """Give each table of a page: its caption, and the rows as their names and numbers."""
    found = {}
    for table in page.content.decode().split("<table")[1:]:
        caption = re.search(r"<caption[^>]*>([^<]+)", table)[1]
        rows = re.findall(r'<tr><th scope="row">(?:<a[^>]*>)?([^<]+)(.*?)</tr>', table, re.S)
        cells = re.compile(r'<td class="mlm-number">([^<]*)')
        found[html.unescape(caption)] = [(html.unescape(name), numbers(cells.findall(rest))) for name, rest in rows]
    return found


@pytest.fixture
def busy(desk, now):
    """Give a desk after a world of moves, in which every table has rows."""
    now(a_world())
    return desk.sit("kiongozi.1")


BOTH_MONTHS = {"period": "own", "first": "2026-11-01", "last": "2026-12-31"}


@pytest.mark.parametrize("language", ["sw", "en"])
def test_page_workbook_csv_and_pdf_hold_the_same_numbers(busy, language):
    busy.client.cookies["django_language"] = language
    page_itself = busy.client.get("/reports/", BOTH_MONTHS)
    page = on_the_page(page_itself)
    xlsx, text, pdf = (
        busy.client.get(f"/reports/report.{form}", BOTH_MONTHS).content for form in ("xlsx", "csv", "pdf")
    )

    book = openpyxl.load_workbook(io.BytesIO(xlsx)).worksheets[1:]
    in_book = [[(row[0], numbers(row[1:])) for row in sheet.iter_rows(min_row=2, values_only=True)] for sheet in book]
    listed = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    in_csv = [[(row[0], numbers(row[1:])) for row in rows] for rows in tables_of(listed, page)]
    on_paper = " ".join("\n".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())

    assert len(page) == 8 and all(page.values())
    assert in_book == list(page.values())
    assert in_csv == list(page.values())
    assert [line for line in as_read(page_itself) if line not in on_paper] == []


def as_read(page):
    """Give each line of each table of a page as one reads it aloud from the last word of its name on."""
    rows = re.findall(r'<tr><th scope="row">(?:<a[^>]*>)?([^<]+)(.*?)</tr>', page.content.decode(), re.S)
    return [
        " ".join([html.unescape(name).split()[-1], *re.findall(r'<td class="mlm-number">([^<]*)', rest)])
        for name, rest in rows
    ]


def tables_of(listed, page):
    """Give the rows of each table in a CSV file, without its caption and the names of its columns."""
    for caption, rows in page.items():
        begins = listed.index([caption]) + 2
        yield listed[begins : begins + len(rows)]


LONG = "Halmashauri ya Manispaa ya Mtaa wa Mwananyamala Kisiwani " * 3 + "X" * 120


def test_a_name_of_any_length_stays_within_its_column_on_paper():
    rows = [Row(LONG, [number * 1_000_000 for number in range(10)]) for _each in range(30)]
    table = Table("long", LONG, [LONG[:60]] * 11, rows)

    pages = pypdf.PdfReader(io.BytesIO(as_pdf(Document(LONG, [LONG], [table])))).pages

    assert len("".join(page.extract_text() for page in pages).split("9,000,000")) == 31


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2017-01-01", "2026-12-31"), ("2000-01-01", "2099-12-31"), ("2030-01-01", "2030-03-31"), ("2001-01-01", "2001-01-01"),
    ],
)  # fmt: skip
def test_ten_years_a_century_days_to_come_and_a_day_long_ago(november, first, last):
    asked = {"period": "own", "first": first, "last": last}

    page = november.sit("kiongozi.1").client.get("/reports/", asked)

    assert page.status_code == 200
    assert ("These days are still to come." in page.content.decode()) == first.startswith("2030")
    for form in ("pdf", "xlsx", "csv"):
        assert november.client.get(f"/reports/report.{form}", asked).status_code == 200


def test_ten_years_are_told_year_by_year(november):
    page = on_the_page(november.sit("kiongozi.1").client.get("/reports/", {"period": "own", "first": "2017-06-01", "last": "2027-05-31"}))  # fmt: skip

    assert [name for name, _row in page["Over time"]] == [str(year) for year in range(2017, 2027)]
    assert page["Over time"][-1][1][0] == 4


@pytest.mark.parametrize("path", ["/reports/", "/desk/audit/", "/desk/audit/exports/"])
@pytest.mark.parametrize(
    ("first", "last"), [("0001-01-01", "0001-01-02"), ("2026-01-01", "9999-12-31"), ("2026-02-30", "2026-03-01")]
)
def test_days_that_nobody_means_are_refused_in_words(november, path, first, last):
    page = november.sit("kiongozi.1").client.get(path, {"period": "own", "first": first, "last": last})

    assert page.status_code == 422
    assert "There is a problem" in page.content.decode()


def test_a_leader_picks_a_department_on_the_form(november):
    page = november.sit("kiongozi.1").client.get("/reports/", NOVEMBER | {"department": "maji"})

    assert '<option value="maji" selected>' in page.content.decode()
    assert cells(page, "Complaints received")[0] == "2"
    assert 'name="department"' not in november.sit("msimamizi.120.maji").client.get("/reports/").content.decode()


def test_a_leader_picks_a_subject_and_a_way_in_on_the_form(november):
    client = november.sit("kiongozi.1").client

    page = client.get("/reports/", NOVEMBER | {"category": "maji", "channel": "web"})

    said = page.content.decode()
    assert '<option value="maji" selected>' in said and '<option value="web" selected>' in said
    assert "<li>Water supply</li>" in said and "<li>on the web</li>" in said
    assert cells(page, "Complaints received")[0] == "1"
    assert cells(client.get("/reports/", NOVEMBER | {"channel": "sms_kannel"}), "Complaints received")[0] == "3"
    assert "category=maji&amp;channel=web" in said  # the files are of the same
    file = client.get("/reports/report.csv", NOVEMBER | {"category": "maji", "channel": "web"})
    assert "Water supply" in file.content.decode("utf-8-sig")


@pytest.mark.parametrize("wish", [{"category": "hakuna"}, {"channel": "desk"}, {"channel": "x" * 999}])
def test_a_subject_or_way_in_that_there_is_not_is_refused_in_words(november, wish):
    client = november.sit("kiongozi.1").client

    assert client.get("/reports/", NOVEMBER | wish).status_code == 422
    assert client.get("/reports/report.csv", NOVEMBER | wish).status_code == 404


# Sensitive subjects.

NOT_SHOWN = "Subject not yet known, or too few to be shown"


def test_few_of_a_sensitive_subject_are_not_named_to_one_who_may_not_open_them(november):
    page = november.sit("kiongozi.1").client.get("/reports/", NOVEMBER)

    assert "Corruption" not in page.content.decode()
    assert cells(page, NOT_SHOWN)[0] == "2"  # one of corruption, one without a subject
    assert cells(page, "Complaints received")[0] == "4"


def test_many_of_it_are(november):
    for _each in range(4):
        lodged(category=category("rushwa"))

    page = november.sit("kiongozi.1").client.get("/reports/", NOVEMBER)

    assert cells(page, category("rushwa").name_en)[0] == "5"
    assert cells(page, NOT_SHOWN)[0] == "1"


def test_nor_is_it_a_subject_to_narrow_by(november):
    client = november.sit("kiongozi.1").client

    assert 'value="rushwa"' not in client.get("/reports/", NOVEMBER).content.decode()
    assert client.get("/reports/", NOVEMBER | {"category": "rushwa"}).status_code == 422
    assert client.get("/reports/report.xlsx", NOVEMBER | {"category": "rushwa"}).status_code == 404


def test_whoever_may_open_the_cases_sees_their_figures(november):
    Posting.objects.filter(user__username="kiongozi.1").update(sensitive_categories=["rushwa"])
    client = november.sit("kiongozi.1").client

    assert cells(client.get("/reports/", NOVEMBER), category("rushwa").name_en)[0] == "1"
    assert cells(client.get("/reports/", NOVEMBER | {"category": "rushwa"}), "Complaints received")[0] == "1"


def test_months_and_numbers_as_tanzania_writes_them(november):
    november.client.cookies["django_language"] = "sw"
    page = on_the_page(november.sit("kiongozi.1").client.get("/reports/", {"period": "this-year"}))

    assert [name for name, _row in page["Kadiri ya muda"]][:3] == ["Januari 2026", "Februari 2026", "Machi 2026"]
    with translation.override("sw"):
        assert (shown(1234567), shown(1234.5), shown(None)) == ("1,234,567", "1,234.5", "–")
