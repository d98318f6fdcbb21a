"""The files of the citizen's app: nothing personal, every sentence in both languages, and one version at a time."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from channels_in.app_pages import MODULES, WORKER
from channels_in.app_words import SENTENCES

pytestmark = pytest.mark.django_db

SCRIPTS = Path(settings.BASE_DIR, "static/js/app")
# What looks like a sentence in a script: words that begin with a capital letter, or whatever is handed to `say`.
SAID = re.compile(r'"([A-Z][a-z]+ [^"]*)"|say\("([^"]*)"')
FILES = ["/app/", "/app/words.json", "/app/manifest.webmanifest", "/sw.js"]


def test_every_script_is_in_the_shell():
    assert sorted(f"js/app/{file.name}" for file in SCRIPTS.glob("*.js")) == sorted([*MODULES, WORKER])


def test_every_sentence_of_the_scripts_is_delivered_and_none_that_nobody_says():
    scripts = "".join(file.read_text() for file in SCRIPTS.glob("*.js"))
    shell = Path(settings.BASE_DIR, "templates/web/app.html").read_text()
    said = {one or other for one, other in SAID.findall(scripts)}

    assert said - set(SENTENCES) == set()
    assert [sentence for sentence in SENTENCES if f'"{sentence}"' not in scripts + shell] == []


def test_every_sentence_is_there_in_swahili_with_the_same_parts(client):
    swahili = client.get("/app/words.json").json()

    same = {"Malalamiko"}
    parts = re.compile(r"%\(\w+\)s")
    assert list(swahili) == SENTENCES
    assert [each for each in SENTENCES if swahili[each] == each and each not in same] == []
    assert [each for each in SENTENCES if sorted(parts.findall(each)) != sorted(parts.findall(swahili[each]))] == []


@pytest.mark.parametrize("path", FILES)
def test_the_files_give_no_cookie_and_read_none_of_anybody(client, path):
    answer = client.get(path)

    assert (answer.status_code, dict(answer.cookies)) == (200, {})


@pytest.mark.parametrize("path", FILES)
def test_where_the_api_is_closed_there_is_no_app(client, path, settings):
    settings.OPEN_CHANNELS = ["web"]

    assert client.get(path).status_code == 404
    assert "/app/" not in client.get("/").content.decode()


def test_a_worker_gets_the_shell_of_its_own_version_or_none(client):
    script = client.get("/sw.js").content.decode()
    version = re.search(r'serve\("(\w+)"', script)[1]
    page, words, *files = json.loads(re.search(r"\[.*\]", script)[0])

    assert (page, words) == (f"/app/?v={version}", f"/app/words.json?v={version}")
    assert client.get(page).status_code == client.get(words).status_code == 200
    assert client.get("/app/?v=0123456789abcdef").status_code == 404
    assert {f"/static/{name}" for name in MODULES} < set(files)


def test_without_scripts_the_page_leads_to_the_question_pages(client):
    page = client.get("/app/").content.decode()

    assert "JavaScript" in page and 'href="/submit/"' in page
    assert "csrf" not in page


def test_asking_little(client, django_assert_max_num_queries):
    client.get("/app/")
    with django_assert_max_num_queries(5):
        client.get("/app/")
