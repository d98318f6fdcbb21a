"""Subject and place from citizens' own words, in the spelling of their SMS."""

import csv
import time
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from channels_in.matching import find_category, find_place, likely_categories, likely_places, plain_digest, suggest
from complaints.models import Category
from complaints.subjects import why
from offices.kept import forget

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parent / "payloads" / "swahili-samples.csv"

# What somebody wrote; the subject it is about, or None where a person must read it; the place, likewise.
MESSAGES = [
    ("Maji hayatoki Tabata mtaa wa Mandela siku ya 3 leo", "maji", "1210301"),
    ("maji hayatoki manzese mtaa wa midizini siku 3", "maji", "1610801"),
    ("Hakuna maji Tabata kisiwani wiki nzima", "maji", "1210305"),
    ("HAKUNA MAJIIIII TABATA!!!", "maji", "12103"),
    ("Umeme unakatika kila siku kariakoo", "umeme", "11106"),
    ("nguzo ya umeme imeanguka gongolamboto", "umeme", "12110"),
    ("luku haisomi mjimpya kata ya kipawa", "umeme", "1210606"),
    ("taka zimejaa sokoni tandale haziondolewi", "taka", "1410604"),
    ("Takataka kando ya barabara kata ya Buza", "taka", "15125"),
    ("maji taka yanatiririka mtaani chang'ombe A", "taka", "1510303"),
    ("Majitaka yanamwagika changombe", "taka", "15103"),
    ("barabara ya mtaa wa amani liwiti ni mbovu ina mashimo", "barabara", "1211904"),
    ("Barabara mbovu Temeke", "barabara", "150"),
    ("Barabara ya Mwinyi Kilakala haipitiki", "barabara", "1512701"),
    ("mtaro umeziba mafuriko kila mvua, Jangwani", "barabara", "11108"),
    ("Wilaya ya Ilala hakuna taa za barabarani", "barabara", "120"),
    ("There are big potholes on the road near the school in Mikocheni B", "barabara", "1411202"),
    # As it is typed on a keypad: x for s, no vowels, no blanks, letters wrong or missing.
    ("brbr mbv sn mashmo kla mahal kiwalan", "barabara", "12108"),
    ("majihayatokikimaramwisho", None, "16104"),
    ("umeme hakna cku ya 3 xinza", "umeme", "16102"),
    ("xhule haina waalim kgamboni", "elimu", None),  # the ward, or the district
    ("taka zimerundkana vingunguty wiki mbil", "taka", "12109"),
    ("kelele za mziki baa mtaa wa mwembe mdafu ukonga", "kelele", "1210701"),
    ("kelele za muziki baa jirani na nyumba yangu sinza", "kelele", "16102"),
    ("Mwalimu haji shuleni shule ya msingi Mbezi", "elimu", "16113"),
    ("Hospitali ya Temeke hakuna dawa", "afya", "150"),
    ("panya road wamerudi mbagala charambe usiku", "usalama", "15117"),
    ("mke wangu anapigwa kila siku Kigamboni", "ukatili", "170"),
    ("binti alibakwa jana usiku kata ya Goba", "ukatili", "16112"),
    ("kiwanja changu kimevamiwa bunju B hati ninayo", "ardhi", "1413401"),
    ("tumebomolewa nyumba bila fidia Kwembe", "ardhi", "16111"),
    ("mwendokasi nauli imepanda kimara mwisho", "usafiri", "16104"),
    ("tasaf wazee hawajalipwa Chamazi", "ustawi", "15116"),
    ("Leseni ya biashara inachelewa manispaa ya Kinondoni", "biashara", "140"),
    ("Mbezi beach maji yanavuja barabarani", "maji", "14121"),
    ("magomeni mapipa maji hakuna", "maji", "14101"),
    ("mtendaji ananisumbua ofisi ya kata ya Kawe", "watumishi", "14121"),
    ("mradi wa daraja umekwama Mabibo", "miradi", "16109"),
    # Several subjects, so a person reads it.
    ("mtendaji wa kata ya kimara anadai pesa ili aandike barua", None, "16104"),
    ("askari polisi wanachukua hongo ubungo", None, "160"),
    # No subject, or none that is said outright.
    ("huduma mbovu sana", None, None),
    ("naomba kuonana na mkuu wa mkoa", None, None),
    ("kuna jambo barabarani Sandali", None, "15102"),
    ("tangu jana mpaka leo sijapata majibu", None, None),
    ("nataka haki yangu", None, None),
    # Names that are ordinary words, and names that are many places, are nowhere for sure.
    ("amani na upendo kwa wote", None, None),
    ("uwanja wa ndege kuna foleni", None, None),
    ("Maji machafu kisiwani", None, None),  # out of the tap, or out of a drain
    ("Kinondoni na Temeke umeme hakuna", "umeme", None),
    ("water pipe burst in Masaki street", "maji", None),
    ("Maji Dar es Salaam hayatoshi", "maji", None),
    ("Maji Mwanza Kirumba hayatoki", "maji", None),
]


