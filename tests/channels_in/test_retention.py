"""Raw messages forget who wrote and what, and stay counted."""

import datetime as dt

import pytest
from django.db import connection

from channels_in.models import Message
from channels_in.retention import forget_old
from tests.world import TUESDAY

pytestmark = pytest.mark.django_db


def message(received_at, **changes):
    return Message.objects.create(
        **{
            "channel": "sms_kannel", "provider_id": f"{received_at:%j}", "body_digest": "0", "sender": "+255700000012",
            "sender_digest": "1", "text": "Siri yangu", "text_digest": "2", "raw": {"from": "+255700000012", "desk": "120"},
            "received_at": received_at, "answer": {"text": "Asante", "facts": {}},
        }
        | changes
    )  # fmt: skip


def test_a_message_forgets_number_words_and_fields_when_its_time_is_over(settings):
    settings.MESSAGE_RETENTION_DAYS = 90
    old = message(TUESDAY - dt.timedelta(days=91))
    young = message(TUESDAY - dt.timedelta(days=89))

    assert forget_old(TUESDAY) == 1

    old, young = Message.objects.get(pk=old.pk), Message.objects.get(pk=young.pk)
    assert (old.sender, old.text, old.text_digest, old.raw) == ("", "", "", {"desk": "120"})
    assert (old.sender_digest, old.answer) == ("1", {"text": "Asante", "facts": {}})
    assert (young.sender, young.text) == ("+255700000012", "Siri yangu")


def test_what_is_forgotten_already_is_not_touched_again():
    message(TUESDAY - dt.timedelta(days=200))

    assert (forget_old(TUESDAY), forget_old(TUESDAY)) == (1, 0)


def test_forgetting_looks_only_at_what_there_is_to_forget():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'message_to_forget'")
        (index,) = cursor.fetchone()

    assert "received_at" in index
    assert "WHERE" in index
