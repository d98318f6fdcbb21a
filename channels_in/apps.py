"""The Django app channels_in."""

from django.apps import AppConfig


class ChannelsInConfig(AppConfig):
    name = "channels_in"
