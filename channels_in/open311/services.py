"""What a complaint can be about, and what else is asked of each subject."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from channels_in.forms import POSTS
from channels_in.open311.shapes import Refused
from complaints.categories import categories
from complaints.models import CameBack, Category, Kind
from offices.kept import kept
from offices.models import Department


@kept
def departments() -> dict[int, Department]:
    """Give all departments by id."""
    return {department.pk: department for department in Department.objects.all()}


def services() -> list[dict[str, Any]]:
    """Give all subjects, by name."""
    return sorted((_service(each) for each in categories().values()), key=lambda each: str(each["service_name"]))


def _service(category: Category) -> dict[str, Any]:
    department = departments()[category.department_id].name
    facts = {"department": department, "hours": category.working_hours}
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": _("For %(department)s, which acts within %(hours)d working hours.") % facts,
        "metadata": True,
        "type": "realtime",
        "keywords": ", ".join(category.keywords),
        "group": department,
    }


def service_with(code: str) -> Category:
    """Give the subject with this code; refuses where there is none."""
    for category in categories().values():
        if category.code == code:
            return category
    raise Refused(404, _("service_code: there is no such service."))


def definition(category: Category) -> dict[str, Any]:
    """Give what else is asked about this subject; nothing of it is required."""
    asked = [
        _choice("kind", _("What is sent"), list(Kind.choices)),
        _choice("came_back", _("Has the citizen been to an office about this?"), list(CameBack.choices)),
        _text("about_office", _("If it is about an office or somebody who works there: the code of that office")),
        _choice("about_post", _("Who there?"), [(post.value, post.label) for post in POSTS]),
        _choice("lends_name", _("An institution that must act may learn my name and number"), yes_or_no()),
    ]
    if not (category.sensitive or category.protected):
        words = _("Anybody may read this complaint and its answer, without my name and number")
        asked.append(_choice("public", words, yes_or_no()))
    attributes = [{**each, "order": order} for order, each in enumerate(asked, start=1)]
    return {"service_code": category.code, "attributes": attributes}


def yes_or_no() -> list[tuple[str, Any]]:
    """Give the two answers to what a citizen may allow."""
    return [("yes", _("Yes")), ("no", _("No"))]


def _attribute(code: str, datatype: str, description: str, values: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "variable": True, "code": code, "datatype": datatype, "required": False, "datatype_description": None,
        "order": 0, "description": description, "values": values,
    }  # fmt: skip


def _text(code: str, description: str) -> dict[str, Any]:
    return _attribute(code, "string", description, [])


def _choice(code: str, description: str, choices: list[tuple[str, Any]]) -> dict[str, Any]:
    values = [{"key": key, "name": str(capfirst(name))} for key, name in choices if key]
    return _attribute(code, "singlevaluelist", description, values)
