"""Complaints by the citizen's pages, from the first word to closure: the whole timeline, and all that is told."""

import pytest

from tests.journeys.story import PHONE
from tests.journeys.ways import Browser

WORDS = "Bomba la maji limepasuka tangu Jumatatu."
OFFICE = "Maji na Nishati, Jiji la Dar es Salaam"


@pytest.fixture
def browser(story):
    return Browser(story)


def test_a_complaint_with_a_number_is_settled_on_the_page_and_heard_of_by_sms(story, browser):
    receipt = browser.submit(WORDS, category="maji", council="120", place="Mandela, Tabata", phone=PHONE)
    story.deliver()
    story.wait(hours=1)
    story.officer("take")
    browser.open()
    browser.act("add_words", "Maji yanafika hadi barabarani.")
    story.officer("ask", question="Nyumba namba ngapi?")
    browser.act("reply", "Namba 14.")
    story.wait(days=1)
    story.officer("answer", answer="Bomba limetengenezwa leo.")
    page = browser.open()
    browser.act("confirm")
    story.wait(days=31)

    assert story.timeline() == [
        "24/11 10:00 citizen lodge > queued at 120.maji by 01/12 10:00",
        "24/11 11:00 afisa.120.maji take > in_hand at 120.maji by 01/12 10:00",
        '24/11 11:00 citizen add_words "Maji yanafika hadi barabarani."',
        '24/11 11:00 afisa.120.maji ask > waiting at 120.maji by 03/12 11:00 "Nyumba namba ngapi?"',
        '24/11 11:00 citizen reply > in_hand at 120.maji by 01/12 10:00 "Namba 14."',
        '25/11 11:00 afisa.120.maji answer > answered at 120.maji by 09/12 11:00 "Bomba limetengenezwa leo."',
        "25/11 11:00 citizen confirm > closed at 120.maji by 25/12 11:00",
        "25/12 11:00 clock end > ended at 120.maji",
    ]
    ref = story.ref
    assert story.heard == [
        f"Asante. Tumefikisha lalamiko lako, namba {ref}, kwa Maji na Nishati. Utajibiwa kufikia 01/12/2026."
        " Kujua hali, tuma HALI kwenda 15200.",
        f"Afisa wa Maji na Nishati ameanza kushughulikia lalamiko lako, namba {ref}. Utajibiwa kufikia 01/12/2026."
        " Kujua hali, tuma HALI.",
        f"Namba {ref}: Nyumba namba ngapi? Jibu: ONGEZA {ref} na maelezo yako kufikia 03/12/2026.",
        f"Kazi ya namba {ref} inaendelea: Maji na Nishati. Utajibiwa kufikia 01/12/2026. Asante kwa ushirikiano.",
        f"Lalamiko {ref} limejibiwa: Bomba limetengenezwa leo. Limetatuliwa? Jibu NDIYO, au HAPANA na sababu."
        " Usipojibu kwa siku 14, litafungwa.",
        f"Asante. Lalamiko {ref} limefungwa. Tumekuhudumiaje? Jibu alama 1 (vibaya) hadi 5 (vizuri). Likirudi"
        f" ndani ya siku 30: HAPANA {ref} na sababu.",
    ]
    assert f"{ref}" in receipt and OFFICE in receipt
    assert seen(page) == [
        f"Tumelipokea · {OFFICE} 24 Novemba 2026, 10:00",
        f"Kuna afisa analishughulikia · {OFFICE} 24 Novemba 2026, 11:00",
        "Uliongeza maelezo 24 Novemba 2026, 11:00 Maji yanafika hadi barabarani.",
        f"Tulikuuliza · {OFFICE} 24 Novemba 2026, 11:00 Nyumba namba ngapi?",
        f"Ulijibu swali letu · {OFFICE} 24 Novemba 2026, 11:00 Namba 14.",
        f"Ofisi ilijibu · {OFFICE} 25 Novemba 2026, 11:00 Bomba limetengenezwa leo.",
    ]


def test_who_gives_neither_name_nor_number_sees_everything_on_the_page_and_hears_nothing(story, browser):
    browser.submit(WORDS, category="maji", council="120", place="Mandela, Tabata")
    story.officer("take")
    story.officer("answer", answer="Tumekagua, maji yanatoka.")
    story.wait(days=2)
    browser.open()
    browser.act("dispute", "Bado linavuja.")
    story.wait(hours=1)
    story.officer("take")
    story.officer("answer", answer="Fundi wa wilaya amebadilisha bomba.")
    browser.open()
    browser.act("confirm")
    page = browser.open()

    assert story.timeline() == [
        "24/11 10:00 citizen lodge > queued at 120.maji by 01/12 10:00",
        "24/11 10:00 afisa.120.maji take > in_hand at 120.maji by 01/12 10:00",
        '24/11 10:00 afisa.120.maji answer > answered at 120.maji by 08/12 10:00 "Tumekagua, maji yanatoka."',
        '26/11 10:00 citizen dispute > queued at 12 by 03/12 10:00 "Bado linavuja."',
        "26/11 11:00 afisa.12.malalamiko take > in_hand at 12 by 03/12 10:00",
        '26/11 11:00 afisa.12.malalamiko answer > answered at 12 by 10/12 11:00 "Fundi wa wilaya amebadilisha bomba."',
        "26/11 11:00 citizen confirm > closed at 12 by 26/12 11:00",
    ]
    assert story.heard == []
    assert "Fundi wa wilaya amebadilisha bomba." in page
    assert story.case.citizen_id is None


def test_withdrawn_on_the_page_and_opened_again(story, browser):
    browser.submit(WORDS, council="120", category="maji")
    browser.open()
    browser.act("withdraw")
    story.wait(days=3)
    browser.open()
    browser.act("reopen", "Nimebadili mawazo.")

    assert story.timeline() == [
        "24/11 10:00 citizen lodge > queued at 120.maji by 01/12 10:00",
        "24/11 10:00 citizen withdraw > closed at 120.maji by 24/12 10:00",
        '27/11 10:00 citizen reopen > queued at 120.maji by 04/12 10:00 "Nimebadili mawazo."',
    ]


def seen(page):
    """Give the steps that a page shows."""
    steps = page.split("Yaliyofanyika ")[1].split(" Ulichoandika")[0]
    starts = ["Tumelipokea", "Kuna afisa", "Uliongeza", "Tulikuuliza", "Ulijibu", "Ofisi ilijibu"]
    cuts = sorted(steps.index(start) for start in starts)
    return [steps[begin:end].strip() for begin, end in zip(cuts, [*cuts[1:], None], strict=True)]
