"""Whether a message speaks of danger to life at this moment: fire or violence, in Swahili or English, also misspelled.

A single word never decides: `moto` is also hot water, `piga` is also a telephone call, `vamia` is also land that was taken. What counts
is a pair: fire and that it burns, a weapon and what is done with it, somebody who is beaten now. What is said to be over, or of fire to
come back every day, is a complaint like others. A wrong "no" leaves the complaint where it would be without this; a wrong "yes" costs
an officer a look. The words were chosen by hand and tried on the messages of `benchmarks/understanding` and the sentences from which
the subjects are learned: of some 1,400, only what speaks of violence or fire counts, and a test names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

from offices.spelling import undoubled, words_of

MOST_WORDS = 300  # that are looked at: who is in danger does not write pages
NEAR = 5  # words apart, of what belongs together


def _with_misspellings(words: Iterable[str]) -> frozenset[str]:
    """Give words, and how they are mistyped: an inner vowel left out, two neighbours exchanged, x for s."""
    found: set[str] = set()
    for word in map(undoubled, words):
        found |= {word, word.replace("s", "x")}
        if len(word) >= 6:
            found |= {word[:at] + word[at + 1 :] for at in range(1, len(word) - 1) if word[at] in "aeiou"}
            found |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 2)}
    return frozenset(word for word in found if word == undoubled(word))  # doubled ones would stand for other words


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _joined(*parts: str) -> list[str]:
    """Give every word that the parts make, each part a choice of pieces."""
    return ["".join(pieces) for pieces in product(*(part.split("|") for part in parts))]


# What looks like one of our words mistyped, and is an everyday word.
EVERYDAY = _set("wanataka anataka wanauma anauma wanatua anatua wanaua anakata wanakata inaunga wanaunga")

# Fire, and that it burns; the burning of a house needs no fire beside it.
FIRE = frozenset(["moto", "fire"])
BURNS = _with_misspellings(
    [
        *_joined("u|i|ki|li|zi|ya|vi|wa|a", "na|me", "waka|shika|teketeza|teketea|ungua|unguza|lipuka|samba"),
        *_joined("u", "mezuka|nazuka|metokea|meanza|nakuja|mefika|nasambaa"),
        *("mlipuko", "burning", "caught", "spreading"),
    ]
)
BURNING = _with_misspellings(_joined("i|zi|li|ki|ya|wa|tu|a", "na", "ungua|teketea|teketezwa")) - EVERYDAY
BURNT_THINGS = _with_misspellings(
    _set(
        "nyumba soko sokoni duka maduka jengo ghorofa shule bweni ghala kiwanda gari basi daladala kituo kanisa msikiti hospitali chumba"
        " transfoma jirani kibanda vibanda watu house market shop school building hostel factory car bus neighbour people"
    )
)
# Fire in which nobody burns: hot water, and those who put fires out.
NO_FIRE_BEFORE = (
    "ni",
    "maji",
    "maji ya",
    "chai ya",
    "uji wa",
    "chakula cha",
    "kijiko cha",
    "jiko la",
    "kuzima",
    "vya",
    "gari la",
)
NO_FIRE_AFTER = _set("station brigade extinguisher extinguishers engine truck hydrant department safety wood")

# Somebody is hurt now, by whoever is named in the verb.
HURT = (
    _with_misspellings(
        [
            *_joined("a|wa", "nani|nam|natu|nawa", "piga|chapa|chinja|shambulia|baka|nyonga|choma|teka|kata|ua"),
            *_joined("a|wa|ni|tu", "na", "pigwa|chinjwa|shambuliwa|bakwa|nyongwa|chomwa|tekwa|katwa|uawa|uwawa"),
            *("napigwa", "nauawa", "anajinyonga"),
        ]
    )
    - _with_misspellings(["wanatuua", "anatuua"])  # mosquitoes and dust do, they say
    - EVERYDAY
)
FIGHT = _with_misspellings(_joined("wa|tu", "na", "pigana|uana|chinjana|katana|shambuliana")) - EVERYDAY
# What else is "beaten": noise, photographs, fines, sun.
NOT_HURT = _set(
    "simu kelele picha faini chapa marufuku bei jua mvua vumbi baridi muziki honi hodi mnada debe msasa rangi deki pasi chenga dana"
    " danadana tarehe kalenda chini vita moyo hatua chaji hesabu foleni maji umeme stop bao hela pesa matusi"
)
KILLS = re.compile(r"\b(a|wa|ame|wame)(na)?(taka|tishia|ja)\w* (kum|kuni|kutu|kuwa|kumu)(ua|uwa|chinja|baka|choma)\b")
INVADED = _with_misspellings(
    [*_joined("tu|ni", "me|na", "vamiwa|shambuliwa|tekwa"), *_joined("wa|a", "metu|natu|nani|meni", "vamia|shambulia")]
)
ROBBERS = _with_misspellings(_set("majambazi jambazi wezi vibaka robbers thieves gang"))
WEAPONS = _with_misspellings(
    _set("panga mapanga kisu visu bunduki silaha risasi shoka mashoka nondo machete machetes knife knives gun guns")
)
THREATENS = _with_misspellings(
    [
        *_joined("wa|a|u", "na", "tishia|tutishia|nitishia|pita|zunguka|kimbiza|tukimbiza|rusha|fyatua|gombana|pigana"),
        *_joined("wa|a|u", "na", "ingia|vamia|kata|katana|shika"),
        *_joined("zi|i|ya", "na", "pigwa|rushwa|lia|sikika"),
        *_joined("wa|a", "me", "shika|beba|tushikia|nishikia|choma|mchoma|kata|mkata|ingia"),
        *_set("milio wako wapo fighting threatening chasing shooting"),
    ]
)
ENGLISH = re.compile(
    r"\b(on fire|caught fire|house is burning|there is (a )?(big )?fire|fire (has )?(started|broken out)"
    r"|(is|are) (beating|stabbing|attacking|killing|raping|strangling) (me|us|him|her|them|people|my \w+)"
    r"|being (beaten|stabbed|attacked|raped|killed)|(trying|wants?|going) to kill (me|us|him|her|them|my)"
    r"|gun ?shots|shooting (at|people|us)|shots are (being )?fired|(armed )?robbers (are|have) (in|at|broken|entered|attacked))\b"
)
CRIES = re.compile(
    r"\b(ni|tu|mu)?(saidieni|okoeni|okoe|saidie) (\w+ ){0,3}(nakufa|tunakufa|nauawa|tunauawa|wananiua|ananiua|wanatuua)\b"
)
# What is over, or comes back, is no emergency, unless it is said to be now.
OVER = _set(
    "jana juzi mwaka mwezi iliyopita uliopita lililopita zamani aliwahi walikuwa ilikuwa yesterday ago last years year month"
)
COMES_BACK = _set("kila huwa siku always often every usually sometimes")
NOW = _set("sasa sasahivi hivi saivi saiv sahv saizi now currently")


def speaks_of_danger(text: str) -> bool:
    """Say whether a message speaks of a fire or of violence that is going on. Takes any text, and looks at its first words."""
    spoken = words_of(text)[:MOST_WORDS]
    words = [undoubled(word) for word in spoken]
    now = not NOW.isdisjoint(words)
    if not (now or OVER.isdisjoint(words)):
        return False
    plain = " ".join(spoken)
    if _is_hurt(words) or any(said.search(plain) for said in (KILLS, ENGLISH, CRIES)):
        return True  # who is beaten every day is in danger today
    return (now or COMES_BACK.isdisjoint(words)) and (_burns(words) or _fights(words))


def _burns(words: list[str]) -> bool:
    """Say whether something is on fire."""
    if not BURNT_THINGS.isdisjoint(words) and not BURNING.isdisjoint(words):
        return True
    return any(_is_fire(words, at) for at, word in enumerate(words) if word in FIRE)


def _is_fire(words: list[str], at: int) -> bool:
    """Say whether the fire at this place burns, or is cried: first, or with what it has caught, and few words beside."""
    before = f" {' '.join(words[max(0, at - 2) : at])}"
    if before.endswith(tuple(f" {each}" for each in NO_FIRE_BEFORE)) or NO_FIRE_AFTER.intersection(
        words[at + 1 : at + 2]
    ):
        return False
    if not BURNS.isdisjoint(words[max(0, at - NEAR) : at + NEAR + 1]):
        return True
    cried = at == 0 or words[0] == "taarifa" or not BURNT_THINGS.isdisjoint(words)
    return cried and len(words) <= NEAR + 1 and words[at + 1 : at + 2] not in (["wa"], ["ya"])


def _is_hurt(words: list[str]) -> bool:
    """Say whether somebody is beaten, killed or robbed at this moment."""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word in HURT and not (following in NOT_HURT or f"{following}i" in NOT_HURT):
            return True
    return not INVADED.isdisjoint(words) and not (ROBBERS | WEAPONS).isdisjoint(words)


def _fights(words: list[str]) -> bool:
    """Say whether people fight, or do something with a weapon."""
    fought = not FIGHT.isdisjoint(words) and "matusi" not in words
    return fought or (not WEAPONS.isdisjoint(words) and not THREATENS.isdisjoint(words))
