"""The USSD menu: what each screen says, that it fits, and that what it does is what an SMS would have done."""

import datetime as dt

import pytest
from django.utils.translation import override

from channels_in import ussd
from channels_in.citizens import citizen_with
from channels_in.models import Message, UssdSession
from channels_in.retention import forget_old
from channels_in.ussd import LONGEST_SCREEN, Typed, answer
from complaints.models import Citizen, Complaint
from notices.rendering import is_gsm7
from tests.workflows.stories import lodged, through
from tests.world import TUESDAY

pytestmark = pytest.mark.django_db

PHONE = "+255754123456"
MINUTE = dt.timedelta(minutes=1)
MENU = "Malalamiko\n1. Toa lalamiko\n2. Fuatilia\n3. Je, limetatuliwa?\n4. Msaada\n5. English"


class Phone:
    """A phone in a session: `press` types one thing, and gives the words of the next screen."""

    def __init__(self, number=PHONE, at=TUESDAY + dt.timedelta(days=1)):
        self.number, self.at, self.sessions = number, at, 0

    def dial(self):
        """Begin a session."""
        self.sessions += 1
        self.typed = ""
        return self._show()

    def press(self, *typed):
        """Type one thing after the other."""
        for each in typed:
            self.typed = f"{self.typed}*{each}" if self.typed else each
            words = self._show()
        return words

    def again(self):
        """Let the gateway repeat its call."""
        return self._show()

    def _show(self):
        self.at += dt.timedelta(seconds=5)
        self.screen = answer(
            Typed("ussd_africastalking", f"{self.number}:{self.sessions}", self.number, self.typed), self.at
        )
        assert len(self.screen.words) <= LONGEST_SCREEN and is_gsm7(self.screen.words), self.screen.words
        return self.screen.words


@pytest.fixture
def phone():
    return Phone()


def complaint_of(number=PHONE):
    """Give the story of a complaint of this phone."""
    return lodged(citizen=citizen_with(number, language="sw", at=TUESDAY))


def answered(number=PHONE):
    """Give the story of one that waits for a verdict."""
    return through(complaint_of(number), "take", "answer")


def test_a_complaint_is_made_in_three_screens(phone):
    menu = phone.dial()
    place = phone.press("1")
    words = phone.press("Tabata mtaa wa Mandela")
    told = phone.press("Maji hayatoki siku ya 3")

    case = Complaint.objects.get()
    assert menu == MENU
    assert (place, words) == (
        "Ni wapi? Andika mtaa na kata.\n0. Rudi",
        "Kuna tatizo gani? Andika kwa maneno machache.\n1. Nitaandika kwa SMS\n0. Rudi",
    )
    assert case.reference_written in told and not phone.screen.goes_on
    assert (case.words, case.channel, case.place.name) == (
        "Maji hayatoki siku ya 3. Tabata mtaa wa Mandela", "ussd_africastalking", "Mandela",
    )  # fmt: skip
    assert case.citizen.phone == PHONE


def test_a_repeated_call_makes_no_second_complaint_and_gets_the_same_screen(phone):
    phone.dial()
    told = phone.press("1", "Tabata", "Maji hayatoki siku ya 3")

    assert phone.again() == told
    assert (Complaint.objects.count(), Message.objects.count()) == (1, 1)


def test_what_is_long_is_asked_by_sms(phone):
    phone.dial()

    assert phone.press("1", "Tabata", "1") == "Andika lalamiko lako, na mahali lilipo, kwa SMS kwenda 15200."
    assert not Complaint.objects.exists()


def test_words_may_hold_a_star(phone):
    phone.dial()
    phone.press("1", "Tabata", "Maji hayatoki *siku* ya 3")

    assert Complaint.objects.get().words == "Maji hayatoki *siku* ya 3. Tabata"


def test_the_only_case_is_followed_at_once(phone):
    case = complaint_of().case
    phone.dial()

    assert case.reference_written in phone.press("2")
    assert not phone.screen.goes_on


def test_one_of_several_cases_is_chosen(phone):
    cases = [complaint_of().case for _ in range(6)]
    complaint_of("+255713000000")
    phone.dial()

    listed = phone.press("2").split("\n")
    told = phone.press("2")

    newest = [case.reference_written for case in reversed(cases)]
    assert [line[3:17] for line in listed[:-1]] == newest[:4]
    assert listed[-1] == "0. Rudi"
    assert newest[1] in told


