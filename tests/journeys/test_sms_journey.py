"""Complaints by SMS, from the first word to closure: the whole timeline, and every word that the citizen heard."""

WORDS = "Maji hayatoki Tabata mtaa wa Mandela siku ya 3"


def test_a_complaint_is_settled_and_the_citizen_says_so(story):
    story.sms("DSM " + WORDS)
    story.wait(hours=1)
    story.officer("take")
    story.wait(days=1)
    story.sms("HALI")
    story.officer("answer", answer="Bomba la mtaa wa Mandela limetengenezwa leo")
    story.wait(hours=2)
    story.sms("Ndiyo, asante")
    story.wait(days=31)
    story.sms(f"HALI {story.ref}")

    assert story.timeline() == [
        "24/11 10:00 citizen lodge > queued at 120.maji by 01/12 10:00",
        "24/11 11:00 afisa.120.maji take > in_hand at 120.maji by 01/12 10:00",
        "25/11 11:00 afisa.120.maji answer > answered at 120.maji by 09/12 11:00"
        ' "Bomba la mtaa wa Mandela limetengenezwa leo"',
        "25/11 13:00 citizen confirm > closed at 120.maji by 25/12 13:00",
        "25/12 13:00 clock end > ended at 120.maji",
    ]
    ref = story.ref
    assert story.heard == [
        f"Asante. Tumefikisha lalamiko lako, namba {ref}, kwa Maji na Nishati. Utajibiwa kufikia 01/12/2026."
        " Kujua hali, tuma HALI kwenda 15200.",
        f"Afisa wa Maji na Nishati ameanza kushughulikia lalamiko lako, namba {ref}. Utajibiwa kufikia 01/12/2026."
        " Kujua hali, tuma HALI.",
        f"Namba {ref}: Linashughulikiwa. Ofisi: Maji na Nishati. Tarehe ya mwisho: 01/12/2026.",
        f"Lalamiko {ref} limejibiwa: Bomba la mtaa wa Mandela limetengenezwa... Limetatuliwa?"
        " Jibu NDIYO, au HAPANA na sababu. Usipojibu kwa siku 14, litafungwa.",
        f"Asante. Lalamiko {ref} limefungwa. Tumekuhudumiaje? Jibu alama 1 (vibaya) hadi 5 (vizuri). Likirudi"
        f" ndani ya siku 30: HAPANA {ref} na sababu.",
        f"Namba {ref}: Limefungwa kabisa: limetatuliwa, asema mwananchi.",
    ]


def test_a_disputed_answer_goes_one_level_up_and_is_settled_there(story):
    story.sms(WORDS)
    story.officer("take")
    story.officer("answer", answer="Tumekagua, maji yanatoka")
    story.wait(days=2)
    story.sms("HAPANA bado hayatoki kabisa")
    story.wait(hours=1)
    story.officer("take")
    story.officer("answer", answer="Fundi wa wilaya amefungua valvu")
    story.sms(f"NDIYO {story.ref}")

    assert story.timeline() == [
        "24/11 10:00 citizen lodge > queued at 120.maji by 01/12 10:00",
        "24/11 10:00 afisa.120.maji take > in_hand at 120.maji by 01/12 10:00",
        '24/11 10:00 afisa.120.maji answer > answered at 120.maji by 08/12 10:00 "Tumekagua, maji yanatoka"',
        '26/11 10:00 citizen dispute > queued at 12 by 03/12 10:00 "bado hayatoki kabisa"',
        "26/11 11:00 afisa.12.malalamiko take > in_hand at 12 by 03/12 10:00",
        '26/11 11:00 afisa.12.malalamiko answer > answered at 12 by 10/12 11:00 "Fundi wa wilaya amefungua valvu"',
        "26/11 11:00 citizen confirm > closed at 12 by 26/12 11:00",
    ]
    ref, district = story.ref, story.name("12")
    assert story.heard == [
        f"Asante. Tumefikisha lalamiko lako, namba {ref}, kwa Maji na Nishati. Utajibiwa kufikia 01/12/2026."
        " Kujua hali, tuma HALI kwenda 15200.",
        f"Afisa wa Maji na Nishati ameanza kushughulikia lalamiko lako, namba {ref}. Utajibiwa kufikia 01/12/2026."
        " Kujua hali, tuma HALI.",
        f"Lalamiko {ref} limejibiwa: Tumekagua, maji yanatoka. Limetatuliwa? Jibu NDIYO, au HAPANA na sababu."
        " Usipojibu kwa siku 14, litafungwa.",
        f"Pole. Tumepeleka lalamiko {ref} kwa {district}; litapewa kipaumbele. Utajibiwa kufikia 03/12/2026."
        " Kujua hali, tuma HALI.",
        f"Afisa wa {district} ameanza kushughulikia lalamiko lako, namba {ref}. Utajibiwa kufikia 03/12/2026."
        " Kujua hali, tuma HALI.",
        f"Lalamiko {ref} limejibiwa: Fundi wa wilaya amefungua valvu. Limetatuliwa? Jibu NDIYO, au HAPANA na sababu."
        " Usipojibu kwa siku 14, litafungwa.",
        f"Asante. Lalamiko {ref} limefungwa. Tumekuhudumiaje? Jibu alama 1 (vibaya) hadi 5 (vizuri). Likirudi"
        f" ndani ya siku 30: HAPANA {ref} na sababu.",
    ]