def sure(found):
    """Give the code of what is surely meant, or None."""
    meant, confidence = found
    return meant.code if meant and confidence >= settings.ROUTING_SURE else None


@pytest.mark.parametrize(("text", "category", "place"), MESSAGES, ids=[text for text, *_ in MESSAGES])
def test_subject_and_place_are_found_or_doubted(text, category, place):
    assert (sure(find_category(text)), sure(find_place(text))) == (category, place)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Kisiwani, Makumbusho", "1410704"),
        ("Kisiwani, kata ya Mburahati", "1610101"),
        ("Ilala Kariakoo", "11106"),
        ("Kariakoo, Dar es Salaam", "11106"),
        ("kata ya Ilala", "12101"),
        ("tarafa ya Ilala", "121"),
        ("halmashauri ya jiji la Dar es Salaam", "120"),
        ("Mji Mpya Saranga", "1610509"),
        ("mtaa wa Tabata", "1210302"),
        ("Mandela street, Tabata ward", "1210301"),
        ("Mtoni Relini", "1510804"),
        ("mtaa wa Manzese", "16108"),  # there is none of that name: the ward is meant
        ("Kibonde Maji B Mbagala Kuu", "1511202"),
        ("Keko Juu", "1510505"),
    ],
)
def test_what_is_named_together_decides_which_place_is_meant(text, place):
    assert sure(find_place(text)) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("taka Kivule", "12117"),
        ("Mchikichini", "11109"),
        ("mtaa wa Machimbo, Ilala", "120"),
        ("mtaa wa Amani Ilala", "120"),
    ],
)
def test_of_several_readings_the_ward_or_the_office_above_them_is_given_with_doubt(text, place):
    office, confidence = find_place(text)

    assert (office.code, confidence) == (place, 0.6)


def test_one_who_could_be_anywhere_is_placed_nowhere():
    assert find_place("mtaa wa Kisiwani") == (None, 0.0)


def test_a_protected_subject_goes_before_all_others():
    category, confidence = find_category("Maji na umeme hakuna, na mtoto ananyanyaswa na mwalimu")

    assert category.code == "ukatili"
    assert confidence < settings.ROUTING_SURE


def test_nobody_is_sure_where_as_much_is_said_of_another_subject():
    found = likely_categories("maji na umeme")

    assert {category.code for category, _confidence in found[:2]} == {"maji", "umeme"}
    assert max(confidence for _category, confidence in found) < settings.ROUTING_SURE


def test_what_was_said_only_in_passing_is_not_sure():
    category, confidence = find_category("Tulikutana barabarani")

    assert (category.code, confidence < settings.ROUTING_SURE) == ("barabara", True)


def test_other_is_never_sure_so_that_a_person_reads_it():
    assert sure(find_category("Nida hawajanipa kitambulisho cha taifa, naomba cheti cha kuzaliwa")) is None


def test_a_reading_is_explained_by_its_words():
    category, _confidence = find_category("Hakuna maji bomba limepasuka Tabata")

    assert set(why("Hakuna maji bomba limepasuka Tabata", category)[:2]) == {"maji", "bomba"}


