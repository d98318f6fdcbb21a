"""Every page that somebody may open is reached by links from their desk, and the navigation is short and says where one is."""

import re

import pytest
from django.urls import resolve, reverse
from django.urls.exceptions import Resolver404

from offices.models import User
from tests.house.test_access import ARGUMENTS, PAGES, PEOPLE, browser_of
from workflows.desk.navigation import entries_for

pytestmark = pytest.mark.django_db

ONE_OF_EACH = ["clerk", "officer", "supervisor", "leader", "auditor", "administrator"]
FOR_MACHINES = {"healthz", "readyz"}
# Links, what a page fetches by itself, and what one chooses from a list and presses "Show" for.
LINKS = re.compile(r'<a [^>]*?href="([^"#]*)|hx-get="([^"]*)')
ENOUGH = 2  # pages of one kind: the rest of them lead nowhere else


def pages_from(browser, start):
    """Give the names of the addresses that are reached from a page by links, with those of their neighbours."""
    ahead, seen = [start], {}
    while ahead:
        path = ahead.pop(0)
        page = browser.get(path, follow=True)
        is_page = page.status_code == 200 and page["Content-Type"].startswith("text/html")
        for match in LINKS.finditer(page.content.decode() if is_page else ""):
            link = (match[1] or match[2] or "").replace("&amp;", "&")
            link = f"{page.request['PATH_INFO']}{link}" if link.startswith("?") else link
            name = name_of(link)
            if name and len(seen.setdefault(name, set())) < ENOUGH and link not in seen[name]:
                seen[name].add(link)
                ahead.append(link)
    return set(seen)


def name_of(link):
    """Give the name of one of our own addresses; of the administrator's screens the first page stands for all."""
    try:
        found = resolve(link.partition("?")[0]) if link.startswith("/") else None
    except Resolver404:
        return None
    if found is None or (found.namespace == "admin" and found.url_name != "index"):
        return None
    return found.view_name


@pytest.mark.parametrize("who", ONE_OF_EACH)
def test_every_page_of_a_role_is_reached_by_links(who):
    theirs = {name for name, people in PAGES.items() if who in people} - FOR_MACHINES

    reached = pages_from(browser_of(who), "/desk/")

    assert theirs - reached - {"desk:inbox"} == set()  # which is where one begins
    assert {"account_change_password", "mfa_index", "usersessions_list", "guide"} <= reached


@pytest.mark.parametrize("who", ONE_OF_EACH)
def test_no_link_of_the_navigation_is_refused(who):
    browser = browser_of(who)

    for entry in entries_for(User.objects.get(username=PEOPLE[who])):
        page = browser.get(reverse(entry.page, args=ARGUMENTS.get(entry.page)))
        assert (entry.page, page.status_code) == (entry.page, 200)
        if entry.here != "administration":
            current = re.findall(r'mlm-nav__link" href="([^"]*)" aria-current="page"', page.content.decode())
            assert current == [reverse(entry.page)]


NAVIGATION = {
    "clerk": ["counter", "inbox", "figures"],
    "officer": ["inbox", "figures"],
    "supervisor": ["inbox", "board", "reports"],
    "leader": ["leader", "inbox", "board", "reports", "audit"],
    "auditor": ["leader", "inbox", "reports", "audit"],
    "administrator": ["administration"],
}


@pytest.mark.parametrize("who", ONE_OF_EACH)
def test_the_navigation_holds_what_a_role_works_with(who):
    assert [entry.here for entry in entries_for(User.objects.get(username=PEOPLE[who]))] == NAVIGATION[who]


@pytest.mark.parametrize(("who", "guide"), [("clerk", "clerk"), ("supervisor", "supervisor"), ("leader", "leader")])
def test_the_guide_is_that_of_the_role(who, guide):
    page = browser_of(who).get("/desk/inbox/").content.decode()

    assert f'href="/help/{guide}/"' in page


@pytest.mark.parametrize("path", ["/accounts/sessions/", "/accounts/password/change/", "/accounts/2fa/"])
def test_ones_own_account_is_marked_as_such(path):
    page = browser_of("officer").get(path, follow=True).content.decode()

    assert 'href="/accounts/sessions/" aria-current="page"' in page
