"""Every waiting notice is sent once, by whichever worker comes first; what cannot be sent waits, or is given up."""

import datetime as dt
import threading
import time

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from notices.delivery import BATCH, LEASE, MAX_ATTEMPTS, REPORT_WAIT, Delivered, claim, deliver_due, moment, wait_after
from notices.models import Notice, Status
from notices.senders import Refused, TryLater
from notices.tasks import deliver
from notices.wire import TIMEOUT

SECOND = dt.timedelta(seconds=1)


def test_a_due_notice_is_rendered_and_sent_and_keeps_its_address_for_the_report(waiting, gateway, noon):
    notice = waiting()

    delivered = deliver_due(noon, sender=gateway)

    assert delivered == Delivered(sent=1, failed=0, retried=0)
    assert gateway.got == [(notice.pk, "+255754123456", "Thank you. We have added your words to no. 2648-3192-0576.")]
    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.sent_at) == (Status.SENT, 1, noon)
    assert (notice.address, notice.provider_id, notice.final_at) == ("+255754123456", f"id-{notice.pk}", None)


def test_without_a_moment_the_databases_clock_decides(waiting, gateway):
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    due, later = waiting(at=now - SECOND), waiting(at=now + dt.timedelta(hours=1))

    deliver_due(sender=gateway)

    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.status, later.status) == (Status.SENT, Status.QUEUED)
    assert now <= due.sent_at < now + 30 * SECOND


def test_a_notice_before_its_time_waits(waiting, gateway, noon):
    waiting(at=noon + SECOND)

    assert deliver_due(noon, sender=gateway) == Delivered(0, 0, 0)


def test_those_that_waited_longest_go_first_and_no_more_than_asked(waiting, gateway, noon):
    numbers = {minutes: waiting(at=noon - dt.timedelta(minutes=minutes)).pk for minutes in (1, 3, 2)}

    deliver_due(noon, limit=2, sender=gateway)

    assert [pk for pk, _, _ in gateway.got] == [numbers[3], numbers[2]]


def test_what_the_channel_already_said_is_never_sent(waiting, gateway, noon):
    waiting(status=Status.ANSWERED, number="", final_at=noon)

    assert deliver_due(noon, sender=gateway) == Delivered(0, 0, 0)


def test_a_refused_notice_fails_for_good_and_forgets_its_address(waiting, gateway, noon):
    notice = waiting()
    gateway.says[notice.address] = Refused("no such number")

    assert deliver_due(noon, sender=gateway) == Delivered(sent=0, failed=1, retried=0)

    notice.refresh_from_db()
    assert (notice.status, notice.address, notice.last_error, notice.final_at) == ("failed", "", "no such number", noon)


def test_a_notice_without_an_address_fails_and_says_so(waiting, gateway, noon):
    notice = waiting(number="")

    assert deliver_due(noon, sender=gateway) == Delivered(sent=0, failed=1, retried=0)

    notice.refresh_from_db()
    assert notice.last_error == "no address"


def test_a_gateway_that_is_away_is_tried_again_later_and_later_until_we_give_up(waiting, gateway, noon):
    notice = waiting()
    gateway.says[notice.address] = TryLater("no connection")
    waits, now = [], noon
    for _ in range(MAX_ATTEMPTS - 1):
        assert deliver_due(now, sender=gateway) == Delivered(sent=0, failed=0, retried=1)
        assert deliver_due(now + 20 * SECOND, sender=gateway) == Delivered(0, 0, 0)
        notice.refresh_from_db()
        waits.append(notice.next_try_at - now)
        now = notice.next_try_at

    assert deliver_due(now, sender=gateway) == Delivered(sent=0, failed=1, retried=0)

    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.last_error) == ("failed", MAX_ATTEMPTS, "no connection")
    assert notice.address == ""
    assert all(0.8 <= wait / min(30 * SECOND * 2**n, 3600 * SECOND) <= 1.2 for n, wait in enumerate(waits))


def test_a_wait_is_never_much_longer_than_an_hour():
    assert dt.timedelta(minutes=48) <= wait_after(20) <= dt.timedelta(minutes=72)


def test_the_gateway_back_again_gets_what_waited(waiting, gateway, noon):
    notice = waiting()
    gateway.says[notice.address] = TryLater("no connection")
    deliver_due(noon, sender=gateway)
    gateway.says.clear()

    assert deliver_due(noon + 36 * SECOND, sender=gateway) == Delivered(sent=1, failed=0, retried=0)

    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.last_error) == (Status.SENT, 2, "")


def test_while_the_gateway_is_away_the_others_keep_their_attempts(waiting, gateway, noon):
    for _ in range(BATCH + 5):
        gateway.says[waiting().address] = TryLater("no connection")

    assert deliver_due(noon, sender=gateway) == Delivered(sent=0, failed=0, retried=BATCH)

    assert Notice.objects.filter(attempts=0).count() == 5


def test_one_notice_that_cannot_be_said_does_not_keep_the_others_waiting(waiting, gateway, noon):
    broken, good = waiting(kind="no-such-folder"), waiting()

    assert deliver_due(noon, sender=gateway) == Delivered(sent=1, failed=0, retried=1)

    broken.refresh_from_db()
    good.refresh_from_db()
    assert (good.status, broken.status) == (Status.SENT, Status.QUEUED)
    assert broken.last_error == "our own fault: TemplateDoesNotExist"


def test_an_unforeseen_errors_words_are_not_kept_for_they_may_quote_the_number(waiting, gateway, noon):
    notice = waiting()
    gateway.says[notice.address] = ValueError("cannot send to +255754123456")

    deliver_due(noon, sender=gateway)

    notice.refresh_from_db()
    assert notice.last_error == "our own fault: ValueError"


