"""The shapes of what is sent and said, as the API's schema publishes them (OpenAPI 3.1); codes are read when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from channels_in import follow
from channels_in.text import LONGEST
from complaints.categories import categories
from complaints.models import CameBack, Kind
from complaints.states import Outcome, State
from offices.models import Level, Role

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
READABLE: Shape = {"type": "string", "pattern": "^[^\\u0000]*$"}  # in an address
MOMENT: Shape = {"type": "string", "format": "date-time"}
PERHAPS_MOMENT: Shape = {"type": ["string", "null"], "format": "date-time"}
REFERENCE: Shape = {"type": "string", "pattern": "^[0-9]{12}$"}
CURSOR: Shape = {"type": "string", "pattern": "^[0-9]{1,18}$"}
OFFICE: Shape = {"type": "string", "format": "office-code", "maxLength": 40}
PHONE: Shape = {"type": "string", "format": "phone-number", "maxLength": 40}
WORDS: Shape = {"type": "string", "format": "words", "minLength": 1, "maxLength": LONGEST}
TAG: Shape = TEXT
POSTS = [Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.LEADER]
LEVELS = [level.value for level in Level if level is not Level.OVERSIGHT]
APPEALS = ["appeal"]


def ref(name: str) -> Shape:
    """Point to a shape that has a name."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(shape: Shape) -> Shape:
    """Give the shape of a list."""
    return {"type": "array", "items": shape}


def just(needed: dict[str, Shape], optional: dict[str, Shape] | None = None) -> Shape:
    """Give the shape of an object with these parts and no others."""
    parts = needed | (optional or {})
    return {"type": "object", "properties": parts, "required": list(needed), "additionalProperties": False}


def one_of(values: Iterable[Any], *more: Any) -> Shape:
    """Give the shape of one of these codes."""
    return {"enum": [*dict.fromkeys(str(value) for value in values), *more]}


def optional(shape: Shape) -> Shape:
    """Give a shape in whose place an empty text or null says that nothing is known."""
    return (
        {"enum": [*dict.fromkeys([*shape["enum"], "", None])]}
        if "enum" in shape
        else shape | {"type": ["string", "null"]}
    )


def shapes() -> dict[str, Shape]:
    """Give all shapes that have a name."""
    return sent() | SAID


def sent() -> dict[str, Shape]:
    """Give the shapes of what is sent."""
    codes = [category.code for category in categories().values()]
    about_somebody = {"about_office": OFFICE, "about_post": one_of(POSTS)}
    what = {"words": WORDS}
    beside = {
        "kind": optional(one_of(Kind)),
        "category": optional(one_of(codes)),
        "place": optional(OFFICE),
        "place_words": {"type": ["string", "null"], "maxLength": 200},
        "phone": optional(PHONE),
        "name": {"type": ["string", "null"], "maxLength": 120},
        "language": optional(one_of(["sw", "en"])),
        "came_back": optional(one_of(CameBack)),
        "received_at": optional(MOMENT),
    }
    needs_words = [move for move, act in follow.ACTS.items() if act.needed]
    takes_none = [move for move in follow.ACTS if move not in needs_words]
    return {
        "PhoneToProve": just({"phone": PHONE}),
        "PhoneAndCode": just({"phone": PHONE, "code": {"type": "string", "pattern": "^[0-9]{6}$"}}),
        "NewComplaint": {
            "anyOf": [
                just(what, beside | {"about_office": optional(OFFICE), "about_post": {"enum": ["", None]}}),
                just(what | about_somebody, beside),
            ]
        },
        "NewMessage": {
            "anyOf": [
                just(what, {"move": one_of(needs_words, "", None)}),
                just(
                    {"move": one_of([*takes_none, *APPEALS])},
                    {"words": {"type": ["string", "null"], "maxLength": LONGEST}},
                ),
            ]
        },
        "HandedIn": just({"upload": {"type": "string", "format": "uuid"}}),
    }


SUMMARY: dict[str, Shape] = {
    "reference": REFERENCE,
    "written": TEXT,
    "kind": one_of(Kind),
    "category": TEXT,
    "state": one_of(State),
    "state_says": TEXT,
    "outcome": one_of(Outcome, ""),
    "received_at": MOMENT,
    "due_at": PERHAPS_MOMENT,
    "office": TEXT,
}
MOVE = just(
    {"move": TEXT, "title": TEXT, "button": TEXT, "explains": TEXT, "words_label": TEXT, "words_needed": {"type": "boolean"}}
)  # fmt: skip
STEP = just({"at": MOMENT, "what": TEXT, "office": TEXT, "words": TEXT})
MESSAGE = just({"at": MOMENT, "from": one_of(["citizen", "office"]), "move": TEXT, "what": TEXT, "words": TEXT})
CHANGE = just(
    {"id": CURSOR, "reference": REFERENCE, "at": MOMENT, "move": TEXT, "what": TEXT, "state": one_of(State, ""), "words": TEXT}
)  # fmt: skip
CATEGORY = just(
    {"code": TEXT, "name": TEXT, "name_sw": TEXT, "name_en": TEXT, "working_hours": {"type": "integer"},
     "sensitive": {"type": "boolean"}}
)  # fmt: skip
PLACE: dict[str, Shape] = {
    "code": TEXT, "name": TEXT, "short": TEXT, "level": one_of(LEVELS), "parent": {"type": ["string", "null"]}, "full": TEXT,
}  # fmt: skip
SURE: Shape = {"type": "number", "minimum": 0, "maximum": 1}

SAID: dict[str, Shape] = {
    "Problem": just(
        {"type": TEXT, "status": {"type": "integer"}, "detail": TEXT},
        {"errors": many(just({"field": TEXT, "detail": TEXT}))},
    ),
    "Schema": {"type": "object"},
    "CodeSent": just({"detail": TEXT, "minutes": {"type": "integer"}}),
    "Token": just({"token": TEXT, "ends_at": MOMENT}),
    "Lodged": just(
        {
            "reference": REFERENCE,
            "written": TEXT,
            "secret": TEXT,
            "state": one_of(State),
            "due_at": PERHAPS_MOMENT,
            "office": TEXT,
        }
    ),  # fmt: skip
    "ComplaintList": just(
        {"complaints": many(just(SUMMARY)), "next": {"type": ["string", "null"], "pattern": r"^\?before=[0-9]{12}$"}}
    ),
    "Complaint": just(
        SUMMARY
        | {"due_says": TEXT, "words": TEXT, "asks": TEXT, "said": TEXT, "moves": many(MOVE), "steps": many(STEP)}
    ),
    "Messages": just({"messages": many(MESSAGE)}),
    "Attachment": just({"kind": one_of(["photo", "paper"]), "size": {"type": "integer"}, "added_at": MOMENT}),
    "Attachments": just({"attachments": many(ref("Attachment"))}),
    "Categories": just({"categories": many(CATEGORY)}),
    "Offices": just({"offices": many(just(PLACE))}),
    "Office": just(PLACE | {"above": many(just(PLACE))}),
    "Changes": just({"changes": many(CHANGE), "next": CURSOR, "more": {"type": "boolean"}}),
    "Suggestions": just(
        {
            "categories": many(just({"code": TEXT, "name": TEXT, "confidence": SURE})),
            "places": many(just({"code": TEXT, "name": TEXT, "level": TEXT, "confidence": SURE})),
        }
    ),
}
