"""Which addresses of allauth are open: signing in and out, passwords, the second factor, sessions. Nobody signs up."""

from allauth.account import views
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.login, name="account_login"),
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="account_logout"),
    path("logout/", views.logout, name="logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    # Whoever has no password yet sets one as whoever forgot it.
    path("password/set/", RedirectView.as_view(pattern_name="account_reset_password"), name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/confirm/", views.confirm_password_reset_code, name="account_confirm_password_reset_code"),
    path("password/reset/complete/", views.complete_password_reset, name="account_complete_password_reset"),
    path("password/reset/done/", views.password_reset_from_key_done, name="account_password_reset_completed"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
