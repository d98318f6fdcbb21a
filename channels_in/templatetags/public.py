"""What strangers read of a citizen's words."""

from django.template import Library

from channels_in import public_cases

register = Library()
register.filter("covered", public_cases.covered)
