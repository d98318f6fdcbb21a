"""Staff for demonstrations and trials: somebody at every desk of one line of offices, from a street to the top."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from offices.models import DESK, Department, Office, Posting, Queue, Role, User

LINE = ["1210302", "12103", "122", "120", "12", "1", "0"]
TOP = "1"  # the office of the auditor and the administrator
PASSWORD = "demo"  # everybody may know it: the command refuses to run in production
LAUNCH = dt.date(2019, 10, 9)  # the day on which Dar es Salaam's own system was launched

# A role's name at the counter, which is also how its user names begin.
SPOKEN = {
    Role.CLERK: "karani",
    Role.OFFICER: "afisa",
    Role.SUPERVISOR: "msimamizi",
    Role.LEADER: "kiongozi",
    Role.AUDITOR: "mkaguzi",
    Role.ADMINISTRATOR: "mfumo",
}
TITLES = {role: word.capitalize() for role, word in SPOKEN.items()} | {Role.ADMINISTRATOR: "Msimamizi wa mfumo"}
EACH_QUEUE = (Role.OFFICER, Role.SUPERVISOR)  # one of each in every queue; the others serve a whole office


class OfficesMissing(Exception):
    """The offices to be staffed are not all there."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(codes)
        self.codes = codes

    def __str__(self) -> str:
        return _("Load the offices first: %(codes)s are missing.") % {"codes": ", ".join(self.codes)}


@dataclass(frozen=True)
class Seat:
    """One place to be filled: a role in an office, in one department or in all of them."""

    role: Role
    office: Office
    department: Department | None = None

    @property
    def username(self) -> str:
        """The user name of whoever sits here: `afisa.120.maji`, `karani.120`."""
        by_department = [self.department.code] if self.department and self.role in EACH_QUEUE else []
        return ".".join([SPOKEN[self.role], self.office.code, *by_department])

    def user(self, password: str) -> User:
        """Give the person who sits here, named after the seat: demonstrations invent nobody."""
        rules = self.role == Role.ADMINISTRATOR
        with override("sw"):
            place = str(self.office)
        return User(
            username=self.username,
            password=password,
            first_name=TITLES[self.role],
            last_name=(f"{self.department.name_sw} ({place})" if self.department else place)[:150],
            is_staff=rules,
            is_superuser=rules,
        )

    def posting(self, user: int, sensitive: dict[str, list[str]]) -> Posting:
        """Give the posting of the user with this id, named for the sensitive categories of the seat's own department."""
        own = self.department.code if self.department and self.role in EACH_QUEUE else ""
        return Posting(
            user_id=user,
            office=self.office,
            department=self.department,
            role=self.role,
            sensitive_categories=sensitive.get(own, []),
            valid_from=LAUNCH,
        )


def staff(categories: str | Path) -> tuple[int, int]:
    """Fill every seat of the line and give the number of people and postings; whoever is there already stays.

    `categories` is the CSV file that says which categories are sensitive. Raises `OfficesMissing`.
    """
    seats = list(all_seats())
    sensitive = sensitive_by_department(categories)
    password = make_password(PASSWORD)  # once: it is slow on purpose
    with transaction.atomic():
        User.objects.bulk_create([seat.user(password) for seat in seats], ignore_conflicts=True)
        ids = dict(User.objects.filter(username__in=[seat.username for seat in seats]).values_list("username", "id"))
        postings = [seat.posting(ids[seat.username], sensitive) for seat in seats]
        Posting.objects.bulk_create(
            postings,
            update_conflicts=True,
            unique_fields=["user", "office", "department", "role", "valid_from"],
            update_fields=["sensitive_categories"],
        )
    return len(ids), len(postings)


def all_seats() -> Iterator[Seat]:
    """Give the seats to be filled; raises `OfficesMissing`."""
    offices = {office.code: office for office in Office.objects.filter(code__in=LINE)}
    if missing := [code for code in LINE if code not in offices]:
        raise OfficesMissing(missing)
    desk = Department.objects.get(code=DESK)
    for office in offices.values():
        yield Seat(Role.CLERK, office, desk)
        yield Seat(Role.LEADER, office)
    for queue in Queue.objects.filter(office__code__in=LINE).select_related("office", "department"):
        for role in EACH_QUEUE:
            yield Seat(role, queue.office, queue.department)
    yield Seat(Role.AUDITOR, offices[TOP])
    yield Seat(Role.ADMINISTRATOR, offices[TOP])


def sensitive_by_department(path: str | Path) -> dict[str, list[str]]:
    """Give the codes of each department's sensitive categories, from the file that `load_categories` reads."""
    codes: dict[str, list[str]] = {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["sensitive"] == "yes":
                codes.setdefault(row["department"], []).append(row["code"])
    return codes
