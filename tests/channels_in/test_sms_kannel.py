"""Kannel's door: the contract of every gateway, what a real Kannel sends, alphabets, and delivery reports."""

import base64
import datetime as dt
from urllib.parse import parse_qsl, quote_from_bytes, urlencode

import pytest
from django.test import Client

from channels_in.models import Fate, Message
from channels_in.sms_kannel import decode
from complaints.models import Complaint
from notices.models import Notice, Status
from tests.channels_in.contracts import PAYLOADS, PHONE, WORDS, SmsContract
from tests.world import TUESDAY

PATH = "/channels/sms/kannel/"
REPORTS = "/channels/sms/kannel/dlr/"


def login(name="kannel", password="demo"):
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def get(query, path=PATH, **headers):
    """Give a GET request of Kannel's, with the query just as it stands."""
    return {"method": "GET", "path": path, "QUERY_STRING": query, "HTTP_AUTHORIZATION": login(), **headers}


def query(text, sender=PHONE, **fields):
    return urlencode({"from": sender, "to": "15200", "text": text, "charset": "UTF-8", "coding": "0"} | fields)


def call(request):
    return Client(raise_request_exception=False).generic(**request)


class TestKannel(SmsContract):
    key = "sms_kannel"
    path = PATH

    def request(self, text, *, id="one", sender=PHONE):
        return get(query(text.encode("utf-8", "surrogatepass"), sender, id=id, ts=1764000000))

    def forged(self, text):
        return get(query(text), HTTP_AUTHORIZATION=login(password="guess"))


class TestKannelByPost(SmsContract):
    key = "sms_kannel"
    path = PATH
    # Behind the door it is the same: asked of GET alone, for they empty the database.
    test_sixteen_deliveries_at_once_are_one_complaint_and_one_answer = None
    test_sixteen_copies_at_once_under_other_ids_are_one_complaint = None

    def request(self, text, *, id="one", sender=PHONE):
        body = query(text.encode("utf-8", "surrogatepass"), sender, id=id, ts=1764000000)
        form = "application/x-www-form-urlencoded"
        return {"method": "POST", "path": PATH, "data": body, "content_type": form, "HTTP_AUTHORIZATION": login()}

    def forged(self, text):
        return self.request(text) | {"HTTP_AUTHORIZATION": "Basic ????"}

    def test_a_text_of_160_kb_is_refused_and_nothing_kept(self, db):
        response = self.deliver("a" * 160_000)

        assert (response.status_code, Message.objects.count()) == (413, 0)


# What a real Kannel 1.4.5 sent us.


@pytest.fixture
def real():
    """Give the query of a payload file, and its fields."""

    def read(name):
        text = (PAYLOADS / "sms_kannel" / f"{name}.query").read_text().strip()
        return text, dict(parse_qsl(text))

    return read


def test_a_real_complaint_is_taken_in_with_every_letter(real, db):
    text, fields = real("lodge")

    call(get(text))

    message = Message.objects.get()
    assert (message.provider_id, message.sender, message.text) == (fields["id"], PHONE, fields["text"])
    assert message.sent_at == dt.datetime.fromtimestamp(int(fields["ts"]), dt.UTC)
    assert message.raw == {name: fields[name] for name in ("to", "charset", "coding", "ts", "smsc", "svc")}
    assert Complaint.objects.get().words == fields["text"].removeprefix("DSM ")


def test_a_real_text_beyond_the_sms_alphabet_arrives_whole(real, db):
    call(get(real("unicode")[0]))

    assert Message.objects.get().text == "Maji\u2013 hayatoki Tabata\U0001f6a1"


def test_a_real_lone_part_of_a_long_sms_is_kept_with_its_place_in_the_whole(real, db):
    call(get(real("lone_part")[0]))

    message = Message.objects.get()
    assert (message.text, message.raw["udh"]) == ("Sehemu ya kwanza ya ujumbe", "050003070301")


@pytest.mark.parametrize("name", ["short_code", "named_sender"])
def test_a_real_message_of_no_phone_is_kept_and_not_answered(real, db, name):
    response = call(get(real(name)[0]))

    assert (response.status_code, response.content, Message.objects.get().fate) == (200, b"", Fate.UNREADABLE)


# Alphabets.


@pytest.mark.parametrize(
    ("raw", "charset", "coding", "text"),
    [
        (b"Maji", "utf-8", "0", "Maji"),
        ("Ng\u2019ombe".encode(), "utf-8", "0", "Ng\u2019ombe"),
        ("caf\u00e9".encode("latin-1"), "utf-8", "0", "caf\u00e9"),
        ("caf\u00e9".encode("latin-1"), "8-bit", "1", "caf\u00e9"),
        ("caf\u00e9 \u20ac".encode("cp1252"), "windows-1252", "0", "caf\u00e9 \u20ac"),
        ("Maji \U0001f6a1".encode("utf-16-be"), "utf-16be", "2", "Maji \U0001f6a1"),
        ("Maji".encode("utf-16-be"), "", "2", "Maji"),
        ("Maji \u2013".encode(), "utf-8", "2", "Maji \u2013"),
        (b"\xd8\x3d", "ucs-2", "2", "\ufffd"),
        (b"\x00M\x00", "utf-16be", "2", "M\ufffd"),
        (b"Maji", "punycode", "0", "Maji"),
        (b"Maji", "no-such-charset", "x", "Maji"),
        (b"", "", "", ""),
    ],
)
def test_the_letters_are_read_in_the_alphabet_that_they_are_in(raw, charset, coding, text):
    assert decode(raw, charset, coding) == text


