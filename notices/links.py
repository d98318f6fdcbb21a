"""The link that lets somebody outside open one page without an account.

A notice that waits in the outbox holds only a seed: the token is made from it, and from our secret key, when the words are
sent. So nothing in the database opens the page: the door keeps the token's digest.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.conf import settings


def new_seed() -> str:
    """Give the seed of a new link: 128 random bits."""
    return secrets.token_urlsafe(16)


def token_of(seed: str) -> str:
    """Give the token that follows from a seed, 22 letters: nobody can make it without our secret key."""
    made = hmac.new(settings.SECRET_KEY.encode(), f"link:{seed}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made[:16]).decode().rstrip("=")


def digest_of(token: str) -> str:
    """Give what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def address_of(seed: str) -> str:
    """Give the link as it is sent."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/b/{token_of(seed)}/"
