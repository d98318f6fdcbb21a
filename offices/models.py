"""Who works where: offices in one tree, departments, queues, outside bodies, people, postings, the working calendar."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from offices.boundary_models import Boundary as Boundary

if TYPE_CHECKING:
    from collections.abc import Iterable

DESK = "malalamiko"  # the code of the complaints desk, the department that every office has


class Level(models.TextChoices):
    """The rungs of the hierarchy, highest first; the stored words are Tanzania's own."""

    OVERSIGHT = "usimamizi", _("oversight desk")
    REGION = "mkoa", _("region")
    DISTRICT = "wilaya", _("district")
    COUNCIL = "halmashauri", _("council")
    DIVISION = "tarafa", _("division")
    WARD = "kata", _("ward")
    STREET = "mtaa", _("street")


LEVELS_DOWN = list(Level)  # from the oversight desk to the street


def is_above(level: str, other: str) -> bool:
    """Say whether `level` stands higher in the hierarchy than `other`."""
    return LEVELS_DOWN.index(Level(level)) < LEVELS_DOWN.index(Level(other))


NAMED = {
    Level.OVERSIGHT: pgettext_lazy("office", "%(name)s"),
    Level.REGION: pgettext_lazy("office", "%(name)s region"),
    Level.DISTRICT: pgettext_lazy("office", "%(name)s district"),
    Level.COUNCIL: pgettext_lazy("office", "%(name)s"),  # its name says what it is: Manispaa ya Kinondoni
    Level.DIVISION: pgettext_lazy("office", "%(name)s division"),
    Level.WARD: pgettext_lazy("office", "%(name)s ward"),
    Level.STREET: pgettext_lazy("office", "%(name)s street"),
}


def office_name(level: str | None, name: str | None) -> str:
    """Name an office or place as people do; nothing for none."""
    return str(NAMED[Level(level)] % {"name": name}) if level and name else ""


class NamedInTwoLanguages(models.Model):
    """A thing with a code and a name in Swahili and English."""

    code = models.SlugField(max_length=40, unique=True)
    name_sw = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the language of the page."""
        return self.name_en if get_language() == "en" else self.name_sw


class OfficeQuerySet(models.QuerySet["Office"]):
    """Questions about the tree; each is one statement over the index of the parent key."""

    def under(self, *roots: int) -> OfficeQuerySet:
        """Keep the offices with these ids and everything beneath them."""
        return self.filter(id__in=subtree_ids(roots))

    def line(self, office: int) -> list[Office]:
        """Give the office with this id and those above it, nearest first."""
        rungs = self.raw(
            "WITH RECURSIVE line AS (SELECT o.*, 0 AS rung FROM offices_office o WHERE o.id = %s"
            " UNION ALL SELECT o.*, line.rung + 1 FROM offices_office o JOIN line ON o.id = line.parent_id"
            "  WHERE line.rung < 20)"
            " SELECT * FROM line ORDER BY rung",
            [office],
        )
        return list(rungs)

    def lines(self, offices: Iterable[int]) -> list[Office]:
        """Give the offices with these ids and all that stand above any of them, each once, in no order."""
        together = self.raw(
            "WITH RECURSIVE lines AS (SELECT o.* FROM offices_office o WHERE o.id = ANY(%s)"
            " UNION SELECT o.* FROM offices_office o JOIN lines ON o.id = lines.parent_id)"
            " SELECT * FROM lines",
            [list(offices)],
        )
        return list(together)


def subtree_ids(roots: Iterable[int]) -> RawSQL:
    """Give an expression for the ids of these offices and all beneath, for use with `__in`."""
    return RawSQL(
        "(WITH RECURSIVE tree AS (SELECT id FROM offices_office WHERE id = ANY(%s)"
        " UNION SELECT o.id FROM offices_office o JOIN tree ON o.parent_id = tree.id)"
        " SELECT id FROM tree)",
        [list(roots)],
    )


class Office(models.Model):
    """An office of the hierarchy. Knows nothing about any person."""

    code = models.CharField(max_length=20, unique=True)
    level = models.CharField(max_length=12, choices=Level.choices)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="office_level_known"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="office_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return office_name(self.level, self.name)


class Department(NamedInTwoLanguages):
    """A department, and the levels at which it exists."""

    levels = ArrayField(models.CharField(max_length=12, choices=Level.choices))

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")


class Queue(models.Model):
    """Where work waits: one department in one office."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="queues")
    department = models.ForeignKey(Department, models.PROTECT, related_name="queues")

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        constraints = [models.UniqueConstraint(fields=["office", "department"], name="queue_once")]

    def __str__(self) -> str:
        return f"{self.department} – {self.office}"


