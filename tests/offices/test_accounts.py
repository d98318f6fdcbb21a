"""Signing in, staying signed in, and being signed out."""

import datetime as dt
import re

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from notices.delivery import deliver_due
from notices.models import Notice
from offices import tasks
from offices.accounts import end_sessions
from offices.models import Office, Posting, Role, User
from offices.sessions import BEGAN, SEEN

pytestmark = pytest.mark.django_db

PASSWORD = "maji safi kila siku"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    """What makes a password slow to guess would make these tests slow; the framework's own is tried by the journeys."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def office():
    return Office.objects.create(code="120", level="halmashauri", name="Jiji")


@pytest.fixture
def hire(office):
    """Give a member of staff in a role, with a password."""

    def hire(username="afisa.120.maji", role=Role.OFFICER, **says):
        user = User(username=username, **says)
        user.set_password(PASSWORD)
        user.save()
        if role:
            Posting.objects.create(user=user, office=office, role=role, valid_from=dt.date(2019, 10, 9))
        return user

    return hire


@pytest.fixture
def browser(client):
    client.cookies["django_language"] = "en"
    return client


def sign_in(browser, username="afisa.120.maji", password=PASSWORD, **says):
    return browser.post("/accounts/login/", {"username": username, "password": password} | says)


def signed_in(browser):
    return browser.get("/accounts/sessions/").status_code == 200


def code_of(user):
    """Give the code that the app on somebody's telephone shows now."""
    authenticator = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    from allauth.mfa.utils import decrypt

    return code_for(decrypt(authenticator.data["secret"]))


def code_for(secret):
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


# Signing in.


def test_a_user_name_and_a_password_open_the_desk(browser, hire):
    hire()

    went = sign_in(browser)

    assert went.url == "/desk/inbox/"
    assert signed_in(browser)


FIRST_PAGES = [
    ([Role.CLERK], "/desk/inbox/"), ([Role.OFFICER], "/desk/inbox/"), ([Role.SUPERVISOR], "/desk/inbox/"),
    ([Role.LEADER], "/desk/leader/"), ([Role.AUDITOR], "/desk/audit/"), ([Role.ADMINISTRATOR], "/admin/"),
    ([Role.OFFICER, Role.LEADER], "/desk/leader/"), ([Role.AUDITOR, Role.OFFICER], "/desk/inbox/"),
    ([Role.ADMINISTRATOR, Role.AUDITOR], "/desk/audit/"), ([Role.ADMINISTRATOR, Role.CLERK], "/desk/inbox/"),
]  # fmt: skip


@pytest.mark.parametrize(("roles", "page"), FIRST_PAGES)
def test_the_day_begins_at_the_page_of_ones_role(browser, hire, office, roles, page):
    user = hire(role=None)
    for role in roles:
        Posting.objects.create(user=user, office=office, role=role, valid_from=dt.date(2019, 10, 9))

    assert sign_in(browser).url == page


@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(browser, hire, next_page):
    hire()

    assert sign_in(browser, next=next_page).url == "/desk/inbox/"


def test_one_is_led_on_to_the_page_one_asked_for(browser, hire):
    hire()

    assert sign_in(browser, next="/desk/counter/").url == "/desk/counter/"


def test_in_production_the_demo_password_opens_nothing(browser, hire, settings):
    user = hire()
    user.set_password("demo")
    user.save()
    assert sign_in(Client(), password="demo").status_code == 302  # in demo mode everybody may know it

    settings.DEMO = False

    assert "User name or password is not right." in sign_in(browser, password="demo").content.decode()
    assert not signed_in(browser)


def test_nobody_signs_up(browser):
    assert browser.get("/accounts/signup/").status_code == 404


def test_after_five_wrong_passwords_the_right_one_is_refused_too_whoever_asks(browser, hire):
    hire(), hire("afisa.120.afya")
    for _ in range(5):
        assert "User name or password is not right." in sign_in(browser, password="wrong").content.decode()

    elsewhere = Client(headers={"host": "127.0.0.1"}, REMOTE_ADDR="203.0.113.9")
    elsewhere.cookies["django_language"] = "en"
    refused = sign_in(elsewhere, username="AFISA.120.maji ")

    assert "Too many tries." in refused.content.decode()
    assert sign_in(browser, username="afisa.120.afya").status_code == 302


def test_a_whole_office_signs_in_from_one_address_within_a_minute(hire):
    for number in range(40):
        assert sign_in(Client(), hire(f"afisa.120.{number}").username).status_code == 302


