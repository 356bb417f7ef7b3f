"""The addresses of allauth that we use, each with who may open it. No sign-up, no addresses to manage."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import path, re_path

from kalends.web.access import View, public, signed_in
from kalends.web.landing.language import in_visitors_language, rendered
from kalends.web.staff.shell import personal
from kalends.web.staff.sign_in.invitations import invitation
from kalends.web.staff.sign_in.profile import profile
from kalends.web.staff.sign_in.senders import sender


def _anybody(view: View) -> View:
    return public(in_visitors_language(view))


def _person(view: View) -> View:
    """A page about oneself, in the shell of the desk."""

    def shown(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.context_data = {**(response.context_data or {}), **personal(request)}
        return response

    return signed_in(rendered(shown))


urlpatterns = [
    path("login/", _anybody(account.login), name="account_login"),
    path("logout/", _anybody(account.logout), name="account_logout"),
    # Closed (accounts/adapter.py): people come by invitation. allauth names it in the mail to an unknown address.
    path("signup/", _anybody(account.signup), name="account_signup"),
    path("inactive/", _anybody(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", _person(account.reauthenticate), name="account_reauthenticate"),
    path("profile/", profile, name="profile"),
    path("invitation/<str:token>/", invitation, name="invitation"),
    path("sender/<str:token>/", sender, name="sender"),
    path("password/change/", _person(account.password_change), name="account_change_password"),
    path("password/reset/", _anybody(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", _anybody(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _anybody(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        _anybody(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", _person(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", _anybody(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", _person(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", _person(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", _person(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", _person(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        _person(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        _person(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
