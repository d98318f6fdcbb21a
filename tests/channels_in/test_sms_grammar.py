"""Which texts are commands, which only begin like one, and that no text can break the reading."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn

from channels_in.grammar import WORDS, Act, Command, FreeText, read
from complaints.references import written

REF = "264831920576"
WRONG = "2648-3192-0577"

COMMANDS = [
    # HALI: alone, with a reference, or the reference alone.
    ("HALI", Act.STATUS, None, ""),
    ("hali?", Act.STATUS, None, ""),
    ("Status", Act.STATUS, None, ""),
    ("DSM HALI", Act.STATUS, None, ""),
    ("dsm: hali", Act.STATUS, None, ""),
    (f"HALI {REF}", Act.STATUS, REF, ""),
    ("hali namba 2648 3192 0576 tafadhali", Act.STATUS, REF, ""),
    ("HALI2648-3192-0576", Act.STATUS, REF, ""),
    ("hali:2648.3192.0576", Act.STATUS, REF, ""),
    ("FUATILIA 2648-3192-O576", Act.STATUS, REF, ""),
    ("2648-3192-0576", Act.STATUS, REF, ""),
    ("namba 2648/3192/0576.", Act.STATUS, REF, ""),
    ("((2648)) 3192__0576!", Act.STATUS, REF, ""),
    ("2648 - 3192 - 0576", Act.STATUS, REF, ""),
    ("Lalamiko 2648-3192-0576", Act.STATUS, REF, ""),
    (f"HALI {WRONG}", Act.STATUS, "", ""),
    ("HALI 123", Act.STATUS, "", ""),
    (WRONG, Act.STATUS, "", ""),
    (f"HALI {REF} 4821", Act.STATUS, REF, "4821"),
    ("2648-3192-0576 4821.", Act.STATUS, REF, "4821"),
    # RUFAA and NANI.
    (f"RUFAA {REF} bado", Act.APPEAL, REF, "bado"),
    ("Rufaa: sikubali jibu", Act.APPEAL, None, "sikubali jibu"),
    ("APPEAL", Act.APPEAL, None, ""),
    (f"rufaa {WRONG} bado", Act.APPEAL, "", "bado"),
    ("NANI", Act.WHO, None, ""),
    ("nani amelisoma?", Act.WHO, None, ""),
    (f"NANI {REF} 4821", Act.WHO, REF, "4821"),
    ("WHO 2648-3192-0576", Act.WHO, REF, ""),
    ("nani 12", Act.WHO, "", ""),
    # SIRI: whatever is said after it.
    ("SIRI mtendaji anaomba rushwa", Act.CONFIDE, None, "mtendaji anaomba rushwa"),
    ("siri: wanaiba dawa", Act.CONFIDE, None, "wanaiba dawa"),
    ("Secret they steal medicine", Act.CONFIDE, None, "they steal medicine"),
    ("SIRI", Act.CONFIDE, None, ""),
    # NDIYO: nothing follows but thanks.
    ("NDIYO", Act.CONFIRM, None, ""),
    ("ndio.", Act.CONFIRM, None, ""),
    ("NDYO", Act.CONFIRM, None, ""),
    ("Yes", Act.CONFIRM, None, ""),
    (f"NDIYO {REF}", Act.CONFIRM, REF, ""),
    (f"Ndiyo {REF} asante sana", Act.CONFIRM, REF, ""),
    ("NDIYO limetatuliwa, asante", Act.CONFIRM, None, ""),
    (f"ndiyo {WRONG}", Act.CONFIRM, "", ""),
    # HAPANA: with why.
    ("HAPANA", Act.DISPUTE, None, ""),
    ("Hapana, bado maji hayatoki", Act.DISPUTE, None, "bado maji hayatoki"),
    (f"HAPANA {REF}: bado", Act.DISPUTE, REF, "bado"),
    ("HAPANA 3 siku bado", Act.DISPUTE, None, "3 siku bado"),
    ("NO 2648-3192-0576 still dirty", Act.DISPUTE, REF, "still dirty"),
    (f"BADO {REF} hayatoki", Act.DISPUTE, REF, "hayatoki"),
    # ONGEZA: with words, on as many lines as they have.
    (f"ONGEZA {REF}\nNyumba namba 5\nmlango wa bluu", Act.ADD, REF, "Nyumba namba 5\nmlango wa bluu"),
    ("ONGEZA nyumba namba 5", Act.ADD, None, "nyumba namba 5"),
    ("add 2648-3192-0576 - house no. 5", Act.ADD, REF, "house no. 5"),
    (f"TAARIFA {REF} imepasuka tena", Act.ADD, REF, "imepasuka tena"),
    (f"ONGEZA {REF}", Act.ADD, REF, ""),
    # The rest.
    (f"GHAIRI {REF}", Act.WITHDRAW, REF, ""),
    ("LALAMIKO Maji hayatoki Tabata", Act.LODGE, None, "Maji hayatoki Tabata"),
    ("kero: taka hazizolewi", Act.LODGE, None, "taka hazizolewi"),
    ("MSAADA", Act.HELP, None, ""),
    ("help!", Act.HELP, None, ""),
    ("LUGHA EN", Act.LANGUAGE, None, "en"),
    ("lugha sw", Act.LANGUAGE, None, "sw"),
    ("English", Act.LANGUAGE, None, "en"),
    ("KISWAHILI", Act.LANGUAGE, None, "sw"),
    ("\u200fHALI\u200f", Act.STATUS, None, ""),
    (
        "\uff28\uff21\uff2c\uff29 \uff12\uff16\uff14\uff18\uff13\uff11\uff19\uff12\uff10\uff15\uff17\uff16",
        Act.STATUS,
        REF,
        "",
    ),
]

FREE = [
    "Hali ya barabara ni mbaya",
    "hali ya hewa mbaya mafuriko Jangwani",
    "Bado hatujapata maji",
    "BADO",
    "Ndiyo maji yametoka lakini machafu",
    "Ndiyo sijaridhika",
    "Acha kutudanganya, barabara haijajengwa",
    "Taarifa ya moto soko la Kariakoo",
    "Maelezo zaidi yanahitajika",
    "Msaada wa maji tafadhali",
    "LUGHA mbaya ya muuguzi",
    "Lalamiko langu ni maji",
    "Rufaa yangu imekwama",
    "Nani anahusika na barabara hii",
    "Siri ya ofisi imevuja",
    "2648-3192-0576 4821 nyumba",
    "Kero ya taka Buza",
    "ghairi",
    "LALAMIKO",
    "Hakuna maji Tabata siku 3",
    "0754123456",
    "255 maji",
    "oil oil oil oil",
    "Sawa",
]


@pytest.mark.parametrize(("text", "act", "reference", "words"), COMMANDS)
def test_a_command_is_read(text, act, reference, words):
    command = read(text)

    assert isinstance(command, Command)
    assert (command.act, command.reference, command.words) == (act, reference, words)


@pytest.mark.parametrize("text", FREE)
def test_an_ordinary_sentence_is_no_command_though_it_begins_like_one(text):
    assert read(text) == FreeText(text)


@pytest.mark.parametrize("text", ["", " ", "\n", "DSM", " dsm. ", "...", "\U0001f6a1", "\u200f"])
def test_nothing_said_is_free_text_without_words(text):
    assert read(text) == FreeText("")


def test_the_prefix_of_the_first_days_is_dropped_from_what_is_said():
    assert read("DSM  Maji hayatoki Tabata ") == FreeText("Maji hayatoki Tabata")


def test_what_only_may_be_a_command_keeps_its_whole_text():
    assert read("DSM No water in Mikocheni").whole == "No water in Mikocheni"


@settings(deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_any_text_can_be_read(text):
    read(text)


@settings(deadline=None)
@given(
    st.text(st.sampled_from("0123456789OoIlL -./_#():,\n"), max_size=60),
    st.sampled_from(["", "HALI ", "ndiyo", "ONGEZA "]),
)
def test_any_number_can_be_read(number, word):
    assert read(word + number) is not None


@settings(deadline=None)
@given(
    st.sampled_from([text for text, *_ in COMMANDS] + FREE),
    st.text(" \t\n", max_size=3),
    st.text(" \t\n", min_size=1, max_size=3),
)
def test_blanks_and_big_letters_change_nothing(text, around, between):
    def meant(what):
        return (what.act, what.reference, what.words.split()) if isinstance(what, Command) else what.words.split()

    spaced = around + between.join(text.split()) + around

    assert meant(read(spaced)) == meant(read(text))
    assert type(read(text.upper())) is type(read(text.lower())) is type(read(text))


@settings(deadline=None)
@given(
    st.integers(0, 10**11 - 1),
    st.text(st.sampled_from(" -./_\u2013,"), min_size=1, max_size=2),
    st.sampled_from(sorted(WORDS)),
)
def test_a_reference_is_found_in_any_marks(body, mark, word):
    digits = f"26{body % 10**9:09d}"
    reference = digits + luhn.calc_check_digit(digits)
    marked = written(reference).replace("-", mark)

    assert read(marked) == Command(Act.STATUS, reference, whole=marked)
    if WORDS[word] in (Act.STATUS, Act.CONFIRM, Act.DISPUTE, Act.ADD, Act.WITHDRAW):
        assert read(f"{word} {marked}").reference == reference


def test_a_text_of_160_kb_is_read_at_once():
    began = time.process_time()
    for text in [
        "a" * 160_000,
        "HALI " * 32_000,
        "1" * 160_000,
        "- " * 80_000,
        "\u200f" * 160_000,
        "hali" + "-" * 160_000,
    ]:
        read(text)

    assert time.process_time() - began < 1
