"""Every page of the staff in a real Chromium: nothing for axe to find (WCAG 2.2 AA), and no sideways scroll.

The suite looks at the smallest screen in Swahili; `python -m chaos.looks` at every width in both languages.
SHOTS=folder keeps a picture of every page.
"""

from __future__ import annotations

import os

import pytest

from chaos.looks import LANGUAGES, SIZES, faults_of
from notices.models import Notice
from offices.models import User
from tests.browser import chromium, keep_picture
from tests.clocks import one_clock
from tests.house.looks import NO_LOOK, a_working_world, browser_of, looks
from tests.house.test_access import addresses
from tests.offices.test_accounts import code_for

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
WHOLE = bool(os.environ.get("LOOKS"))  # set by chaos.looks
WIDTHS, SPOKEN = (SIZES, LANGUAGES) if WHOLE else (SIZES[:1], LANGUAGES[:1])

# A page that refuses; axe, which may not read our stylesheet anew; and Django's lists with a search, whose widths are theirs.
EXPECTED = ("status of 4", "preload assets", "Applying inline style")


@pytest.fixture
def world(transactional_db, monkeypatch, settings, tmp_path):
    """Give an office in the middle of its work, and every door the moment."""
    settings.MEDIA_ROOT = tmp_path / "media"
    made = a_working_world()
    one_clock(monkeypatch, made.at)
    return made


@pytest.fixture
def window(chromium, live_server):
    """Give a browser window, in a language, in which somebody is signed in; one for each of them."""
    windows = {}

    def opened(who, language):
        if (who, language) not in windows:
            context = chromium.new_context()
            cookies = {"django_language": language}
            if who:
                cookies["sessionid"] = browser_of(who).cookies["sessionid"].value
            context.add_cookies([{"name": name, "value": of, "url": live_server.url} for name, of in cookies.items()])
            page = windows[who, language] = context.new_page()
            page.said = []
            page.on("console", lambda said: page.said.append(said.text) if said.type == "error" else None)
        return windows[who, language]

    yield opened
    for page in windows.values():
        page.context.close()


def faults_at(page, name, language):
    """Give what is wrong with the page that is open, and what the browser complained of."""
    found = [f"{name} {language}: {fault}" for fault in faults_of(page, WIDTHS)]
    found += [f"{name} {language}: {said}" for said in page.said if not any(words in said for words in EXPECTED)]
    page.said.clear()
    keep_picture(page, f"{name.strip('/').replace('/', '-').partition('?')[0]}-{language}")
    return found


@pytest.mark.parametrize("language", SPOKEN)
def test_every_page_of_staff_is_fit_for_a_screen_reader_and_for_a_small_phone(world, window, live_server, language):
    pages, faults = looks(world, WHOLE), []

    for look in pages:
        page = window(look.who, language)
        answer = page.goto(f"{live_server.url}{look.path}", wait_until="load")
        if answer.status not in (200, look.status):
            faults.append(f"{look}: {answer.status}")
        faults += faults_at(page, look.path, language)
    seen = {look.name for look in pages}
    for walk in (rows_at_once, at_the_counter, accounts):  # the last signs out
        for name, page in walk(window, live_server, language):
            seen.add(name)
            faults += faults_at(page, name, language)

    assert faults == []
    assert addresses() - seen - NO_LOOK == set(), "pages that nobody has looked at"


def accounts(window, live_server, language):
    """Sign in, set up a second factor, come back with it, forget the password: give each page that is met on the way."""
    User.objects.filter(username="msimamizi.120.maji").update(phone="+255700000012")
    page = window("", language)

    def went(path):
        page.goto(f"{live_server.url}/accounts/{path}")

    def says(**fields):
        for name, value in fields.items():
            page.fill(f"[name={name}]", value)
        page.click("main form button.govuk-button")

    went("login/")
    yield "account_login", page
    says(username="msimamizi.120.maji", password="demo")
    for name, path in SIGNED_IN.items():
        went(path)
        yield name, page
    went("2fa/totp/activate/")
    yield "mfa_activate_totp", page
    secret = page.inner_text(".mlm-secret")
    says(code=code_for(secret))
    yield "mfa_view_recovery_codes", page
    for name, path in WITH_SECOND_FACTOR.items():
        went(path)
        yield name, page
    went("logout/")
    yield "account_logout", page
    page.click("main form button.govuk-button")
    went("login/")
    says(username="msimamizi.120.maji", password="demo")
    yield "mfa_authenticate", page
    went("password/reset/")
    yield "account_reset_password", page
    says(email="msimamizi.120.maji")
    yield "account_confirm_password_reset_code", page
    says(code=Notice.objects.get(kind="code").facts["code"])
    yield "account_complete_password_reset", page
    says(password1="umeme wa uhakika", password2="umeme wa uhakika")
    yield "account_password_reset_completed", page
    went("inactive/")
    yield "account_inactive", page


def rows_at_once(window, live_server, language):
    """Tick two rows of the list: what is asked, what is refused, what came of it."""
    page = window("msimamizi.120.maji", language)
    page.goto(f"{live_server.url}/desk/inbox/?tab=queues")
    for box in page.locator("input[name=task]").all()[:2]:
        box.check()
    page.click(".mlm-bulk button[value=hand_up]")
    yield "desk:rows", page
    page.click("main form button.govuk-button")
    yield "desk:rows", page
    page.fill("[name=reason]", "Yahitaji bajeti.")
    page.click("main form button.govuk-button")
    yield "desk:rows", page


def at_the_counter(window, live_server, language):
    """Enter a complaint at the counter, of one who is to be called."""
    page = window("karani.12103", language)
    page.goto(f"{live_server.url}/desk/counter/")
    page.fill("[name=words]", "Taka hazijazolewa sokoni wiki mbili.")
    page.fill("[name=phone]", "0700 000 012")
    page.select_option("[name=arrival]", "letter")
    page.select_option("[name=hears_by]", "call")
    page.click("main form button.govuk-button:not(.govuk-button--secondary)")
    page.wait_for_selector(".mlm-receipt")  # the page's script sends it, and goes on by itself
    yield "channels_in:receipt", page
    page.goto(f"{live_server.url}/desk/counter/calls/")
    page.click("tbody a")
    yield "channels_in:call", page


SIGNED_IN = {
    "mfa_index": "2fa/",
    "account_change_password": "password/change/",
    "account_reauthenticate": "reauthenticate/",
    "usersessions_list": "sessions/",
}
WITH_SECOND_FACTOR = {
    "mfa_index": "2fa/",
    "mfa_generate_recovery_codes": "2fa/recovery-codes/generate/",
    "mfa_deactivate_totp": "2fa/totp/deactivate/",
    "mfa_reauthenticate": "2fa/reauthenticate/",
}
