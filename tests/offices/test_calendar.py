"""Deadlines fall in working time."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offices import calendar as offices_calendar
from offices.calendar import Calendar, CalendarNeverOpens, seed_holidays, seed_working_hours
from offices.kept import forget
from offices.models import Holiday, WorkingHours

DAR = ZoneInfo("Africa/Dar_es_Salaam")
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE_HOURS = (dt.time(7, 30), dt.time(15, 30))
UNION_DAY = dt.date(2027, 4, 26)  # a Monday
WEEK = Calendar(dict.fromkeys(range(5), OFFICE_HOURS), frozenset({UNION_DAY}), DAR)


def dar(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=DAR)


DEADLINES = [
    ("2027-04-20 08:00", 4, "2027-04-20 12:00", "within one day"),
    ("2027-04-20 08:00", 8, "2027-04-21 08:00", "over the night"),
    ("2027-04-20 07:30", 8, "2027-04-20 15:30", "a full day ends at closing, not at the next opening"),
    ("2027-04-20 15:30", 1, "2027-04-21 08:30", "from closing on, the next day counts"),
    ("2027-04-20 22:00", 1, "2027-04-21 08:30", "from the evening, the next day counts"),
    ("2027-04-20 03:00", 1, "2027-04-20 08:30", "before opening, the same day counts"),
    ("2027-04-23 15:00", 1, "2027-04-27 08:00", "over a weekend and a holiday"),
    ("2027-04-24 12:00", 16, "2027-04-28 15:30", "two days from a Saturday"),
    ("2027-04-20 08:00", Decimal("0.5"), "2027-04-20 08:30", "half an hour"),
    ("2027-04-20 08:00", dt.timedelta(minutes=7), "2027-04-20 08:07", "a length"),
    ("2027-04-24 12:00", 0, "2027-04-24 12:00", "no hours are no wait"),
]


@pytest.mark.parametrize(("at", "hours", "due", "why"), DEADLINES, ids=[row[-1] for row in DEADLINES])
def test_a_deadline_falls_after_so_many_working_hours(at, hours, due, why):
    assert WEEK.add_working_time(dar(at), hours) == dar(due)


def test_a_moment_is_the_same_in_every_time_zone():
    at = dar("2027-04-20 08:00")

    due = WEEK.add_working_time(at.astimezone(ZoneInfo("America/New_York")), 8)

    assert due == WEEK.add_working_time(at, 8)
    assert due.tzinfo == dt.UTC


def test_a_weekday_may_have_hours_of_its_own():
    calendar = Calendar({4: (dt.time(8), dt.time(12))}, frozenset(), DAR)

    due = calendar.add_working_time(dar("2027-04-23 11:00"), 2)

    assert due == dar("2027-04-30 09:00")


def test_a_day_on_which_the_clocks_change_has_its_true_length():
    whole_sundays = Calendar({6: (dt.time(0), dt.time(12))}, frozenset(), BERLIN)
    midnight, noon = (dt.datetime(2027, 3, 28, hour, tzinfo=BERLIN) for hour in (0, 12))

    passed = whole_sundays.working_time_between(midnight, noon)

    assert passed == dt.timedelta(hours=11)


def test_working_time_does_not_run_backwards():
    earlier, later = dar("2027-04-20 08:00"), dar("2027-04-20 09:00")

    assert WEEK.working_time_between(later, earlier) == dt.timedelta(0)
    assert WEEK.working_time_between(earlier, earlier) == dt.timedelta(0)


def test_without_any_working_hours_there_is_no_deadline_and_no_endless_search():
    never = Calendar({}, frozenset(), DAR)

    with pytest.raises(CalendarNeverOpens, match="No working hours are set"):
        never.add_working_time(dar("2027-04-20 08:00"), 1)
    assert never.working_time_between(dar("2027-04-20 08:00"), dar("2027-04-30 08:00")) == dt.timedelta(0)


@pytest.mark.parametrize(("at", "hours"), [(dt.datetime(2027, 4, 20, 8), 1), (dar("2027-04-20 08:00"), -1)])
def test_what_makes_no_sense_is_refused(at, hours):
    with pytest.raises(ValueError, match="has no time zone|less than none"):
        WEEK.add_working_time(at, hours)


moments = st.datetimes(
    dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1), timezones=st.sampled_from([dt.UTC, DAR, BERLIN])
)
lengths = st.timedeltas(dt.timedelta(0), dt.timedelta(hours=300))
minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: dt.time(*divmod(minute, 60)))
day_hours = st.tuples(minutes, minutes).map(sorted).filter(lambda times: times[0] < times[1]).map(tuple)
calendars = st.builds(
    Calendar,
    hours=st.dictionaries(st.integers(0, 6), day_hours, min_size=1),
    holidays=st.frozensets(st.dates(dt.date(2020, 1, 1), dt.date(2035, 1, 1)), max_size=50),
    zone=st.just(DAR),
)


@given(moments, lengths)
def test_the_working_time_until_a_deadline_is_what_was_given(at, length):
    assert WEEK.working_time_between(at, WEEK.add_working_time(at, length)) == length


@given(calendars, moments, st.timedeltas(dt.timedelta(0), dt.timedelta(hours=5)))
def test_so_it_is_under_any_calendar(calendar, at, length):
    assert calendar.working_time_between(at, calendar.add_working_time(at, length)) == length


@given(moments, moments, lengths)
def test_who_comes_earlier_is_not_due_later(one, other, length):
    earlier, later = sorted([one, other])

    assert WEEK.add_working_time(earlier, length) <= WEEK.add_working_time(later, length)


@given(moments, lengths, lengths)
def test_who_has_longer_is_not_due_earlier(at, one, other):
    shorter, longer = sorted([one, other])

    assert at <= WEEK.add_working_time(at, shorter) <= WEEK.add_working_time(at, longer)


@given(moments, moments, moments)
def test_working_time_adds_up(first, second, third):
    start, between, end = sorted([first, second, third])

    whole = WEEK.working_time_between(start, end)

    assert whole == WEEK.working_time_between(start, between) + WEEK.working_time_between(between, end)


@pytest.mark.django_db
def test_the_calendar_is_read_from_both_tables():
    WorkingHours.objects.create(weekday=2, opens=dt.time(9), closes=dt.time(10))
    Holiday.objects.create(date=UNION_DAY, name_sw="Muungano wa Tanzania")

    calendar = offices_calendar.calendar()

    assert calendar == Calendar({2: (dt.time(9), dt.time(10))}, frozenset({UNION_DAY}), DAR)


@pytest.mark.django_db
def test_the_calendar_is_kept_until_it_is_forgotten(django_assert_num_queries):
    seed_working_hours()
    offices_calendar.calendar()

    with django_assert_num_queries(0):
        offices_calendar.calendar()
    forget()
    with django_assert_num_queries(2):
        offices_calendar.calendar()


@pytest.mark.django_db
def test_offices_open_monday_to_friday_until_an_administrator_says_otherwise():
    seed_working_hours()
    WorkingHours.objects.exclude(weekday=0).delete()
    WorkingHours.objects.update(closes=dt.time(12))

    seed_working_hours()

    assert list(WorkingHours.objects.values_list("weekday", "opens", "closes")) == [(0, dt.time(7, 30), dt.time(12))]


@pytest.mark.django_db
def test_holidays_are_tanzanias_in_swahili():
    seed_holidays([2027])

    assert Holiday.objects.get(date=UNION_DAY).name_sw == "Muungano wa Tanzania"
    assert set(Holiday.objects.values_list("date__year", flat=True)) == {2027}


@pytest.mark.django_db
def test_seeding_again_leaves_an_administrators_holidays_alone():
    seed_holidays([2027])
    eid = Holiday.objects.filter(name_sw__startswith="Eid El-Fitri").earliest("date")
    eid.date -= dt.timedelta(days=1)
    eid.save()
    Holiday.objects.filter(date=UNION_DAY).update(name_sw="Siku ya Muungano")
    edited = set(Holiday.objects.values_list("date", "name_sw"))

    new = seed_holidays([2027])

    assert new == 0
    assert set(Holiday.objects.values_list("date", "name_sw")) == edited


@pytest.mark.django_db
def test_a_day_entered_by_hand_does_not_keep_its_year_from_being_seeded():
    Holiday.objects.create(date=UNION_DAY, name_sw="Siku ya Muungano")

    seed_holidays([2027])

    assert Holiday.objects.get(date=UNION_DAY).name_sw == "Siku ya Muungano"
    assert Holiday.objects.filter(date=dt.date(2027, 12, 25)).exists()