def test_an_unknown_person_is_refused_in_the_same_words(browser, hire):
    hire()

    pages = [sign_in(browser, username=name, password="wrong") for name in ("afisa.120.maji", "nobody")]

    assert len({re.sub(r'value="[^"]*"', "", page.content.decode()) for page in pages}) == 1


def test_who_has_no_posting_today_is_told_so(browser, hire):
    user = hire()
    user.postings.update(valid_to=timezone.localdate() - dt.timedelta(days=1))

    page = browser.get(sign_in(browser).url)

    assert "You have no posting today" in page.content.decode()
    assert not signed_in(browser)


# Staying, and being signed out.


def move_back(browser, **by):
    """Let the session have begun, and been used last, that much earlier."""
    session = browser.session
    for name, value in by.items():
        session[{"began": BEGAN, "seen": SEEN}[name]] -= value.total_seconds()
    session.save()


def test_half_an_hour_without_a_touch_ends_a_session(browser, hire):
    hire(), sign_in(browser)

    move_back(browser, seen=dt.timedelta(minutes=29))
    assert signed_in(browser)
    move_back(browser, seen=dt.timedelta(minutes=31))
    assert not signed_in(browser)


@pytest.mark.parametrize("page", ["/desk/inbox/news/?tab=mine&since=0", "/desk/leader/moves/"])
def test_what_an_open_page_asks_by_itself_is_no_touch(browser, hire, page):
    hire(role=Role.LEADER), sign_in(browser)

    move_back(browser, seen=dt.timedelta(minutes=29))
    asked = browser.get(page)
    move_back(browser, seen=dt.timedelta(minutes=2))
    late = browser.get(page)

    assert (asked.status_code, "sessionid" in asked.cookies) == (200, False)
    assert late.status_code == 286  # the page asks no more, and says why
    assert "You were logged out" in late.content.decode()
    assert not signed_in(browser)


def test_an_open_page_learns_nothing_once_its_person_serves_no_more(browser, hire):
    user = hire(role=Role.LEADER)
    sign_in(browser)
    user.postings.update(valid_to=timezone.localdate() - dt.timedelta(days=1))

    move_back(browser, seen=dt.timedelta(minutes=2))

    assert browser.get("/desk/leader/moves/").status_code == 286


def test_twelve_hours_end_a_session_that_was_used_all_the_time(browser, hire):
    hire(), sign_in(browser)

    move_back(browser, began=dt.timedelta(hours=12, seconds=1))

    assert not signed_in(browser)


def test_a_touch_moves_the_end_of_a_session_and_of_its_cookie(browser, hire):
    hire(), sign_in(browser)
    move_back(browser, seen=dt.timedelta(minutes=5))

    touched = browser.get("/accounts/sessions/")

    assert touched.cookies["sessionid"]["max-age"] == 30 * 60
    assert Session.objects.get().expire_date > timezone.now() + dt.timedelta(minutes=29)
    assert "sessionid" not in browser.get("/accounts/sessions/").cookies


@pytest.mark.parametrize("page", ["/desk/inbox/news/?tab=mine&since=1", "/desk/leader/moves/"])
def test_a_page_that_asks_by_itself_is_no_touch(browser, hire, page):
    hire(role=Role.LEADER), sign_in(browser)
    for _ in range(3):
        move_back(browser, seen=dt.timedelta(minutes=11))
        browser.get(page, headers={"HX-Request": "true"})

    assert not signed_in(browser)
    assert browser.get(page, headers={"HX-Request": "true"}).status_code == 286


def test_who_is_disabled_is_out_at_once(browser, hire):
    user = hire()
    sign_in(browser)

    User.objects.filter(pk=user.pk).update(is_active=False)

    assert not signed_in(browser)


def test_whose_postings_all_ended_is_out_within_a_minute_however_they_ended(browser, hire):
    user = hire()
    sign_in(browser)

    user.postings.update(valid_to=timezone.localdate() - dt.timedelta(days=1))
    move_back(browser, seen=dt.timedelta(minutes=1, seconds=1))

    assert not signed_in(browser)


def test_one_signs_out_everywhere_else(browser, hire):
    hire(), sign_in(browser)
    other = Client()
    sign_in(other)
    assert browser.get("/accounts/sessions/").content.decode().count("mlm-session") == 2

    browser.post("/accounts/sessions/")

    assert (signed_in(browser), signed_in(other)) == (True, False)


