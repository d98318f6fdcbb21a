"""A complaint by an Open311 client, public by its citizen's wish, from the first word to closure."""

from django.test import Client

from tests.journeys.story import PHONE

URL = "/open311/v2/requests"


def test_a_client_lodges_and_reads_on_and_it_is_closed_when_the_citizen_says_so(story):
    client = Client(headers={"accept-language": "sw"})
    said = {
        "api_key": "demo", "service_code": "barabara", "description": "Shimo kubwa karibu na shule.",
        "address_string": "Mtaa wa Tabata, kata ya Tabata", "phone": PHONE, "attribute[public]": "yes",
    }  # fmt: skip

    def read():
        return client.get(f"{URL}/{number}.json").json()[0]

    number = client.post(f"{URL}.json", said).json()[0]["service_request_id"]
    story.deliver()
    lodged = read()
    story.officer("take")
    story.wait(days=1)
    story.officer("answer", answer="Shimo limezibwa leo.")
    answered = read()
    story.sms("NDIYO")
    closed = read()

    assert story.timeline() == [
        "24/11 10:00 citizen lodge > queued at 120.miundombinu by 01/12 10:00",
        "24/11 10:00 afisa.120.miundombinu take > in_hand at 120.miundombinu by 01/12 10:00",
        '25/11 10:00 afisa.120.miundombinu answer > answered at 120.miundombinu by 09/12 10:00 "Shimo limezibwa leo."',
        "25/11 10:00 citizen confirm > closed at 120.miundombinu by 25/12 10:00",
    ]
    assert [(each["status"], each["status_notes"]) for each in (lodged, answered, closed)] == [
        ("open", "Limepangiwa ofisi"),
        ("open", "Limejibiwa. Shimo limezibwa leo."),
        ("closed", "Limefungwa: limetatuliwa, asema mwananchi. Shimo limezibwa leo."),
    ]
    assert (lodged["expected_datetime"], closed["updated_datetime"]) == (
        "2026-12-01T10:00:00+03:00",
        "2026-11-25T10:00:00+03:00",
    )
    assert closed["agency_responsible"] == lodged["agency_responsible"]
