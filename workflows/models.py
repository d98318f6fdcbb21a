"""The rows of the flow: tasks, which wait in queues until their deadline, and the policies that set the deadline."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.managers import TaskQuerySet
from viewflow.workflow.models import AbstractTask
from viewflow.workflow.status import STATUS

from complaints.models import Category, Complaint
from offices.models import Absence, Body, Level, Queue, User

OPEN = Q(finished__isnull=True)
MAIN = Q(side=False)
HELD = Q(owner__isnull=False)
UNREAD = Q(side=True, read_at__isnull=True)
APPROVAL = Q(flow_task="workflows/flows.ComplaintFlow.approval")


class ComplaintTaskQuerySet(TaskQuerySet):
    """The words in which pages and sweeps ask for work."""

    def open(self) -> ComplaintTaskQuerySet:
        """Keep what still waits for somebody."""
        return self.filter(OPEN)

    def main(self) -> ComplaintTaskQuerySet:
        """Keep the one step that a case is at, side tasks left out."""
        return self.filter(MAIN)

    def unread(self) -> ComplaintTaskQuerySet:
        """Keep what stands beside the main step and nobody has opened yet."""
        return self.filter(UNREAD)

    def due(self, at: Any) -> ComplaintTaskQuerySet:
        """Keep open work whose deadline has passed and that has not been flagged at the top already."""
        return self.filter(OPEN, due_at__lte=at, flagged_at__isnull=True)


class ComplaintTask(AbstractTask):
    """One step of one case, waiting for somebody or done. Names staff, never a citizen."""

    # Viewflow asks for this reverse name.
    process = models.ForeignKey(Complaint, models.PROTECT, related_name="task_set")
    flow_task_type = models.CharField(max_length=20)
    # Plain columns in place of the stock ones, whose single indexes serve no question of ours.
    status = models.CharField(max_length=10, choices=STATUS.choices, default=STATUS.NEW)
    created = models.DateTimeField()
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="tasks", db_index=False)
    owner_permission_content_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, related_name="+", db_index=False
    )
    scheduled = None
    external_task_id = None
    owner_permission = None

    queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="tasks", db_index=False)
    due_at = models.DateTimeField(null=True)
    resume_due = models.DateTimeField(null=True)  # the act deadline that rests while another step runs
    questions = models.PositiveSmallIntegerField(default=0)  # how often this work's clock was paused by a question
    # 0 goes first: disputed or reopened. Beside due_at for the queue's index.
    rank = models.SmallIntegerField(default=1)
    flagged_at = models.DateTimeField(null=True)  # overdue at the top, said once
    side = models.BooleanField(default=False)  # a directive, advice, a contribution: beside the one main step
    read_at = models.DateTimeField(null=True)  # of what is beside: when somebody opened the case who is to act on it

    objects = ComplaintTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(fields=["process"], condition=OPEN & MAIN, name="task_one_open_step"),
            models.CheckConstraint(
                condition=Q(finished__isnull=True) | Q(status__in=[STATUS.DONE, STATUS.CANCELED]),
                name="task_finished_is_done",
            ),
            models.CheckConstraint(
                condition=Q(finished__isnull=False) | Q(queue__isnull=False), name="task_open_waits_in_a_queue"
            ),
        ]
        indexes = [
            models.Index(fields=["queue", "rank", "due_at", "id"], condition=OPEN, name="task_in_queue"),
            models.Index(fields=["owner", "rank", "due_at", "id"], condition=OPEN & HELD, name="task_in_hand"),
            models.Index(fields=["due_at", "id"], condition=OPEN & Q(flagged_at__isnull=True), name="task_due"),
            models.Index(fields=["owner", "-finished"], condition=~OPEN & HELD, name="task_done_by"),
            models.Index(fields=["queue", "rank", "due_at", "id"], condition=OPEN & APPROVAL, name="task_for_approval"),
            models.Index(fields=["due_at", "id"], condition=OPEN & UNREAD, name="task_unread"),
            # For one who looks through what thousands of queues hold, with a filter. `rank + 0`, so that no other question
            # is answered by it: for the head of one queue PostgreSQL might walk through the work of all.
            models.Index(F("rank") + 0, "due_at", "id", condition=OPEN, name="task_in_order"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; an existing row only in the columns named, for Viewflow would rewrite a deadline it read earlier."""
        if self.pk and not kwargs.get("force_insert") and not kwargs.get("update_fields"):
            kwargs["update_fields"] = ["status", "owner", "assigned", "started", "finished"]
        super().save(*args, **kwargs)


