"""Every text that a citizen may get fits one SMS, in both languages, whatever the facts."""

import itertools
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, engines

from notices.kinds import KINDS
from notices.models import Notice
from notices.rendering import PROSE, clip, day, is_gsm7, masked, plain, render, render_text, segments, short

FOLDER = Path(settings.TEMPLATES[0]["DIRS"][0]) / "notices"
TEXTS = sorted((path.parent.name, path.name.split(".")[1]) for path in FOLDER.glob("*/sms.*.txt"))

LONGEST = {
    "ref": "2648-3192-0576",
    "case_kind": "suggestion",
    "office": "Dawati la Malalamiko Manzese Kata",  # leaves 28 letters, the most that a name keeps
    "body": "Baraza la Taifa la Mazingira na Hifadhi",
    "due": "2026-12-08T12:30:00+00:00",
    "on": "2026-11-24T00:00:00+03:00",
    "days": 365,
    "until": "2026-12-08",
    "reason": "Ofisi yetu haina mamlaka juu ya barabara hiyo. " * 9,
    "question": "Tafadhali taja jina la mtaa na nyumba iliyo karibu na bomba lililopasuka. " * 9,
    "answer": "Bomba limebadilishwa na mafundi wa idara tarehe 24/11/2026 mtaa wa Midizini. " * 9,
    "words": "Bomba limebadilishwa na mafundi wa idara tarehe 24/11/2026 mtaa wa Midizini. " * 9,
    "state": "Limepelekwa taasisi nyingine XX",  # 31 letters, three more than the longest state's name
    "n": 9999,
    "places": "1 Kariakoo Magharibi Mtaa, 2 Kariakoo Magharibi Mtaa, 3 Kariakoo Magharibi Mtaa",
    "sc": "15200",
    "code": "048213",
    "said": "Asante. Lalamiko lako limepokelewa. Namba 2648-3192-0576. Utajibiwa ndani ya siku 14.",
    "added": True,
    "who": "msimamizi.1210302.malalamiko",
    "where": "https://malalamiko.dar.go.tz/accounts/password/reset/",
    "pin": "4821",
    "asks": True,
    "subjects": "1 Huduma za afya mkoani, 2 Taka na usafi wa mazi, 3 Maji safi na maji taka",
    "offices": "Dawati la Malalamiko Mkoa 99, Dawati la Malalamiko Mkoa 99, Dawati la Malalamiko 9 +99",
    "link": "https://malalamiko.example.go.tz/b/GhB2sL0wqkq0uQ4xZ3n9tA/",
}
CASE_KINDS = ["complaint", "opinion", "suggestion", "enquiry", "praise"]
SAFE = {
    "sc",
    "code",
    "ref",
    "days",
    "n",
    "due",
    "on",
    "state",
    "added",
    "who",
    "where",
    "pin",
    "asks",
    "confidential",
    "link",
    "said",  # rendered by a text of its own, which knew whether the case is discreet
}  # facts that tell nothing about the subject
BLEMISHES = ("  ", " .", " ,", "..", ",.", ": .", ":.", "()", "None")


class Asked(dict):
    """Facts that remember which of them a template asked for."""

    def __init__(self, facts):
        super().__init__(facts)
        self.names = set()

    def __contains__(self, name):
        self.names.add(name)
        return super().__contains__(name)


def facts_asked(kind, language, facts):
    """Give the names of the facts that a text looks at."""
    asked = Asked(facts)
    context = Context(autoescape=False)
    context.dicts.append(asked)
    engines["django"].engine.get_template(f"notices/{kind}/sms.{language}.txt").render(context)
    return asked.names


def test_every_kind_has_its_folder_and_every_folder_its_two_languages():
    expected = sorted(itertools.product(KINDS, ["sw", "en"]))

    assert expected == TEXTS


@pytest.mark.parametrize(("kind", "language"), TEXTS)
def test_a_text_with_the_longest_values_is_one_segment_of_plain_characters(kind, language):
    for case_kind, discreet in itertools.product(CASE_KINDS, [False, True]):
        text = render_text(kind, language, LONGEST | {"case_kind": case_kind, "discreet": discreet})

        assert (segments(text), is_gsm7(text)) == (1, True), text
        assert "{" not in text


@pytest.mark.parametrize(("kind", "language"), TEXTS)
def test_staffs_words_keep_room_to_say_something(kind, language):
    for prose in KINDS[kind] & set(PROSE):
        with_it = render_text(kind, language, LONGEST)
        without = render_text(kind, language, {name: fact for name, fact in LONGEST.items() if name != prose})

        assert LONGEST[prose][:20] in with_it, f"{with_it} ({160 - len(without)} left)"


@pytest.mark.parametrize(("kind", "language"), TEXTS)
def test_a_text_reads_well_whichever_facts_are_missing(kind, language):
    optional = sorted(KINDS[kind] - {"ref", "sc", "discreet", "case_kind", "state", "n"})
    for size in range(len(optional) + 1):
        for missing in itertools.combinations(optional, size):
            text = render_text(kind, language, {name: fact for name, fact in LONGEST.items() if name not in missing})

            assert [blemish for blemish in BLEMISHES if blemish in text.replace("...", "")] == [], text
            assert text[-1] in ".?6!", text


