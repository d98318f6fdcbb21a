"""What the subjects are learned from, how the result is kept, and what is never learned."""

import csv
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from channels_in.incoming import Incoming
from channels_in.intake import lodge
from complaints import training
from complaints.learned import SHIPPED, learned
from complaints.models import Category, Complaint, Entry, LearnedSubjects
from complaints.traits import as_compared, traits_of
from offices import actors
from offices.kept import forget
from offices.models import Office, User
from offices.spelling import skeleton, words_of
from tests.world import TUESDAY
from workflows import actions
from workflows.models import ComplaintTask

pytestmark = pytest.mark.django_db


def complaint(words, **chosen):
    incoming = Incoming(channel="sms_kannel", provider_id=words, text=words, sender="+255700000012", **chosen)
    return lodge(incoming, TUESDAY).case


def routed(case, code):
    """Let a clerk say which subject it is."""
    clerk = actors.person(User.objects.get(username="karani.1"), at=TUESDAY)
    task = ComplaintTask.objects.open().main().get(process=case)
    actions.route(
        task, category=Category.objects.get(code=code), place=Office.objects.get(code="12103"), by=clerk, at=TUESDAY
    )


# The traits.


def test_words_of_an_sms_are_compared_nearer_to_how_they_are_spelled():
    assert as_compared(words_of("Xana cku 3 cjui")) == ["sana", "siku", "0", "sijui"]
    assert {skeleton("maji"), skeleton("maj"), skeleton("mj")} == {"mj"}


def test_what_it_happens_beside_is_no_trait():
    assert as_compared(words_of("taka karibu na shule")) == ["taka"]


def test_a_long_text_weighs_no_more_than_a_short_one():
    once, often = traits_of("maji"), traits_of("maji " * 100)

    assert often["w:maji"] == pytest.approx(once["w:maji"] * 10)


# What is learned from.


def test_a_subject_that_the_desk_chose_is_learned_and_the_reading_it_replaced_is_kept():
    case = complaint("Kuna jambo kuhusu bomba la maji na nguzo ya umeme hapa kwetu")
    guess = case.category.code if case.category else ""

    routed(case, "miradi")

    assert training.settled_cases() == [training.Sentence("miradi", case.words, of_citizen=True)]
    entry = Entry.objects.filter(complaint=case, move="route").get()
    assert entry.detail == (f"subject:{guess}.miradi" if guess else "")


def test_our_own_readings_and_open_cases_are_not_learned_from():
    complaint("Hakuna maji wiki nzima bomba limepasuka Tabata")
    complaint("Kwa fomu", category=Category.objects.get(code="umeme"))

    assert training.settled_cases() == []


def test_protected_subjects_and_erased_words_are_never_learned_from():
    protected = complaint("Jambo la siri linaendelea huku kwetu mtaani")
    routed(protected, "elimu")
    Complaint.objects.filter(pk=protected.pk).update(category=Category.objects.get(code="ukatili"))
    erased = complaint("Jambo lingine linaendelea huku kwetu mtaani")
    routed(erased, "elimu")
    Complaint.objects.filter(pk=erased.pk).update(words="")

    assert training.settled_cases() == []


def test_a_word_that_only_one_citizen_uses_is_no_trait():
    private = training._private(
        [training.Sentence("maji", "maji hayatoki"), training.Sentence("maji", "maji ya Kisanduku", of_citizen=True)]
    )

    assert "w:kisanduku" in private
    assert "w:maji" not in private


# What is kept.


def test_what_came_with_the_product_counts_until_something_newer_is_kept():
    shipped = learned().version
    lesson = training.Lesson(training._named(SHIPPED.read_bytes(), "newer"), "newer", 10, 2, 0.5)

    kept = training.keep(lesson, TUESDAY)
    forget()

    assert (learned().version, LearnedSubjects.objects.get()) == ("newer", kept)
    assert shipped != "newer"


def test_reading_loads_no_heavy_library():
    code = (
        "import django, sys; django.setup()\n"
        "from channels_in import matching, urls\n"
        "from complaints.learned import SHIPPED, Learned\n"
        "assert Learned(SHIPPED.read_bytes()).shares(['maji', 'hayatoki'])['maji'] > 0.5\n"
        "assert not {'scipy', 'sklearn'} & sys.modules.keys()"
    )

    ended = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    )

    assert ended.returncode == 0


def test_the_command_learns_anew_from_the_product_and_a_sheet(tmp_path, monkeypatch, capsys):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: learning is not tested")
    sheet = tmp_path / "more.csv"
    with sheet.open("w", newline="") as file:
        csv.writer(file).writerows([["category", "text"], ["maji", "zogoli limekauka zogoli"], ["nowhere", "x"]])
    few = [row for row in training.sentences_in(training.SENTENCES) if row.code in ("maji", "umeme")][:90]
    monkeypatch.setattr(training, "sentences_in", lambda path: few if path == training.SENTENCES else real(path))
    monkeypatch.setattr(training, "keywords", list)

    call_command("learn_subjects", str(sheet))
    forget()

    assert learned().version == LearnedSubjects.objects.get().version
    assert learned().shares(words_of("hakuna maji bomba limepasuka"))["maji"] > 0.6
    assert LearnedSubjects.objects.get().sentences == 91


real = training.sentences_in


def test_without_the_library_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "numpy", None)

    with pytest.raises(CommandError, match=r"requirements-train\.txt"):
        call_command("learn_subjects")


def test_the_clerk_sees_by_which_words_the_machine_read_the_subject(client):
    case = complaint("Bomba limepasuka na maji yanapotea huku kwetu")
    client.force_login(User.objects.get(username="karani.1"))

    page = client.get(f"/desk/cases/{case.reference}/route/", HTTP_ACCEPT_LANGUAGE="en")

    assert page.status_code == 200
    assert "Imesomwa na mashine kutokana na" in page.content.decode()
