"""Where a thing is used: what keeps it from being deleted, in words, however many rows that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import ForeignObjectRel, Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

MOST_COUNTED = 1000
NAMED = 5
# Rows that say something of a person's way of signing in, and go with that person.
OF_THE_PERSON = {"account", "mfa", "usersessions", "auth"}


def uses_of(
    rows: QuerySet[Any], carried: frozenset[str] = frozenset(), *, names: Callable[[type[Model]], bool]
) -> list[str]:
    """Give a sentence for each kind of thing that uses these rows: how many, and the first few by name.

    `carried` are the accessors of things that go with the rows, and are in use only if something uses them in turn.
    `names` says whether the things of a model may be named: an administrator sees no complaint.
    """
    sentences = []
    for relation in relations(rows.model):
        using = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": rows})
        if relation.get_accessor_name() in carried:
            sentences += uses_of(using, names=names)
        elif count := len(using.order_by().values_list("pk")[: MOST_COUNTED + 1]):
            sentences.append(sentence(using, count, names(relation.related_model)))
    return sentences


def relations(model: type[Model]) -> Iterator[ForeignObjectRel]:
    """Give the relations by which other rows point at a model's."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and (relation.one_to_many or relation.one_to_one):
            if relation.related_model._meta.app_label not in OF_THE_PERSON:
                yield relation


def sentence(using: QuerySet[Any], count: int, named: bool) -> str:
    """Say how many things of one kind use it, and which, where they may be named."""
    how_many = _("more than %(count)d") % {"count": MOST_COUNTED} if count > MOST_COUNTED else str(count)
    said = f"{capfirst(str(using.model._meta.verbose_name_plural))}: {how_many}"
    if named:
        first = [str(each) for each in using.order_by("pk")[:NAMED]]
        said += f" ({'; '.join(first)}{'; …' if count > NAMED else ''})"
    return said