class Killed(BaseException):
    """Stands for a worker that dies in the middle: no `except Exception` runs."""


def test_a_killed_workers_claims_are_sent_after_their_lease_and_not_before(waiting, gateway, noon):
    sent, dying, never_reached = waiting(), waiting("+255754000001"), waiting()
    gateway.says[dying.address] = Killed()
    with pytest.raises(Killed):
        deliver_due(noon, sender=gateway)
    gateway.says.clear()

    assert deliver_due(noon + LEASE - SECOND, sender=gateway) == Delivered(0, 0, 0)
    assert deliver_due(noon + LEASE, sender=gateway) == Delivered(sent=2, failed=0, retried=0)

    assert [pk for pk, _, _ in gateway.got] == [sent.pk, dying.pk, never_reached.pk]


def test_a_notice_that_kills_every_worker_is_given_up(waiting, gateway, noon):
    notice = waiting(attempts=MAX_ATTEMPTS)

    assert deliver_due(noon, sender=gateway) == Delivered(sent=0, failed=1, retried=0)

    notice.refresh_from_db()
    assert (gateway.got, notice.last_error) == ([], f"the worker died {MAX_ATTEMPTS} times while sending it")


@pytest.mark.parametrize("late", [Refused("late"), TryLater("late"), None])
@pytest.mark.parametrize(
    ("meanwhile", "stands"),
    [(None, ("sent", 2, "")), (TryLater("busy"), ("queued", 2, "busy")), (Refused("no"), ("failed", 2, "no"))],
)
def test_a_worker_whose_claim_has_lapsed_changes_nothing(waiting, gateway, noon, late, meanwhile, stands):
    notice = waiting()
    if meanwhile:
        gateway.says[notice.address] = meanwhile

    class Slow:
        def send(self, slow_notice, text):
            deliver_due(noon + LEASE, sender=gateway)  # meanwhile another worker claims it
            if late:
                raise late
            return "late"

    deliver_due(noon, sender=Slow())

    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.last_error) == stands
    assert notice.provider_id != "late"


def test_a_batch_in_which_every_send_times_out_still_ends_within_its_lease():
    longest = BATCH * TIMEOUT

    assert longest < LEASE.total_seconds()


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_send_everything_and_nothing_twice(waiting, gateway, noon):
    expected = sorted(waiting().pk for _ in range(200))
    together, totals = threading.Barrier(4), []

    def work():
        try:
            together.wait()
            totals.append(deliver_due(noon, limit=1000, sender=gateway))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(pk for pk, _, _ in gateway.got) == expected
    assert sum(total.sent for total in totals) == 200
    assert set(Notice.objects.values_list("status", "attempts")) == {("sent", 1)}


@pytest.mark.django_db(transaction=True)
def test_what_another_worker_is_just_claiming_is_passed_over_without_waiting(waiting, gateway, noon):
    first, second = waiting(), waiting()
    claimed, release = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                claim(moment(noon), 1)
                claimed.set()
                release.wait(10)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    claimed.wait(10)
    started = time.monotonic()
    deliver_due(noon, sender=gateway)
    took = time.monotonic() - started
    release.set()
    holder.join()

    assert [pk for pk, _, _ in gateway.got] == [second.pk]
    assert took < 5
    first.refresh_from_db()
    assert (first.status, first.attempts) == (Status.QUEUED, 1)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_gateway_is_asked(waiting, noon):
    waiting()
    seen = []

    class Curious:
        def send(self, notice, text):
            seen.append(connection.in_atomic_block)
            return ""

    deliver_due(noon, sender=Curious())

    assert seen == [False]


def test_an_address_is_forgotten_three_days_after_sending_without_a_report(waiting, gateway, noon):
    notice = waiting()
    deliver_due(noon, sender=gateway)

    deliver_due(noon + REPORT_WAIT - SECOND, sender=gateway)
    notice.refresh_from_db()
    kept = notice.address
    deliver_due(noon + REPORT_WAIT, sender=gateway)
    notice.refresh_from_db()

    assert kept == "+255754123456"
    assert (notice.address, notice.status, notice.final_at) == ("", Status.SENT, noon + REPORT_WAIT)


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.DELIVERED, Status.FAILED])
def test_the_database_refuses_an_address_on_a_notice_that_has_ended(waiting, status):
    notice = waiting()

    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(status=status)


def test_a_sender_that_does_not_exist_is_said_before_any_attempt_is_used(waiting, settings, noon):
    notice = waiting()
    settings.SMS_SENDER = "pigeon"

    with pytest.raises(
        ImproperlyConfigured, match='SMS_SENDER is "pigeon"; it must be one of africastalking, android, beem, console'
    ):
        deliver_due(noon)

    notice.refresh_from_db()
    assert notice.attempts == 0


def test_the_task_sends_by_the_sender_of_the_setting(waiting, settings, capsys):
    settings.SMS_SENDER = "console"
    notice = waiting()

    assert deliver() == Delivered(sent=1, failed=0, retried=0)

    said = "SMS +255…456: Thank you. We have added your words to no. 2648-3192-0576.\n"
    notice.refresh_from_db()
    assert (capsys.readouterr().out, notice.provider_id) == (said, f"console-{notice.pk}")


def test_the_command_sends_what_is_due_and_counts_it(waiting, settings, capsys):
    settings.SMS_SENDER = "console"
    waiting()

    call_command("deliver", once=True)
    call_command("deliver", once=True)

    assert capsys.readouterr().out.splitlines()[1:] == ["1 sent, 0 failed for good, 0 to be tried again"]
