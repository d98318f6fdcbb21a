"""Who gets which page: every address of the product stands here, or the build fails."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from offices.models import User
from tests.workflows.stories import case_in, category, lodged, office, through
from workflows.desk import views

pytestmark = pytest.mark.django_db

# Who stands where to the work of the council 120's department for water, and who does not.
PEOPLE = {
    "nobody": "",
    "clerk": "karani.120",
    "officer": "afisa.120.maji",
    "officer beside": "afisa.120.afya",
    "officer above": "afisa.12.malalamiko",
    "officer below": "afisa.12103.malalamiko",
    "supervisor": "msimamizi.120.maji",
    "supervisor beside": "msimamizi.120.afya",
    "supervisor above": "msimamizi.12.malalamiko",
    "supervisor below": "msimamizi.12103.malalamiko",
    "leader": "kiongozi.120",
    "leader above": "kiongozi.1",
    "leader below": "kiongozi.12103",
    "auditor": "mkaguzi.1",
    "administrator": "mfumo.1",
}
STOP_ASKING = 286  # to what a page asks by itself, when nobody is signed in
EVERYBODY = set(PEOPLE)
STAFF = EVERYBODY - {"nobody"}
LEADERS = {"leader", "leader above", "leader below"}
SUPERVISORS = {who for who in PEOPLE if who.startswith("supervisor")}

# By the name of their address: who gets the page. All others are sent to sign in, or hear that it is not for them.
PAGES = {
    "channels_in:home": EVERYBODY,
    "channels_in:app": EVERYBODY,
    "channels_in:submit": EVERYBODY,
    "channels_in:form": EVERYBODY,
    "channels_in:track": EVERYBODY,
    "channels_in:about": EVERYBODY,
    "channels_in:poster": EVERYBODY,
    "channels_in:help": EVERYBODY,
    "guide": EVERYBODY,
    "healthz": EVERYBODY,
    "readyz": EVERYBODY,
    "desk:inbox": STAFF,
    "desk:lists": STAFF,
    "desk:keys": STAFF,
    "desk:board": SUPERVISORS | LEADERS,
    "desk:posts": {who for who in STAFF if who.startswith(("clerk", "officer", "supervisor"))},
    "desk:leaves": SUPERVISORS | LEADERS,
    "desk:new_leave": SUPERVISORS | LEADERS,
    "desk:incidents": SUPERVISORS,
    "desk:new_incident": SUPERVISORS,
    "reports:leader": LEADERS | {"auditor"},
    "reports:moves": LEADERS | {"auditor"},
    "reports:audit": LEADERS | {"auditor"},
    "reports:exports": LEADERS | {"auditor"},
    "reports:report": SUPERVISORS | LEADERS | {"auditor"},
    "reports:download": SUPERVISORS | LEADERS | {"auditor"},
    "reports:audit_download": LEADERS | {"auditor"},
    "channels_in:counter": {"clerk"},
    "channels_in:calls": {"clerk"},
    "channels_in:slips": {"clerk"},
    "reports:register": {"clerk"},
    "reports:register_file": {"clerk"},
    "channels_in:gateways": {"administrator"},  # and a region's supervisors, of whom nobody stands here
    "admin:index": {"administrator"},
}
ARGUMENTS = {"guide": ["officer"], "reports:download": ["csv"], "reports:audit_download": ["csv"]}

# No pages to open: they only send on, only take a form or a machine's message, or show one case (below).
NO_PAGES = {
    "login", "logout", "set_language", "desk:desk", "desk:find",
    "channels_in:receive", "channels_in:delivery_report", "channels_in:ussd", "channels_in:api_complaints", "channels_in:api_complaint", "channels_in:api_suggest", "channels_in:api_phones", "channels_in:api_verify", "channels_in:api_token", "channels_in:api_messages", "channels_in:api_schema", "channels_in:api_changes", "channels_in:api_attachments", "channels_in:api_uploads", "channels_in:api_upload", "channels_in:api_categories", "channels_in:api_offices", "channels_in:api_office",
    "channels_in:open311_discovery", "channels_in:open311_services", "channels_in:open311_definition", "channels_in:open311_requests", "channels_in:open311_request", "channels_in:open311_token",
    "channels_in:submitted", "channels_in:receipt", "channels_in:body", "desk:move", "desk:direct", "desk:ask_contribution", "desk:ask_advice", "desk:advise", "desk:add_words", "desk:correct", "desk:attach", "desk:reveal", "desk:attachment",
    "desk:write_to",
    "channels_in:send_receipt", "channels_in:call",
    "channels_in:app_words", "channels_in:app_manifest", "channels_in:app_worker",  # files of the citizen's app
    "channels_in:question", "channels_in:check", "channels_in:public_case",
    "channels_in:slip_batch", "channels_in:slip_entry",
    "channels_in:track_file", "channels_in:receipt_file",
    "desk:rows", "desk:news", "desk:share", "desk:post", "desk:leave", "desk:end_leave", "channels_in:None",
    "desk:incident", "desk:close_incident", "desk:tie_case",
}  # fmt: skip

# Pages of one case: by what kind of case it is, who gets them.
CASE_PAGES = {"desk:case", "desk:diagram"}
LINE = {"leader above", "auditor"}
CASES = {
    "own": (lambda: case_in("in_hand"), LINE | {"clerk", "officer", "supervisor", "leader"}),
    "handed up": (
        lambda: case_in("queued").then("hand_up"),
        LINE | {"clerk", "officer", "supervisor", "leader", "officer above", "supervisor above"},
    ),
    "of an office below": (
        lambda: lodged(category=category("taka")),
        LINE | {"officer below", "supervisor below", "supervisor above", "leader below", "leader"},
    ),
    "of another council": (lambda: lodged(place=office("160")), LINE),
    "sensitive": (lambda: lodged(category=category("rushwa")), {"auditor"}),
    "about the council": (
        lambda: lodged(category=category("maji"), about_office=office("120")),
        LINE | {"officer above", "supervisor above"},
    ),
    "answered": (lambda: through(lodged(), "take", "answer"), LINE | {"clerk", "officer", "supervisor", "leader"}),
}


def addresses():
    """Give the names of all addresses, Django's own pages for the administrator taken as one."""
    found = set()

    def walk(patterns, space):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                found.add(f"{space}{pattern.name}")
            elif pattern.namespace != "admin":
                walk(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)

    walk(get_resolver().url_patterns, "")
    return found | {"admin:index"}


def browser_of(who):
    client = Client()
    if PEOPLE[who]:
        client.force_login(User.objects.get(username=PEOPLE[who]))
    return client


def who_gets(path):
    """Give those who see the page; whoever does not is sent to sign in or told no, and never sees an error of ours."""
    statuses = {who: browser_of(who).get(path).status_code for who in PEOPLE}
    assert set(statuses.values()) <= {200, 302, 403, 404, STOP_ASKING}, statuses
    return {who for who, status in statuses.items() if status == 200}


def test_every_address_is_declared():
    theirs = {
        name for name in addresses() if name.startswith(("account_", "mfa_", "usersessions_"))
    }  # one's own account
    assert addresses() - theirs == set(PAGES) | NO_PAGES | CASE_PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for(name):
    assert who_gets(reverse(name, args=ARGUMENTS.get(name))) == PAGES[name]


@pytest.mark.parametrize("page", sorted(CASE_PAGES))
@pytest.mark.parametrize("kind", CASES)
def test_a_case_is_for(kind, page, monkeypatch):
    make, them = CASES[kind]
    story = make()
    monkeypatch.setattr(views, "database_now", lambda: story.at)

    assert who_gets(reverse(page, args=[story.case.reference])) == them
