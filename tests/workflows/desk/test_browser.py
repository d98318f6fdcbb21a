"""The desk in a real Chromium: what axe finds, and whether a small phone must scroll sideways.

SHOTS=folder keeps a picture of every page.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.workflows.desk.conftest import Desk, address, overdue

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
def full_desk(transactional_db, client):
    """Give a desk on which every kind of row lies, the case of the page among them."""
    desk = Desk(client)
    officer = "afisa.120.maji"
    for words in STORIES:
        overdue(desk.lodge(words), 0)
    late = desk.lodge(
        "Bomba kubwa la maji limepasuka barabarani karibu na soko la Kawe, maji yanamwagika tangu wiki iliyopita."
    )
    overdue(late, 12)
    overdue(desk.lodge("Gati la maji halina maji siku tatu sasa."), 4)
    task = desk.lodge(
        "Mita yangu ya maji inasoma vibaya. Nimefika ofisini mara mbili, nikaambiwa njoo kesho.",
        came_back="told_to_return",
    )
    task = desk.act(task, "take", by=officer)
    desk.act(task, "add_words", by=officer, words="Fundi amesema mita ina umri wa miaka 12. Apewe mpya.")
    task = desk.act(
        task, "ask", by=officer, question="Tafadhali tuambie namba ya mita yako, na lini ilisomwa mara ya mwisho."
    )
    task = desk.act(task, "reply", by=None, words="Namba ya mita ni 0044-1187. Ilisomwa tarehe 2.")
    disputed = desk.act(desk.lodge("Maji yanatoka machafu, yenye harufu."), "take", by=officer)
    disputed = desk.act(disputed, "answer", by=officer, answer="Tumesafisha tangi.")
    desk.act(disputed, "dispute", by=None, words="Bado ni machafu.")
    desk.case = task
    return desk


STORIES = [
    "Maji hayatoki mtaani kwetu tangu Jumatatu, na bili imekuja kama kawaida.",
    "Tunaomba kisima cha shule ya msingi kirekebishwe; watoto wanabeba maji kutoka nyumbani.",
    "Presha ya maji ni ndogo sana asubuhi.",
]


def pages(desk):
    """Give the pages to be looked at: a name, who looks, and the address."""
    case = address(desk.case)
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
        ("counter", "karani.12103", "/desk/counter/"),
    ]


@pytest.mark.parametrize("language", ["sw", "en"])
def test_every_page_is_fit_for_a_screen_reader_and_for_a_small_phone(chromium, full_desk, live_server, language):
    faults = []

    for name, who, path in pages(full_desk):
        faults += look_at(chromium, full_desk, f"{live_server.url}{path}", who, language, name)

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
