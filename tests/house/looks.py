"""Every page that staff, and an outside body, open: found from the table of addresses, and from what the pages offer."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

from channels_in import slips
from complaints import attachments
from complaints.models import Category, KnownIncident
from offices.kept import forget
from offices.models import Absence, Body, Office, Posting, Role
from tests.house.test_access import ARGUMENTS, CASE_PAGES, EVERYBODY, NO_PAGES, PAGES, PEOPLE
from tests.pictures import PAPER, photo
from tests.workflows.desk.conftest import Desk, address
from tests.workflows.stories import WAY_TO, at_the_top, case_in, lodged, office, posted, queue, staff, through
from tests.workflows.test_incidents import closed, entered
from tests.world import TUESDAY
from workflows import actions, leave
from workflows.inbox import Tab

# What is no page of staff's: fragments, files and answers to machines; and the citizen's, looked at in channels_in.
NO_LOOK = {
    "healthz", "readyz", "reports:moves", "reports:download", "reports:audit_download", "reports:register_file",
    "channels_in:home", "channels_in:submit", "channels_in:track", "channels_in:about", "channels_in:help",
    "channels_in:form", "channels_in:question", "channels_in:check", "channels_in:public_case", "channels_in:track_file",
    "channels_in:receipt_file", "channels_in:poster",
    "channels_in:app", "channels_in:app_words", "channels_in:app_manifest", "channels_in:app_worker",
    "channels_in:submitted", "channels_in:receive", "channels_in:delivery_report", "channels_in:api_complaints",
    "channels_in:api_complaint", "channels_in:ussd", "channels_in:api_suggest", "channels_in:api_phones", "channels_in:api_verify", "channels_in:api_token", "channels_in:api_messages", "channels_in:api_schema", "channels_in:api_changes", "channels_in:api_attachments", "channels_in:api_uploads", "channels_in:api_upload", "channels_in:api_categories", "channels_in:api_offices", "channels_in:api_office", "channels_in:None",
    "channels_in:open311_discovery", "channels_in:open311_services", "channels_in:open311_definition", "channels_in:open311_requests", "channels_in:open311_request", "channels_in:open311_token",
    "channels_in:send_receipt",
    "login", "logout", "set_language", "desk:desk", "desk:find", "desk:news", "desk:end_leave", "desk:attachment",
    "desk:tie_case",
    "account_set_password", "mfa_download_recovery_codes",
}  # fmt: skip
ROLES = [
    "afisa.120.maji",
    "msimamizi.120.maji",
    "kiongozi.1",
    "karani.120",
    "kiongozi.120",
    "afisa.120.afya",
    "karani.1210302",
]
OFFICER, SUPERVISOR = "afisa.120.maji", "msimamizi.120.maji"
SAID = "Bomba kubwa la maji limepasuka karibu na soko la Tabata, maji yanamwagika tangu Jumatatu."


@dataclass(frozen=True)
class Look:
    """A page to be looked at: the name of its address, who opens it, and where it is."""

    name: str
    who: str
    path: str
    status: int = 200


@dataclass(frozen=True)
class World:
    """What there is to be looked at: the moment, and the cases that pages are opened with."""

    at: dt.datetime
    case: str
    stories: list
    link: str


def a_working_world() -> World:
    """Bring an office into the middle of its work: cases in every state, late and soon, with all that stands beside one."""
    Category.objects.update(evidence=True)
    Body.objects.filter(code="dawasa").update(email="malalamiko@maji.example")
    forget()
    incident = entered(until=TUESDAY.date() + dt.timedelta(days=3))
    lodged(words="Bomba la maji limepasuka sokoni Tabata tangu Jumatatu.")
    closed(incident)
    entered(until=TUESDAY.date() + dt.timedelta(days=3))
    story = lodged(words=SAID).then("take")
    lodged(words="Bomba limepasuka Tabata sokoni.").then("merge", into=story.case)
    story = story.then("ask", question="Ni upande gani wa soko?").then("reply", words="Upande wa kituo cha basi.")
    papers = [attachments.read(io.BytesIO(content), len(content)) for content in (photo(size=(64, 48)), PAPER)]
    actions.attach(story.task, papers=papers, by=story.who("officer"), at=story.at)
    Category.objects.update(evidence=False)
    forget()
    stories = [story, *(case_in(state) for state in WAY_TO if state not in ("in_hand", "ended"))]
    stories += [at_the_top("queued"), at_the_top("in_hand"), case_in("in_hand", kind="opinion")]
    stories += [case_in("queued").then("merge"), through(lodged(), "take", "answer", "dispute")]
    beside = case_in("in_hand")
    officer, leader = staff(OFFICER), staff("kiongozi.120")
    actions.ask_contribution(
        beside.case, to=queue("120", "afya"), words="Je, maji ni salama?", by=officer, at=beside.at
    )
    actions.ask_advice(beside.case, of=queue("120").office, words="Tufunge barabara?", by=officer, at=beside.at)
    actions.advise(beside.case, words="Nendeni leo.", by=leader, at=beside.at)
    actions.direct(beside.case, to=queue("120", "maji"), words="Tengenezeni leo.", by=leader, at=beside.at)
    slips.issue(office("120"), 2, by=staff("karani.120"), at=TUESDAY)
    away = posted("officer", department="maji")
    leave.enter(
        Posting.objects.get(user=away.user), stand_in=officer.user, starts_on=TUESDAY.date(),
        ends_on=TUESDAY.date() + dt.timedelta(days=10), by=staff(SUPERVISOR), at=TUESDAY,
    )  # fmt: skip
    referred = case_in("in_hand").then("refer", reason="Tunaomba mtengeneze bomba kuu.")
    return World(TUESDAY + dt.timedelta(hours=12), address(story), [*stories, beside, referred], link_to(referred))


def link_to(referred) -> str:
    """Give the address that an outside body was sent."""
    from tests.channels_in.test_bodies import link_in

    return link_in(referred)


def browser_of(who: str) -> Client:
    """Give the browser of somebody who has signed in; its pages are in English."""
    client = Client()
    client.cookies["django_language"] = "en"
    return Desk(client).sit(who).client if who else client


# The pages, by where they are known from.


def looks(world: World, whole: bool = True) -> list[Look]:
    """Give every page with somebody who gets it, each once; of what is made alike from one pattern, one, if not `whole`."""
    found = [
        *of_the_table(world.stories[0].case.reference, whole),
        *at_the_desk(world, whole),
        *of_cases(world, whole),
        *of_the_administrator(whole),
    ]
    return list({(look.name, look.path): look for look in found}.values())


def of_the_table(reference: str, whole: bool = True) -> Iterator[Look]:
    """Give the pages of the table of addresses, each as somebody sees it who gets it; those of a case with this one."""
    for name, who_gets in PAGES.items():
        if name in NO_LOOK:
            continue
        who = "" if who_gets == EVERYBODY else PEOPLE[next(each for each in PREFERRED if each in who_gets)]
        for arguments in (
            [[role] for role in Role if whole or role == Role.OFFICER] if name == "guide" else [ARGUMENTS.get(name)]
        ):
            yield Look(name, who, reverse(name, args=arguments))
    for name in CASE_PAGES:
        yield Look(name, SUPERVISOR, reverse(name, args=[reference]))


PREFERRED = ["supervisor", "leader above", "clerk", "administrator", "officer"]


def at_the_desk(world: World, whole: bool) -> Iterator[Look]:
    """Give the pages that need to be told something."""
    here = queue("120", "maji").pk
    post = Posting.objects.get(user__username=OFFICER)
    for tab in Tab if whole else ("overdue", "done"):
        yield Look("desk:inbox", SUPERVISOR, f"/desk/inbox/?tab={tab}")
    yield Look("desk:inbox", OFFICER, "/desk/inbox/?q=0700000078")
    yield Look("desk:inbox", OFFICER, "/desk/inbox/?tab=queues&q=hakuna+neno+hili")
    yield Look("desk:board", "kiongozi.120", "/desk/board/")
    yield Look("desk:share", SUPERVISOR, f"/desk/board/share/?queue={here}")
    yield Look("desk:share", SUPERVISOR, f"/desk/board/share/?queue={here}&plan=1&to={post.user_id}")
    yield Look("desk:post", SUPERVISOR, f"/desk/board/posts/{post.pk}/")
    yield Look("desk:leave", SUPERVISOR, f"/desk/leaves/{Absence.objects.get().pk}/")
    for incident in KnownIncident.objects.all():
        yield Look("desk:incident", SUPERVISOR, f"/desk/incidents/{incident.pk}/")
        yield Look("desk:close_incident", SUPERVISOR, f"/desk/incidents/{incident.pk}/close/")
    yield Look("reports:leader", "kiongozi.1", "/desk/leader/?days=90&place=12103&department=maji")
    yield Look("reports:report", "kiongozi.1", "/reports/?period=own&first=2026-11-01&last=2026-12-31")
    yield Look("reports:audit", "mkaguzi.1", "/desk/audit/?first=2026-11-01&last=2026-12-31")
    yield Look("channels_in:slip_batch", "karani.120", "/desk/counter/slips/1/")
    yield Look("channels_in:slip_entry", "karani.120", "/desk/counter/slips/1/enter/")
    yield Look("channels_in:body", "", world.link)
    yield Look("channels_in:body", "", "/b/AAAAAAAAAAAAAAAAAAAAAA/", 410)


OFFERED = re.compile(r'(?:href|action)="(/desk/cases/\d{12}/(\w+)/(?:\?task=\d+)?)["#]')


def of_cases(world: World, whole: bool) -> Iterator[Look]:
    """Give the page of a case in each state, and each form that such a page offers to anybody, once."""
    browsers, known = {who: browser_of(who) for who in ROLES}, set()
    for number, story in enumerate(world.stories):
        if whole or number in (0, len(world.stories) - 1, len(world.stories) - 2):
            yield Look("desk:case", OFFICER, address(story))
        for who, browser in browsers.items():
            page = browser.get(address(story)).content.decode()
            for path, move in OFFERED.findall(page):
                if move not in known and move not in ("files", "tie_case"):
                    known.add(move)
                    own = f"desk:{move}"
                    name = own if own in NO_PAGES | CASE_PAGES else "desk:move"
                    # The address of a plain button, opened by hand, says no when it is another task's.
                    yield Look(name, who, path, 200 if "task=" in path else 409)


def of_the_administrator(whole: bool, who: str = "mfumo.1") -> Iterator[Look]:
    """Give the administrator's screens: each list, a new row, a row, its history, its deletion, sheets in and out."""
    client = browser_of(who)
    for model in admin.site._registry:
        first = model._default_manager.order_by("pk").first()
        screens = ("changelist", "add", "export", "import", "change", "history", "delete")
        for screen in screens if whole or model is Posting else screens[:1] if model in (Office, Category) else ():
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{screen}"
            if first is None and screen in ("change", "history", "delete"):
                continue
            try:
                path = reverse(name, args=[first.pk] if screen in ("change", "history", "delete") else [])
            except NoReverseMatch:
                continue
            if (status := client.get(path).status_code) in (200, 409):
                yield Look("admin:index", who, path, status)
