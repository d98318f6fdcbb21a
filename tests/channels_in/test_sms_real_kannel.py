"""SMS through a real Kannel and a link of SMPP: phones write and are answered, hear of moves, and the network fails as networks do."""

import os
import re
import threading

import pytest

from channels_in import views
from channels_in.conversation import converse
from channels_in.models import Fate, Message
from complaints.models import Complaint
from config.launch.kannel import missing
from notices.delivery import deliver_due
from notices.models import Notice, Status
from notices.outbox import queue
from offices import actors
from offices.clock import database_now
from offices.models import User
from tests.channels_in import kannel
from workflows import actions
from workflows.models import ComplaintTask

pytestmark = [pytest.mark.kannel, pytest.mark.django_db(transaction=True)]

WORDS = "DSM Maji hayatoki Tabata mtaa wa Mandela, siku ya 3 leo & bomba limepasuka 100% {sawa}"
BEYOND = "Maji\u2013 hakuna\U0001f6a1"
LONG = [
    "Sehemu ya kwanza: barabara ya kuelekea shule ya msingi Buza imeharibika ",
    "sehemu ya pili: mvua ilipita wiki mbili zilizopita na daraja dogo limevunjika ",
    "sehemu ya tatu: watoto hawawezi kupita.",
]


@pytest.fixture(scope="module")
def network(live_server, tmp_path_factory):
    """Give the running boxes and the operator, started once for all these tests; each uses phones of its own."""
    if lacking := missing():
        assert not os.environ.get("CI"), f"not installed: {lacking}"
        pytest.skip(f"not installed: {', '.join(lacking)} (Debian's kannel)")
    with kannel.running(
        tmp_path_factory.mktemp("kannel"), live_server.url.replace("localhost", "127.0.0.1")
    ) as running:
        yield running


@pytest.fixture
def gateway(network, live_server, settings):
    """Give the running Kannel, to which we send."""
    settings.PUBLIC_URL = live_server.url.replace("localhost", "127.0.0.1")
    settings.SMS_SENDER, settings.KANNEL_SEND_URL = "kannel", network.send_url
    network.wait_for_link()
    return network


def hears(gateway, phone, count=1):
    """Wait until a phone has heard so many SMS, and give them."""
    kannel.eventually(lambda: len(gateway.operator.words_at(phone)) >= count, f"{phone} hears {count} SMS")
    return gateway.operator.words_at(phone)


def reaches(notice, status):
    """Wait until a notice has that status."""
    kannel.eventually(lambda: Notice.objects.get(pk=notice.pk).status == status, f"the notice is {status}")
    return Notice.objects.get(pk=notice.pk)


def notice_to(phone):
    """Queue a notice to a phone."""
    return queue(
        "added", address=f"+{phone}", language="sw", facts={"ref": "2648-3192-0576"}, case_id=None, at=database_now()
    )


def test_a_phone_is_answered_and_told_of_a_move_and_the_network_reports_delivery(gateway):
    phone = "255754000101"
    gateway.operator.sms(phone, WORDS)
    (answer,) = hears(gateway, phone)
    case, message = Complaint.objects.get(), Message.objects.get()
    gateway.operator.sms(phone, BEYOND)
    added = hears(gateway, phone, 2)[1]
    gateway.operator.sms("MPESA", "HALI")
    kannel.eventually(lambda: Message.objects.filter(fate=Fate.UNREADABLE).exists(), "a name cannot be answered")
    taken = take(case)
    sent = deliver_due()
    told = hears(gateway, phone, 3)[2]
    settled = reaches(taken, Status.DELIVERED)

    ref = case.reference_written
    assert (case.words, message.sender, message.text) == (WORDS.removeprefix("DSM "), f"+{phone}", WORDS)
    assert Message.objects.get(text__startswith="Maji\u2013").text == BEYOND
    assert (sent.sent, sent.failed, sent.retried) == (1, 0, 0)
    assert answer == message.answer["text"]
    assert added == f"Asante. Tumeongeza maelezo yako kwenye namba {ref}."
    assert ref in told
    assert (settled.address, settled.gateway, settled.segments) == ("", "kannel", 1)


def take(case, who="afisa.120.maji"):
    """Let the officer take it, and give the notice to the citizen."""
    return does(case, who, "take")


