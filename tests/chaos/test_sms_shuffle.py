"""The small form of `chaos/sms_shuffle.py`: shuffled and doubled, each SMS is one complaint, and its doubles hear the same."""

from urllib.parse import urlsplit

import pytest
from django.db import connection

from chaos.sms_shuffle import Ledger, reconcile, shuffled, storm

pytestmark = pytest.mark.django_db(transaction=True)


def test_shuffled_and_doubled_deliveries_of_several_processes_are_one_complaint_each_and_answered_alike(live_server):
    ledger = Ledger(15, 15 * 16)

    storm(urlsplit(live_server.url).port, shuffled(15, 16, seed=7), ledger)

    with connection.cursor() as cursor:
        reconcile(cursor, ledger)
    assert {number: len(heard) for number, heard in ledger.heard.items()} == dict.fromkeys(range(15), 16)


def test_an_answer_that_is_unlike_the_others_is_noticed(live_server):
    ledger = Ledger(2, 4)
    storm(urlsplit(live_server.url).port, shuffled(2, 2, seed=7), ledger)
    ledger.heard[1][1] = "Another answer."

    with connection.cursor() as cursor, pytest.raises(AssertionError, match="answered differently"):
        reconcile(cursor, ledger)
