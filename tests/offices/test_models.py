"""The database keeps what must always hold of offices and postings."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from offices.models import Level, Office, Posting, Role, User, WorkingHours, is_above

pytestmark = pytest.mark.django_db

TODAY = dt.date(2027, 4, 20)


@pytest.fixture
def office():
    return Office.objects.create(code="1", level=Level.REGION, name="Dar es Salaam")


@pytest.fixture
def user():
    return User.objects.create(username="afisa.1")


def test_a_higher_level_is_above_a_lower_one():
    assert is_above(Level.REGION, Level.STREET)
    assert not is_above(Level.STREET, Level.REGION)
    assert not is_above(Level.WARD, Level.WARD)


def test_an_office_of_no_known_level_is_refused():
    with pytest.raises(IntegrityError, match="office_level_known"):
        Office.objects.create(code="1", level="kijiji", name="Pemba")


def test_an_office_is_not_its_own_parent(office):
    office.parent = office

    with pytest.raises(IntegrityError, match="office_not_its_own_parent"):
        office.save()


def test_hours_that_close_before_they_open_are_refused():
    with pytest.raises(IntegrityError, match="closes_after_it_opens"):
        WorkingHours.objects.create(weekday=0, opens=dt.time(15), closes=dt.time(7))


def test_the_same_posting_is_held_once_with_or_without_a_department(office, user):
    Posting.objects.create(user=user, office=office, role=Role.LEADER, valid_from=TODAY)

    with pytest.raises(IntegrityError, match="posting_once"), transaction.atomic():
        Posting.objects.create(user=user, office=office, role=Role.LEADER, valid_from=TODAY)


def test_a_posting_does_not_end_before_it_begins(office, user):
    yesterday = TODAY - dt.timedelta(days=1)

    with pytest.raises(IntegrityError, match="posting_ends_after_it_begins"):
        Posting.objects.create(user=user, office=office, role=Role.LEADER, valid_from=TODAY, valid_to=yesterday)


@pytest.mark.parametrize(
    ("begins", "ends", "active", "serves"),
    [
        (-1, None, True, True),
        (0, 0, True, True),
        (-2, -1, True, False),
        (1, None, True, False),
        (-1, None, False, False),
    ],
)
def test_a_posting_holds_from_its_first_day_to_its_last(office, user, begins, ends, active, serves):
    User.objects.update(is_active=active)
    first = TODAY + dt.timedelta(days=begins)
    last = None if ends is None else TODAY + dt.timedelta(days=ends)
    Posting.objects.create(user=user, office=office, role=Role.LEADER, valid_from=first, valid_to=last)

    assert Posting.objects.serving(TODAY).exists() is serves