def does(case, who, move, **says):
    """Let a member of staff make a move, and give the notice to the citizen."""
    officer = actors.person(User.objects.get(username=who), at=database_now())
    task = ComplaintTask.objects.open().main().get(process=case)
    return getattr(actions, move)(task, by=officer, at=database_now(), **says).notice


def test_a_phone_files_disputes_one_level_up_and_confirms_and_hears_every_word_once(gateway, settings):
    settings.QUIET_HOURS = None  # whenever this test runs
    phone = "255754000111"

    def says(words, heard):
        gateway.operator.sms(phone, words)
        hears(gateway, phone, heard)
        return Complaint.objects.get()

    def is_answered(case, who, heard):
        take(case, who)
        does(case, who, "answer", answer=f"Bomba limetengenezwa na {who}.")
        assert deliver_due().sent == 2
        hears(gateway, phone, heard)

    case = says(WORDS, 1)
    is_answered(case, "afisa.120.maji", 3)
    disputed = says("HAPANA maji bado hayatoki", 4)
    step = ComplaintTask.objects.open().main().select_related("queue__office").get()
    is_answered(case, "afisa.12.malalamiko", 6)
    confirmed = says("NDIYO", 7)

    words = gateway.operator.words_at(phone)
    assert (disputed.state, disputed.priority, step.queue.office.code) == ("queued", 1, "12")
    assert (confirmed.state, confirmed.outcome) == ("closed", "confirmed")
    assert len(words) == len(set(words)) == 7
    assert all(case.reference_written in each for each in words)
    kannel.eventually(lambda: not Notice.objects.filter(status=Status.SENT).exists(), "all are delivered")


def test_each_fate_that_the_network_reports_ends_in_its_state(gateway):
    fates = {
        "deliver": (Status.DELIVERED, ""),
        "throttle": (Status.DELIVERED, ""),  # Kannel tries again by itself
        "reject": (Status.FAILED, "the network could not deliver it (16)"),
        "undeliver": (Status.FAILED, "the network could not deliver it (2)"),
        "expire": (Status.FAILED, "the network could not deliver it (34)"),
    }
    notices = {}
    for number, behaviour in enumerate([*fates, "silent"]):
        phone = f"25575400020{number}"
        gateway.operator.phones[phone] = behaviour
        notices[behaviour] = notice_to(phone)

    sent = deliver_due()

    assert (sent.sent, sent.failed, sent.retried) == (6, 0, 0)
    for behaviour, (status, reason) in fates.items():
        settled = reaches(notices[behaviour], status)
        assert (settled.last_error, settled.address) == (reason, ""), behaviour
    kannel.eventually(lambda: Notice.objects.get(pk=notices["silent"].pk).provider_id, "the network has taken it")
    assert Notice.objects.get(pk=notices["silent"].pk).status == Status.SENT
    assert gateway.operator.throttled == 1


def test_what_is_sent_while_the_link_is_cut_goes_when_it_is_back(gateway):
    gateway.operator.away = True
    gateway.operator.cut()
    kannel.eventually(lambda: not gateway.operator.links, "the link is gone")
    notice = notice_to("255754000301")

    sent = deliver_due()
    gateway.operator.away = False

    assert sent.sent == 1  # Kannel keeps it: "3: Queued for later delivery"
    reaches(notice, Status.DELIVERED)
    assert len(gateway.operator.words_at("255754000301")) == 1


def test_what_is_due_while_kannel_is_away_waits_and_goes_once_when_it_is_back(gateway):
    phones = [f"25575400031{number}" for number in range(3)]
    gateway.stop()
    notices = [notice_to(phone) for phone in phones]

    away = deliver_due()
    gateway.start()
    Notice.objects.update(next_try_at=database_now())  # its wait is over
    back = deliver_due()

    assert (away.sent, away.retried, back.sent) == (0, 3, 3)
    for notice in notices:
        reaches(notice, Status.DELIVERED)
    assert [len(gateway.operator.words_at(phone)) for phone in phones] == [1, 1, 1]


