"""By night no telephone rings for what can wait; it rings in the morning."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from notices.delivery import deliver_due
from notices.kinds import CAN_WAIT, KINDS
from notices.models import Status
from notices.senders import TryLater

HERE = ZoneInfo("Africa/Dar_es_Salaam")


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.QUIET_HOURS = (21, 6)


def at(hour, minute=0, day=24):
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=HERE)


@pytest.mark.parametrize(
    ("moment", "sent"),
    [(at(20, 59), 1), (at(21), 0), (at(23, 59), 0), (at(3), 0), (at(5, 59), 0), (at(6), 1), (at(12), 1)],
)
def test_what_can_wait_waits_from_nine_to_six(waiting, gateway, moment, sent):
    waiting(kind="answered", at=moment)

    assert deliver_due(moment, sender=gateway).sent == sent


@pytest.mark.parametrize("kind", ["reply", "code", "received", "confirmed", "status"])
def test_what_the_citizen_has_just_asked_for_is_said_at_night_too(waiting, gateway, kind):
    waiting(kind=kind, at=at(23))

    assert deliver_due(at(23), sender=gateway).sent == 1


def test_an_email_rings_nowhere(waiting, gateway):
    waiting("mamlaka@example.org", kind="body_asked", way="email", at=at(23))

    assert deliver_due(at(23), sender=gateway).sent == 1


def test_what_waits_keeps_no_other_from_going_and_goes_in_the_morning_in_its_order(waiting, gateway):
    later = [waiting(f"+2557540000{number:02}", kind="answered", at=at(22)).pk for number in range(30)]
    now = waiting(at=at(22, 30))

    deliver_due(at(23), sender=gateway)
    by_night = [pk for pk, _number, _text in gateway.got]
    deliver_due(at(6, day=25), sender=gateway)

    assert by_night == [now.pk]
    assert [pk for pk, _number, _text in gateway.got[1:]] == later


def test_a_gateway_that_comes_back_at_three_rings_nobody(waiting, gateway):
    notice = waiting(kind="taken", at=at(20, 59))
    gateway.says[notice.address] = TryLater("no connection")
    deliver_due(at(20, 59), sender=gateway)
    gateway.says.clear()

    assert deliver_due(at(3, day=25), sender=gateway) == (0, 0, 0)
    assert deliver_due(at(6, day=25), sender=gateway).sent == 1
    notice.refresh_from_db()
    assert notice.status == Status.SENT


def test_quiet_hours_may_lie_within_one_day(waiting, gateway, settings):
    settings.QUIET_HOURS = (12, 14)
    waiting(kind="answered", at=at(10))

    assert deliver_due(at(13), sender=gateway).sent == 0
    assert deliver_due(at(14), sender=gateway).sent == 1


def test_only_known_kinds_can_wait():
    assert set(KINDS) > CAN_WAIT