def test_a_new_password_signs_out_everywhere_else(browser, hire):
    hire(), sign_in(browser)
    other = Client()
    sign_in(other)

    new = {"oldpassword": PASSWORD, "password1": "umeme wa uhakika", "password2": "umeme wa uhakika"}
    assert browser.post("/accounts/password/change/", new).url == "/accounts/sessions/"

    assert (signed_in(browser), signed_in(other)) == (True, False)


def test_ended_sessions_are_gone(browser, hire):
    user = hire()
    sign_in(browser)

    assert end_sessions(user) == 1

    assert (Session.objects.count(), UserSession.objects.count(), signed_in(browser)) == (0, 0, False)


def test_the_beat_clears_what_has_run_out(browser, hire):
    hire(), sign_in(browser)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(hours=1))
    cache.set("old", 1, -3600), cache.set("new", 1, 3600)

    assert tasks.clear() == 1

    assert (Session.objects.count(), UserSession.objects.count(), cache.get("new")) == (0, 0, 1)


# A new password.


def ask_for_code(browser, named="afisa.120.maji"):
    return browser.post("/accounts/password/reset/", {"email": named})


def test_a_code_to_the_work_phone_sets_a_new_password(browser, hire):
    hire(phone="+255700000012", language="en")
    assert ask_for_code(browser).url == "/accounts/password/reset/confirm/"
    notice = Notice.objects.get()
    assert (notice.kind, notice.address, notice.language) == ("code", "+255700000012", "en")

    assert browser.post("/accounts/password/reset/confirm/", {"code": notice.facts["code"]}).status_code == 302
    new = {"password1": "umeme wa uhakika", "password2": "umeme wa uhakika"}
    assert browser.post("/accounts/password/reset/complete/", new).url == "/accounts/password/reset/done/"

    assert not signed_in(browser)
    assert sign_in(browser, password="umeme wa uhakika").url == "/desk/inbox/"


def test_without_a_work_phone_the_code_comes_by_email(browser, hire, settings, capsys):
    hire(email="afisa@ofisi.example", language="en")

    ask_for_code(browser)

    notice = Notice.objects.get()
    assert (notice.kind, notice.way, notice.address) == ("code", "email", "afisa@ofisi.example")
    deliver_due(timezone.now())
    assert f"The code is {notice.facts['code']}." in capsys.readouterr().out
    assert Notice.objects.get().facts == {}  # once it is out, nobody reads it here
    assert browser.post("/accounts/password/reset/confirm/", {"code": notice.facts["code"]}).status_code == 302


def test_with_both_it_comes_by_sms_and_goes_out(browser, hire, capsys):
    hire(phone="+255700000012", email="afisa@ofisi.example", language="en")

    ask_for_code(browser)
    code = Notice.objects.get().facts["code"]
    deliver_due(timezone.now())

    assert capsys.readouterr().out.startswith(f"SMS +255…012: Code: {code}.")


def test_a_new_colleague_without_a_phone_is_invited_by_email(hire, capsys):
    user = hire(email="afisa@ofisi.example", language="en")

    assert get_adapter().invite(user, timezone.now())

    deliver_due(timezone.now())
    assert "Set your password here: http://127.0.0.1:8000/accounts/password/reset/" in capsys.readouterr().out


def test_whom_nothing_reaches_is_said_to_be_so(hire):
    assert not get_adapter().invite(hire(), timezone.now())


def test_three_wrong_codes_and_the_right_one_no_longer_holds(browser, hire):
    hire(phone="+255700000012")
    ask_for_code(browser)
    code = Notice.objects.get().facts["code"]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(3):
        browser.post("/accounts/password/reset/confirm/", {"code": wrong})

    assert browser.post("/accounts/password/reset/confirm/", {"code": code}).url == "/accounts/login/"


@pytest.mark.parametrize("named", ["nobody", "gone", "closed"])
def test_whoever_may_not_come_in_gets_no_code_and_the_page_does_not_say_so(browser, hire, named):
    hire("gone", role=None, phone="+255700000012")
    hire("closed", is_active=False, phone="+255700000012")

    went = ask_for_code(browser, named)

    assert went.url == "/accounts/password/reset/confirm/"
    assert Notice.objects.count() == 0
    for guess in ("", "000000", "None"):
        assert browser.post(went.url, {"code": guess}).status_code in (200, 302)
    assert browser.get("/accounts/password/reset/complete/").status_code == 302


def test_nobody_is_flooded_with_codes(browser, hire):
    hire(phone="+255700000012")

    answers = [ask_for_code(browser).status_code for _ in range(4)]

    assert (answers, Notice.objects.count()) == ([302, 302, 302, 429], 3)


