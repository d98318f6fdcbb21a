"""The desk in a real Chromium: what axe finds, and whether a small phone must scroll sideways.

SHOTS=folder keeps a picture of every page.
"""

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest

from tests.workflows.desk.conftest import Desk, address
from tests.workflows.stories import lodged, through
from tests.world import TUESDAY
from workflows.models import ComplaintTask

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own loop runs in this thread
sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.browser

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SIZES = [(320, 640), (1280, 900)]
PICTURES = [(360, 740), (1280, 900)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def chromium():
    """Start one browser for all pages."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def full_desk(transactional_db, client, clock):
    """Give a desk on which every kind of row lies, and the story of the case that is opened."""
    for words in STORIES:
        lodged(words=words)
    late = lodged(
        words="Bomba kubwa la maji limepasuka barabarani karibu na soko, maji yanamwagika tangu wiki iliyopita."
    )
    ComplaintTask.objects.filter(pk=late.task.pk).update(due_at=TUESDAY - dt.timedelta(days=5))
    through(lodged(words="Maji yanatoka machafu, yenye harufu."), "take", "answer", "dispute")
    story = lodged(words="Mita yangu inasoma vibaya. Nimefika ofisini mara mbili.", came_back="told_to_return").then(
        "take"
    )
    story = story.then("add_words", "officer", words="Fundi amesema mita ni ya zamani. Apewe mpya.")
    story = story.then("ask", question="Tafadhali tuambie namba ya mita yako.").then("reply", words="Ni 0044-1187.")
    clock(story.at)
    return Desk(client), story


STORIES = [
    "Maji hayatoki mtaani kwetu tangu Jumatatu, na bili imekuja kama kawaida.",
    "Tunaomba kisima cha shule ya msingi kirekebishwe; watoto wanabeba maji kutoka nyumbani.",
    "Presha ya maji ni ndogo sana asubuhi.",
]


def pages(story):
    """Give the pages to be looked at: a name, who looks, and the address."""
    case = address(story)
    return [
        ("login", "", "/accounts/login/"),
        ("inbox", "afisa.120.maji", "/desk/inbox/?tab=queues"),
        ("mine", "afisa.120.maji", "/desk/inbox/"),
        ("overdue", "msimamizi.120.maji", "/desk/inbox/?tab=overdue"),
        ("leader", "kiongozi.1", "/desk/inbox/?tab=queues"),
        ("case", "afisa.120.maji", case),
        ("case-supervisor", "msimamizi.120.maji", case),
        ("answer", "afisa.120.maji", f"{case}answer/"),
        ("move", "msimamizi.120.maji", f"{case}move/"),
        ("diagram", "afisa.120.maji", f"{case}diagram/"),
        ("counter", "karani.12103", "/desk/counter/"),
        ("filters", "afisa.120.maji", "/desk/inbox/?tab=queues&place=Hakunapahali"),
        ("lists", "afisa.120.maji", "/desk/inbox/lists/"),
        ("account", "msimamizi.120.maji", "/accounts/sessions/"),
        ("guide", "kiongozi.1", "/help/leader/"),
    ]


@pytest.mark.parametrize("language", ["en"])  # in Swahili by tests/house/test_looks.py
def test_every_page_is_fit_for_a_screen_reader_and_for_a_small_phone(chromium, full_desk, live_server, language):
    (desk, story), faults = full_desk, []

    for name, who, path in pages(story):
        faults += look_at(chromium, desk, f"{live_server.url}{path}", who, language, name)

    assert faults == []


def look_at(chromium, desk, address, who, language, name):
    """Open a page at every size, and give what is wrong with it."""
    context = chromium.new_context(java_script_enabled=True)
    cookies = {"django_language": language}
    if who:
        cookies["sessionid"] = desk.sit(who).client.cookies["sessionid"].value
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page, faults = context.new_page(), []
    page.on("console", lambda said: faults.append(f"{name}: {said.text}"))
    for width, height in PICTURES if os.environ.get("SHOTS") else SIZES:
        page.set_viewport_size({"width": width, "height": height})
        response = page.goto(address)
        if response.status != 200:
            faults.append(f"{name}: {response.status}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{name}: wider than {width}")
        keep_picture(page, f"{name}-{width}-{language}")
    found = axe.Axe().run(page, options=RULES).response["violations"]
    faults += [f"{name}: {each['id']} {[node['html'][:120] for node in each['nodes'][:3]]}" for each in found]
    context.close()
    return faults


def keep_picture(page, name):
    """Keep a picture of the page, if somebody wants one."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