def test_a_yes_and_a_no_are_the_citizens_verdict(phone):
    first, second = answered(), answered()
    phone.dial()
    phone.press("3", "1", "1")
    phone.dial()
    asked = phone.press("3")
    phone.press("2", "Maji bado hayatoki")

    disputed, confirmed = (
        Complaint.objects.get(pk=story.case.pk) for story in (first, second)
    )  # the newest stands first
    assert (confirmed.state, confirmed.outcome) == ("closed", "confirmed")
    assert asked == f"{disputed.reference_written} limejibiwa. Je, limetatuliwa?\n1. Ndiyo\n2. Hapana\n0. Rudi"
    assert disputed.state == "queued"


def test_another_phone_sees_and_does_nothing(phone):
    answered("+255713000000")
    phone.dial()

    assert phone.press("2") == "Hakuna lalamiko lililotoka kwenye simu hii."
    phone.dial()
    assert phone.press("3") == "Hakuna jibu linalosubiri neno lako."


def test_the_language_is_changed_and_kept(phone):
    phone.dial()

    assert phone.press("5") == "Complaints\n1. Complain\n2. Follow\n3. Is it settled?\n4. Help\n5. Kiswahili"
    assert phone.press("4").startswith(("Just", "Write", "Send"))
    phone.dial()
    assert phone.screen.words.startswith("Complaints")
    assert Citizen.objects.get().language == "en"


def test_a_dropped_session_is_taken_up_where_it_stood(phone):
    phone.dial()
    words = phone.press("1", "Tabata mtaa wa Mandela")
    offered = phone.dial()
    resumed = phone.press("1")
    phone.press("Maji hayatoki siku ya 3")

    assert offered == "Uliacha njiani.\n1. Endelea\n2. Anza upya"
    assert resumed == words
    assert Complaint.objects.get().words == "Maji hayatoki siku ya 3. Tabata mtaa wa Mandela"


def test_one_that_drops_again_still_knows_where_the_first_stood(phone):
    phone.dial()
    words = phone.press("1", "Tabata")
    phone.dial()
    phone.dial()

    assert phone.press("1") == words


def test_a_dropped_session_may_be_left_and_is_not_offered_later(phone):
    phone.dial()
    phone.press("1")
    phone.dial()
    assert phone.press("2") == MENU
    assert phone.dial() == MENU

    phone.press("1")
    phone.at += 11 * MINUTE
    assert phone.dial() == MENU


def test_nobody_elses_dropped_session_is_offered(phone):
    phone.dial()
    phone.press("1")

    assert Phone("+255713000000").dial() == MENU


@pytest.mark.parametrize("before", [[], ["1"], ["1", "Tabata"], ["2"], ["3"], ["3", "1"], ["3", "1", "2"]])
def test_nothing_that_is_typed_breaks_a_screen(phone, before):
    answered(), answered()
    for typed in ["", "7", "x", "1*", "0", "00", "-1", "\u0663", "#" * 500]:
        phone.dial()
        if before:
            phone.press(*before)

        assert phone.press(typed), typed


def test_what_is_no_choice_shows_the_screen_again(phone):
    phone.dial()

    assert phone.press("9") == MENU
    assert phone.press("1").startswith("Ni wapi?")


def test_every_text_of_the_menu_fits_in_both_languages(phone):
    longest = "9999-9999-9999"
    for language in ("sw", "en"):
        with override(language):
            asked = ussd._("%(ref)s was answered. Is it settled?\n1. Yes\n2. No\n0. Back") % {"ref": longest}
            assert len(asked) <= LONGEST_SCREEN and is_gsm7(asked)
    assert len(ussd.fit("a" * 500)) == LONGEST_SCREEN


def test_a_session_holds_no_number_and_is_forgotten_after_a_day(phone):
    phone.dial()
    phone.press("1", "Tabata")
    assert "754123456" not in str(UssdSession.objects.values("phone_digest", "known", "typed", "shown").get())

    forget_old(phone.at + dt.timedelta(hours=23))
    assert UssdSession.objects.exists()
    forget_old(phone.at + dt.timedelta(hours=25))
    assert not UssdSession.objects.exists()
