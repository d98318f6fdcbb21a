"""Photos piece by piece: tus 1.0 as its own clients speak it, and what comes to a complaint in the end."""

import datetime as dt
import hashlib
import io
import json
import uuid

import pytest
import requests
from tusclient.client import TusClient

from channels_in import uploads
from channels_in.models import Upload
from channels_in.retention import forget_old
from complaints.models import Attachment, Complaint, Entry
from offices.clock import database_now
from tests.channels_in.test_api_citizens import BODY, KEYS, URL, App, lodged, token_of
from tests.pictures import PAPER, photo

UPLOADS = "/api/v1/uploads/"
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
PIECE = "application/offset+octet-stream"
PHOTO = photo(size=(300, 200))


@pytest.fixture(autouse=True)
def own_shelf(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def begun(app, length=None):
    return app.client.post(
        UPLOADS, HTTP_UPLOAD_LENGTH=str(len(PHOTO) if length is None else length), **TUS, **app.proofs
    )


def send(app, where, piece, offset=0, content_type=PIECE, **headers):
    said = TUS | {"HTTP_UPLOAD_OFFSET": str(offset)} | app.proofs | headers
    return app.client.generic("PATCH", where, piece, content_type=content_type, **said)


def sent(app, content=PHOTO):
    where = begun(app, len(content))["Location"]
    assert send(app, where, content).status_code == 204
    return where


def name_in(where):
    return where.removeprefix(UPLOADS).strip("/")


def hand_in(app, reference, where):
    return app.send("POST", f"{URL}{reference}/attachments/", {"upload": name_in(where)})


# The protocol.


def test_a_server_says_what_it_can(client, db):
    answer = client.options(UPLOADS)

    assert answer.status_code == 204
    assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,expiration,termination"
    assert answer["Tus-Max-Size"] == str(8 * 1024 * 1024)


def test_a_file_comes_in_pieces_and_each_where_the_last_one_ended(db):
    app = App()
    where = begun(app)["Location"]

    first = send(app, where, PHOTO[:100])
    asked = app.client.head(where, **TUS)
    again, gap = send(app, where, PHOTO[:100]), send(app, where, PHOTO[200:], 200)
    rest = send(app, where, PHOTO[100:], 100)

    assert (first.status_code, first["Upload-Offset"], first["Tus-Resumable"]) == (204, "100", "1.0.0")
    assert (asked.status_code, asked["Upload-Offset"], asked["Upload-Length"]) == (200, "100", str(len(PHOTO)))
    assert (asked["Cache-Control"], again.status_code, gap.status_code) == ("no-store", 409, 409)
    assert (rest.status_code, rest["Upload-Offset"]) == (204, str(len(PHOTO)))
    assert uploads.file_of(Upload.objects.get()).read_bytes() == PHOTO


def test_what_a_dead_process_wrote_after_the_end_is_written_over(db):
    app = App()
    where = begun(app)["Location"]
    send(app, where, PHOTO[:100])
    with uploads.file_of(Upload.objects.get()).open("ab") as file:
        file.write(b"left over" * 1000)

    send(app, where, PHOTO[100:], 100)

    assert uploads.file_of(Upload.objects.get()).read_bytes() == PHOTO


@pytest.mark.parametrize(
    ("headers", "content_type", "status"),
    [({"HTTP_TUS_RESUMABLE": "0.2.2"}, PIECE, 412), ({}, "image/jpeg", 415), ({"HTTP_UPLOAD_OFFSET": "x"}, PIECE, 400),
     ({"HTTP_UPLOAD_OFFSET": "-1"}, PIECE, 400), ({"HTTP_UPLOAD_OFFSET": "9" * 30}, PIECE, 400), ({"HTTP_UPLOAD_OFFSET": "1"}, PIECE, 409)],
)  # fmt: skip
def test_a_piece_that_breaks_the_protocol_is_refused(db, headers, content_type, status):
    app = App()
    where = begun(app)["Location"]

    answer = send(app, where, PHOTO, content_type=content_type, **headers)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert Upload.objects.get().received == 0


def test_more_than_was_said_is_refused(db):
    app = App()
    where = begun(app, 10)["Location"]

    assert send(app, where, PHOTO).status_code == 409
    assert Upload.objects.get().received == 0


@pytest.mark.parametrize(
    ("length", "status"), [("", 400), ("x", 400), ("-1", 400), ("0", 413), (str(8 * 1024**2 + 1), 413), ("9" * 99, 400)]
)
def test_what_is_too_large_is_refused_before_it_is_sent(client, db, length, status):
    answer = client.post(UPLOADS, HTTP_UPLOAD_LENGTH=length, **TUS)

    assert (answer.status_code, Upload.objects.count()) == (status, 0)


def test_an_upload_is_its_owners_alone(db):
    asha, juma = App(token_of()), App(token_of("+255754000012"))
    where = sent(asha)
    other = lodged(juma)["reference"]

    answers = [juma.client.head(where, **TUS, **juma.proofs), send(App(), where, b"x"), hand_in(juma, other, where)]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert asha.client.head(where, **TUS, **asha.proofs).status_code == 200
    assert asha.client.head(f"{UPLOADS}{uuid.uuid4()}/", **TUS, **asha.proofs).status_code == 404


def test_an_upload_that_is_taken_back_or_too_late_is_gone_with_its_bytes(db):
    app = App()
    first, second = sent(app), sent(app)
    files = [uploads.file_of(upload) for upload in Upload.objects.all()]

    assert app.client.delete(first, **TUS).status_code == 204
    Upload.objects.update(ends_at=database_now())
    assert (app.client.head(first, **TUS).status_code, app.client.head(second, **TUS).status_code) == (404, 410)
    forget_old(database_now() + dt.timedelta(minutes=1))

    assert Upload.objects.count() == 0
    assert not any(file.exists() for file in files)


def test_no_more_is_begun_than_there_is_room_for(db, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_WAITING", 2 * len(PHOTO))
    app = App()

    answers = [begun(app) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 503]
    assert answers[-1]["Retry-After"] == "600"


def test_an_address_begins_twenty_and_waits(db):
    assert [begun(App()).status_code for _ in range(21)] == [201] * 20 + [429]


# Handed in.


def test_a_photo_is_handed_in_once_and_stands_on_the_timeline_as_the_citizens(db):
    app = App()
    one = lodged(app)
    app = App(code=one["secret"])
    where = sent(app)

    answers = [hand_in(app, one["reference"], where) for _ in range(2)]

    case, kept = Complaint.objects.get(), Attachment.objects.get()
    assert [(answer.status_code, answer.json()["kind"]) for answer in answers] == [(201, "photo")] * 2
    assert (kept.complaint, kept.media_type, kept.added_by, kept.for_answer) == (case, "image/jpeg", None, False)
    assert b"Mwenye simu" not in kept.file.read()
    entry = Entry.objects.get(complaint=case, move="attach")
    assert (entry.actor_kind, entry.via) == ("citizen", "app")
    page = app.get(f"{URL}{one['reference']}/").json()
    assert page["steps"][-1]["what"] == "You sent a photo, a paper or a voice note"
    listed = app.get(f"{URL}{one['reference']}/attachments/").json()["attachments"]
    assert [each["kind"] for each in listed] == ["photo"]


def test_handing_in_leaves_no_bytes_behind(transactional_db):
    app = App()
    one = lodged(app)
    app = App(code=one["secret"])
    where = sent(app)
    file = uploads.file_of(Upload.objects.get())

    assert (file.exists(), hand_in(app, one["reference"], where).status_code, file.exists()) == (True, 201, False)


@pytest.mark.parametrize(
    "content", [b"GIF89a" + b"\0" * 50, b"\xff\xd8\xff" + b"x" * 100, b"%PDF-1.4 /JavaScript %%EOF", b"MZ" * 40]
)
def test_what_is_no_photo_or_paper_is_refused_in_words_and_dropped(db, content):
    app = App()
    one = lodged(app)
    app = App(code=one["secret"])
    where = sent(app, content)

    refused = hand_in(app, one["reference"], where)

    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    assert Upload.objects.count() == Attachment.objects.count() == 0


def test_what_is_not_whole_or_with_another_complaint_is_refused(db):
    asha = App(token_of())
    one, other = lodged(asha)["reference"], lodged(asha)["reference"]
    begun_only, whole = begun(asha)["Location"], sent(asha, PAPER)
    hand_in(asha, one, whole)

    answers = [hand_in(asha, one, begun_only), hand_in(asha, other, whole), hand_in(asha, one, "x")]

    assert [answer.status_code for answer in answers] == [409, 409, 400]


def test_a_complaint_takes_so_many_and_no_more(db, monkeypatch):
    monkeypatch.setattr("workflows.wishes.MOST_FILES", 1)
    asha = App(token_of())
    reference = lodged(asha)["reference"]

    assert [hand_in(asha, reference, sent(asha)).status_code for _ in range(2)] == [201, 409]


# A client that others wrote.


def test_tuspy_stops_goes_on_and_the_photo_is_the_citizens(transactional_db, live_server, tmp_path):
    site = live_server.url
    made = requests.post(
        f"{site}{URL}", json.dumps(BODY), headers={"Content-Type": "application/json", "Idempotency-Key": next(KEYS)}, timeout=20
    ).json()  # fmt: skip
    big = photo(size=(3000, 2000), kind="PNG")
    client = TusClient(f"{site}{UPLOADS}")
    chunk = len(big) // 3 + 1

    first = client.uploader(file_stream=io.BytesIO(big), chunk_size=chunk)
    first.upload_chunk()
    second = client.uploader(file_stream=io.BytesIO(big), chunk_size=chunk, url=first.url)
    resumed_at = second.offset
    second.upload()

    assert resumed_at == chunk
    upload = Upload.objects.get()
    assert hashlib.sha256(uploads.file_of(upload).read_bytes()).digest() == hashlib.sha256(big).digest()
    handed = requests.post(
        f"{site}{URL}{made['reference']}/attachments/", json.dumps({"upload": str(upload.pk)}), timeout=20,
        headers={"Content-Type": "application/json", "X-Complaint-Code": made["secret"]},
    )  # fmt: skip
    assert (handed.status_code, handed.json()["kind"]) == (201, "photo")
