"""Words go out compressed to whoever can read them so; what is compressed already goes out as it is."""

import gzip

import pytest
from django.http import HttpResponse

from config.middleware import CompressPages

LONG = b"Maji hayatoki. " * 100


def answered(kind, accepts="gzip", rf=None):
    """Give what becomes of an answer of this kind."""
    request = rf.get("/", headers={"accept-encoding": accepts})
    return CompressPages(lambda _request: HttpResponse(LONG, content_type=kind))(request)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/csv", "application/json"])
def test_words_are_compressed(rf, kind):
    answer = answered(kind, rf=rf)

    assert (answer["Content-Encoding"], gzip.decompress(answer.content)) == ("gzip", LONG)
    assert len(answer.content) < len(LONG) / 5


@pytest.mark.parametrize("kind", ["image/jpeg", "application/pdf", "application/octet-stream"])
def test_what_is_compressed_already_is_not(rf, kind):
    assert answered(kind, rf=rf).content == LONG


def test_who_cannot_read_it_gets_it_plain(rf):
    assert answered("text/html", accepts="identity", rf=rf).content == LONG


@pytest.mark.django_db
def test_a_page_comes_compressed(client):
    page = client.get("/accounts/login/", headers={"accept-encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
    assert b"<h1" in gzip.decompress(page.content)
