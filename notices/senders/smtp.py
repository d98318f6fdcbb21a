"""Hands e-mail to a mail server, by the settings EMAIL_HOST and those beside it.

https://docs.djangoproject.com/en/5.2/topics/email/
"""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage, get_connection

from notices.models import Notice
from notices.senders import Refused, TryLater

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
TIMEOUT = 10  # seconds
FOR_GOOD = 500  # from this code on the server means: never


def send(notice: Notice, text: str) -> str:
    """Hand an e-mail to the server, its subject in the first line of the text. It gives no id."""
    subject, _, words = text.partition("\n")
    mail = EmailMessage(subject.strip(), words.strip() + "\n", to=[notice.address])
    mail.connection = get_connection(BACKEND, timeout=TIMEOUT)
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _words in error.recipients.values())
        raise (Refused if code >= FOR_GOOD else TryLater)(f"mail server {code}") from error
    except smtplib.SMTPResponseException as error:  # of the sender or of us: somebody can mend that
        raise TryLater(f"mail server {error.smtp_code}") from error
    except OSError as error:
        raise TryLater(f"no connection to the mail server ({type(error).__name__})") from error
    return ""
