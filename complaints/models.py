"""The case file: complaints, citizens, categories, attachments and the timeline."""

from __future__ import annotations

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess

from complaints.references import written
from complaints.states import ComplaintStates, Outcome, State
from offices.actors import ActorKind
from offices.models import Body, Department, Level, NamedInTwoLanguages, Office, Queue, Role, User


class Category(NamedInTwoLanguages):
    """What a complaint is about, and so whose it is and where its work starts."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="categories")
    start_level = models.CharField(max_length=12, choices=Level.choices)
    working_hours = models.PositiveSmallIntegerField()  # to act, where no policy says otherwise
    sensitive = models.BooleanField(default=False)  # seen by named people only
    protected = models.BooleanField(default=False)  # violence and child cases
    evidence = models.BooleanField(default=False)  # the answer should carry a photo or paper
    keywords = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [models.CheckConstraint(condition=Q(working_hours__gt=0), name="category_has_hours")]


LONGEST_WORDS, LONGEST_CLOSING = 55, 65  # letters of an incident: so that all that the citizen is told fits one SMS


class KnownIncident(models.Model):
    """Something wrong that many people will complain of, as a supervisor has entered it: one subject, some places, until a day.

    Whoever complains of it hears of it at once (`incidents`); when it is closed, all of them are told and asked. Names the
    members of staff who entered and closed it, and no citizen; kept.
    """

    # Whose it is: supervisors who reach this queue enter and close it.
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="known_incidents")
    category = models.ForeignKey(Category, models.PROTECT, related_name="known_incidents", db_index=False)
    places = models.ManyToManyField(Office, related_name="known_incidents")  # and everything beneath them
    words_sw = models.CharField(max_length=LONGEST_WORDS)
    words_en = models.CharField(max_length=LONGEST_WORDS)
    until = models.DateField()  # the last day on which it is told of
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    closing_sw = models.CharField(max_length=LONGEST_CLOSING, blank=True)
    closing_en = models.CharField(max_length=LONGEST_CLOSING, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # closed, and everybody has been told

    class Meta:
        verbose_name = _("known incident")
        verbose_name_plural = _("known incidents")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, closing_sw="", closing_en="", settled_at=None)
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closing_sw="") & ~Q(closing_en="")),
                name="incident_closed_says_what_was_done",
            )
        ]
        indexes = [
            models.Index(fields=["category"], condition=Q(closed_at=None), name="incident_told_of"),
            models.Index(
                fields=["closed_at"], condition=Q(closed_at__isnull=False, settled_at=None), name="incident_to_settle"
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What is wrong, in the language of the page."""
        return self.words_en if get_language() == "en" else self.words_sw

    @property
    def closing(self) -> str:
        """What was done, in the language of the page."""
        return self.closing_en if get_language() == "en" else self.closing_sw


class Citizen(models.Model):
    """One who complains. The only place that keeps a citizen's phone number; it and the name are erased on request.

    The number is found by its keyed digest, so that no unique key (and so no database log) shows it in clear.
    """

    phone = models.CharField(max_length=20, blank=True)
    phone_digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001  (empty ones would be each other's double)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, default="sw")
    created_at = models.DateTimeField()
    # Said STOP: nothing is sent that they have not just asked for. Their complaints go on.
    quiet = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("citizen")
        verbose_name_plural = _("citizens")
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="", phone_digest__isnull=True) | (~Q(phone="") & Q(phone_digest__isnull=False)),
                name="citizen_phone_has_digest",
            )
        ]

    def __str__(self) -> str:
        return f"citizen {self.pk}"


class Kind(models.TextChoices):
    """What sort of word it is; all but complaints are short kinds, settled with `note`."""

    COMPLAINT = "complaint", _("complaint")
    OPINION = "opinion", _("opinion")
    SUGGESTION = "suggestion", _("suggestion")
    ENQUIRY = "enquiry", _("enquiry")
    PRAISE = "praise", _("praise")


class Priority(models.IntegerChoices):
    """What goes first in a queue."""

    NORMAL = 0, _("normal")
    HIGH = 1, _("high")  # disputed or reopened
    URGENT = 2, _("urgent: life is in danger")  # the citizen's words speak of an emergency


class CameBack(models.TextChoices):
    """Whether the citizen had been at an office before ("njoo kesho")."""

    UNKNOWN = "", _("not said")
    FIRST_TIME = "first", _("has not been to an office about this")
    VISITED = "visited", _("has been to an office about this")
    TOLD_TO_RETURN = "told_to_return", _("was told to come back another day")


def new_secret() -> str:
    """Give a complaint's own secret, 128 bits, of which the code on its receipt is made (`channels_in.proof`)."""
    return secrets.token_urlsafe(16)


