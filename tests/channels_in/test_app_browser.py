"""The citizen's app in a real Chromium: installed, without a line, on a slow one, and with answers that are lost on the way.

SHOTS=folder keeps a picture of every page.
"""

import contextlib
import datetime as dt
import json
import re
from types import SimpleNamespace

import pytest

from channels_in.api import complaints
from channels_in.api.answers import Problem
from chaos.looks import faults_of
from complaints.models import Attachment, Complaint
from notices.models import Notice
from notices.rendering import render
from offices import actors
from offices.clock import database_now
from offices.models import User
from offices.phones import digest_of
from tests.browser import chromium, keep_picture
from tests.house import production
from tests.house.test_weight import TWO_G
from tests.pictures import photo
from tests.workflows.stories import citizen, lodged
from workflows import actions

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

WORDS = "Bomba la maji limepasuka karibu na soko, maji yanamwagika barabarani tangu Jumatatu."
COMPLAINTS = "**/api/v1/complaints/"
PHONES = [(320, 640), (360, 740)]


@pytest.fixture
def phone(chromium, transactional_db, live_server, settings, tmp_path):
    """Give a phone on which the app was opened once, and whose worker has taken over: its page and its context."""
    settings.MEDIA_ROOT = tmp_path / "media"
    contexts = []

    def opened(language="sw", watched=False):
        context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="sw")
        contexts.append(context)
        if watched:  # its clock can be moved
            context.clock.install()
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.errors = []
        page.on("console", lambda said: page.errors.append(said.text) if is_fault(said) else None)
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(f"{live_server.url}/app/")
        wait_until(page, lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
        wait_until(page, lambda: kept(page, "lists"))
        if language == "en":
            page.click("[data-speak=en]")
        return page, context

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def service(monkeypatch):
    """Let the service refuse complaints while `refuses` is set, whoever sends them, page or worker; `keys` says under which ids they came."""
    at_the_door, hears = SimpleNamespace(refuses=False, keys=[]), complaints.spoken_by

    def spoken_by(caller, incoming):
        at_the_door.keys.append(incoming.provider_id)
        if at_the_door.refuses:
            raise Problem(400, "We do not have this subject.")
        return hears(caller, incoming)

    monkeypatch.setattr(complaints, "spoken_by", spoken_by)
    return at_the_door


def is_fault(said):
    """Tell what is wrong with the app from what a browser says of a line that is away."""
    return said.type == "error" and "ERR_INTERNET_DISCONNECTED" not in said.text


def kept(page, name):
    """Give what the app keeps under a name."""
    return page.evaluate("name => import('/static/js/app/store.js').then((store) => store.kept(name))", name)


def wait_until(page, holds):
    """Wait until something holds, at most a minute: the machine may be busy."""
    for _turn in range(300):
        if holds():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it does not come to hold")


def write(page, words=WORDS, pictures=()):
    """Write a complaint and press the button, as a person does."""
    page.click("a[href='#write']")
    page.fill("#words", words)
    page.select_option("#category", "maji")
    page.select_option("#council", "120")
    page.select_option("#ward", index=1)
    if pictures:
        page.set_input_files("#photos", [file(number, content) for number, content in enumerate(pictures)])
        page.wait_for_selector("li >> text=picha-0")
    page.click("form button[type=submit]")


def file(number, content):
    return {"name": f"picha-{number}.jpg", "mimeType": "image/jpeg", "buffer": content}


@contextlib.contextmanager
def without_a_line(context):
    """Take the line away for a while."""
    context.set_offline(True)
    yield
    context.set_offline(False)


def open_again(page, context):
    """Open the app anew without a line; Chromium tells a page that was opened meanwhile only when told again."""
    page.reload()
    context.set_offline(False)
    context.set_offline(True)


def sent(page):
    """Wait until the first complaint has gone, and give its number as the phone shows it."""
    page.wait_for_selector(".mlm-letter[data-state=sent]")
    return page.inner_text(".mlm-letter[data-state=sent] a")


def test_the_app_can_be_installed_and_opens_without_a_line(phone):
    page, context = phone()
    wire = context.new_cdp_session(page)

    said = json.loads(wire.send("Page.getAppManifest")["data"])
    faults = wire.send("Page.getInstallabilityErrors")["installabilityErrors"]
    with without_a_line(context):
        open_again(page, context)
        page.wait_for_selector("text=Hakuna mtandao.")
        page.click("[data-speak=en]")
        page.wait_for_selector("text=There is no connection.")

    assert (said["start_url"], said["display"], said["lang"]) == ("/app/", "standalone", "sw")
    assert {each["purpose"] for each in said["icons"]} == {"any", "maskable"}
    assert [each["errorId"] for each in faults if each["errorId"] != "in-incognito"] == []
    assert page.errors == []


def test_what_was_written_without_a_line_goes_by_itself_once_with_its_photos(phone):
    page, context = phone()

    with without_a_line(context):
        write(page, pictures=[photo(size=(640, 480)), photo(size=(480, 640))])
        page.wait_for_selector(".mlm-letter[data-state=queued]")
        assert "Linasubiri kutumwa" in page.inner_text("main")
        assert not Complaint.objects.exists()
    number = sent(page)
    wait_until(page, lambda: "picha-" not in page.inner_text("main"))

    case = Complaint.objects.get()
    assert (number, case.words, case.channel) == (case.reference_written, WORDS, "app")
    assert Attachment.objects.filter(complaint=case).count() == 2
    assert page.evaluate("document.body.innerText.includes('Bomba')") is False


def test_the_worker_sends_it_when_the_app_is_closed(phone, live_server):
    page, context = phone()
    with without_a_line(context):
        write(page)
        page.wait_for_selector(".mlm-letter[data-state=queued]")
        wire, known = context.new_cdp_session(page), []
        wire.on("ServiceWorker.workerRegistrationUpdated", lambda event: known.extend(event["registrations"]))
        wire.send("ServiceWorker.enable")
        wait_until(page, lambda: known)
        page.goto("about:blank")

    # What the browser does by itself once it believes in the line.
    woken = {"origin": live_server.url, "registrationId": known[0]["registrationId"], "tag": "send"}
    wire.send("ServiceWorker.dispatchSyncEvent", woken | {"lastChance": False})
    wait_until(page, Complaint.objects.exists)

    assert Complaint.objects.get().words == WORDS


def test_an_answer_that_was_lost_on_the_way_makes_no_second_complaint(phone):
    page, context = phone()
    lost = []

    def lose(route):
        if lost or route.request.method != "POST":
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    context.route(COMPLAINTS, lose)
    write(page)
    page.wait_for_selector(".mlm-letter[data-state=queued] >> text=Hakuna mtandao.")
    page.click("text=Tuma sasa")
    number = sent(page)

    assert lost == [201]
    assert number == Complaint.objects.get().reference_written


def test_two_days_without_a_line_lose_nothing_and_the_day_it_was_written_counts(phone):
    page, context = phone(watched=True)
    before = database_now() - dt.timedelta(seconds=1)

    with without_a_line(context):
        write(page)
        page.wait_for_selector(".mlm-letter[data-state=queued]")
        written = database_now()
        context.clock.fast_forward("48:00:00")
        page.reload()
        page.wait_for_selector(".mlm-letter[data-state=queued]")
    page.reload()
    number = sent(page)

    case = Complaint.objects.get()
    assert number == case.reference_written
    assert before <= case.received_at <= written


def test_a_citizen_follows_it_answers_a_question_without_a_line_and_confirms(phone):
    page, context = phone("en", watched=True)
    write(page)
    page.wait_for_selector(".mlm-letter[data-state=sent] a")
    case = Complaint.objects.get()
    page.click(".mlm-letter a")
    page.wait_for_selector("text=What has happened")
    assert WORDS in page.inner_text("main")

    by_office(case, "take", "ask", question="Upande gani wa soko?")
    context.clock.fast_forward("02:00")
    page.wait_for_selector("text=Upande gani wa soko?")
    with without_a_line(context):
        page.fill("#words-reply", "Upande wa kituo cha basi.")
        page.click("text=Send the answer")
        page.wait_for_selector("text=Waits to be sent")
    page.wait_for_selector("text=You answered our question")
    by_office(case, "answer", answer="Mafundi wamebadilisha bomba leo asubuhi, saa 4, mbele ya mwenyekiti wa mtaa.")
    context.clock.fast_forward("02:00")
    page.click("text=Yes, it is settled")
    page.wait_for_selector("text=You said that it is settled")

    case = Complaint.objects.get()
    assert case.entries.filter(move="reply").count() == case.entries.filter(move="confirm").count() == 1
    assert case.state == "closed"


def by_office(case, *moves, **said):
    """Let an officer of water act, behind the page."""
    for move in moves:
        at = database_now()
        by = actors.person(User.objects.get(username="afisa.120.maji"), at=at)
        task = case.task_set.select_related("process").get(finished=None)
        getattr(actions, move)(task, by=by, at=at, **(said if move == moves[-1] else {}))


def test_a_receipt_opens_a_complaint_and_everything_can_be_forgotten(phone):
    page, context = phone("en")
    write(page)
    page.click(".mlm-letter[data-state=sent] a")
    code = re.search(r"Code: (\S+)\.", page.locator("text=Code:").first.inner_text())[1]
    reference = Complaint.objects.get().reference

    page.goto(page.url.partition("#")[0] + "#forget")
    page.click("button:text-is('Forget everything')")
    page.wait_for_selector("text=Everything on this phone is forgotten.")
    left = [each for shelf in ("letters", "photos", "cases") for each in shelf_of(page, shelf)]
    page.click("text=My complaints")
    page.fill("#reference", reference)
    page.fill("#code", "k7qm-2wxp-9rtb-4hnc")
    page.click("button:text-is('Open')")
    page.wait_for_selector("text=There is no such complaint, or it did not come from you.")
    page.fill("#code", code)
    page.click("button:text-is('Open')")
    page.wait_for_selector("text=What has happened")

    assert left == []
    assert WORDS in page.inner_text("main")
    assert reference not in page.url.partition("#")[0]


def shelf_of(page, shelf):
    """Give all that stands on a shelf of the app's database."""
    return page.evaluate("name => import('/static/js/app/store.js').then((store) => store.all(name))", shelf)


def test_a_phone_that_is_proved_brings_its_complaints(phone):
    number = "+255754123456"
    lodged(citizen=citizen(phone=number, phone_digest=digest_of(number)))
    case = Complaint.objects.get()
    page, _context = phone("en")

    page.click("text=My complaints")
    page.fill("#phone", "0754 123 456")
    page.click("text=Send me a code")
    page.wait_for_selector("#sms-code")
    page.fill("#sms-code", re.search(r"\d{6}", render(Notice.objects.get(kind="code")))[0])
    page.click("text=Prove my number")
    page.click(f"text={case.reference_written}")
    page.wait_for_selector("text=What has happened")

    assert case.words in page.inner_text("main")


@pytest.mark.parametrize("language", ["sw", "en"])
def test_every_page_is_fit_for_a_screen_reader_and_for_a_small_phone(phone, service, language):
    page, context = phone(language)
    write(page)
    page.wait_for_selector(".mlm-letter[data-state=sent]")
    reference, faults = Complaint.objects.get().reference, []
    service.refuses = True
    write(page, pictures=[photo(size=(64, 48))])
    page.wait_for_selector(".mlm-letter[data-state=failed]")
    context.set_offline(True)
    write(page)
    page.wait_for_selector(".mlm-letter[data-state=queued]")

    for name in ["", "write", "mine", f"case/{reference}", "forget"]:
        page.goto(page.url.partition("#")[0] + f"#{name}")
        page.wait_for_timeout(500)
        faults += [f"{name}: {fault}" for fault in faults_of(page, PHONES)]
        keep_picture(page, f"app-{name.partition('/')[0] or 'home'}-{language}")
    page.goto(page.url.partition("#")[0] + "#write")
    page.click("form button[type=submit]")
    page.wait_for_selector("#words-error")
    faults += [f"error: {fault}" for fault in faults_of(page, PHONES)]

    assert faults == []
    assert [error for error in page.errors if "ERR_FAILED" not in error and "status of 400" not in error] == []


MOST_COLD, MOST_AGAIN = 55 * 1024, 3 * 1024  # bytes over the wire, until the first page is there


def test_in_production_the_shell_weighs_little_and_on_2g_a_complaint_with_a_photo_arrives(
    chromium, transactional_db, settings, tmp_path, record_property
):
    settings.SECRET_KEY = production.SECRET_KEY
    with production.served(tmp_path) as url, contextlib.closing(chromium.new_context()) as context:
        page = context.new_page()
        page.set_default_timeout(90_000)
        wire, came = context.new_cdp_session(page), []
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
        wire.send("Network.emulateNetworkConditions", TWO_G)

        page.goto(f"{url}/app/")
        page.wait_for_selector("a[href='#write']")
        soon, cold = page.evaluate("performance.now()"), sum(came)
        wait_until(page, lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
        whole = sum(came)
        again = weight_again(page, came, url)
        wait_until(page, lambda: page.evaluate("caches.keys().then((names) => names.length)") == 1)
        write(page, pictures=[photo(size=(640, 480))])
        number = sent(page)
        wait_until(page, lambda: Attachment.objects.exists())

    record_property("bytes cold and again, milliseconds", (cold, whole, again, soon))
    print(cold, whole, again, soon)
    assert (cold <= MOST_COLD, again <= MOST_AGAIN) == (True, True), (cold, again)
    assert number == Complaint.objects.get().reference_written


def weight_again(page, came, url):
    """Open the app once more, and give how many bytes came over the wire until it was there."""
    page.goto("about:blank")
    came.clear()
    page.goto(f"{url}/app/")
    page.wait_for_selector("a[href='#write']")
    return sum(came)


def test_what_was_refused_is_changed_and_goes_under_its_own_key_and_another_sheet_waits(phone, service):
    page, _context = phone("en")
    service.refuses = True
    write(page)
    page.wait_for_selector("text=We do not have this subject.")
    service.refuses = False
    page.click("text=Write a complaint")
    page.fill("#words", "Taa za barabarani haziwaki.")
    page.click("text=Back")

    page.click("text=Change it and send again")
    page.wait_for_selector("#words")
    assert page.input_value("#words") == WORDS
    page.dblclick("form button[type=submit]")
    number = sent(page)

    assert number == Complaint.objects.get().reference_written
    assert len(set(service.keys)) == 1 < len(service.keys)
    assert "Taa za barabarani haziwaki." in page.inner_text(".mlm-letter[data-state=failed]")