@pytest.mark.parametrize(("kind", "language"), TEXTS)
def test_a_discreet_text_says_neither_subject_nor_office_nor_anybodys_words(kind, language):
    secrets = ("Dawati", "Baraza", "Bomba", "Tafadhali taja", "barabara", "alamiko", "omplaint")

    text = render_text(kind, language, LONGEST | {"discreet": True})

    if "discreet" in KINDS[kind]:
        assert [secret for secret in secrets if secret in text] == [], text
    else:
        assert KINDS[kind] <= SAFE


@pytest.mark.parametrize("kind", KINDS)
def test_the_list_of_kinds_says_exactly_the_facts_that_the_texts_use(kind):
    asked = set()
    for language, discreet in itertools.product(["sw", "en"], [False, True]):
        asked |= facts_asked(kind, language, LONGEST | {"discreet": discreet})
        asked |= facts_asked(kind, language, {"discreet": discreet})

    assert asked == KINDS[kind]


@pytest.mark.parametrize("kind", ["received", "queued"])
@pytest.mark.parametrize("language", ["sw", "en"])
def test_the_receipt_of_a_confidential_complaint_is_one_segment_with_its_digits(kind, language):
    text = render_text(kind, language, LONGEST | {"discreet": True, "confidential": True})

    assert segments(text) == 1, text
    assert "2648-3192-0576 4821" in text


def test_a_reply_about_an_unknown_reference_depends_on_nothing():
    assert render_text("no_such", "sw", LONGEST) == render_text("no_such", "sw", {})


def test_a_notice_is_said_in_its_language_from_its_facts():
    notice = Notice(kind="added", language="en", facts={"ref": "2648-3192-0576"})

    assert render(notice) == "Thank you. We have added your words to no. 2648-3192-0576."


def test_a_language_we_do_not_write_is_answered_in_swahili():
    assert render_text("added", "fr", {"ref": "1"}) == "Asante. Tumeongeza maelezo yako kwenye namba 1."


def test_the_facts_are_shown_as_they_are_and_never_as_code():
    text = render_text("not_open", "en", {"ref": "1", "state": "<b>{{ sc }}&"})

    assert text == "Sorry, that is not possible now for no. 1. Status: <b>{{ sc }}&. For help, send HELP."


def test_a_short_reason_is_not_cut():
    text = render_text("moved", "sw", {"ref": "1", "office": "Idara ya Maji", "reason": "si kazi yetu"})

    assert text == "Tumehamishia lalamiko lako, namba 1, kwa Idara ya Maji. Sababu: si kazi yetu."


def test_words_in_a_foreign_script_leave_a_message_of_one_segment():
    text = render_text("moved", "sw", LONGEST | {"reason": "السبب هو أن المكتب لا يملك الصلاحية"})

    assert segments(text) == 1


def test_typographic_characters_become_plain_ones():
    assert plain("Ng\u2019ombe \u2013 \u201cmaji\u201d\u00a0yamekatika\u2026 \U0001f6b0\u200f caf\u00e9 \u0101") == (
        """Ng'ombe - "maji" yamekatika... caf\u00e9 a"""
    )


def test_segments_are_counted_as_the_network_counts_them():
    texts = ("a" * 160, "a" * 161, "\u20ac" * 80, "\u20ac" * 81, "\u0410" * 70, "\u0410" * 71)

    assert [segments(text) for text in texts] == [1, 2, 1, 2, 1, 2]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Idara ya Maji", "Idara ya Maji"),
        ("Miundombinu na Maendeleo ya Mijini", "Miundombinu na Maendeleo"),
        ("Afya, Ustawi wa Jamii na Lishe", "Afya, Ustawi wa Jamii"),
        ("Mamlaka ya Mapato Tanzania Bara na Visiwani (TRA)", "TRA"),
        ("Dawati la Malalamiko \u2013 Kata", "Dawati la Malalamiko - Kata"),
        ("A" * 40, "A" * 28),
        ("", ""),
    ],
)
def test_a_long_name_is_cut_on_a_word(name, written):
    assert short(name) == written


def test_prose_is_cut_on_a_word_and_says_so():
    assert [clip("Maji hayatoki leo.", limit) for limit in (18, 17, 16, 10, 7, 4)] == [
        "Maji hayatoki leo.",
        "Maji hayatoki...",
        "Maji hayatoki...",
        "Maji...",
        "Maji...",
        "",
    ]


def test_a_date_is_written_in_the_services_own_time_zone():
    moments = ["2026-12-08T21:30:00+00:00", "2026-12-08T12:30:00Z", "2026-12-08", "", None]

    assert [day(moment) for moment in moments] == ["09/12/2026", "08/12/2026", "08/12/2026", "", ""]


def test_a_masked_number_shows_too_little_to_call():
    assert [masked(number) for number in ("+255754123456", "15200", "")] == ["+255\u2026456", "\u2026", ""]
