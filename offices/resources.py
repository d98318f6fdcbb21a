"""What a sheet of each table holds, and what is wrong with a row of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.html import format_html
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets

from offices.models import Body, Department, Holiday, Office, Posting, Queue, User, is_above
from offices.phones import NoPhoneNumber, read_phone
from offices.rows import BETWEEN, pieces


class Pointing(widgets.ForeignKeyWidget):
    """A row of another table, named by its code."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except self.model.DoesNotExist:
            words = {"what": self.model._meta.verbose_name, "code": value}
            raise ValueError(_("There is no %(what)s “%(code)s”.") % words) from None


class Several(widgets.Widget):
    """Several words in one cell."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        return pieces(str(value or ""))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return BETWEEN.join(value or [])


class Day(widgets.DateWidget):
    """A day, as 2026-11-24 or 24/11/2026."""

    def __init__(self) -> None:
        super().__init__("%Y-%m-%d")
        self.formats = ("%Y-%m-%d", "%d/%m/%Y")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except ValueError:
            raise ValueError(_("“%(day)s” is no day. Write it as 2026-11-24.") % {"day": value}) from None


def pointing(name: str, model: type[Model], by: str = "code", column: str = "") -> fields.Field:
    """Give a column that names a row of another table."""
    return fields.Field(attribute=name, column_name=column or name, widget=Pointing(model, by))


def several(name: str) -> fields.Field:
    """Give a column that holds several words."""
    return fields.Field(attribute=name, column_name=name, widget=Several())


def day(name: str) -> fields.Field:
    """Give a column that holds a day."""
    return fields.Field(attribute=name, column_name=name, widget=Day())


class WasAndIs(resources.Diff):
    """A row as it would become, with what stood there before; without colours that our pages would refuse."""

    def as_html(self) -> list[str]:
        return [self.cell(was, now) for was, now in zip(self.left, self.right, strict=False)]

    def cell(self, was: Any, now: Any) -> str:
        """Give one cell: what is new, and struck out what it was."""
        if was == now or self.new or was in (None, ""):
            return format_html("{}", "" if now is None else now)
        return format_html("<del>{}</del> <ins>{}</ins>", was, "" if now is None else now)


class SheetResource(resources.ModelResource):
    """A sheet whose rows are found by their code; a row that changes nothing is left alone, a bad one is told."""

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        store_instance = True
        import_id_fields: tuple[str, ...] = ("code",)

    def get_diff_class(self) -> type[resources.Diff]:
        return WasAndIs


class OfficeResource(SheetResource):
    parent = pointing("parent", Office, column="parent_code")

    class Meta(SheetResource.Meta):
        model = Office
        fields = ("code", "level", "name", "parent")

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Refuse a place in the tree that is not beneath a higher office and above lower ones."""
        if instance.parent and not is_above(instance.parent.level, instance.level):
            raise ValidationError({"parent": _("The office above must be of a higher level.")})
        beneath = instance.children.all() if instance.pk else []
        if any(not is_above(instance.level, child.level) for child in beneath):
            raise ValidationError({"level": _("The offices beneath it must be of a lower level.")})


class DepartmentResource(SheetResource):
    levels = several("levels")

    class Meta(SheetResource.Meta):
        model = Department
        fields = ("code", "name_sw", "name_en", "levels")


class BodyResource(SheetResource):
    subjects = several("subjects")

    class Meta(SheetResource.Meta):
        model = Body
        fields = ("code", "name_sw", "name_en", "subjects", "phone", "email", "note")


class QueueResource(SheetResource):
    office = pointing("office", Office)
    department = pointing("department", Department)

    class Meta(SheetResource.Meta):
        model = Queue
        import_id_fields = ("office", "department")
        fields = ("office", "department")


class HolidayResource(SheetResource):
    date = day("date")

    class Meta(SheetResource.Meta):
        model = Holiday
        import_id_fields = ("date",)
        fields = ("date", "name_sw")


def refuse_taken(username: str, user: User) -> None:
    """Raise `ValidationError` for a user name that somebody else has in other letters: neither of them could log in."""
    if User.objects.filter(username__iexact=username).exclude(pk=user.pk).exists():
        raise ValidationError(_("Somebody has this user name already, perhaps in other letters."))


class StaffResource(SheetResource):
    """People, without passwords: each sets one with a code to their own phone."""

    class Meta(SheetResource.Meta):
        model = User
        import_id_fields = ("username",)
        fields = ("username", "first_name", "last_name", "email", "phone", "language", "is_active")

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """Give a new person no password; refuse to touch whoever stands above administrators."""
        if new:
            instance.set_unusable_password()
        elif instance.is_superuser and not kwargs["user"].is_superuser:
            raise ValidationError(_("This person is not yours to change."))

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Refuse a user name that is taken, and a phone that nobody can write to."""
        refuse_taken(instance.username, instance)
        try:
            instance.phone = read_phone(instance.phone) if instance.phone else ""
        except NoPhoneNumber as error:
            raise ValidationError({"phone": str(error.words)}) from error


class PostingResource(SheetResource):
    user = pointing("user", User, "username")
    office = pointing("office", Office)
    department = pointing("department", Department)
    sensitive_categories = several("sensitive_categories")
    valid_from = day("valid_from")
    valid_to = day("valid_to")

    class Meta(SheetResource.Meta):
        model = Posting
        import_id_fields = ("user", "office", "department", "role", "valid_from")
        fields = ("user", "office", "department", "role", "sensitive_categories", "valid_from", "valid_to")

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Refuse to let anybody post themself."""
        if instance.user == kwargs["user"] and not instance.user.is_superuser:
            raise ValidationError({"user": _("Nobody changes their own postings.")})