class Body(NamedInTwoLanguages):
    """An outside body that settles what no department can. Its phone and e-mail are an institution's, not a person's."""

    subjects = ArrayField(models.SlugField(max_length=40), default=list, blank=True)  # category codes
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("outside body")
        verbose_name_plural = _("outside bodies")

    def clean(self) -> None:
        """Refuse a code that the timeline could not hold."""
        if self.code != self.code.lower():
            raise ValidationError({"code": _("Small letters, digits, - and _ only.")})


class User(AbstractUser):
    """A member of staff: name, work e-mail, work phone, language. Kept while any timeline names them; citizens have no account."""

    phone = models.CharField(max_length=20, blank=True)  # E.164: hears the code with which a password is set
    language = models.CharField(max_length=2, choices=[("sw", "Kiswahili"), ("en", "English")], default="sw")

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Role(models.TextChoices):
    """What a posting is for."""

    CLERK = "clerk", _("complaints clerk")
    OFFICER = "officer", _("officer")
    SUPERVISOR = "supervisor", _("supervisor")
    LEADER = "leader", _("leader")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


class PostingQuerySet(models.QuerySet["Posting"]):
    """Who serves, and when."""

    def serving(self, on: dt.date) -> PostingQuerySet:
        """Keep postings that hold on this day, of people who may still log in."""
        begun = Q(valid_from__lte=on)
        not_over = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
        return self.filter(begun & not_over, user__is_active=True)


class Posting(models.Model):
    """Who serves where, as what, from when to when (both days included). Kept for ever: it explains old decisions."""

    user = models.ForeignKey(User, models.PROTECT, related_name="postings")
    office = models.ForeignKey(Office, models.PROTECT, related_name="postings")
    # Empty: all departments of the office.
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="postings")
    role = models.CharField(max_length=15, choices=Role.choices)
    # Codes of the sensitive categories that this person is named for.
    sensitive_categories = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    # The leave for which somebody stands in: then this is an acting posting, and ends with the leave.
    absence = models.ForeignKey(
        "Absence", models.PROTECT, null=True, blank=True, editable=False, related_name="acting", db_index=False
    )

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="posting_role_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="posting_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "office", "department", "role", "valid_from"],
                nulls_distinct=False,
                name="posting_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.office}"

    @cached_property
    def of_the_same_person(self) -> list[Posting]:
        """All postings that this person has or had: what a complaint says of an office is said of whoever served there."""
        return list(self.user.postings.all())

    def holds_on(self, day: dt.date) -> bool:
        """Say whether the posting holds on this day."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to >= day)

    def covers(self, queue: Queue) -> bool:
        """Say whether the posting is for this queue's department, the office aside."""
        return self.department_id is None or self.department_id == queue.department_id


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Who is away, and when."""

    def running(self, on: dt.date) -> AbsenceQuerySet:
        """Keep the leaves that hold on this day."""
        return self.filter(starts_on__lte=on, ends_on__gte=on, ended_at__isnull=True)

    def over(self, on: dt.date) -> AbsenceQuerySet:
        """Keep the leaves that are over on this day, by their date or ended early."""
        return self.filter(Q(ends_on__lt=on) | Q(ended_at__isnull=False))

    def of(self, users: Iterable[int]) -> AbsenceQuerySet:
        """Keep the leaves of these people, with the posts they leave."""
        return self.filter(posting__user__in=list(users)).select_related("posting", "stand_in")


class Absence(models.Model):
    """A leave: from which post, who stands in, from when to when (both days included). Says nothing of the reason.

    Names two members of staff and whoever entered it; kept for ever, as postings are, for it explains old decisions.
    """

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="absences")
    stand_in = models.ForeignKey(User, models.PROTECT, related_name="stands_in")
    starts_on = models.DateField()
    ends_on = models.DateField()
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # ended before its last day
    settled_at = models.DateTimeField(null=True)  # over, and nothing of its work is still to come back

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_it_starts")
        ]
        indexes = [
            models.Index(fields=["starts_on"], condition=Q(settled_at__isnull=True), name="absence_to_be_covered")
        ]

    def __str__(self) -> str:
        return f"{self.posting_id}: {self.starts_on:%d/%m/%Y}–{self.ends_on:%d/%m/%Y}"


class WorkingHours(models.Model):
    """When offices are open on one weekday (Monday is 0). A weekday without a row is closed."""

    weekday = models.PositiveSmallIntegerField(unique=True)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_known"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="closes_after_it_opens"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens:%H:%M}–{self.closes:%H:%M}"


class Holiday(models.Model):
    """A day on which offices are closed. Seeded from the `holidays` package; moon days are corrected by hand."""

    date = models.DateField(unique=True)
    name_sw = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("public holiday")
        verbose_name_plural = _("public holidays")

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name_sw}"