def test_nor_by_another_way_to_write_their_name(browser, hire):
    hire(phone="+255700000012", email="maji@kata.example")

    for named in ("afisa.120.maji", "AFISA.120.maji", "afiſa.120.maji", "afısa.120.maji", "maji@kata.example"):
        assert ask_for_code(browser, named).url == "/accounts/password/reset/confirm/"

    assert Notice.objects.count() == 3


def test_nobody_guesses_a_code_by_many_tries_at_once(browser, hire):
    hire(phone="+255700000012")
    ask_for_code(browser)
    code = Notice.objects.get().facts["code"]
    session = Session.objects.get(session_key=browser.session.session_key)
    for guess in range(30):  # each as if none of the others had been heard yet
        session.save()
        browser.post("/accounts/password/reset/confirm/", {"code": f"{(int(code) + guess + 1) % 10**6:06d}"})
    session.save()

    browser.post("/accounts/password/reset/confirm/", {"code": code})

    assert browser.get("/accounts/password/reset/complete/").status_code == 302


# The second factor.


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_decides_over_others_gets_no_further_than_the_second_factor(browser, hire, settings, role):
    settings.SECOND_FACTOR_REQUIRED = True
    hire(role=role), sign_in(browser)

    for page in ("/desk/inbox/", "/admin/", "/reports/"):
        assert browser.get(page).url == "/accounts/2fa/totp/activate/"


@pytest.mark.parametrize(("role", "required"), [(Role.OFFICER, True), (Role.CLERK, True), (Role.LEADER, False)])
def test_others_and_demonstrations_need_none(browser, hire, settings, role, required):
    settings.SECOND_FACTOR_REQUIRED = required
    hire(role=role), sign_in(browser)

    assert browser.get("/").status_code == 200


@pytest.fixture
def leader(browser, hire, settings):
    """Give a leader who has set up a second factor, and a browser in which they did so."""
    settings.SECOND_FACTOR_REQUIRED = True
    user = hire("kiongozi.120", Role.LEADER)
    sign_in(browser, "kiongozi.120")
    secret = re.search(r'mlm-secret">(\w+)<', browser.get("/accounts/2fa/totp/activate/").content.decode())[1]
    browser.went = browser.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    return user


def test_setting_it_up_shows_recovery_codes_once_and_opens_the_desk(browser, leader):
    first, second = (browser.get(browser.went.url).content.decode() for _ in range(2))

    assert (first.count("mlm-secret"), second.count("mlm-secret")) == (10, 0)
    assert browser.get("/").status_code == 200


def test_from_then_on_the_password_alone_opens_nothing(leader):
    other = Client()
    cache.clear()

    assert sign_in(other, "kiongozi.120").url == "/accounts/2fa/authenticate/"
    assert not signed_in(other)
    assert other.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert other.post("/accounts/2fa/authenticate/", {"code": code_of(leader)}).url == "/desk/leader/"


def test_a_code_that_was_used_opens_nothing_while_the_telephone_still_shows_it(leader):
    cache.clear()
    code = code_of(leader)
    doors = [Client(), Client()]
    for door in doors:
        sign_in(door, "kiongozi.120")
    assert doors[0].post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    cache.delete(f"allauth.mfa.totp.used?user={leader.pk}&code={code}")  # half a minute later

    assert doors[1].post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert not signed_in(doors[1])


def test_later_the_password_is_asked_for_once_more(browser, leader):
    move_back(browser, began=dt.timedelta(minutes=6))

    assert browser.get("/accounts/2fa/recovery-codes/generate/").url.startswith("/accounts/reauthenticate/?next=")
    assert browser.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert browser.get("/accounts/2fa/recovery-codes/generate/").status_code == 200


def test_a_recovery_code_opens_it_once(browser, leader):
    code = re.search(r'mlm-secret">(\w+)<', browser.get(browser.went.url).content.decode())[1]
    answers = []
    for _ in range(2):
        other = Client()
        sign_in(other, "kiongozi.120")
        answers.append(other.post("/accounts/2fa/authenticate/", {"code": code}).status_code)

    assert answers == [302, 200]


def test_a_leader_cannot_switch_it_off(browser, leader):
    page = browser.post("/accounts/2fa/totp/deactivate/")

    assert "Your posting asks for a second factor" in page.content.decode()
    assert Authenticator.objects.filter(user=leader, type="totp").exists()


def test_what_the_telephone_holds_is_not_readable_in_the_database(leader):
    data = Authenticator.objects.get(user=leader, type="totp").data

    assert TOTP(Authenticator(data=data)) and data["secret"].startswith("gAAAA")
