"""Demo staff fill every seat of one line of offices."""

import time
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from offices import demo, loading
from offices.models import Office, Posting, Queue, Role, User

DAR = loading.DATA / "offices-dar-es-salaam.csv"

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    loading.load(DAR)


@pytest.fixture
def staffed(region):
    call_command("demo_staff")


def test_every_queue_of_the_line_has_an_officer_and_a_supervisor(staffed):
    queues = Queue.objects.filter(office__code__in=demo.LINE).values_list("office__code", "department__code")

    for role in (Role.OFFICER, Role.SUPERVISOR):
        posts = Posting.objects.filter(role=role).values_list("office__code", "department__code")
        assert sorted(posts) == sorted(queues)


def test_every_office_of_the_line_has_a_clerk_and_a_leader(staffed):
    for role in (Role.CLERK, Role.LEADER):
        assert sorted(Posting.objects.filter(role=role).values_list("office__code", flat=True)) == sorted(demo.LINE)


def test_user_names_say_role_office_and_department(staffed):
    names = set(User.objects.values_list("username", flat=True))

    assert {"karani.12103", "afisa.120.maji", "msimamizi.120.maji", "kiongozi.1", "mkaguzi.1", "mfumo.1"} <= names
    assert len(names) == Posting.objects.count()


def test_people_are_named_after_their_seats(staffed):
    names = dict(User.objects.values_list("username", "last_name"))

    assert str(User.objects.get(username="afisa.120.maji")) == "Afisa Maji na Nishati (Jiji la Dar es Salaam)"
    assert names["karani.12103"] == "Dawati la Malalamiko (Kata ya Tabata)"
    assert names["kiongozi.1210302"] == "Mtaa wa Tabata"


def test_only_the_administrator_enters_the_administration(staffed):
    assert [user.username for user in User.objects.filter(is_staff=True)] == ["mfumo.1"]
    assert [user.username for user in User.objects.filter(is_superuser=True)] == ["mfumo.1"]


def test_demo_staff_log_in_with_the_demo_password(staffed, client):
    assert client.login(username="afisa.120.maji", password="demo")


def test_sensitive_categories_go_to_the_officers_of_their_own_department(staffed):
    named = Posting.objects.exclude(sensitive_categories=[]).values_list(
        "department__code", "sensitive_categories", "office__code", "role"
    )

    found = {(department, tuple(codes)) for department, codes, *__ in named}
    assert found == {("utawala", ("watumishi",)), ("maadili", ("rushwa",)), ("jamii", ("ukatili",))}
    assert Counter(role for *__, role in named) == {Role.OFFICER: 8, Role.SUPERVISOR: 8}


def test_they_serve_from_long_ago_until_further_notice(staffed):
    assert Posting.objects.serving(timezone.localdate()).count() == Posting.objects.count()
    assert set(Posting.objects.values_list("valid_from", "valid_to")) == {(demo.LAUNCH, None)}


def test_staffing_twice_adds_nobody_and_keeps_passwords(staffed):
    before = list(Posting.objects.order_by("pk").values_list())
    officer = User.objects.get(username="afisa.120.maji")
    officer.set_password("my own words")
    officer.save()

    call_command("demo_staff")

    officer.refresh_from_db()
    assert list(Posting.objects.order_by("pk").values_list()) == before
    assert officer.check_password("my own words")


def test_a_line_is_staffed_within_three_seconds(region):
    begun = time.perf_counter()

    call_command("demo_staff")

    assert time.perf_counter() - begun < 3


def test_demo_staff_are_refused_in_production(region, settings):
    settings.MALALAMIKO_ENV = "production"

    with pytest.raises(CommandError, match="never in production"):
        call_command("demo_staff")
    assert not User.objects.exists()


def test_without_offices_it_says_what_to_do_first(region):
    Office.objects.filter(code="1210302").update(code="another")

    with pytest.raises(CommandError, match="Load the offices first: 1210302"):
        call_command("demo_staff")


def test_without_the_categories_it_says_so(region, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("demo_staff", categories=tmp_path / "none.csv")
