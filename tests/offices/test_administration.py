"""Who gets to the administrator's screens, what they refuse, and what sheets bring in."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import Category
from notices.models import Notice
from offices import loading
from offices.models import Body, Department, Holiday, Office, Posting, Queue, Role, User
from workflows.models import Policy

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def few(write_csv):
    """Give a handful of offices and their queues."""
    rows = "code,level,name,parent_code\n1,mkoa,Pwani,\n12,wilaya,Kibaha,1\n120,halmashauri,Mji wa Kibaha,12\n"
    return loading.load(write_csv(rows))


@pytest.fixture
def mfumo(few, client):
    """Give the browser of an administrator by posting, no superuser."""
    user = User.objects.create(username="mfumo.1")
    Posting.objects.create(
        user=user, office=Office.objects.get(code="1"), role=Role.ADMINISTRATOR, valid_from=dt.date(2019, 10, 9)
    )
    client.cookies["django_language"] = "en"
    client.force_login(user)
    client.user = user
    return client


def url(screen, action, *args, app="offices"):
    return reverse(f"admin:{app}_{screen}_{action}", args=args)


def text(page):
    return page.content.decode()


# Who gets in.


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_but_administrators_gets_in(few, client, role):
    user = User.objects.create(username="other", is_staff=True)
    Posting.objects.create(user=user, office=Office.objects.get(code="1"), role=role, valid_from=dt.date(2019, 10, 9))
    client.force_login(user)

    assert client.get(url("office", "changelist"), follow=True).status_code == 403


def test_whoever_is_not_logged_in_is_asked_to(few, client):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/accounts/login/?next=/admin/"


def test_an_administrator_whose_posting_is_over_stays_outside(mfumo):
    mfumo.user.postings.update(valid_to=TODAY - dt.timedelta(days=1))

    assert mfumo.get("/admin/", follow=True).status_code == 403


SCREENS = ["office", "department", "queue", "body", "user", "posting", "workinghours", "holiday"]
OTHERS = [("complaints", "category"), ("workflows", "policy"), ("notices", "notice"), ("admin", "logentry")]


@pytest.mark.parametrize(("app", "screen"), [("offices", screen) for screen in SCREENS] + OTHERS)
def test_an_administrator_opens_every_screen(mfumo, app, screen):
    assert mfumo.get(url(screen, "changelist", app=app)).status_code == 200


@pytest.mark.parametrize(
    ("screen", "app", "asked", "answer"),
    [
        ("user", "offices", {"password__startswith": "pbkdf2"}, 400),
        ("user", "offices", {"postings__user__password__startswith": "pbkdf2"}, 400),
        ("notice", "notices", {"address__startswith": "+2557"}, 400),
        ("notice", "notices", {"facts__code__startswith": "1"}, 400),
        ("notice", "notices", {"status__exact": "sent"}, 200),
        ("user", "offices", {"postings__office__level__exact": "kata", "is_active__exact": "1"}, 200),
        ("posting", "offices", {"valid_from__year": "2026", "department__id__exact": "1"}, 200),
        ("queue", "offices", {"office__level__exact": "kata"}, 200),
        ("incident", "escalation", {"resolved_at__isempty": "1"}, 200),
        ("logentry", "admin", {"action_flag__exact": "1", "action_time__year": "2026"}, 200),
        ("category", "complaints", {"sensitive__exact": "1"}, 200),
        ("policy", "workflows", {"needs_approval__exact": "1"}, 200),
    ],
)
def test_no_address_guesses_what_a_screen_does_not_show(mfumo, screen, app, asked, answer):
    assert mfumo.get(url(screen, "changelist", app=app), asked).status_code == answer


def test_no_screen_shows_complaints_citizens_or_secrets(mfumo):
    from django.contrib import admin

    shown = {model._meta.label for model in admin.site._registry}

    assert shown == {
        *("offices.Office", "offices.Department", "offices.Queue", "offices.Body", "offices.User", "offices.Posting"),
        *("offices.WorkingHours", "offices.Holiday", "complaints.Category", "workflows.Policy", "notices.Notice"),
        *("channels_in.PartnerKey", "channels_in.Webhook", "channels_in.WebhookCall"),
        *("workflows.ReplyTemplate", "escalation.Incident", "admin.LogEntry"),
    }


# Deleting.


def test_what_is_in_use_is_not_deleted_and_the_page_says_where_it_is_used(mfumo):
    office = Office.objects.get(code="12")

    for page in (mfumo.get(url("office", "delete", office.pk)), mfumo.post(url("office", "delete", office.pk), YES)):
        assert page.status_code == 409
        assert "Offices: 1 (Mji wa Kibaha)" in text(page)
    assert Office.objects.filter(pk=office.pk).exists()


YES = {"post": "yes"}


def test_an_office_where_nothing_ever_waited_goes_with_its_queues(mfumo):
    office = Office.objects.get(code="120")
    assert office.queues.exists()

    assert mfumo.post(url("office", "delete", office.pk), YES).status_code == 302

    assert not Office.objects.filter(code="120").exists()
    assert not Queue.objects.filter(office_id=office.pk).exists()


def test_the_complaints_desk_is_never_deleted(mfumo):
    desk = Department.objects.get(code="malalamiko")

    page = mfumo.post(url("department", "delete", desk.pk), YES)

    assert (page.status_code, "Every office has the complaints desk." in text(page)) == (409, True)


def test_of_several_chosen_none_is_deleted_when_one_is_in_use(mfumo):
    chosen = {"action": "delete_selected", "_selected_action": [o.pk for o in Office.objects.all()], "post": "yes"}

    page = mfumo.post(url("office", "changelist"), chosen)

    assert "Some of them are in use" in text(page)
    assert Office.objects.count() == 3


def category(code="maji"):
    department = Department.objects.get(code="maji")
    names = {"name_sw": "Maji", "name_en": "Water"}
    return Category.objects.create(code=code, **names, department=department, start_level="kata", working_hours=40)


def test_a_subject_that_is_named_by_its_code_is_in_use_too(mfumo):
    maji = category("maji_taka")
    Body.objects.create(code="majisafi", name_sw="Maji Safi", name_en="Clean Water", subjects=["maji_taka"])

    page = mfumo.post(url("category", "delete", maji.pk, app="complaints"), YES)

    assert (page.status_code, "Outside bodies: 1 (Clean Water)" in text(page)) == (409, True)


def test_a_posting_that_has_begun_is_ended_and_not_deleted(mfumo):
    user = User.objects.create(username="afisa")
    begun, coming = (
        Posting.objects.create(user=user, office=Office.objects.get(code="1"), role="officer", valid_from=day)
        for day in (TODAY, TODAY + dt.timedelta(days=2))
    )

    assert mfumo.post(url("posting", "delete", begun.pk), YES).status_code == 409
    assert mfumo.post(url("posting", "delete", coming.pk), YES).status_code == 302


# History.


def test_the_history_says_who_changed_what_from_what_to_what(mfumo):
    office = Office.objects.get(code="12")
    form = {"code": "12", "level": "wilaya", "name": "Kibaha Mjini", "parent": office.parent_id}

    mfumo.post(url("office", "change", office.pk), form)

    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_change_message()) == (mfumo.user, "Changed Name: Kibaha → Kibaha Mjini.")
    assert "Kibaha → Kibaha Mjini" in text(mfumo.get("/admin/admin/logentry/"))
    assert mfumo.get(url("logentry", "change", entry.pk, app="admin"), follow=True).status_code == 200
    assert mfumo.post(url("logentry", "delete", entry.pk, app="admin"), YES).status_code == 403


# Policies.


def policy_form(**says):
    return {
        "category": "",
        "level": "",
        "valid_from": TODAY.isoformat(),
        "triage_hours": 8,
        "act_hours": 24,
        "approve_hours": 16,
        "outside_hours": 80,
        "reply_hours": 56,
        "directive_hours": 40,
        "contribution_hours": 24,
        "advice_hours": 24,
        "acknowledge_hours": 16,
        "silence_days": 14,
        "reopen_days": 30,
        "questions": 3,
    } | says


def test_a_policy_in_force_is_not_edited_but_followed_by_another(mfumo):
    old = Policy.objects.create(valid_from=TODAY - dt.timedelta(days=9))

    refused = mfumo.post(url("policy", "change", old.pk, app="workflows"), policy_form())
    added = mfumo.post(url("policy", "add", app="workflows"), policy_form())

    old.refresh_from_db()
    assert (refused.status_code, old.act_hours, added.status_code) == (403, None, 302)
    assert Policy.objects.order_by("valid_from").last().act_hours == 24
    assert mfumo.post(url("policy", "delete", old.pk, app="workflows"), YES).status_code == 409


def test_a_policy_is_not_in_force_before_today(mfumo):
    page = mfumo.post(url("policy", "add", app="workflows"), policy_form(valid_from="2026-01-01"))

    assert "from today at the earliest" in text(page)
    assert not Policy.objects.exists()


def test_a_new_version_begins_with_what_the_old_one_says(mfumo):
    Policy.objects.create(valid_from=TODAY - dt.timedelta(days=9), level="kata", act_hours=33)
    link = text(mfumo.get(url("policy", "changelist", app="workflows"))).split("policy/add/?")[1].split('"')[0]

    page = text(mfumo.get(url("policy", "add", app="workflows") + "?" + link.replace("&amp;", "&")))

    assert 'value="33"' in page and '<option value="kata" selected>' in page


# People.


def new_person(**says):
    inline = {f"postings-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    return {"username": "afisa.1.maji", "language": "en", "is_active": "on", "phone": "0700 000 012"} | inline | says


def test_a_new_person_is_told_where_to_set_a_password_and_none_is_typed(mfumo):
    assert 'type="password"' not in text(mfumo.get(url("user", "add")))

    mfumo.post(url("user", "add"), new_person())

    user, notice = User.objects.get(username="afisa.1.maji"), Notice.objects.get()
    assert (user.phone, user.has_usable_password(), user.is_staff) == ("+255700000012", False, False)
    where = "http://127.0.0.1:8000/accounts/password/reset/"
    assert (notice.kind, notice.address, notice.facts) == (
        "welcome",
        user.phone,
        {"who": user.username, "where": where},
    )


def test_who_cannot_be_reached_is_named(mfumo):
    page = mfumo.post(url("user", "add"), new_person(phone=""), follow=True)

    assert "nobody was told where to set a password: afisa.1.maji" in text(page)


def test_a_phone_that_is_none_is_refused(mfumo):
    assert "This is no phone number" in text(mfumo.post(url("user", "add"), new_person(phone="12")))


def test_nobody_gets_the_user_name_of_another_in_other_letters(mfumo):
    User.objects.create(username="AFISA.1.maji", phone="+255700000013")
    words = "Somebody has this user name already"

    assert words in text(mfumo.post(url("user", "add"), new_person()))
    assert words in text(send(mfumo, "user", "username,language,is_active\nafisa.1.Maji,en,1\n"))
    assert User.objects.filter(username__iexact="afisa.1.maji").count() == 1


def test_an_administrator_makes_no_superuser_and_touches_none(mfumo):
    above = User.objects.create(username="root", is_superuser=True)
    mfumo.post(url("user", "add"), new_person(is_superuser="on", is_staff="on"))

    assert not User.objects.get(username="afisa.1.maji").is_superuser
    assert mfumo.post(url("user", "change", above.pk), new_person(username="mine")).status_code == 403


def test_nobody_posts_themself(mfumo):
    form = {"user": mfumo.user.pk, "office": Office.objects.get(code="1").pk, "role": "leader"}

    page = mfumo.post(url("posting", "add"), form | {"valid_from": TODAY.isoformat()})

    assert "Nobody changes their own postings." in text(page)


@pytest.fixture
def officer(few):
    """Give an officer who is logged in elsewhere."""
    user = User.objects.create(username="afisa.120.maji")
    user.set_password("maji safi kila siku")
    user.save()
    office = Office.objects.get(code="120")
    Posting.objects.create(user=user, office=office, role="officer", valid_from=dt.date(2019, 10, 9))
    browser = Client()
    browser.post("/accounts/login/", {"username": user.username, "password": "maji safi kila siku"})
    user.browser = browser
    return user


def is_in(user):
    return user.browser.get("/accounts/sessions/").status_code == 200


def test_disabling_a_person_ends_their_sessions_at_once(mfumo, officer, django_capture_on_commit_callbacks):
    assert is_in(officer)

    inline = {"postings-TOTAL_FORMS": 0, "postings-INITIAL_FORMS": 0}
    with django_capture_on_commit_callbacks(execute=True):
        mfumo.post(url("user", "change", officer.pk), {"username": officer.username, "language": "sw"} | inline)

    assert Session.objects.count() == 1  # the administrator's own
    assert not is_in(officer)


def test_ending_the_last_posting_ends_their_sessions_at_once(mfumo, officer, django_capture_on_commit_callbacks):
    posting = officer.postings.get()
    form = {"user": officer.pk, "office": posting.office_id, "role": "officer", "valid_from": "2019-10-09"}

    with django_capture_on_commit_callbacks(execute=True):
        yesterday = (TODAY - dt.timedelta(days=1)).isoformat()
        assert mfumo.post(url("posting", "change", posting.pk), form | {"valid_to": yesterday}).status_code == 302

    assert not is_in(officer)


def test_a_lost_telephone_is_forgotten(mfumo, officer):
    Authenticator.objects.create(user=officer, type="totp", data={})

    mfumo.post(url("user", "changelist"), {"action": "forget_second_factor", "_selected_action": [officer.pk]})

    assert not Authenticator.objects.exists()
    assert not is_in(officer)
    assert LogEntry.objects.get().object_repr == officer.username


# Sheets.


def send(browser, screen, rows, app="offices", kind="csv"):
    """Send a sheet; give the page that shows what it would do."""
    if kind == "xlsx":
        book, file = openpyxl.Workbook(), io.BytesIO()
        for row in rows.splitlines():
            book.active.append(row.split(","))
        book.save(file)
        content = file.getvalue()
    else:
        content = rows.encode()
    upload = SimpleUploadedFile(f"sheet.{kind}", content)
    return browser.post(url(screen, "import", app=app), {"format": ["csv", "xlsx"].index(kind), "import_file": upload})


def confirm(browser, screen, page, app="offices"):
    said = {
        name: field.value()
        for name, field in zip(page.context["confirm_form"].fields, page.context["confirm_form"], strict=True)
    }
    return browser.post(url(screen, "process_import", app=app), said, follow=True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_sheet_is_shown_first_and_taken_when_confirmed(mfumo, kind):
    page = send(
        mfumo, "office", "code,level,name,parent_code\n12001,kata,Tumbi,120\n12,wilaya,Kibaha Mjini,1\n", kind=kind
    )
    assert ("Tumbi" in text(page), Office.objects.count()) == (True, 3)

    confirm(mfumo, "office", page)

    assert Office.objects.get(code="12001").queues.exists()
    assert Office.objects.get(code="12").name == "Kibaha Mjini"
    assert LogEntry.objects.count() == 2


def test_every_bad_row_is_told_and_nothing_is_taken(mfumo):
    rows = "12001,kata,Tumbi,999\n12002,kijiji,Pangani,120\n12003,kata,Sofu,120\n12004,mkoa,Juu,120\n"

    page = send(mfumo, "office", f"code,level,name,parent_code\n{rows}")

    told = {row.number: " ".join(row.error.messages) for row in page.context["result"].invalid_rows}
    assert told == {
        1: "There is no office “999”.",
        2: "Value 'kijiji' is not a valid choice.",
        4: "The office above must be of a higher level.",
    }
    assert "confirm_form" not in page.context or not page.context["confirm_form"]
    assert Office.objects.count() == 3


def test_a_sheet_of_people_holds_no_password_and_each_is_told_where_to_set_one(mfumo):
    rows = "username,first_name,last_name,email,phone,language,is_active\nafisa.1,A,B,,0700000012,sw,1\n"

    confirm(mfumo, "user", send(mfumo, "user", rows))

    assert not User.objects.get(username="afisa.1").has_usable_password()
    assert Notice.objects.get().facts["who"] == "afisa.1"


def test_a_sheet_of_postings_names_people_and_offices_by_their_codes(mfumo, officer):
    rows = "user,office,department,role,sensitive_categories,valid_from,valid_to\nafisa.120.maji,12,maji,supervisor,a|b,2026-11-01,\n"

    confirm(mfumo, "posting", send(mfumo, "posting", rows))

    posting = officer.postings.get(role="supervisor")
    assert (posting.office.code, posting.sensitive_categories) == ("12", ["a", "b"])


@pytest.mark.parametrize(
    ("screen", "app", "rows"),
    [
        ("department", "offices", "code,name_sw,name_en,levels\nuvuvi,Uvuvi,Fisheries,halmashauri|kata\n"),
        ("body", "offices", "code,name_sw,name_en,subjects,phone,email,note\ndawasa,D,D,maji|x,,,\n"),
        ("holiday", "offices", "date,name_sw\n2031-01-01,Mwaka mpya\n"),
        ("queue", "offices", "office,department\n1,maji\n"),
        (
            "category",
            "complaints",
            "code,name_sw,name_en,department,start_level,working_hours,sensitive,protected,evidence,keywords\n"
            "maji,Maji,Water,maji,kata,40,0,0,1,bomba|bili\n",
        ),
        (
            "policy",
            "workflows",
            "category,level,valid_from,triage_hours,act_hours,approve_hours,outside_hours,reply_hours,directive_hours,"
            "contribution_hours,advice_hours,acknowledge_hours,"
            "silence_days,reopen_days,questions,needs_approval\n,kata,2031-01-01,8,24,16,80,56,40,24,24,16,14,30,3,1\n",
        ),
    ],
)
def test_what_goes_out_as_a_sheet_comes_in_again_unchanged(mfumo, screen, app, rows):
    Queue.objects.filter(department__code="maji", office__code="1").delete()
    confirm(mfumo, screen, send(mfumo, screen, rows, app=app), app=app)

    sheet = mfumo.post(url(screen, "export", app=app), {"format": 0}).content.decode("utf-8-sig")
    again = send(mfumo, screen, sheet, app=app)

    assert rows.splitlines()[1] in sheet.splitlines()
    assert {row.import_type for row in again.context["result"].rows} == {"skip"}


def test_who_took_out_a_sheet_stands_in_the_history(mfumo):
    mfumo.post(url("user", "export"), {"format": 0})

    taken = LogEntry.objects.get()
    assert (taken.user, taken.content_type.model, taken.change_message) == (
        mfumo.user,
        "user",
        "Taken out as a file: 1",
    )
    assert "Taken out as a file" in text(mfumo.get(url("logentry", "changelist", app="admin")))


def test_a_policy_in_a_sheet_is_added_and_never_edited(mfumo):
    Policy.objects.create(level="kata", valid_from=TODAY)
    head = "category,level,valid_from,triage_hours,act_hours\n"

    page = send(mfumo, "policy", f"{head},kata,{TODAY},8,99\n,kata,2020-01-01,8,99\n", app="workflows")

    assert page.context["result"].has_validation_errors()
    assert Policy.objects.get().act_hours is None


def test_what_is_no_sheet_is_refused_in_words(mfumo):
    for content in (b"\xff\xfe\x00", b"", b"a,b\n1,2\n"):
        upload = SimpleUploadedFile("sheet.csv", content)
        page = mfumo.post(url("holiday", "import"), {"format": 0, "import_file": upload})

        assert page.status_code == 200
        assert "confirm_form" not in page.context or not page.context["confirm_form"]
    assert Holiday.objects.filter(name_sw="2").count() == 0


def workbook_of(sheet):
    """Give a workbook whose one sheet is these bytes."""
    book, file, out = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as mine:
        for name in whole.namelist():
            mine.writestr(name, sheet if name.endswith("sheet1.xml") else whole.read(name))
    return out.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
    '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>date</t></is></c><c r="B1" t="inlineStr"><is><t>name_sw</t></is>'
    '</c></row>%s</sheetData></worksheet>'
)  # fmt: skip
SMALL_TO_SEND = {
    "a bomb": ("xlsx", lambda: workbook_of(b" " * 40 * 1024 * 1024), "too large when it is opened"),
    "a row far below": ("xlsx", lambda: workbook_of(SHEET % '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), ""),
    "many rows": ("csv", lambda: b"date,name_sw\n" + b"x,y\n" * 100_000, "more than 5000 rows"),
    "many rows of a workbook": (
        "xlsx", lambda: workbook_of(SHEET % ('<row><c t="inlineStr"><is><t>x</t></is></c></row>' * 6000)), "more than 5000 rows",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SMALL_TO_SEND)
def test_what_is_small_to_send_and_large_to_read_is_refused_in_words(mfumo, name):
    kind, make, words = SMALL_TO_SEND[name]
    upload = SimpleUploadedFile(f"sheet.{kind}", make())
    assert upload.size < 1024 * 1024

    page = mfumo.post(url("holiday", "import"), {"format": ["csv", "xlsx"].index(kind), "import_file": upload})

    assert page.status_code == 200
    assert words in text(page)
    assert not page.context.get("confirm_form")


def test_a_sheet_that_is_no_longer_kept_is_asked_for_once_more(mfumo):
    page = send(mfumo, "holiday", "date,name_sw\n2031-01-01,Mwaka mpya\n")
    confirm(mfumo, "holiday", page)

    assert "Send it once more." in text(confirm(mfumo, "holiday", page))
