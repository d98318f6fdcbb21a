"""Prints each SMS as one line, and each e-mail, for a machine without a gateway. The number or address is masked: terminals are logged."""

from __future__ import annotations

import sys

from notices.models import Notice
from notices.rendering import masked


def send(notice: Notice, text: str) -> str:
    """Print the text, and give an id made of the notice's own."""
    sys.stdout.write(f"{'E-MAIL' if notice.way == 'email' else 'SMS'} {masked(notice.address)}: {text}\n")
    sys.stdout.flush()
    return f"console-{notice.pk}"
