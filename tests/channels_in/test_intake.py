"""One intake: each message once, whatever happens around it; what was said is never lost."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from channels_in.incoming import Answer, Incoming, InFlight, ReusedId
from channels_in.intake import keep_unreadable, lodge, take_in
from channels_in.models import Fate, Message
from complaints.models import Category, Citizen, Complaint
from offices.models import Office
from tests.world import TUESDAY

LATER = TUESDAY + dt.timedelta(hours=1)


def message(text="Maji hayatoki Tabata", **says):
    return Incoming("web", says.pop("id", "one"), text, says.pop("sender", "+255754123456"), **says)


def say(words):
    return lambda incoming, at: Answer(words, facts={"n": 1})


def test_a_message_is_handled_once_and_its_repeat_gets_the_same_answer(db):
    first, second = take_in(message(), say("first"), at=TUESDAY), take_in(message(), say("second"), at=LATER)

    assert (first.text, second.text, dict(second.facts)) == ("first", "first", {"n": 1})
    assert (first.repeated, second.repeated, Message.objects.get().received_at) == (False, True, TUESDAY)


@pytest.mark.parametrize("change", [{"text": "Umeme hakuna"}, {"sender": "+255713000000"}, {"raw": {"a": "b"}}])
def test_the_same_id_with_another_body_is_refused(db, change):
    take_in(message(), say("first"), at=TUESDAY)

    with pytest.raises(ReusedId):
        take_in(message(**change), say("second"), at=TUESDAY)
    assert Message.objects.get().answer["text"] == "first"


def test_the_same_id_on_another_way_in_is_another_message(db):
    take_in(message(), say("one"), at=TUESDAY)
    take_in(Incoming("api", "one", "Maji hayatoki"), say("two"), at=TUESDAY)

    assert Message.objects.count() == 2


def test_of_a_fault_the_words_stay_and_nothing_else_and_the_next_try_is_the_first(db):
    def fail(incoming, at):
        lodge(incoming, at)
        raise LookupError("words that no log may show")

    with pytest.raises(LookupError):
        take_in(message(), fail, at=TUESDAY)

    kept = Message.objects.get()
    assert (kept.fate, kept.error, kept.text, kept.answer) == (Fate.FAILED, "LookupError", "Maji hayatoki Tabata", None)
    assert (Complaint.objects.count(), Citizen.objects.count()) == (0, 0)
    assert take_in(message(), say("now"), at=LATER).text == "now"
    assert Message.objects.get().fate == Fate.TAKEN


def test_an_unreadable_message_is_kept_once(db):
    for _ in range(2):
        keep_unreadable(message("???"), "no sender", at=TUESDAY)

    assert list(Message.objects.values_list("fate", "error", "text")) == [(Fate.UNREADABLE, "no sender", "???")]


def test_one_who_will_not_wait_is_told_that_it_is_under_way(transactional_db):
    begun, tried = Barrier(2, timeout=10), Barrier(2, timeout=10)

    def slowly(incoming, at):
        begun.wait()
        tried.wait()
        return Answer("first")

    def first():
        try:
            return take_in(message(), slowly, at=TUESDAY, wait=False)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(first)
        begun.wait()
        with pytest.raises(InFlight):
            take_in(message(), say("second"), at=TUESDAY, wait=False)
        tried.wait()

    assert answer.result().text == take_in(message(), say("third"), at=TUESDAY, wait=False).text == "first"


def test_what_a_person_chose_is_sure_and_the_rest_is_found_in_the_words(db):
    category, place = Category.objects.get(code="umeme"), Office.objects.get(code="12103")

    chosen = lodge(message("Maji hayatoki Manzese", category=category, place=place), TUESDAY).case
    found = lodge(message("Maji hayatoki Manzese"), TUESDAY).case

    assert (chosen.category, chosen.category_confidence, chosen.place, chosen.place_confidence) == (
        category,
        1,
        place,
        1,
    )
    assert (found.category.code, found.category_confidence) == ("maji", 0.99)
    assert (found.place.code, found.place_confidence) == ("16108", 0.9)


def test_who_gives_neither_number_nor_name_complains_as_nobody(db):
    case = lodge(message(sender=""), TUESDAY).case

    assert (case.citizen, Citizen.objects.count()) == (None, 0)


def test_a_moment_said_by_the_citizen_is_when_it_was_received(db):
    case = lodge(message(received_at=TUESDAY - dt.timedelta(days=2)), TUESDAY).case

    assert (case.received_at, case.entered_at) == (TUESDAY - dt.timedelta(days=2), TUESDAY)


def test_two_first_messages_of_one_number_at_once_are_one_citizen(transactional_db):
    def take(number):
        try:
            return take_in(
                message(id=str(number)), lambda incoming, at: Answer(complaint=lodge(incoming, at).case), at=TUESDAY
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take, range(4)))

    assert (Citizen.objects.count(), Complaint.objects.count()) == (1, 4)
