"""Pages as a browser gets them: a page of the inbox over HTTP from the real web server, logged in."""

from __future__ import annotations

import copy
import http.client

from django.test import Client

from benchmarks.cases import Scene
from benchmarks.inbox import fill_queue
from benchmarks.measure import Result, Work, compared, medians
from benchmarks.serving import served
from complaints.models import Category
from offices.models import User
from offices.tree import queue_at

FEW = 1_000
ROUNDS, TIMES = 5, 10
INBOX = "/desk/inbox/?tab=queues"


def bench_inbox_http(n: int) -> Result:
    """Open the first page of a queue of `n` open tasks, and in turn that of a queue of a thousand, which is `raw` here.

    `ratio_raw` says how many times longer the long queue takes.
    """
    many = Scene()
    few = copy.copy(many)
    few.category = Category.objects.select_related("department").get(code="afya")
    few.queue = queue_at(many.queue.office_id, few.category.department_id)
    fill_queue(few, FEW)
    fill_queue(many, n)
    with served() as port:
        ways = {"ours": getting(port, "afisa.120.maji", INBOX), "raw": getting(port, "afisa.120.afya", INBOX)}
        return compared("inbox_http_1m", n, medians(ways, rounds=ROUNDS, times=TIMES))


def signed_in(username: str) -> Client:
    """Give a client at which a member of staff has logged in."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(username=username))
    return client


def getting(port: int, username: str, path: str) -> Work:
    """Give the work of getting a page over one connection; it fails unless the page is there."""
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in signed_in(username).cookies.items())
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get() -> bytes:
        door.request("GET", path, headers={"Cookie": cookies})
        answer = door.getresponse()
        page = answer.read()
        if answer.status != 200 or page.count(b"mlm-reference") < 25:
            raise RuntimeError(f"{path} answered {answer.status} without a full page")
        return page

    return get
