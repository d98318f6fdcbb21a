"""What every SMS gateway must keep: one class of questions; a gateway's test says only how to ask them.

A gateway's test inherits `SmsContract` and gives `request` (one genuine message as keyword arguments of the test client) and
`forged` (the same from a stranger); what the real gateway sends stands in the folder of its key under `payloads`. Where the
answer is not the response's plain body, `words_in` says how to read it; where it is an SMS of its own, `pushes` is True.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from channels_in import views
from channels_in.models import Fate, Message
from complaints.models import Complaint
from notices.models import Notice

PAYLOADS = Path(__file__).parent / "payloads"
WORDS = "Maji hayatoki Tabata mtaa wa Mandela siku ya 3"
PHONE = "+255754123456"
REPEATS = 16


class SmsContract:
    """The questions; `key` names the channel, `path` where its gateway calls."""

    key: str
    path: str

    def request(self, text, *, id="one", sender=PHONE):
        """Give the request of one genuine message."""
        raise NotImplementedError

    def forged(self, text):
        """Give the same request from somebody who cannot prove to be the gateway."""
        raise NotImplementedError

    pushes = False

    def words_in(self, response):
        """Give the words that a response carries to the phone."""
        return response.content.decode()

    def deliver(self, text, client=None, **how):
        """Deliver one message, and give the response; `said` holds what the phone hears."""
        before = Notice.objects.filter(kind="reply").count() if self.pushes else 0
        response = (client or Client(raise_request_exception=False)).generic(**self.request(text, **how))
        if self.pushes:
            pushed = Notice.objects.filter(kind="reply").order_by("id")[before:]
            response.said = "".join(notice.facts["said"] for notice in pushed)
        else:
            response.said = self.words_in(response) if response.status_code == 200 else ""
        return response

    def heard(self, responses):
        """Give all that the phones heard: pushed words, or those of the responses."""
        if self.pushes:
            return [notice.facts["said"] for notice in Notice.objects.filter(kind="reply")]
        return [self.words_in(response) for response in responses]

    def test_a_real_message_is_a_complaint_and_its_answer_names_it(self, db):
        response = self.deliver(WORDS)

        case, message = Complaint.objects.get(), Message.objects.get()
        assert (response.status_code, case.words, case.channel) == (200, WORDS, self.key)
        assert (message.fate, message.complaint, message.answer["text"]) == (
            Fate.TAKEN,
            case,
            response.said,
        )
        assert case.reference_written in response.said

    def test_a_forged_message_is_turned_away_and_nothing_kept(self, db):
        response = Client().generic(**self.forged(WORDS))

        assert response.status_code == 403
        assert not Message.objects.exists()

    def test_the_same_message_delivered_twice_is_one_complaint_with_one_answer(self, db):
        first, second = self.deliver(WORDS), self.deliver(WORDS)

        assert first.content == second.content
        assert set(self.heard([first, second])) == {first.said}
        assert len(self.heard([first, second])) == (1 if self.pushes else 2)
        assert (Complaint.objects.count(), Message.objects.count()) == (1, 1)

    def test_the_same_text_under_another_id_is_answered_with_the_first_reference(self, db):
        self.deliver(WORDS)
        again = self.deliver(WORDS.upper() + "!", id="two")

        assert Complaint.objects.get().reference_written in again.said
        assert "tumeshaupokea" in again.said

    def test_other_words_under_a_used_id_are_not_lost(self, db):
        self.deliver(WORDS)
        self.deliver("Taka hazijazolewa Buza wiki mbili", sender="+255713000000")

        assert Complaint.objects.count() == 2

    def test_an_empty_message_is_asked_for_words(self, db):
        response = self.deliver("")

        assert (response.status_code, Complaint.objects.count()) == (200, 0)
        assert "eleza tatizo" in response.said

    def test_a_sender_who_is_no_phone_is_kept_for_an_operator_and_not_answered(self, db):
        response = self.deliver(WORDS, sender="MPESA")

        assert (response.status_code, response.said) == (200, "")
        message = Message.objects.get()
        assert (message.fate, message.sender, message.text) == (Fate.UNREADABLE, "MPESA", WORDS)
        assert not Complaint.objects.exists()

    def test_a_closed_channel_is_not_there(self, db, settings):
        settings.OPEN_CHANNELS = []

        assert self.deliver(WORDS).status_code == 404

    def test_after_our_own_fault_the_next_try_takes_it_in_once(self, db, monkeypatch):
        with monkeypatch.context() as broken:
            broken.setattr(views, "converse", lambda incoming, at: 1 / 0)
            failed = self.deliver(WORDS)
        kept = Message.objects.get()
        taken, again = self.deliver(WORDS), self.deliver(WORDS)

        assert (failed.status_code, kept.fate, kept.error, kept.text) == (500, Fate.FAILED, "ZeroDivisionError", WORDS)
        assert (taken.status_code, taken.content) == (200, again.content)
        assert (Complaint.objects.count(), Message.objects.get().fate) == (1, Fate.TAKEN)

    def test_sixteen_deliveries_at_once_are_one_complaint_and_one_answer(self, transactional_db):
        def deliver(number):
            try:
                return self.deliver(WORDS)
            finally:
                connection.close()

        with ThreadPoolExecutor(REPEATS) as pool:
            responses = list(pool.map(deliver, range(REPEATS)))

        assert {(response.status_code, response.content) for response in responses} == {(200, responses[0].content)}
        assert len(set(self.heard(responses))) == 1
        assert len(self.heard(responses)) == (1 if self.pushes else REPEATS)
        assert (Complaint.objects.count(), Message.objects.count()) == (1, 1)

    def test_sixteen_copies_at_once_under_other_ids_are_one_complaint(self, transactional_db):
        def deliver(number):
            try:
                return self.deliver(WORDS, id=f"copy{number}")
            finally:
                connection.close()

        with ThreadPoolExecutor(REPEATS) as pool:
            answers = self.heard(list(pool.map(deliver, range(REPEATS))))

        case = Complaint.objects.get()
        assert len(answers) == REPEATS
        assert all(case.reference_written in answer for answer in answers)
        assert sum("tumeshaupokea" in answer for answer in answers) == REPEATS - 1

    def test_no_text_breaks_the_door(self, db, hostile_text):
        response = self.deliver(hostile_text)

        assert response.status_code in (200, 413, 414)

    @pytest.fixture(params=range(13))
    def hostile_text(self, request):
        """Give one text after the other that might break something."""
        return [
            "\x00", "a\x00b maji hayatoki hapa", "\u202e\u200f\u200e ijam", "\U0001f6a1" * 60, "\ufffe\uffff maji maji maji",
            "9" * 5_000, "HALI " + "2648-3192-0577 " * 300, "a" * 20_001, "\ufdfa" * 2_000, "maji " * 4_000,
            "'; DROP TABLE complaints_complaint; --", "%00%s%n{{ 7*7 }}", "\u0627\u0644\u0645\u0627\u0621 \u0645\u0642\u0637\u0648\u0639 \u0647\u0646\u0627",
        ][request.param]  # fmt: skip
