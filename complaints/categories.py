"""Categories, kept in this process for a little while."""

from __future__ import annotations

from complaints.models import Category
from offices.kept import kept


@kept
def categories() -> dict[int, Category]:
    """Give all categories by id."""
    return {category.pk: category for category in Category.objects.order_by("name_sw")}


def category_with(category_id: int | None) -> Category | None:
    """Give the category with this id; None for none."""
    if category_id is None:
        return None
    return categories().get(category_id) or Category.objects.get(pk=category_id)
