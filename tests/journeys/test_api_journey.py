"""A complaint by a partner's program, from the first word to closure."""

from notices.rendering import short
from offices.models import Department
from tests.journeys.story import PHONE
from tests.journeys.ways import Browser, Program


def test_a_partner_lodges_reads_on_and_the_citizen_settles_it_by_sms(story):
    program = Program()
    lodged = program.lodge("Shimo kubwa karibu na shule.", category="barabara", place="1210302", phone=PHONE)
    story.deliver()
    story.officer("take")
    story.wait(days=1)
    story.officer("answer", answer="Shimo limezibwa leo.")
    answered = program.read(lodged["reference"])
    story.sms("NDIYO")
    closed = program.read(lodged["reference"])

    assert story.timeline() == [
        "24/11 10:00 citizen lodge > queued at 120.miundombinu by 01/12 10:00",
        "24/11 10:00 afisa.120.miundombinu take > in_hand at 120.miundombinu by 01/12 10:00",
        '25/11 10:00 afisa.120.miundombinu answer > answered at 120.miundombinu by 09/12 10:00 "Shimo limezibwa leo."',
        "25/11 10:00 citizen confirm > closed at 120.miundombinu by 25/12 10:00",
    ]
    ref, office = lodged["written"], short(Department.objects.get(code="miundombinu").name_sw)
    assert story.heard == [
        f"Asante. Tumefikisha lalamiko lako, namba {ref}, kwa {office}. Utajibiwa kufikia 01/12/2026."
        " Kujua hali, tuma HALI kwenda 15200.",
        f"Afisa wa {office} ameanza kushughulikia lalamiko lako, namba {ref}. Utajibiwa kufikia 01/12/2026."
        " Kujua hali, tuma HALI.",
        f"Lalamiko {ref} limejibiwa: Shimo limezibwa leo. Limetatuliwa? Jibu NDIYO, au HAPANA na sababu."
        " Usipojibu kwa siku 14, litafungwa.",
        f"Asante. Lalamiko {ref} limefungwa. Tumekuhudumiaje? Jibu alama 1 (vibaya) hadi 5 (vizuri). Likirudi"
        f" ndani ya siku 30: HAPANA {ref} na sababu.",
    ]
    assert [answered["state"], closed["state"], closed["outcome"]] == ["answered", "closed", "confirmed"]
    assert [step["words"] for step in closed["steps"]] == ["", "", "Shimo limezibwa leo.", ""]


def test_the_answers_secret_opens_the_complaint_on_the_citizens_page(story):
    lodged = Program().lodge("Shimo kubwa karibu na shule.", category="barabara", place="120")
    browser = Browser(story)

    page = browser.open(lodged["secret"])

    assert lodged["written"] in page and "Shimo kubwa karibu na shule." in page
