"""An administrator edits all of it on screen."""

import datetime as dt

import pytest
from django.urls import reverse

from offices import loading
from offices.calendar import calendar, seed_working_hours
from offices.models import Department, Holiday, Office, Queue, User, WorkingHours

pytestmark = pytest.mark.django_db

SCREENS = ["office", "department", "queue", "body", "user", "posting", "workinghours", "holiday"]


@pytest.fixture
def region():
    loading.load(loading.DATA / "offices-dar-es-salaam.csv")


def url(screen, action, *args):
    """Give the address of an administrator's screen."""
    return reverse(f"admin:offices_{screen}_{action}", args=args)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_table_has_a_list_that_can_be_searched_and_a_form(region, admin_client, screen):
    for address in (url(screen, "changelist"), url(screen, "changelist") + "?q=maji", url(screen, "add")):
        assert admin_client.get(address).status_code == 200


def test_a_new_office_gets_its_complaints_desk(region, admin_client):
    ward = Office.objects.get(code="12103")

    admin_client.post(url("office", "add"), {"code": "9", "level": "mtaa", "name": "Mpya", "parent": ward.pk})

    assert [queue.department.code for queue in Queue.objects.filter(office__code="9")] == ["malalamiko"]


def test_a_new_department_gets_a_queue_in_every_office_of_its_levels(region, admin_client):
    form = {"code": "uvuvi", "name_sw": "Uvuvi", "name_en": "Fisheries", "levels": ["halmashauri", "kata"]}

    admin_client.post(url("department", "add"), form)

    assert Queue.objects.filter(department=Department.objects.get(code="uvuvi")).count() == 5 + 102


@pytest.mark.parametrize(
    ("code", "level", "above"),
    [("12103", "kata", "1210302"), ("12103", "mtaa", "122"), ("12103", "kata", "12103"), ("12", "wilaya", "120")],
)
def test_an_office_cannot_be_put_beneath_a_lower_one(region, admin_client, code, level, above):
    office, parent = Office.objects.get(code=code), Office.objects.get(code=above)
    form = {"code": code, "level": level, "name": office.name, "parent": parent.pk}

    response = admin_client.post(url("office", "change", office.pk), form)

    assert response.context["adminform"].errors
    assert Office.objects.get(code=code).parent_id == office.parent_id


def test_an_edited_calendar_holds_at_once(region, admin_client, django_capture_on_commit_callbacks):
    wednesday = WorkingHours.objects.get(weekday=2)
    calendar()

    with django_capture_on_commit_callbacks(execute=True):
        form = {"weekday": 2, "opens": "08:00", "closes": "12:00"}
        admin_client.post(url("workinghours", "change", wednesday.pk), form)

    assert calendar().hours[2] == (dt.time(8), dt.time(12))


def test_a_deleted_holiday_is_a_working_day_at_once(region, admin_client, django_capture_on_commit_callbacks):
    holiday = Holiday.objects.latest("date")
    calendar()

    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(url("holiday", "delete", holiday.pk), {"post": "yes"})

    assert holiday.date not in calendar().holidays


def test_staff_who_are_no_administrators_stay_outside(region, client):
    client.force_login(User.objects.create(username="afisa.1.maji"))

    assert client.get(url("office", "changelist")).status_code == 302


def test_the_last_day_of_working_hours_is_not_deleted(admin_client):
    seed_working_hours()
    days = list(WorkingHours.objects.values_list("pk", flat=True))
    all_of_them = {"action": "delete_selected", "_selected_action": days, "post": "yes"}

    admin_client.post(url("workinghours", "changelist"), all_of_them)
    admin_client.post(url("workinghours", "changelist"), all_of_them | {"_selected_action": days[1:]})
    admin_client.post(url("workinghours", "delete", days[0]), {"post": "yes"})

    assert list(WorkingHours.objects.values_list("pk", flat=True)) == days[:1]
