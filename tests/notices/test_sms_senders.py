"""What the Kannel sender puts on the wire, and what it makes of each answer."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest

from notices import wire
from notices.delivery import Delivered, deliver_due
from notices.models import Notice
from notices.senders import SENDERS, Refused, TryLater, chosen, console, kannel

NOTICE = Notice(pk=42, address="+255754123456")


@pytest.fixture
def server(settings):
    """A web server in Kannel's place: `server.answer` is what it says, `server.asked` what it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            web.asked.append(urlsplit(self.path))
            status, words = web.answer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(words.encode())

        def log_message(self, *args):
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.asked, web.answer = [], (202, "0: Accepted for delivery")
    settings.KANNEL_SEND_URL = f"http://127.0.0.1:{web.server_port}/cgi-bin/sendsms"
    settings.KANNEL_SEND_USERNAME, settings.KANNEL_SEND_PASSWORD = "malalamiko", "a b&c"
    settings.KANNEL_USERNAME, settings.KANNEL_PASSWORD = "kannel", "p@ss/word"
    settings.PUBLIC_URL = "https://malalamiko.example.go.tz"
    settings.SMS_SHORT_CODE = "15200"
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield web
    web.shutdown()
    thread.join()
    web.server_close()


def asked(server):
    """Give the fields of the one request that came."""
    (url,) = server.asked
    return dict(parse_qsl(url.query, strict_parsing=True))


REPORTS = (
    "https://kannel:p%40ss%2Fword@malalamiko.example.go.tz/channels/sms/kannel/dlr/?notice=42&status=%d&id=%F&ts=%T"
)


def test_a_text_reaches_kannel_with_all_that_it_needs(server):
    assert kannel.send(NOTICE, "Asante. Maji & umeme + 100% {sawa}") == ""

    assert server.asked[0].path == "/cgi-bin/sendsms"
    assert asked(server) == {
        "username": "malalamiko",
        "password": "a b&c",
        "from": "15200",
        "to": "+255754123456",
        "text": "Asante. Maji & umeme + 100% {sawa}",
        "charset": "UTF-8",
        "dlr-mask": "31",
        "dlr-url": REPORTS,
    }


def test_a_text_beyond_the_sms_alphabet_says_so(server):
    kannel.send(NOTICE, "سلام")

    fields = asked(server)
    assert (fields["coding"], fields["charset"], fields["text"]) == ("2", "UTF-8", "سلام")


@pytest.mark.parametrize("words", ["0: Accepted for delivery", "3: Queued for later delivery"])
def test_both_of_kannels_ways_to_say_yes_are_success(server, words):
    server.answer = (202, words)

    assert kannel.send(NOTICE, "Asante") == ""


@pytest.mark.parametrize(
    ("status", "words", "meaning"),
    [
        (400, "Empty receiver number not allowed, rejected", Refused),
        (403, "Number(s) has/have been denied by white- and/or black-lists.", Refused),
        (400, "Sender missing and no global set, rejected", TryLater),
        (403, "Authorization failed for sendsms", TryLater),
        (404, "Not found", TryLater),
        (429, "Too many", TryLater),
        (500, "", TryLater),
        (503, "Temporal failure, try again later.", TryLater),
        (200, "Welcome to nginx!", TryLater),
    ],
)
def test_only_what_will_never_work_is_final(server, status, words, meaning):
    server.answer = (status, words)

    with pytest.raises(meaning) as refusal:
        kannel.send(NOTICE, "Asante")

    assert str(refusal.value) == f"Kannel {status}: {words}"


def test_a_gateway_that_is_away_is_tried_later(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.KANNEL_SEND_URL = f"http://127.0.0.1:{taken.getsockname()[1]}/cgi-bin/sendsms"

    with pytest.raises(TryLater, match=r"^no connection to Kannel \(URLError\)$"):
        kannel.send(NOTICE, "Asante")


def test_a_gateway_that_says_nothing_is_tried_later(settings, monkeypatch):
    monkeypatch.setattr(wire, "TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.KANNEL_SEND_URL = f"http://127.0.0.1:{silent.getsockname()[1]}/cgi-bin/sendsms"

        with pytest.raises(TryLater, match="no connection to Kannel"):
            kannel.send(NOTICE, "Asante")


def test_a_proxy_named_by_the_environment_does_not_see_the_password(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert kannel.send(NOTICE, "Asante") == ""


def test_a_wrong_password_waits_where_an_operator_sees_why(server, waiting, settings, noon):
    settings.SMS_SENDER = "kannel"
    server.answer = (403, "Authorization failed for sendsms")
    notice = waiting()

    assert deliver_due(noon) == Delivered(sent=0, failed=0, retried=1)

    notice.refresh_from_db()
    assert (notice.status, notice.last_error) == ("queued", "Kannel 403: Authorization failed for sendsms")


def test_the_setting_chooses_among_the_files_of_the_folder(settings):
    found = {}
    for settings.SMS_SENDER in sorted(SENDERS):
        found[settings.SMS_SENDER] = chosen()

    assert set(found) == {"africastalking", "android", "beem", "console", "http", "infobip", "kannel", "mgov", "twilio"}
    assert (found["console"], found["kannel"]) == (console, kannel)
