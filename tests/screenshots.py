"""`make screenshots`: the main screens of each role in a real Chromium, on a scratch database of made-up complaints.

    make screenshots                                docs/screens/, in Swahili
    make screenshots ARGS="FOLDER --language en"    elsewhere, to look at

Every run shows the same day and the same complaints, so that a picture changes only when its page does. The moment
below stands for the database's at every door.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import random
import re
import threading
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

NOW = dt.datetime(2026, 11, 24, 10, 20, tzinfo=ZoneInfo("Africa/Dar_es_Salaam"))
HEAVIEST = 120 * 1024  # bytes
COLOURS = 64  # letters, lines and a few grounds; more is weight
WIDE, PHONE = (1280, 900), (360, 740)


@dataclass(frozen=True)
class Screen:
    """One picture: its name, who looks (nobody: a citizen or an institution), what they open, and how much is shown."""

    name: str
    who: str
    path: str
    size: tuple[int, int] = WIDE
    most: int = 1400  # pixels of height
    fills: tuple[tuple[str, str], ...] = ()


def screens(cases) -> list[Screen]:
    """Give the main screens of each role."""
    case = f"/desk/cases/{cases.shown.case.reference}/"
    return [
        Screen("officer-inbox", "afisa.120.maji", "/desk/inbox/?tab=queues"),
        Screen("officer-inbox-phone", "afisa.120.maji", "/desk/inbox/?tab=queues", PHONE),
        Screen("officer-case", "afisa.120.maji", case),
        Screen("officer-case-phone", "afisa.120.maji", case, PHONE),
        Screen("officer-answer", "afisa.120.maji", f"{case}answer/"),
        Screen("clerk-counter", "karani.120", "/desk/counter/"),
        Screen("supervisor-board", "msimamizi.120.maji", "/desk/board/"),
        Screen("supervisor-leave", "msimamizi.120.maji", "/desk/leaves/"),
        Screen("leader-page", "kiongozi.120", "/desk/leader/"),
        Screen("leader-page-phone", "kiongozi.120", "/desk/leader/", PHONE),
        Screen("leader-directive", "kiongozi.120", f"{case}direct/"),
        Screen("leader-report", "kiongozi.120", "/reports/"),
        Screen("auditor-trail", "mkaguzi.1", "/desk/audit/"),
        Screen("administrator", "mfumo.1", "/admin/"),
        Screen("citizen-submit", "", "/submit/", PHONE),
        Screen("citizen-track", "", f"/track/#{cases.answered.case.reference}.{cases.code}", PHONE),
        Screen("institution", "", cases.link, PHONE),
    ]


# Made-up complaints.

WAITING = [
    ("maji", "Maji hayatoki mtaani kwetu tangu Jumatatu, na bili imekuja kama kawaida.", 4),
    ("maji", "Tunaomba kisima cha shule ya msingi kirekebishwe; watoto wanabeba maji kutoka nyumbani.", 22),
    ("maji", "Bomba kubwa la maji limepasuka barabarani karibu na soko, maji yanamwagika tangu wiki iliyopita.", 190),
    ("maji", "Presha ya maji ni ndogo sana asubuhi.", 2),
    ("umeme", "Nguzo ya umeme imeinama juu ya paa la nyumba, tunaogopa itaanguka mvua ikinyesha.", 118),
    ("maji", "Maji yanatoka machafu, yenye harufu.", 27),
    ("umeme", "Umeme unakatika kila siku saa mbili usiku bila taarifa.", 51),
]
ELSEWHERE = [
    ("barabara", "Mtaro umeziba, maji yanaingia ndani ya nyumba."),
    ("taka", "Taka hazijaondolewa kwa wiki tatu kwenye kona ya soko."),
    ("afya", "Zahanati yetu haina dawa za malaria tangu mwezi uliopita."),
    ("elimu", "Darasa la tatu lina wanafunzi mia na ishirini na mwalimu mmoja."),
    ("tozo", "Nimetozwa ushuru wa soko mara mbili kwa siku moja."),
    ("maji", "Mita yangu haisomeki na bili inaongezeka."),
]
STREETS = ["1210302", "12103", "12101", "12106", "12109"]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@dataclass
class Cases:
    """The stories that the pictures need by name."""

    shown: object
    answered: object
    code: str
    link: str


def same_references_each_time() -> None:
    """Let references come from a known seed, or every picture would change with every run."""
    from complaints import references

    class Known:
        randbelow = random.Random(2026).randrange

    references.secrets = Known


def tell() -> Cases:
    """Tell the complaints of two months, then those that the pictures open."""
    same_references_each_time()
    from tests.workflows.stories import category, lodged, office, queue, staff
    from workflows import actions

    wanted = evidence_wanted_by([])
    past()
    for number, (subject, words, hours) in enumerate(WAITING):
        place = office(STREETS[number % len(STREETS)])
        lodged(
            words=words, category=category(subject), place=place, at=NOW - hours * HOUR, received_at=NOW - hours * HOUR
        )
    at = NOW - 30 * HOUR
    clinic = lodged(words="Zahanati haina maji tangu Jumamosi.", category=category("afya"), at=at, received_at=at).then(
        "take"
    )
    asked = "Tunaomba mtuambie ni lini maji ya zahanati yatarudi."
    actions.ask_contribution(
        clinic.case, to=queue("120", "maji"), words=asked, by=staff("afisa.120.afya"), at=clinic.at
    )
    shown = story_of_the_case()
    actions.advise(
        shown.case, words="Tembeleeni eneo leo, msisubiri bili nyingine.", by=staff("kiongozi.120"), at=NOW - 3 * HOUR
    )
    leave()
    cases = Cases(shown, *answered(), link_of_the_institution())
    evidence_wanted_by(wanted)
    return cases


def leave() -> None:
    """Enter a leave that begins next week."""
    from offices.models import Posting, User
    from tests.workflows.stories import staff
    from workflows import leave

    post = Posting.objects.get(user__username="afisa.120.maji", absence=None)
    stand_in = User.objects.get(username="afisa.120.ardhi")
    first = (NOW + 6 * DAY).date()
    leave.enter(
        post, stand_in=stand_in, starts_on=first, ends_on=first + 4 * DAY, by=staff("msimamizi.120.maji"), at=NOW
    )


def evidence_wanted_by(subjects):
    """Let these subjects alone ask for evidence, and give those that did: most of the stories bring none."""
    from complaints.models import Category
    from offices.kept import forget

    before = list(Category.objects.filter(evidence=True).values_list("code", flat=True))
    Category.objects.update(evidence=False)
    Category.objects.filter(code__in=subjects).update(evidence=True)
    forget()
    return before


def past() -> None:
    """Lodge and settle a few complaints on many days of the last two months, in several departments."""
    from tests.workflows.stories import Story, category, lodged, office, through

    settled, disputed = ("take", "answer", "confirm"), ("take", "answer", "dispute")
    ways = [settled, settled, disputed, settled, ("take",), ()]
    for day in range(62, 1, -2):
        for number in range(1 + day % 3):
            subject, words = ELSEWHERE[(day + number) % len(ELSEWHERE)]
            at = NOW - day * DAY + number * HOUR
            place = office(STREETS[(day + number) % len(STREETS)])
            story = lodged(words=words, category=category(subject), place=place, at=at, received_at=at)
            way = ways[(day // 2 + number) % (6 if day < 20 else 4)]
            if story.queue.office.code in ("120", "12103"):
                through(story, *way[:1])
            for move in way[1:]:
                story = Story(open_step(story), at + days_for(move, day, number) * DAY, story.done).then(move)


def days_for(move: str, day: int, number: int) -> float:
    """Give how many days after the complaint a move was made: some offices are quicker than others, none before today."""
    return min(day - 1, 2 + (day * 7 + number) % 9) + (0.2 if move != "answer" else 0)


def open_step(story):
    """Give the step at which a story stands now."""
    from workflows.models import ComplaintTask

    return ComplaintTask.objects.open().main().select_related("process").get(process=story.case)


def story_of_the_case():
    """Tell the case that officers and leaders open: asked back, noted, in hand."""
    from tests.workflows.stories import category, lodged, office

    at = NOW - 46 * HOUR
    story = lodged(
        words="Mita yangu inasoma vibaya: bili ya mwezi huu ni mara tatu ya kawaida. Nimefika ofisini mara mbili.",
        category=category("maji"), place=office("1210302"), at=at, received_at=at, came_back="told_to_return",
    ).then("take")  # fmt: skip
    story = story.then("add_words", "officer", words="Fundi amesema mita ni ya zamani. Apewe mpya.")
    story = story.then("ask", question="Tafadhali tuambie namba ya mita yako.")
    return story.then("reply", words="Ni 0044-1187, ipo karibu na lango.")


def answered():
    """Tell a complaint that waits for the citizen's word, and give it with the code that opens it."""
    from channels_in import proof
    from tests.workflows.stories import lodged, office

    at = NOW - 8 * DAY
    story = lodged(words="Maji hayatoki tangu wiki iliyopita.", place=office("1210302"), at=at, received_at=at).then(
        "take"
    )
    story = story.then(
        "answer", at=NOW - 20 * HOUR,
        answer="Bomba lililopasuka limebadilishwa.\nLini: 23/11/2026. Na: Fundi wa idara ya maji. Wapi: Tabata.",
    )  # fmt: skip
    return story, proof.code_of(story.case.secret)


