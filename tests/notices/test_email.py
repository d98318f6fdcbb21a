"""What the e-mail sender puts on the wire, and what it makes of each answer of a mail server."""

import socketserver
import threading

import pytest

from notices.delivery import Delivered, deliver_due
from notices.models import Notice
from notices.outbox import queue
from notices.senders import Refused, TryLater, chosen, console, smtp

NOTICE = Notice(pk=7, way="email", address="malalamiko@maji.example")


@pytest.fixture
def server(settings):
    """A mail server: `server.mails` is what it got, `server.to` what it answers to an address."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.say("220 ready")
            while line := self.rfile.readline().decode().strip():
                word = line.split()[0].upper()
                if word == "RCPT":
                    self.say(mail.to)
                elif word == "DATA":
                    self.say("354 go on")
                    mail.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                    self.say("250 taken")
                else:
                    self.say("221 bye" if word == "QUIT" else "250 yes")

        def say(self, words):
            self.wfile.write(f"{words}\r\n".encode())

    mail = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    mail.mails, mail.to, mail.daemon_threads = [], "250 yes", True
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail.server_address[1]
    thread = threading.Thread(target=mail.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield mail
    mail.shutdown()
    thread.join()
    mail.server_close()


def test_an_email_reaches_the_server_with_its_subject_and_words(server):
    assert smtp.send(NOTICE, "Malalamiko: swali\n\nFungua kiungo.") == ""

    (mail,) = server.mails
    assert "Subject: Malalamiko: swali" in mail
    assert "To: malalamiko@maji.example" in mail
    assert mail.endswith("\r\n\r\nFungua kiungo.\r\n")


def test_an_address_that_does_not_exist_is_refused_for_good_and_a_full_box_is_not(server):
    server.to = "550 no such box"
    with pytest.raises(Refused, match="mail server 550"):
        smtp.send(NOTICE, "a\n\nb")

    server.to = "452 full"
    with pytest.raises(TryLater, match="mail server 452"):
        smtp.send(NOTICE, "a\n\nb")


def test_a_server_that_is_away_is_tried_later(server, settings):
    settings.EMAIL_PORT = 1

    with pytest.raises(TryLater, match="no connection to the mail server"):
        smtp.send(NOTICE, "a\n\nb")


def test_the_setting_chooses_the_sender_of_each_way(settings):
    settings.EMAIL_SENDER = "smtp"

    assert (chosen("email"), chosen("sms")) == (smtp, console)


@pytest.mark.django_db
def test_each_notice_goes_out_by_its_own_way(server, settings, capsys, noon):
    settings.EMAIL_SENDER = "smtp"
    facts = {"ref": "2648-3192-0576", "seed": "x", "due": "2026-12-08"}
    said = {"language": "sw", "facts": facts, "case_id": 7, "at": noon}
    mail = queue("body_asked", way="email", address="malalamiko@maji.example", **said)
    queue("body_asked", address="+255700000012", **said)

    assert deliver_due(noon) == Delivered(2, 0, 0)

    assert len(server.mails) == 1
    assert "2648-3192-0576" in server.mails[0]
    assert capsys.readouterr().out.startswith("SMS +255…012: Malalamiko: tunaomba jibu lenu juu ya lalamiko")
    mail.refresh_from_db()
    assert mail.status == "sent"