class Cover(models.Model):
    """A case that passed to a stand-in for a leave, until it is back or no longer theirs. Names no citizen."""

    absence = models.ForeignKey(Absence, models.PROTECT, related_name="covers", db_index=False)
    process = models.ForeignKey(Complaint, models.PROTECT, related_name="+", db_index=False)
    side = models.BooleanField(default=False)
    passed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("case passed for a leave")
        verbose_name_plural = _("cases passed for a leave")
        constraints = [models.UniqueConstraint(fields=["absence", "process", "side"], name="cover_once")]

    def __str__(self) -> str:
        return f"{self.absence_id}: {self.process_id}"


class BodyLink(models.Model):
    """The link by which one outside body answers on one case; it opens while that referral lasts, until it expires.

    Keeps the token's digest alone. Names nobody; whether the citizen's name may be shown is the citizen's word.
    """

    task = models.ForeignKey(
        ComplaintTask, models.PROTECT, related_name="links"
    )  # the step at which the case is outside
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", db_index=False)
    token_digest = models.CharField(max_length=64, unique=True)
    names_citizen = models.BooleanField(default=False)
    way = models.CharField(max_length=10)  # email or sms
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # the first time
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("link of an outside body")
        verbose_name_plural = _("links of outside bodies")

    def __str__(self) -> str:
        return f"{self.body}, {self.created_at:%Y-%m-%d}"


class Policy(models.Model):
    """How long each step may take, for a category and a level or for all, from a day on. Versions are added, not edited.

    Hours are working hours, days are days of the calendar. Defaults after the Ethics Secretariat: acknowledge within
    7 working days, answer within 14.
    """

    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="policies")
    level = models.CharField(max_length=12, choices=Level.choices, blank=True)  # empty: all levels
    valid_from = models.DateField()
    triage_hours = models.PositiveSmallIntegerField(default=8)
    act_hours = models.PositiveSmallIntegerField(null=True, blank=True)  # empty: the category's working hours
    approve_hours = models.PositiveSmallIntegerField(default=16)
    outside_hours = models.PositiveSmallIntegerField(default=80)
    reply_hours = models.PositiveSmallIntegerField(default=56)  # seven working days for the citizen
    directive_hours = models.PositiveSmallIntegerField(default=40)
    contribution_hours = models.PositiveSmallIntegerField(default=24)  # for another department's part
    advice_hours = models.PositiveSmallIntegerField(default=24)  # for a leader who is asked for advice
    acknowledge_hours = models.PositiveSmallIntegerField(default=16)  # for reading advice
    silence_days = models.PositiveSmallIntegerField(default=14)
    reopen_days = models.PositiveSmallIntegerField(default=30)
    questions = models.PositiveSmallIntegerField(default=3)  # that may pause one clock
    needs_approval = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.UniqueConstraint(
                fields=["category", "level", "valid_from"], nulls_distinct=False, name="policy_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.category or '*'} {self.level or '*'} {self.valid_from}"


class Use(models.TextChoices):
    """What a reply template is for."""

    ANSWER = "answer", _("answer")
    QUESTION = "question", _("question to the citizen")
    REFUSAL = "refusal", _("refusal")


class ReplyTemplate(models.Model):
    """A text that staff start from when they write to a citizen, in both languages; for one subject or for all.

    Holds nothing personal.
    """

    name_sw = models.CharField(_("name in Swahili"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    use = models.CharField(_("use"), max_length=10, choices=Use.choices, default=Use.ANSWER)
    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("category")
    )
    text_sw = models.TextField(_("text in Swahili"), max_length=1000)
    text_en = models.TextField(_("text in English"), max_length=1000)

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ["use", "name_sw"]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_sw

    def text(self, language: str) -> str:
        """Give the text in the language of the citizen."""
        return self.text_en if language == "en" else self.text_sw


class SavedView(models.Model):
    """A list as a member of staff has filtered it, under a name of their own. Knows what a person searched for."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views", db_index=False)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)  # what stands after the ? of its address
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved list")
        verbose_name_plural = _("saved lists")
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_view_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