@pytest.mark.parametrize("charset", ["UTF-8", "utf-16be", "8-BIT", "zlib", "\x00", "%"])
@pytest.mark.parametrize(
    "raw", [b"\xed\xa0\x80maji", b"\x00\x00", b"\xff\xfe\xfd", b"\xd8\x00\xd8\x00", bytes(range(256))]
)
def test_no_bytes_in_no_alphabet_break_the_door(db, raw, charset):
    response = call(get(f"from=%2B255754123456&text={quote_from_bytes(raw)}&charset={charset}&coding=2&id=x"))

    assert response.status_code == 200
    assert Message.objects.count() == 1


def test_an_answer_beyond_the_sms_alphabet_says_so(db, monkeypatch):
    from channels_in import sms_kannel
    from channels_in.incoming import Answer

    plain, other = sms_kannel.respond([Answer("Asante")]), sms_kannel.respond([Answer("\u0645\u0627\u0621")])

    assert ("X-Kannel-Coding" in plain, other["X-Kannel-Coding"]) == (False, "2")
    assert plain["Content-Type"] == "text/plain; charset=UTF-8"


# Ids, senders, and what is missing.


def test_without_an_id_a_repeat_is_known_by_its_words_and_moment(db):
    first, again = call(get(query(WORDS, ts=1764000000))), call(get(query(WORDS, ts=1764000000)))

    assert (first.content, Message.objects.count()) == (again.content, 1)


def test_without_id_and_moment_the_same_word_a_week_later_is_answered_afresh(db):
    call(get(query("HALI")))
    call(get(query("HALI")))

    assert Message.objects.count() == 2


def test_an_endless_id_is_cut_to_one_that_still_tells_repeats(db):
    call(get(query(WORDS, id="i" * 5000)))
    call(get(query(WORDS, id="i" * 5000)))

    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    "sender", ["0754123456", "255754123456", "00255754123456", "+255 754 123 456", " 754123456", "\u202e+255754123456"]
)
def test_however_it_is_written_it_is_the_same_phone(db, sender):
    call(get(query(WORDS, sender, id="a")))

    assert Message.objects.get().sender == PHONE


@pytest.mark.parametrize("sender", ["", "15200", "MPESA", "+", "0" * 60, "+2557541234567890", "\x00"])
def test_what_is_no_phone_is_kept_once_and_not_answered(db, sender):
    for _ in range(2):
        response = call(get(query(WORDS, sender, id="a")))

    assert (response.status_code, response.content) == (200, b"")
    assert Message.objects.get().fate == Fate.UNREADABLE


@pytest.mark.parametrize(
    "raw", ["", "&&&", "text", "=", "text=%", "text=%zz&from", "from=%2B255754123456&id=x", "text=a&" * 3000]
)
def test_a_genuine_call_that_says_nothing_readable_is_answered_200(db, raw):
    assert call(get(raw)).status_code == 200


@pytest.mark.parametrize("ts", ["-1", "99999999999999999999", "soon", "1e9", "\u0663", "0"])
def test_a_moment_that_is_none_is_left_out(db, ts):
    call(get(query(WORDS, id="a", ts=ts)))

    assert Message.objects.get().sent_at is None


def test_a_line_of_160_kb_is_refused(db):
    assert call(get(query("a" * 160_000))).status_code == 414


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(db, method):
    assert call(get(query(WORDS)) | {"method": method}).status_code == 405


@pytest.mark.parametrize(
    "proof", ["", "Basic", "Basic \u00e9", "Bearer x", login("kannel", ""), login("", "demo"), login() + "x"]
)
def test_only_the_very_password_opens_the_door(db, proof):
    assert call(get(query(WORDS), HTTP_AUTHORIZATION=proof)).status_code == 403


def test_no_log_line_quotes_the_citizen(db, caplog, monkeypatch):
    from channels_in import views

    monkeypatch.setattr(views, "converse", lambda incoming, at: 1 / 0)
    call(get(query("siri yangu kubwa", id="a")))
    call(get(query("siri yangu kubwa", id="b"), HTTP_AUTHORIZATION="x"))

    assert "siri" not in "".join(record.getMessage() for record in caplog.records)


# Delivery reports.


@pytest.fixture
def sent(db):
    return Notice.objects.create(
        kind="added", facts={"ref": "2648-3192-0576"}, address=PHONE, status=Status.SENT, created_at=TUESDAY,
        next_try_at=TUESDAY, sent_at=TUESDAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bits", "status"), [(1, "delivered"), (2, "failed"), (34, "failed"), (16, "failed"), (8, "sent")]
)
def test_a_report_is_written_on_the_notice(sent, bits, status):
    response = call(get(f"notice={sent.pk}&status={bits}&id=net-1&ts=1764000000", REPORTS))

    sent.refresh_from_db()
    assert (response.status_code, response.content, sent.status, sent.provider_id) == (200, b"", status, "net-1")


def test_a_forged_report_changes_nothing(sent):
    response = call(get(f"notice={sent.pk}&status=1", REPORTS, HTTP_AUTHORIZATION=""))

    sent.refresh_from_db()
    assert (response.status_code, sent.status) == (403, Status.SENT)


@pytest.mark.parametrize("raw", ["", "notice=1", "notice=x&status=1", "notice=-1&status=1", f"notice={10**17}&status=1",
                                 f"notice={10**30}&status=1", "notice=1&status=99999999999999999", "notice=%00&status=%00"])  # fmt: skip
def test_a_report_that_names_no_notice_of_ours_is_answered_200(db, raw):
    assert call(get(raw, REPORTS)).status_code == 200