def test_parts_of_long_messages_in_any_order_from_two_phones_are_one_message_each(gateway):
    first, second = "255754000401", "255754000402"
    for number in (3, 1, 1, 2):  # one of them twice
        for phone in (first, second):
            gateway.operator.sms(phone, LONG[number - 1], part=(7, 3, number))

    for phone in (first, second):
        hears(gateway, phone)

    assert list(Message.objects.values_list("text", flat=True)) == ["".join(LONG)] * 2
    assert Complaint.objects.count() == 2


def test_a_part_that_stays_alone_is_taken_in_with_its_place_in_the_whole(gateway):
    gateway.operator.sms("255754000501", LONG[1], part=(9, 3, 2))

    hears(gateway, "255754000501")

    message = Message.objects.get()
    assert (message.text, message.raw["udh"]) == (LONG[1].strip(), "050003090302")


def test_after_our_own_fault_kannel_brings_the_same_message_again_and_the_phone_is_answered_once(gateway, monkeypatch):
    tries = []

    def fails_twice(incoming, at):
        tries.append(incoming.provider_id)
        return 1 / 0 if len(tries) < 3 else converse(incoming, at)

    monkeypatch.setattr(views, "converse", fails_twice)

    gateway.operator.sms("255754000601", WORDS)
    (answer,) = hears(gateway, "255754000601")

    assert (len(tries), len(set(tries))) == (3, 1)
    assert Complaint.objects.get().reference_written in answer


def test_the_operators_second_copy_has_another_id_and_is_answered_with_the_same_reference(gateway):
    gateway.operator.sms("255754000701", WORDS)
    (first,) = hears(gateway, "255754000701")
    gateway.operator.sms("255754000701", WORDS)
    second = hears(gateway, "255754000701", 2)[1]

    ids = list(Message.objects.values_list("provider_id", flat=True))
    assert len(set(ids)) == 2
    reference = Complaint.objects.get().reference_written
    assert reference in first and reference in second
    assert "tumeshaupokea" in second


def test_what_waits_in_kannel_when_it_is_stopped_comes_after_its_start_each_once_in_whatever_order(gateway):
    phones = [f"25575400080{number}" for number in range(6)]
    gateway.stop("smsbox")
    for phone in phones:
        gateway.operator.sms(phone, f"Taka hazijazolewa Buza wiki mbili, nyumba {phone}")
    kannel.eventually(lambda: not gateway.operator.unacknowledged, "Kannel has taken them all")
    waiting = Message.objects.count()

    gateway.stop()
    gateway.start()
    for phone in phones:
        hears(gateway, phone)

    assert waiting == 0
    assert Complaint.objects.count() == Message.objects.count() == len(phones)
    assert sorted(Message.objects.values_list("sender", flat=True)) == [f"+{phone}" for phone in phones]
    assert all(Message.objects.values_list("sent_at", flat=True))  # by which they are put in order
    assert [len(gateway.operator.words_at(phone)) for phone in phones] == [1] * len(phones)


def test_an_answer_beyond_the_sms_alphabet_arrives_in_its_own_letters(gateway, monkeypatch):
    from channels_in.incoming import Answer

    monkeypatch.setattr(views, "converse", lambda incoming, at: Answer("\u0645\u0627\u0621 \u2013 Maji"))

    gateway.operator.sms("255754000901", "Maji hayatoki hapa kwetu")

    assert hears(gateway, "255754000901") == ["\u0645\u0627\u0621 \u2013 Maji"]


def test_no_log_of_kannel_holds_a_citizens_words_or_our_password(gateway):
    gateway.operator.sms("255754000911", "siri yangu kubwa sana ya mtaa")
    hears(gateway, "255754000911")

    logs = gateway.log() + gateway.log("smsbox")
    assert not re.search(r"siri yangu|kannel:demo", logs)


def test_forty_phones_at_once_are_each_answered_once(gateway):
    phones = [f"2557540010{number:02}" for number in range(40)]

    def write(some):
        for phone in some:
            gateway.operator.sms(phone, f"Taa za barabarani haziwaki Sinza, nguzo ya {phone}")

    writers = [threading.Thread(target=write, args=(phones[start::4],)) for start in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    for phone in phones:
        hears(gateway, phone)

    assert Complaint.objects.count() == Message.objects.count() == len(phones)
    assert [len(gateway.operator.words_at(phone)) for phone in phones] == [1] * len(phones)
