"""Uploads as npm's tus-js-client makes them, in an environment of its own under var/; tuspy is asked in test_api_uploads."""

import shutil

import pytest

from channels_in import uploads
from channels_in.models import Upload
from tests.channels_in.test_open311_peers import PEERS, answers_of, made
from tests.pictures import photo

pytestmark = pytest.mark.django_db(transaction=True)
FILES = ("tus/package.json", "tus/package-lock.json", "tus/upload.js")


def test_tus_js_client_breaks_off_goes_on_and_every_byte_is_there(live_server, settings, tmp_path):
    if not shutil.which("npm"):  # nothing else needs Node here, so CI does without it too
        pytest.skip("this peer was not asked: npm's tus-js-client needs Node and npm, which are not installed")
    settings.MEDIA_ROOT = str(tmp_path)
    big = photo(size=(1200, 900), kind="PNG") + b"\0" * 300_000
    (tmp_path / "photo").write_bytes(big)

    def build(folder):
        shutil.copytree(PEERS / "tus", folder, dirs_exist_ok=True)
        yield ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]

    script = made("tus", *FILES, build=build) / "upload.js"
    said = answers_of("node", script, f"{live_server.url}/api/v1/uploads/", tmp_path / "photo")

    upload = Upload.objects.get()
    assert said["url"] == f"{live_server.url}/api/v1/uploads/{upload.pk}/"
    assert said["offsets"][0] == min(2 * said["chunk"], said["length"])
    assert uploads.file_of(upload).read_bytes() == big
