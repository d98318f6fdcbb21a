"""Every page of the desk in Swahili shows no English word of ours; the catalogue is whole, and its compiled form is its own."""

import gettext
import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from tests.workflows.desk.conftest import Desk, Text, address
from tests.workflows.stories import WAY_TO, case_in, lodged, moves_open_to, through

CATALOGUE = Path(settings.BASE_DIR) / "locale" / "sw" / "LC_MESSAGES" / "django.po"
SAME_IN_BOTH = {"English", "Kiswahili"}  # the languages name themselves


def translations():
    """Give what the compiled catalogue says, English to Swahili."""
    with open(CATALOGUE.with_suffix(".mo"), "rb") as file:
        found = gettext.GNUTranslations(file)._catalog
    plurals = dict.fromkeys(re.findall(r'msgid_plural "(.+)"', CATALOGUE.read_text(encoding="utf-8")), "")
    return plurals | {(key[0] if isinstance(key, tuple) else key): said for key, said in found.items() if key}


@lru_cache
def english():
    """Give the English sentences that have another form in Swahili, and patterns for those with something filled in."""
    whole, filled_in = set(), []
    for msgid, said in translations().items():
        plain = msgid.split("\x04")[-1]
        parts = FILLED_IN.split(plain)
        if plain == said or plain in SAME_IN_BOTH:
            continue
        if len(parts) == 1:
            whole.add(plain.lower())
        elif any(len(re.findall("[A-Za-z]", part)) > 3 for part in parts):
            filled_in.append(".+".join(re.escape(part) for part in parts))
    return whole, re.compile("|".join(filled_in), re.IGNORECASE)


FILLED_IN = re.compile(r"%\(\w+\)[sd]|%[sd]")


def in_english(page):
    """Give the pieces of a page that are an English sentence of ours."""
    whole, filled_in = english()
    return [piece for piece in Text(page).pieces if piece.lower() in whole or filled_in.fullmatch(piece)]


@pytest.fixture
def swahili(db, client):
    """Give a desk whose pages are in Swahili, as they are to whoever has not chosen."""
    return Desk(client)


@pytest.mark.parametrize("who", ["karani.120", "afisa.120.maji", "msimamizi.120.maji", "kiongozi.120", "mkaguzi.1"])
@pytest.mark.parametrize("tab", ["", "mine", "queues", "office", "soon", "overdue", "done"])
def test_the_lists(swahili, clock, who, tab):
    lodged(kind="opinion"), lodged(), through(lodged(), "take", "answer", "dispute"), case_in("waiting")
    story = case_in("queued")
    clock(story.at)

    page = swahili.sit(who).client.get("/desk/inbox/", {"tab": tab})

    assert 'lang="sw"' in page.content.decode()
    assert in_english(page) == []


def test_what_is_asked_of_a_list_and_what_came_of_its_rows(swahili, clock):
    story, other = lodged(), lodged()
    clock(story.at)
    client = swahili.sit("msimamizi.120.maji").client
    rows = [f"{each.task.pk}.queued.{each.task.queue_id}.0" for each in (story, other)]
    gone = f"{story.task.pk}.in_hand.{story.task.queue_id}.1"
    wishes = "tab=queues&q=x&state=queued&age=7&holder=nobody&channel=web&sensitive=0&category=maji&place=Kawe"

    pages = [
        client.get(f"/desk/inbox/?{wishes}"),
        client.get("/desk/inbox/?q=0700000078"),
        client.get("/desk/inbox/keys/"),
    ]
    pages += [client.post("/desk/inbox/rows/", {"do": move, "task": rows}) for move in ("assign", "move", "hand_up")]
    pages.append(client.post("/desk/inbox/rows/", {"do": "take", "task": [rows[0], gone, "99.x.1.1"]}))
    pages.append(client.post("/desk/inbox/lists/", {"name": "", "query": wishes}))
    client.post("/desk/inbox/lists/", {"name": "Kawe", "query": wishes})
    pages += [
        client.get("/desk/inbox/lists/"),
        client.get("/desk/inbox/"),
        client.get("/desk/inbox/news/?tab=office&since=0"),
    ]

    assert [(page.request["PATH_INFO"], in_english(page)) for page in pages if in_english(page)] == []


@pytest.mark.parametrize("role", ["clerk", "officer", "supervisor", "leader"])
@pytest.mark.parametrize("state", [state for state in WAY_TO if state != "ended"])
def test_the_case_and_the_forms_of_its_moves_empty_and_refused(swahili, clock, state, role):
    story = case_in(state, came_back="told_to_return", arrival="letter")
    clock(story.at)
    swahili.sit(story.who(role))

    assert in_english(swahili.open(story)) == []
    for move in [*moves_open_to(role, story), "direct", "add_words", "lapse"]:
        assert in_english(swahili.open(story, move)) == [], move
        assert in_english(swahili.press(story, move, to="x", body="x", into="x", place="x")) == [], move


def test_the_case_after_its_end(swahili, clock):
    story = case_in("ended")
    clock(story.at)

    assert in_english(swahili.sit("kiongozi.120").open(story)) == []


def test_an_english_page_would_be_noticed(desk, clock):
    story = case_in("in_hand")
    clock(story.at)

    noticed = in_english(desk.sit("afisa.120.maji").open(story))

    assert {
        "Work list",
        "What the citizen says",
        "5 working days left",
        "Taken by Afisa Maji na Nishati (Jiji la Dar es Salaam)",
    } <= set(noticed)


@pytest.mark.parametrize("path", ["/accounts/login/", "/desk/cases/2648-3192-0576/", "/desk/counter/"])
def test_the_other_doors(swahili, path):
    swahili.sit("karani.12103")

    assert in_english(swahili.client.get(path)) == []


def test_a_wrong_password_is_refused_in_swahili(swahili):
    page = swahili.client.post("/accounts/login/", {"username": "afisa.120.maji", "password": "wrong"})

    assert "There is a problem" not in page.content.decode()
    assert "Kuna tatizo" in page.content.decode()
    assert in_english(page) == []


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "405", "409", "413", "429", "500", "503"])
def test_the_error_pages_need_no_request(status):
    with translation.override("sw"):
        page = get_template(f"{status}.html").render()

    assert 'lang="sw"' in page
    assert in_english(type("Page", (), {"content": page.encode()})) == []


def test_the_language_that_was_chosen_is_kept(swahili, clock):
    story = case_in("queued")
    clock(story.at)
    swahili.sit("afisa.120.maji")
    assert "Anachosema mwananchi" in swahili.open(story).content.decode()

    went = swahili.client.post("/i18n/setlang/", {"language": "en", "next": address(story)})

    assert went.url == address(story)
    assert "What the citizen says" in swahili.open(story).content.decode()


def test_nothing_is_left_untranslated():
    source = CATALOGUE.read_text(encoding="utf-8")

    assert re.findall(r'msgid "(.+)"\nmsgstr ""\n\n', source) == []
    assert "#, fuzzy" not in source


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="gettext is not installed")
def test_the_compiled_catalogue_is_of_its_source(tmp_path):
    compiled = tmp_path / "django.mo"

    subprocess.run(["msgfmt", "--check-format", "-o", compiled, CATALOGUE], check=True)

    assert compiled.read_bytes() == CATALOGUE.with_suffix(".mo").read_bytes()
