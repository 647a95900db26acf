"""Rows of the packages' own pages: signing in, passwords, second factors, sessions, OpenID."""

from __future__ import annotations

from typing import Any

from tests.permissions.table import HOME, LOGIN, Answers, Got, Row, everybody, signed_in
from tests.permissions.world import OUTSIDE, STAFF

AGAIN = "/login/reauthenticate/"


def signed_out(got: Got = 200) -> Answers:
    """A page for who is not signed in yet."""
    return {
        **everybody(HOME),
        **dict.fromkeys([*STAFF, "superuser"], "/desk/"),
        **dict.fromkeys(OUTSIDE, got),
    }


def with_second_factor(got: Got, otherwise: Got) -> Answers:
    """A page that differs for staff, who have a second factor, and members, who have none here."""
    return {**signed_in(otherwise), **dict.fromkeys([*STAFF, "superuser"], got)}


def both(answers: Answers, **more: Any) -> Row:
    """A page that answers a look and an empty form alike."""
    return Row(get=answers, post=answers, **more)


def signed_out_here() -> Answers:
    """The page that asks whether to sign out; who is not signed in has nothing to end."""
    return {**everybody(200), **dict.fromkeys(OUTSIDE, "/")}


#: Only shown; whoever is not signed in is led to it first.
SHOWN = Row(get=signed_in(), post=signed_in(405))
#: Only after the password (or the second factor) was given again.
STEP_UP = both(signed_in(AGAIN))
ANYBODY = Row(get=everybody(200))

ROWS = {
    "account_login": both(signed_out()),
    "account_signup": both(signed_out()),
    "account_logout": Row(get=signed_out_here(), post=everybody("/")),
    "account_inactive": ANYBODY,
    "account_reauthenticate": both(signed_in()),
    "account_request_reauthentication_code": STEP_UP,
    "account_confirm_reauthentication_code": both(signed_in("/login/reauthenticate/code/")),
    "account_email": Row(get=signed_in(), post=signed_in("/login/email/")),
    "account_email_verification_sent": ANYBODY,
    "account_confirm_email": Row(
        get=everybody(200), post=everybody(404), args=lambda world: ["no-such-key"]
    ),
    "account_change_password": both(signed_in()),
    "account_set_password": both(signed_in("/login/password/change/")),
    "account_reset_password": both(everybody(200)),
    "account_reset_password_done": ANYBODY,
    "account_reset_password_from_key": Row(
        get=everybody(200), post=everybody(200), args=lambda world: ["1", "no-such-key"]
    ),
    "account_reset_password_from_key_done": ANYBODY,
    "account_confirm_login_code": both(signed_out(LOGIN)),
    "mfa_index": SHOWN,
    "mfa_authenticate": both(signed_out(LOGIN)),
    "mfa_reauthenticate": both(with_second_factor(200, AGAIN)),
    "mfa_activate_totp": STEP_UP,
    "mfa_deactivate_totp": both(with_second_factor(AGAIN, 404)),
    "mfa_view_recovery_codes": Row(get=signed_in(404), post=signed_in(405)),
    "mfa_generate_recovery_codes": STEP_UP,
    "mfa_download_recovery_codes": both(signed_in(404)),
    "mfa_list_webauthn": SHOWN,
    "mfa_add_webauthn": STEP_UP,
    "mfa_reauthenticate_webauthn": STEP_UP,
    "mfa_remove_webauthn": both(signed_in(AGAIN), args=lambda world: [1]),
    "mfa_edit_webauthn": both(signed_in(AGAIN), args=lambda world: [1]),
    "mfa_login_webauthn": both(signed_out(LOGIN)),
    "socialaccount_login_cancelled": ANYBODY,
    "socialaccount_login_error": Row(get=everybody(401)),
    "socialaccount_signup": both(everybody(LOGIN)),
    "socialaccount_connections": both(signed_in()),
    "usersessions_list": Row(get=signed_in(), post=signed_in("/login/sessions/")),
    "openid_connect_login": both(everybody(404), args=lambda world: ["eid"]),
    "openid_connect_callback": both(everybody(404), args=lambda world: ["eid"]),
    "set_language": both(everybody("/")),
}
for _old in ("login/cancelled", "login/error", "signup", "connections"):
    ROWS[f"login/social/{_old}/"] = both(
        everybody(f"/login/3rdparty/{'' if _old == 'connections' else _old + '/'}"),
        args=lambda world, path=_old: [f"login/social/{path}/"],
    )