def test_a_category_that_nothing_was_learned_about_is_found_by_its_words():
    water = Category.objects.get(code="maji")
    Category.objects.create(
        code="mbwa", name_sw="Mbwa", name_en="Dogs", department=water.department, start_level="kata", working_hours=40,
        keywords=["mbwa koko", "stray dog", "kichaa cha mbwa"],
    )  # fmt: skip
    forget()

    codes = [category.code for category, _confidence in likely_categories("mbwa koko wana kichaa cha mbwa")]

    assert "mbwa" in codes[:3]


def test_a_verb_is_known_in_any_person_and_time():
    assert {find_category(text)[0].code for text in ("kubakwa", "amebakwa", "walibakwa", "nilibakwa")} == {"ukatili"}
    assert sure(find_category("tunataka kutaka wanataka")) is None


def test_real_sentences_of_others_find_their_subject_or_nothing_and_no_place_of_ours():
    rows = list(csv.DictReader(SAMPLES.open(encoding="utf-8")))
    right = sum(row["category"] in (sure(find_category(row["text"])), "mengineyo") for row in rows)

    assert right >= len(rows) // 2
    assert [find_place(row["text"]) for row in rows] == [(None, 0.0)] * len(rows)


def test_suggestions_are_always_three_though_nothing_speaks_for_them():
    suggested = suggest("?")

    assert [len(suggested["categories"]), len(suggested["places"])] == [3, 3]
    assert {found["confidence"] for kind in suggested.values() for found in kind} == {0}


def test_suggestions_begin_with_the_likeliest():
    suggested = suggest("maji umeme taka shule Kisiwani Tabata")

    assert len(suggested["categories"]) == 3
    assert suggested["places"][0] == {"code": "1210305", "name": "Kisiwani", "level": "mtaa", "confidence": 0.85}
    assert [place["confidence"] for place in suggested["places"]] == sorted(
        (place["confidence"] for place in suggested["places"]), reverse=True
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maji hayatoki", "  MAJI\n hayatoki!! "),
        ("Ng\u2019ombe", "ng'ombe"),
        ("caf\u00e9", "cafe\u0301"),
        ("\U0001f6a1", " \U0001f6a1 "),
    ],
)
def test_the_digest_is_the_same_however_it_is_written(one, other):
    assert plain_digest(one) == plain_digest(other)


@pytest.mark.parametrize(
    ("one", "other"), [("siku 3", "siku 33"), ("maji", "maj"), ("\U0001f6a1", "\U0001f525"), ("", "a")]
)
def test_the_digest_tells_other_words(one, other):
    assert plain_digest(one) != plain_digest(other)


def test_no_text_has_no_digest():
    assert plain_digest(" \n") == ""


@trying(deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_any_text_is_matched_without_breaking(text):
    category, sure_of_it = find_category(text)
    place, sure_of_that = find_place(text)

    assert 0 <= sure_of_it <= 1
    assert 0 <= sure_of_that <= 1
    assert (category is None, place is None) == (sure_of_it == 0, sure_of_that == 0)
    plain_digest(text)
    likely_places(text)


def milliseconds(act, times=1):
    """Give the processor's time, which other programs do not lengthen."""
    began = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - began) * 1000 / times


def test_matching_costs_next_to_nothing():
    sms = ("Hakuna maji Tabata kisiwani wiki nzima, bomba la mtaa wa Mandela limepasuka " * 3)[:160]
    forget()

    assert milliseconds(lambda: find_category(sms) and find_place(sms)) < 250  # reads and indexes everything
    assert milliseconds(lambda: find_category(sms) and find_place(sms), times=50) < 5


@pytest.mark.parametrize(
    "text",
    [
        "tabata kisiwani ",
        "ku",
        "a",
        "\ufdfa",
        "- ",
        "na ",
        "karibu na ",
        "mtaa wa ",
        "a'",
        "wanana",
        "maji taka ",
        "(",
        "\u0301a",
    ],
)
def test_no_text_of_160_kb_takes_long(text):
    find_place(""), find_category("")

    hostile = (text * 160_000)[:160_000]

    assert milliseconds(lambda: (find_category(hostile), find_place(hostile))) < 250
