"""Django's own words that reach our pages and that its Swahili catalogue lacks, or has in words not used in Tanzania.

Nothing imports this: `makemessages` reads it, so that `locale/sw` holds them beside our own.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

_("December")
pgettext_lazy("alt. month", "December")
pgettext_lazy("abbrev. month", "Dec.")
_("This field is required.")
_("Enter a valid date.")
_("Enter a whole number.")
_("Enter a complete value.")
_("Enter a valid UUID.")
_("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.")
_("Select a valid choice. %(value)s is not one of the available choices.")
_("Select a valid choice. That choice is not one of the available choices.")
_("Null characters are not allowed.")
_("(Hidden field %(name)s) %(error)s")
_("%(model_name)s with this %(field_labels)s already exists.")
_("Constraint “%(name)s” is violated.")
_("Please enter a correct %(username)s and password. Note that both fields may be case-sensitive.")
_("This account is inactive.")
_("The two password fields didn’t match.")
_("Your password can’t be too similar to your other personal information.")
_("Your password can’t be a commonly used password.")
_("Your password can’t be entirely numeric.")
ngettext_lazy(
    "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
)
ngettext_lazy(
    "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
    "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
)
ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
)