class Complaint(ComplaintStates, AbstractProcess):
    """One complaint, which is also the process of its flow.

    Holds the citizen's words, and the name given with them; the number stands in Citizen. Words and name are erased with
    the citizen; the timeline stays.
    """

    # Its foreign keys have an index only where a page asks by them: every complaint would pay for the others.

    reference = models.CharField(max_length=12)
    secret = models.CharField(max_length=22, default=new_secret)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.COMPLAINT)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)

    citizen = models.ForeignKey(
        Citizen, models.SET_NULL, null=True, blank=True, related_name="complaints", db_index=False
    )
    # As given with this complaint: several people may share a phone. Erased with the words.
    citizen_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    # Asked for by the citizen (SIRI): no office sees name or number, and no message says what it is about.
    confidential = models.BooleanField(default=False, db_default=False)
    words = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="sw")
    channel = models.CharField(max_length=20)  # the key of the way in
    arrival = models.CharField(max_length=10, blank=True)  # at the counter: in person, call, letter, e-mail, meeting
    # The complaints desk that entered it, to which its citizen comes back.
    desk = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    # The citizen asked the desk to be called, or has a phone that takes no SMS.
    by_call = models.BooleanField(default=False, db_default=False)
    received_at = models.DateTimeField()  # when the citizen spoke: the clock runs from here
    entered_at = models.DateTimeField()  # when it was entered
    came_back = models.CharField(max_length=15, choices=CameBack.choices, blank=True)

    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="complaints", db_index=False
    )
    category_confidence = models.FloatField(default=0)  # 1: chosen by a person
    place = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="complaints_from", db_index=False
    )
    place_confidence = models.FloatField(default=0)
    place_words = models.CharField(max_length=200, blank=True)  # a landmark, as the citizen says it
    # Where the telephone said that it is, in degrees, and to how many metres. As personal as the words.
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    accuracy = models.PositiveIntegerField(null=True, blank=True)

    # Who it is about. The office is always filled in when a person or a post is.
    about_person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="complaints_about", db_index=False
    )
    about_post = models.CharField(max_length=15, choices=Role.choices, blank=True)
    about_office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="complaints_about", db_index=False
    )

    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="complaints", db_index=False
    )  # asked last
    # What the citizen allows: that anybody reads the case, and that an outside body learns who complains.
    is_public = models.BooleanField(default=False, db_default=False)
    lends_name = models.BooleanField(default=False, db_default=False)
    floor = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )  # never sent below
    lead = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="duplicates", db_index=False)
    earlier = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later", db_index=False)
    incident = models.ForeignKey(
        KnownIncident, models.PROTECT, null=True, blank=True, related_name="complaints", db_index=False
    )  # of which it speaks

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="complaint_reference"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="complaint_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "ended"], outcome__in=Outcome.values)
                | (~Q(state__in=["closed", "ended"]) & Q(outcome="")),
                name="complaint_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", finished__isnull=False) | (~Q(state="ended") & Q(finished__isnull=True)),
                name="complaint_ended_is_finished",
            ),
            models.CheckConstraint(
                condition=Q(outcome="duplicate", lead__isnull=False) | (~Q(outcome="duplicate") & Q(lead__isnull=True)),
                name="complaint_duplicate_has_lead",
            ),
            models.CheckConstraint(condition=~Q(lead=F("id")), name="complaint_not_its_own_lead"),
            models.CheckConstraint(condition=Q(reference__regex=r"^[0-9]{12}$"), name="complaint_reference_form"),
            models.CheckConstraint(condition=Q(received_at__lte=F("entered_at")), name="complaint_received_first"),
            models.CheckConstraint(
                condition=Q(about_office__isnull=False) | Q(about_person__isnull=True, about_post=""),
                name="complaint_about_has_office",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="complaint_point_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["citizen", "-id"], name="complaint_of_citizen"),
            models.Index(fields=["place", "-id"], name="complaint_at_place"),
            models.Index(fields=["desk", "-id"], condition=Q(desk__isnull=False), name="complaint_entered_at"),
            models.Index(
                fields=["desk", "-entered_at", "-id"], condition=Q(desk__isnull=False), name="complaint_in_register"
            ),
            models.Index(
                fields=["desk", "-id"], condition=Q(by_call=True) & ~Q(state="ended"), name="complaint_to_call"
            ),
            models.Index(fields=["lead"], condition=Q(lead__isnull=False), name="complaint_joined"),
            models.Index(
                fields=["incident", "citizen", "-id"], condition=Q(incident__isnull=False), name="complaint_of_incident"
            ),
            models.Index(
                fields=["place", "category", "-id"], condition=Q(is_public=True), name="complaint_public_at_place"
            ),
            models.Index(fields=["-received_at", "-id"], condition=Q(is_public=True), name="complaint_public_newest"),
        ]

    def __str__(self) -> str:
        return self.reference_written

    @property
    def reference_written(self) -> str:
        """The reference as people read it."""
        return written(self.reference)

    @property
    def is_short_kind(self) -> bool:
        """Whether it is an opinion, suggestion, enquiry or praise: settled with `note`."""
        return self.kind != Kind.COMPLAINT

    @property
    def discreet(self) -> bool:
        """Whether messages about it must say neither subject nor office: the phone may be shared."""
        if self.confidential:
            return True
        return self.category is not None and (self.category.sensitive or self.category.protected)