def link_of_the_institution() -> str:
    """Refer a complaint, and give the address that the institution was sent."""
    from notices.models import Notice
    from notices.rendering import render
    from offices.models import Body
    from tests.workflows.stories import lodged

    Body.objects.filter(code="dawasa").update(email="malalamiko@maji.example")
    at = NOW - 26 * HOUR
    story = lodged(words="Bomba kuu limepasuka mbele ya shule.", at=at, received_at=at).then("take")
    story.then("refer", reason="Tunaomba bomba kuu lirekebishwe; shule haina maji kwa siku tano.")
    return re.search(r"/b/[\w-]+/", render(Notice.objects.get(kind="body_asked", case_id=story.case.pk)))[0]


# The pictures.


def serve() -> str:
    """Serve the pages from a thread of our own, and give their address."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Silent(WSGIRequestHandler):
        def log_message(self, *args):
            """Say nothing of each request."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Silent)
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def cookie_of(who: str) -> str:
    """Sign somebody in and give the cookie that says so."""
    from django.test import Client

    from offices.models import User

    client = Client()
    client.force_login(User.objects.get(username=who))
    return client.cookies["sessionid"].value


def photograph(browser, address: str, screen: Screen, language: str, scheme: str) -> bytes:
    """Open a page as its user would, and give what they see."""
    width, height = screen.size
    context = browser.new_context(viewport={"width": width, "height": height}, locale=language, color_scheme=scheme)
    cookies = {"django_language": language} | ({"sessionid": cookie_of(screen.who)} if screen.who else {})
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(address + screen.path, wait_until="networkidle")
    tall = min(page.evaluate("document.documentElement.scrollHeight"), screen.most)
    taken = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": tall})
    context.close()
    return taken


