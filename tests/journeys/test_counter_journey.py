"""Complaints entered by a clerk, from the first word to closure."""

import datetime as dt
import re

from tests.journeys.ways import Browser, Counter

CODE = re.compile(r"\b(?:[0-9a-z]{4}-){3}[0-9a-z]{4}\b")
WORDS = "Taka hazijazolewa sokoni wiki mbili."


def test_a_letter_of_last_friday_counts_from_friday_climbs_and_is_settled(story):
    counter = Counter(story, "karani.12103")
    receipt = counter.enter(
        WORDS, category="taka", arrival="letter", received_on=f"{story.now - dt.timedelta(days=4):%d/%m/%Y}"
    )
    story.deliver()
    story.wait(days=2)
    story.officer("take")
    story.officer("answer", answer="Taka zimezolewa leo asubuhi.")
    story.sms("NDIYO asante")

    assert story.timeline() == [
        "24/11 10:00 karani.12103 lodge > queued at 12103 by 24/11 15:30",
        "24/11 15:30 clock hand_up at 122 by 27/11 15:30 (act_overdue)",
        "26/11 10:00 afisa.122.malalamiko take > in_hand at 122 by 27/11 15:30",
        '26/11 10:00 afisa.122.malalamiko answer > answered at 122 by 10/12 10:00 "Taka zimezolewa leo asubuhi."',
        "26/11 10:00 citizen confirm > closed at 122 by 26/12 10:00",
    ]
    ref, ward, division = story.ref, story.name("12103"), story.name("122")
    assert story.heard == [
        f"Asante. Tumefikisha lalamiko lako, namba {ref}, kwa {ward}. Utajibiwa kufikia 24/11/2026."
        " Kujua hali, tuma HALI kwenda 15200.",
        f"Tumepeleka lalamiko lako, namba {ref}, ngazi ya juu: {division}. Utajibiwa kufikia 27/11/2026.",
        f"Afisa wa {division} ameanza kushughulikia lalamiko lako, namba {ref}. Utajibiwa kufikia 27/11/2026."
        " Kujua hali, tuma HALI.",
        f"Lalamiko {ref} limejibiwa: Taka zimezolewa leo asubuhi. Limetatuliwa? Jibu NDIYO, au HAPANA na sababu."
        " Usipojibu kwa siku 14, litafungwa.",
        f"Asante. Lalamiko {ref} limefungwa. Tumekuhudumiaje? Jibu alama 1 (vibaya) hadi 5 (vizuri). Likirudi"
        f" ndani ya siku 30: HAPANA {ref} na sababu.",
    ]
    assert ref in receipt and "20 Novemba 2026" in receipt


def test_who_has_no_phone_follows_and_settles_it_with_the_code_of_the_paper(story):
    receipt = Counter(story, "karani.12103").enter(WORDS, category="taka", phone="", arrival="meeting")
    story.officer("take", who="afisa.12103.malalamiko")
    story.officer("answer", who="afisa.12103.malalamiko", answer="Taka zimezolewa.")
    browser = Browser(story)
    browser.open(CODE.search(receipt)[0])
    browser.act("confirm")

    assert story.timeline() == [
        "24/11 10:00 karani.12103 lodge > queued at 12103 by 27/11 10:00",
        "24/11 10:00 afisa.12103.malalamiko take > in_hand at 12103 by 27/11 10:00",
        '24/11 10:00 afisa.12103.malalamiko answer > answered at 12103 by 08/12 10:00 "Taka zimezolewa."',
        "24/11 10:00 citizen confirm > closed at 12103 by 24/12 10:00",
    ]
    assert story.heard == []
