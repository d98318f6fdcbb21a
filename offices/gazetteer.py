"""Where a complaint is, by the offices that its words name.

Names repeat: across levels (Ilala is a district, a division and a ward) and across wards (there are eight streets called
Kisiwani). What is named together decides: of all the readings, the one that most of the named places agree with; where
several remain, the one that is a ward, or else the office above them all. A name that is also an ordinary word ("Amani", "Uwanja wa Ndege") counts only
after a word like "mtaa", or beside another place of its own line. A name that is misspelled counts where no name is
written rightly, or beside one of its own line (`nearly`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from offices.kept import kept
from offices.models import Level, Office
from offices.nearly import CLEAR, LIKELY, Nearly, nearly
from offices.spelling import ordinary_words, words_of

AGREED, NAMED, BESIDE, NEARLY, DOUBTFUL = 0.95, 0.9, 0.85, 0.82, 0.6  # how sure a place is
NEAR = 6  # words between a place and the one that supports it
UNSPACED = 14  # letters of a word that may be several without blanks
MOST_NAMES, MOST_PLACES = 200, 20  # names that are looked at, places weighed against each other
MOST_NEARLY = 400  # words, or letters of a text without blanks, that are looked at twice

LEVEL_WORDS = {
    "mtaa": Level.STREET, "mta": Level.STREET, "mtaani": Level.STREET, "mt": Level.STREET, "mtaaa": Level.STREET,
    "kata": Level.WARD, "kta": Level.WARD, "tarafa": Level.DIVISION,
    "manispaa": Level.COUNCIL, "jiji": Level.COUNCIL, "halmashauri": Level.COUNCIL, "wilaya": Level.DISTRICT,
    "wilayani": Level.DISTRICT, "mkoa": Level.REGION, "mkoani": Level.REGION,
}  # fmt: skip
LEVEL_WORDS_AFTER = {
    "street": Level.STREET, "ward": Level.WARD, "division": Level.DIVISION, "municipality": Level.COUNCIL,
    "municipal": Level.COUNCIL, "council": Level.COUNCIL, "district": Level.DISTRICT, "region": Level.REGION,
}  # fmt: skip
OF = {"wa", "ya", "la", "cha", "of"}
HERE = {"hapa", "huku", "pale", "kule", "eneo", "maeneo", "in", "at", "around", "kwetu", "mkazi", "ofisi"}


@dataclass(frozen=True)
class Speech:
    """What people say without meaning a place: the words of the subjects, and whether a word is one that they use."""

    subjects: frozenset[str] = frozenset()
    is_used: Callable[[str], bool] = lambda _word: False


SILENCE = Speech()


@dataclass(frozen=True)
class Places:
    """The offices by their names, and the line above each."""

    named: dict[str, tuple[Office, ...]]  # by name in plain form, blanks left out: people write Mji Mpya and Mjimpya
    lines: dict[int, tuple[int, ...]]  # office and those above it, nearest first
    offices: dict[int, Office]
    only_child: dict[int, Office]
    begun: frozenset[str]  # every beginning of a name
    nearly: Nearly
    longest: int  # words of a name
    ordinary: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Mention:
    """A name in the text: the offices of that name, and whether it is clear that a place is meant."""

    start: int
    end: int
    offices: tuple[Office, ...]
    clear: bool
    most: float = 1.0  # that it can make anybody sure

    @property
    def readings(self) -> tuple[Office, ...]:
        """Which of the offices the citizen may mean: nobody means a division who does not say so."""
        return tuple(office for office in self.offices if office.level != Level.DIVISION) or self.offices


def find_place(text: str, speech: Speech = SILENCE) -> tuple[Office | None, float]:
    """Give the office that the text places itself under, and how sure that is; None where it could be anywhere."""
    places = _places_among(speech.subjects)
    return _meant(*_named(words_of(text), places, speech), places)


def _named(words: list[str], places: Places, speech: Speech) -> tuple[list[Mention], list[Mention]]:
    """Give the names that are written in a text, and those that are nearly written."""
    return list(islice(_mentions(words, places), MOST_NAMES)), list(_nearly_written(words, places, speech))


def _meant(written: list[Mention], nearly_written: list[Mention], places: Places) -> tuple[Office | None, float]:
    mentions = _with_nearly(_trusted(written, places), nearly_written, places)
    if not mentions:
        return None, 0.0
    best = _agreed(mentions, places)
    above = _above_all(best, places)
    if above is None or above.level in (Level.REGION, Level.OVERSIGHT):
        return None, 0.0
    return places.only_child.get(above.pk, above), _confidence(best, above, mentions, places)


def likely_places(text: str, speech: Speech = SILENCE) -> list[tuple[Office, float]]:
    """Give the place found, then its other readings, likeliest first."""
    places = _places_among(speech.subjects)
    written, nearly_written = _named(words_of(text), places, speech)
    office, confidence = _meant(written, nearly_written, places)
    found = [(office, confidence)] if office else []
    mentions = (written or nearly_written)[:MOST_PLACES]
    readings = [reading for reading in _agreed(mentions, places) if reading != office] if mentions else []
    return found + [(reading, round(DOUBTFUL / len(readings), 2)) for reading in readings]


def places_called(name: str) -> list[Office]:
    """Give all places of just this name, whatever else it may mean; with a level before it, those of that level."""
    places, words = _places(), words_of(name)
    level = LEVEL_WORDS.get(words[0]) if words else None
    bare = "".join(list(_names(words))[-1]) if level else ""
    named = [
        *places.named.get("".join(words), ()),
        *(office for office in places.named.get(bare, ()) if office.level == level),
    ]
    return [office for office in dict.fromkeys(named) if office.level != Level.OVERSIGHT]


def widest_places() -> list[Office]:
    """Give the region, then its districts."""
    offices = _places().offices.values()
    return [office for level in (Level.REGION, Level.DISTRICT) for office in offices if office.level == level]


@kept
def _places_among(subjects: frozenset[str]) -> Places:
    """Give all places, with the names that are ordinary words where these words are subjects."""
    places = _places()
    return replace(places, ordinary=ordinary_words() | _names_of_subjects(places.offices.values(), subjects))


@kept
def _places() -> Places:
    """Read all offices, and index them by name."""
    offices = {office.pk: office for office in Office.objects.order_by("id")}
    lines = {pk: tuple(_line(pk, offices)) for pk in offices}
    named: dict[str, list[Office]] = {}
    for office in offices.values():
        for name in _names(words_of(office.name)):
            named.setdefault("".join(name), []).append(office)
    _add_families(named, offices.values())
    return Places(
        {name: tuple(dict.fromkeys(meant)) for name, meant in named.items()},
        lines,
        offices,
        _only_councils(offices.values()),
        frozenset(name[:end] for name in named for end in range(1, len(name) + 1)),
        nearly(frozenset(named)),
        longest=min(6, max((len(words_of(office.name)) for office in offices.values()), default=1)),
    )


def _line(pk: int | None, offices: dict[int, Office]) -> Iterator[int]:
    while pk is not None:
        yield pk
        pk = offices[pk].parent_id


def _names(words: list[str]) -> Iterator[list[str]]:
    """Give a name as it is, and without what only says its level: `Manispaa ya Temeke`, `Temeke`."""
    yield words
    bare = list(words)
    while len(bare) > 1 and (bare[0] in LEVEL_WORDS or bare[0] in OF):
        bare.pop(0)
    if bare != words:
        yield bare


def _add_families(named: dict[str, list[Office]], offices: Iterable[Office]) -> None:
    """Let `Mbezi Beach` mean Mbezi Beach A and B, and `Mgulani` or `Keko Juu` Mgulani (Keko Juu), where nothing else is so called."""
    families: dict[str, list[Office]] = {}
    for office in offices:
        words = words_of(office.name)
        if len(words) > 1 and len(words[-1]) == 1:
            families.setdefault("".join(words[:-1]), []).append(office)
        if "(" in office.name:
            for part in office.name.strip(")").split("("):
                families.setdefault("".join(words_of(part)), []).append(office)
    for name, members in families.items():
        named.setdefault(name, members)


def _only_councils(offices: Iterable[Office]) -> dict[int, Office]:
    """Give the council of each district that has just one: both are the same place, and the council is where work starts."""
    councils: dict[int, list[Office]] = {}
    for office in offices:
        if office.level == Level.COUNCIL and office.parent_id:
            councils.setdefault(office.parent_id, []).append(office)
    return {district: found[0] for district, found in councils.items() if len(found) == 1}


def _names_of_subjects(offices: Iterable[Office], subjects: frozenset[str]) -> set[str]:
    """Give the names that are, or hold, a word for a subject: `Mafuriko`, `Mashine ya Maji`, `Darajani`."""
    subjects = subjects - OF - {"za", "kwa"}
    return {
        "".join(words)
        for words in (words_of(office.name) for office in offices)
        if any(word in subjects or word.removesuffix("ni") in subjects for word in words)
    }


def _mentions(words: list[str], places: Places) -> Iterator[Mention]:
    """Give the names in the text, the longest at each point."""
    at = 0
    while at < len(words):
        length = _longest_name(words, at, places)
        if length:
            yield _mention(words, at, at + length, places)
        at += length or 1


def _longest_name(words: list[str], at: int, places: Places) -> int:
    if words[at] not in places.begun:
        return 0
    lengths = range(min(places.longest, len(words) - at), 0, -1)
    return next((length for length in lengths if "".join(words[at : at + length]) in places.named), 0)


def _mention(words: list[str], start: int, end: int, places: Places) -> Mention:
    name = "".join(words[start:end])
    level = _level_said(words, start, end)
    offices = places.named[name]
    of_level = tuple(office for office in offices if office.level == level)
    clear = level is not None or name not in places.ordinary
    if not clear and not name.endswith("ni") and _is_here(words, start):
        return Mention(start, end, offices, clear=True, most=DOUBTFUL)
    return Mention(start, end, of_level or offices, clear)


def _is_here(words: list[str], start: int) -> bool:
    """Say whether a word before says that a place follows: `hapa Tandika`, `maeneo ya ...`."""
    return bool(HERE & set(words[max(0, _before(words, start)) : start]))


def _before(words: list[str], start: int) -> int:
    """Give where the word before a name stands, one like `ya` passed over; -1 where there is none."""
    return start - 2 if start > 1 and words[start - 1] in OF else start - 1


def _level_said(words: list[str], start: int, end: int) -> Level | None:
    """Give the level that is said with the name: `kata ya ...`, `... ward`."""
    before = _before(words, start)
    if before >= 0 and words[before] in LEVEL_WORDS:
        return LEVEL_WORDS[words[before]]
    return LEVEL_WORDS_AFTER.get(words[end]) if end < len(words) else None


def _nearly_written(words: list[str], places: Places, speech: Speech) -> Iterator[Mention]:
    """Give the names that are nearly written, in words that are neither names nor used for anything else."""
    for at, word in islice(enumerate(words), MOST_NEARLY):
        if _longest_name(words, at, places):
            continue
        if len(word) >= UNSPACED:
            for name in islice(places.nearly.within(word[:MOST_NEARLY]), 3):
                yield Mention(at, at + 1, places.named[name], clear=name not in places.ordinary, most=NEARLY)
        elif found := _nearly_at(words, at, places, speech):
            yield found


def _nearly_at(words: list[str], at: int, places: Places, speech: Speech) -> Mention | None:
    """Give the name that begins here and is nearly written, the longest first."""
    for end in range(min(at + 3, len(words)), at, -1):
        joined = "".join(words[at:end])
        name, how = places.nearly.same_sound(joined), CLEAR
        if not name and not all(speech.is_used(word) or word in LEVEL_WORDS or word in OF for word in words[at:end]):
            name, how = places.nearly.meant(joined)
        if name and name not in places.ordinary:
            return _nearly_mentioned(words, at, end, places, name, how)
    return None


def _nearly_mentioned(words: list[str], at: int, end: int, places: Places, name: str, how: int) -> Mention:
    level = _level_said(words, at, end)
    of_level = tuple(office for office in places.named[name] if office.level == level)
    sure = how == CLEAR or (how == LIKELY and (level is not None or _is_here(words, at)))
    return Mention(at, end, of_level or places.named[name], sure, NEARLY if sure else DOUBTFUL)


def _with_nearly(mentions: list[Mention], others: list[Mention], places: Places) -> list[Mention]:
    """Add what is nearly written where it lies under, or above, what is written rightly; alone it counts where nothing is."""
    if not mentions:
        return [mention for mention in others if mention.clear][:MOST_PLACES]
    kept_too = []
    for mention in others:
        if offices := _supported(mention, mentions, places):
            kept_too.append(replace(mention, offices=offices))
    return [*mentions, *kept_too[: MOST_PLACES - len(mentions)]] if len(mentions) < MOST_PLACES else mentions


def _trusted(mentions: list[Mention], places: Places) -> list[Mention]:
    """Keep the names that clearly are places, and of the others those beside a place of their own line."""
    trusted: dict[tuple[Office, ...], Mention] = {}
    for index, mention in enumerate(mentions):
        beside = mentions[max(0, index - 2) : index] + mentions[index + 1 : index + 3]
        near = [other for other in beside if other.start - mention.end <= NEAR and mention.start - other.end <= NEAR]
        offices = mention.offices if mention.clear else _supported(mention, near, places)
        if offices and len(trusted) < MOST_PLACES:
            trusted.setdefault(offices, replace(mention, offices=offices))
    return list(trusted.values())


def _supported(mention: Mention, near: list[Mention], places: Places) -> tuple[Office, ...]:
    """Keep the readings that lie under, or above, something named nearby."""
    others = {office.pk for other in near if other.offices != mention.offices for office in other.offices}
    return tuple(
        office
        for office in mention.offices
        if others & _near_above(office.pk, places) or any(office.pk in places.lines[other] for other in others)
    )


def _near_above(pk: int, places: Places) -> set[int]:
    """Give what lies above an office, the region and the oversight desk left out: they are above everything."""
    return {
        above for above in places.lines[pk][1:] if places.offices[above].level not in (Level.REGION, Level.OVERSIGHT)
    }


def _agreed(mentions: list[Mention], places: Places) -> list[Office]:
    """Give the readings with which most of the named places agree: each lies under a reading of theirs, or is one."""
    readings = {office.pk for mention in mentions for office in mention.readings}
    meant = [{office.pk for office in mention.offices} for mention in mentions]
    agreeing = {pk: sum(not ids.isdisjoint(places.lines[pk]) for ids in meant) for pk in readings}
    most = max(agreeing.values())
    return [places.offices[pk] for pk in sorted(readings) if agreeing[pk] == most]


def _above_all(readings: list[Office], places: Places) -> Office | None:
    """Give the one reading that is more than a street, else the nearest office that is, or lies above, every reading."""
    wider = [office for office in readings if office.level != Level.STREET]
    lines = [places.lines[office.pk] for office in (wider if len(wider) == 1 else readings)]
    return next((places.offices[pk] for pk in lines[0] if all(pk in line for line in lines)), None)


def _confidence(best: list[Office], above: Office, mentions: list[Mention], places: Places) -> float:
    """Say how sure: readings within one another, or side by side in one office, leave no doubt about that office."""
    naming = [mention.most for mention in mentions if above in mention.offices] or [
        mention.most for mention in mentions
    ]
    return min(_confidence_of(best, above, mentions, places), max(naming))


def _confidence_of(best: list[Office], above: Office, mentions: list[Mention], places: Places) -> float:
    if any(above.pk not in places.lines[office.pk] for office in best):
        return DOUBTFUL
    if above not in best and any(office.parent_id != above.pk for office in best):
        return DOUBTFUL
    if not all(mention.clear for mention in mentions):
        return BESIDE
    return AGREED if len(mentions) > 1 else NAMED