def small(taken: bytes) -> bytes:
    """Give a picture in as many colours as stay under the weight."""
    from PIL import Image

    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    for colours in (COLOURS, COLOURS // 2, COLOURS // 4):
        written = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
        if written.tell() <= HEAVIEST:
            break
    return written.getvalue()


def main() -> None:
    """Tell the complaints, open the pages, keep the pictures."""
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", nargs="?", default="docs/screens", type=Path)
    asked.add_argument("--language", default="sw", choices=["sw", "en"])
    asked.add_argument("--only", default="")
    asked.add_argument("--scheme", default="light", choices=["light", "dark"])
    asked.add_argument("--width", type=int, help="in place of each screen's own")
    asked = asked.parse_args()

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from offices import clock

    clock.database_now = lambda: NOW  # before any door has asked for it by name
    import django

    django.setup()
    from tests.browser import CHROMIUM, QUIET, sync_api

    cases, address = tell(), serve()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for screen in screens(cases):
            if asked.only and not re.search(asked.only, screen.name):
                continue
            if asked.width:
                screen = Screen(screen.name, screen.who, screen.path, (asked.width, 700), screen.most)
            picture = small(photograph(browser, address, screen, asked.language, asked.scheme))
            (asked.folder / f"{screen.name}.png").write_bytes(picture)
            print(f"{screen.name:22} {len(picture) // 1024:4} KB", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
