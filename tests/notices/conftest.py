"""Notices to try the outbox with, and a gateway that remembers what it was given."""

import datetime as dt
import threading

import pytest

from notices.outbox import queue

NOON = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)  # in Dar es Salaam


@pytest.fixture
def noon():
    return NOON


@pytest.fixture
def waiting(db):
    """Queue a notice, and give its row."""

    def make(number="+255754123456", at=NOON, **changes):
        facts = {"ref": "2648-3192-0576"}
        notice = queue("added", address=number, language="en", facts=facts, case_id=7, at=at, save=False)
        for name, value in changes.items():
            setattr(notice, name, value)
        notice.save()
        return notice

    return make


class Gateway:
    """A gateway that takes every message, or answers with what `says` holds for the number."""

    def __init__(self):
        self.got = []
        self.says = {}
        self.lock = threading.Lock()

    def send(self, notice, text):
        if notice.address in self.says:
            raise self.says[notice.address]
        with self.lock:
            self.got.append((notice.pk, notice.address, text))
        return f"id-{notice.pk}"


@pytest.fixture
def gateway():
    return Gateway()
