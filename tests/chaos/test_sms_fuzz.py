"""The small form of `chaos/sms_fuzz.py`, and texts that hypothesis thinks of: nothing breaks the reading of a message."""

import random
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.sms_fuzz import MARKS, WORDS, Findings, messages, try_out

pytestmark = pytest.mark.django_db


def test_two_hundred_messages_that_nobody_would_write_are_read():
    findings = Findings()
    for text in islice(messages(random.Random(7)), 200):
        try_out(text, findings)

    assert (findings.tried, findings.broken) == (200, [])


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(WORDS + MARKS), st.text(st.characters(), max_size=12)), max_size=40))
def test_any_words_and_marks_of_the_grammar_are_read(pieces):
    findings = Findings()

    try_out("".join(pieces), findings)

    assert findings.broken == []
