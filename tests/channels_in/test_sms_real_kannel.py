"""SMS through a real Kannel: a phone writes and is answered, hears of an officer's move, and the network reports back."""

import os

import pytest

from channels_in.models import Fate, Message
from complaints.models import Complaint
from notices.delivery import deliver_due
from notices.models import Notice, Status
from offices import actors
from offices.clock import database_now
from offices.models import User
from tests.channels_in import kannel
from workflows import actions
from workflows.models import ComplaintTask

WORDS = "DSM Maji hayatoki Tabata mtaa wa Mandela, siku ya 3 leo & bomba limepasuka 100%"
IN_UTF_16 = "%00M%00a%00j%00i%20%13%00 %00h%00a%00k%00u%00n%00a%D8%3D%DE%A1"


@pytest.fixture
def gateway(live_server, tmp_path, settings):
    if missing := kannel.missing():
        assert not os.environ.get("CI"), f"not installed: {missing}"
        pytest.skip(f"not installed: {', '.join(missing)} (Debian's kannel and kannel-extras)")
    ours = live_server.url.replace("localhost", "127.0.0.1")
    settings.PUBLIC_URL = ours
    with kannel.running(tmp_path, ours.replace("://", "://kannel:demo@")) as running:
        settings.SMS_SENDER, settings.KANNEL_SEND_URL = "kannel", running.send_url
        yield running


def test_a_phone_is_answered_and_told_of_a_move_and_the_network_reports_delivery(gateway):
    gateway.sms(WORDS)
    kannel.eventually(lambda: len(gateway.arrived()) == 1, "the answer reaches the phone")
    case, message = Complaint.objects.get(), Message.objects.get()
    gateway.sms(IN_UTF_16, kind="ucs2")
    kannel.eventually(lambda: len(gateway.arrived()) == 2, "more words are answered")
    gateway.sms("HALI", sender="MPESA")
    kannel.eventually(lambda: Message.objects.filter(fate=Fate.UNREADABLE).exists(), "a name cannot be answered")
    taken = take(case)
    sent = deliver_due()
    kannel.eventually(lambda: len(gateway.arrived()) == 3, "the notice reaches the phone")
    kannel.eventually(lambda: Notice.objects.get(pk=taken.pk).status == Status.DELIVERED, "the network reports")

    ref = case.reference_written
    assert (case.words, message.sender, message.text) == (WORDS.removeprefix("DSM "), "+255754123456", WORDS)
    assert Message.objects.get(text__startswith="Maji\u2013").text == "Maji\u2013 hakuna\U0001f6a1"
    assert (sent.sent, sent.failed, sent.retried) == (1, 0, 0)
    answer, added, told = gateway.arrived()
    assert answer == message.answer["text"]
    assert added == f"Asante. Tumeongeza maelezo yako kwenye namba {ref}."
    assert ref in told
    assert Notice.objects.get(pk=taken.pk).address == ""


def take(case):
    """Let the officer take it, and give the notice to the citizen."""
    officer = actors.person(User.objects.get(username="afisa.120.maji"), at=database_now())
    task = ComplaintTask.objects.open().get(process=case)
    return actions.take(task, by=officer, at=database_now()).notice