def test_where_nobody_acts_it_climbs_from_the_street_to_the_region_and_is_flagged_there(story):
    story.sms("Kelele za muziki usiku mtaa wa Tabata kata ya Tabata")
    story.wait(days=60)
    story.sms("HALI")

    assert story.timeline() == [
        "24/11 10:00 citizen lodge > queued at 1210302 by 27/11 10:00",
        "27/11 10:00 clock hand_up at 12103 by 02/12 10:00 (act_overdue)",
        "02/12 10:00 clock hand_up at 122 by 07/12 10:00 (act_overdue)",
        "07/12 10:00 clock hand_up at 120 by 11/12 10:00 (act_overdue)",
        "11/12 10:00 clock hand_up at 12 by 16/12 10:00 (act_overdue)",
        "16/12 10:00 clock hand_up at 1 by 21/12 10:00 (act_overdue)",
        "21/12 10:00 clock flag at 1 by 21/12 10:00 (act_overdue)",
    ]
    ref, street = story.ref, story.name("1210302")
    risen = {"12103": "02/12", "122": "07/12", "120": "11/12", "12": "16/12", "1": "21/12"}
    assert story.heard == [
        f"Asante. Tumefikisha lalamiko lako, namba {ref}, kwa {street}. Utajibiwa kufikia 27/11/2026."
        " Kujua hali, tuma HALI kwenda 15200.",
        *(
            f"Tumepeleka lalamiko lako, namba {ref}, ngazi ya juu: {story.name(code)}. Utajibiwa kufikia {due}/2026."
            for code, due in risen.items()
        ),
        f"Namba {ref}: Limepangiwa ofisi. Ofisi: {story.name('1')}. Tarehe ya mwisho: 21/12/2026.",
    ]


def test_asked_and_replied_then_answered_it_lapses_in_silence_and_is_opened_again(story):
    story.sms(WORDS)
    story.officer("take")
    story.wait(hours=2)
    story.officer("ask", question="Nyumba namba ngapi?")
    story.wait(days=1)
    story.sms(f"ONGEZA {story.ref} nyumba namba 5, karibu na msikiti")
    story.wait(hours=1)
    story.officer("answer", answer="Bomba limetengenezwa")
    story.wait(days=15)
    story.sms(f"HAPANA {story.ref} limepasuka tena")

    assert story.timeline() == [
        "24/11 10:00 citizen lodge > queued at 120.maji by 01/12 10:00",
        "24/11 10:00 afisa.120.maji take > in_hand at 120.maji by 01/12 10:00",
        '24/11 12:00 afisa.120.maji ask > waiting at 120.maji by 03/12 12:00 "Nyumba namba ngapi?"',
        '25/11 12:00 citizen reply > in_hand at 120.maji by 02/12 10:00 "nyumba namba 5, karibu na msikiti"',
        '25/11 13:00 afisa.120.maji answer > answered at 120.maji by 09/12 13:00 "Bomba limetengenezwa"',
        "09/12 13:00 clock lapse > closed at 120.maji by 08/01 13:00 (silence)",
        '10/12 13:00 citizen reopen > queued at 12 by 17/12 13:00 "limepasuka tena"',
    ]
    ref = story.ref
    assert story.heard == [
        f"Asante. Tumefikisha lalamiko lako, namba {ref}, kwa Maji na Nishati. Utajibiwa kufikia 01/12/2026."
        " Kujua hali, tuma HALI kwenda 15200.",
        f"Afisa wa Maji na Nishati ameanza kushughulikia lalamiko lako, namba {ref}. Utajibiwa kufikia 01/12/2026."
        " Kujua hali, tuma HALI.",
        f"Namba {ref}: Nyumba namba ngapi? Jibu: ONGEZA {ref} na maelezo yako kufikia 03/12/2026.",
        f"Kazi ya namba {ref} inaendelea: Maji na Nishati. Utajibiwa kufikia 02/12/2026. Asante kwa ushirikiano.",
        f"Lalamiko {ref} limejibiwa: Bomba limetengenezwa. Limetatuliwa? Jibu NDIYO, au HAPANA na sababu."
        " Usipojibu kwa siku 14, litafungwa.",
        f"Lalamiko {ref} limefungwa kwa kuwa hatukupata jibu lako. Kama halijatatuliwa,"
        f" tuma HAPANA {ref} na sababu ndani ya siku 30.",
        f"Tumekusikia. Namba {ref} imefunguliwa tena na kupelekwa kwa {story.name('12')}."
        " Utajibiwa kufikia 17/12/2026. Kujua hali, tuma HALI.",
    ]