class LearnedSubjects(models.Model):
    """What was learned about the subjects (`learned`), once for each time that `learn_subjects` ran; the newest counts.

    Holds words that several people wrote and their weights, nobody's sentence.
    """

    version = models.CharField(max_length=40, unique=True)
    made_at = models.DateTimeField()
    sentences = models.PositiveIntegerField()  # that came with the product or were given
    cases = models.PositiveIntegerField()  # whose subject a person chose or corrected
    accuracy = models.FloatField()  # of the first guess, on sentences that were held back
    content = models.BinaryField()

    class Meta:
        verbose_name = _("learned subjects")
        verbose_name_plural = _("learned subjects")

    def __str__(self) -> str:
        return self.version


class MediaType(models.TextChoices):
    """What an attachment can be; nothing else is taken in."""

    PHOTO = "image/jpeg", _("photo")
    PAPER = "application/pdf", _("paper")
    OGG = "audio/ogg", _("voice note")
    MP3 = "audio/mpeg", _("voice note")
    M4A = "audio/mp4", _("voice note")
    THREE_GP = "audio/3gpp", _("voice note")
    AAC = "audio/aac", _("voice note")
    WAV = "audio/wav", _("voice note")
    AMR = "audio/amr", _("voice note")


ENDINGS = {
    MediaType.PHOTO: "jpg", MediaType.PAPER: "pdf", MediaType.OGG: "ogg", MediaType.MP3: "mp3", MediaType.M4A: "m4a",
    MediaType.THREE_GP: "3gp", MediaType.AAC: "aac", MediaType.WAV: "wav", MediaType.AMR: "amr",
}  # fmt: skip


def unguessable_name(attachment: Attachment, _given: str) -> str:
    """Give the name under which a file is kept: nothing of the one it came with, and 128 bits that nobody guesses."""
    return f"attachments/{attachment.added_at:%Y/%m}/{secrets.token_hex(16)}.{attachment.ending}"


class Attachment(models.Model):
    """A photo, paper or voice note of a case. Personal when the citizen sent it; erased with the citizen."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to=unguessable_name)
    media_type = models.CharField(max_length=20, choices=MediaType.choices, default=MediaType.PHOTO)
    size = models.PositiveIntegerField(default=0)  # bytes, as kept
    sha256 = models.CharField(max_length=64, db_index=True)  # of the pixels as kept, or of the paper's bytes
    for_answer = models.BooleanField(default=False)  # it came with an answer, as its evidence
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return f"attachment {self.pk}"

    @property
    def ending(self) -> str:
        """How the name of its file ends."""
        return ENDINGS[MediaType(self.media_type)]

    @property
    def is_voice(self) -> bool:
        """Whether it is heard, not seen."""
        return self.media_type.startswith("audio/")


WORD = r"^[a-z0-9_:.-]*$"


class Entry(models.Model):
    """One step of a case, as it happened: never changed, never removed (triggers refuse).

    Number and hash are set by a trigger (`complaints/sql/timeline.sql`). The chain holds personal words only as `commitment`,
    SHA-256 over salt and words; salt and words stand beside it in EntryWords and can be erased.
    """

    # Found by the constraint on (complaint, number); an index is dear in a table that every step of every case adds to.
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="entries", db_index=False)
    number = models.IntegerField(default=0)
    at = models.DateTimeField()
    move = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, blank=True)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    via = models.CharField(max_length=20)  # desk, clock, or the key of a channel
    from_queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="+", db_index=False)
    to_queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="+", db_index=False)
    # In whose hand it is afterwards.
    holder = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True)
    detail = models.CharField(max_length=60, blank=True)  # which rule of the clock fired, which body, which lead
    commitment = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="entry_number_once"),
            # The chain joins its fields with a bar: none of the free ones may hold one.
            models.CheckConstraint(
                condition=Q(move__regex=WORD, via__regex=WORD, detail__regex=WORD), name="entry_words_without_bar"
            ),
        ]
        indexes = [
            models.Index(fields=["actor", "-id"], condition=Q(actor__isnull=False), name="entry_of_actor"),
            models.Index(fields=["holder", "-id"], condition=Q(move="assign"), name="entry_given_to"),
            models.Index(fields=["at", "id"], name="entry_when"),  # reports, audit trails, and what has just happened
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.number} {self.move}"


class TimelineHead(models.Model):
    """The newest number and hash of each case's chain; written by the trigger alone, so that a lost tail is noticed."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, primary_key=True, related_name="timeline_head")
    number = models.IntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.number}"


class EntryWords(models.Model):
    """The words of a step, for staff and for the citizen, and the salt of their commitment. Erased on request."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="said")
    salt = models.CharField(max_length=64)
    for_staff = models.TextField(blank=True)
    for_citizen = models.TextField(blank=True)

    class Meta:
        verbose_name = _("words of an entry")
        verbose_name_plural = _("words of entries")

    def __str__(self) -> str:
        return f"words of {self.entry_id}"
