"""How machines sign in, and what a token opens (threat 61)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.idp.oidc.models import Client as OidcClient
from allauth.idp.oidc.models import Token
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.api import machines
from claims.api.machines import InvalidMachine, may_come_from, read_networks, read_scopes
from claims.api.models import Machine, MachineKey
from claims.api.tidying import forget_old
from claims.models import Institution
from members.models import User
from record.changes import NotAllowed
from record.models import AuditRecord, Role
from tests.machines import Hospital, ask_for_token, basic, code_of, open_machine, signed_in
from tests.people import HEFEI, WUHU, done, hospital, refused, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Institution:
    return hospital(HEFEI)


@pytest.fixture
def keeper() -> User:
    return staff("admin", Role.Kind.ADMINISTRATOR, HEFEI)


def asks(his: Hospital) -> Any:
    """Ask something harmless."""
    return his.get("claims/none-such")


class TestToken:
    def test_a_key_gets_a_short_lived_token(self, place: Institution) -> None:
        _, key = open_machine(place)
        answer = ask_for_token(key)

        assert answer.status_code == 200, answer.content
        told = answer.json()
        assert (told["token_type"], told["expires_in"]) == ("Bearer", 900)
        assert answer.headers["Cache-Control"] == "no-store"
        assert told["access_token"] not in str(list(Token.objects.values()))

    def test_the_secret_may_stand_in_the_body(self, place: Institution) -> None:
        _, key = open_machine(place)
        given = {
            "grant_type": "client_credentials",
            "client_id": key.client_id,
            "client_secret": key.secret,
        }
        assert Client().post("/api/v1/token", given).status_code == 200

    @pytest.mark.parametrize("wrong", ["secret", "client_id"])
    def test_a_wrong_key_gets_none(self, place: Institution, wrong: str) -> None:
        _, key = open_machine(place)
        given = {"client_id": key.client_id, "secret": key.secret, wrong: "x" * 40}
        answer = ask_for_token(machines.NewKey(**given))
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_client"

    @pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", ""])
    def test_there_is_no_other_way_in(self, place: Institution, grant: str) -> None:
        _, key = open_machine(place)
        answer = Client().post(
            "/api/v1/token", {"grant_type": grant}, headers={"Authorization": basic(key)}
        )
        assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")

    def test_it_may_be_asked_for_less_than_the_machine_may(self, place: Institution) -> None:
        _, key = open_machine(place)
        token = ask_for_token(key, scope="quote").json()["access_token"]
        his = signed_in(place)
        his.token = token
        assert code_of(asks(his)) == "scope_missing"

    def test_it_is_over_after_a_quarter_of_an_hour(self, place: Institution) -> None:
        his = signed_in(place)
        with time_machine.travel(timezone.now() + timedelta(seconds=901), tick=False):
            answer = asks(his)
        assert (answer.status_code, code_of(answer)) == (401, "not_signed_in")
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]

    def test_its_check_is_one_statement_that_brings_the_institution(
        self, place: Institution
    ) -> None:
        his = signed_in(place)
        with CaptureQueriesContext(connection) as queries:
            asks(his)
        # The token with its institution, and the claim.
        assert len(queries) == 2

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic x", "Bearer \x7f"])
    def test_nothing_is_open_without_one(self, header: str) -> None:
        answer = Client().get("/api/v1/claims/x", headers={"Authorization": header})
        assert (answer.status_code, code_of(answer)) == (401, "not_signed_in")

    def test_a_users_session_opens_nothing(self, client: Client, keeper: User) -> None:
        client.force_login(keeper)
        assert client.get("/api/v1/claims/x").status_code == 401


class TestLimits:
    @pytest.mark.parametrize("scope", ["quote", "reconcile"])
    def test_a_scope_opens_its_own_addresses(self, place: Institution, scope: str) -> None:
        his = signed_in(place, scopes=(scope,))
        answer = asks(his)
        assert (answer.status_code, code_of(answer)) == (403, "scope_missing")
        assert 'scope="settle"' in answer.headers["WWW-Authenticate"]

    def test_less_scope_holds_for_tokens_that_are_out(
        self, place: Institution, keeper: User
    ) -> None:
        his = signed_in(place)
        assert code_of(asks(his)) == "no_such_claim"
        done(
            machines.limit_machine(
                machine_id=his.machine.pk,
                scopes=["quote"],
                networks=[],
                by=keeper,
                now=timezone.now(),
            )
        )
        assert code_of(asks(his)) == "scope_missing"

    def test_it_comes_from_its_networks_alone(self, place: Institution) -> None:
        machine, key = open_machine(place, networks=("203.0.113.0/24",))
        assert ask_for_token(key).status_code == 401
        his = signed_in(place)
        Machine.objects.filter(pk=his.machine.pk).update(networks=["203.0.113.0/24"])
        answer = asks(his)
        assert (answer.status_code, code_of(answer)) == (403, "address_not_allowed")
        his.client.defaults["REMOTE_ADDR"] = "203.0.113.77"
        assert code_of(asks(his)) == "no_such_claim"
        assert machine.networks == ["203.0.113.0/24"]

    @pytest.mark.parametrize(
        ("address", "may"),
        [
            ("203.0.113.1", True),
            ("::ffff:203.0.113.1", True),
            ("203.0.114.1", False),
            ("2001:db8::1", True),
            ("", False),
            ("nonsense", False),
        ],
    )
    def test_addresses_are_read_as_addresses(self, address: str, may: bool) -> None:
        assert may_come_from(["203.0.113.0/24", "2001:db8::/32"], address) is may

    @pytest.mark.parametrize("text", ["", "x", "203.0.113.1/24", "203.0.113.0/33"])
    def test_what_is_no_network_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidMachine):
            read_networks([text])

    @pytest.mark.parametrize("scopes", [[], ["admin"], ["settle", "x"]])
    def test_what_is_no_scope_is_refused(self, scopes: list[str]) -> None:
        with pytest.raises(InvalidMachine):
            read_scopes(scopes)


class TestKeys:
    def test_two_keys_overlap_and_a_third_waits(self, place: Institution, keeper: User) -> None:
        machine, first = open_machine(place)
        now = timezone.now()
        second = done(machines.give_key(machine_id=machine.pk, by=keeper, now=now))

        assert ask_for_token(first).status_code == ask_for_token(second).status_code == 200
        third = machines.give_key(machine_id=machine.pk, by=keeper, now=now)
        assert refused(third) == "two_keys"
        later = now + machines.OVERLAP
        with time_machine.travel(later, tick=False):
            assert ask_for_token(first).status_code == 401
            assert ask_for_token(second).status_code == 200
            assert done(machines.give_key(machine_id=machine.pk, by=keeper, now=later))

    def test_an_ended_key_takes_its_tokens_along(self, place: Institution, keeper: User) -> None:
        his = signed_in(place)
        assert code_of(asks(his)) == "no_such_claim"
        key = MachineKey.objects.get(client_id=his.key.client_id)
        done(machines.end_key(key_id=key.pk, by=keeper, now=timezone.now()))

        assert code_of(asks(his)) == "not_signed_in"
        assert ask_for_token(his.key).status_code == 401
        assert not OidcClient.objects.filter(pk=his.key.client_id).exists()
        again = machines.end_key(key_id=key.pk, by=keeper, now=timezone.now())
        assert refused(again) == "not_in_force"

    def test_a_closed_machine_is_shut_at_once(self, place: Institution, keeper: User) -> None:
        his = signed_in(place)
        done(machines.close_machine(machine_id=his.machine.pk, by=keeper, now=timezone.now()))

        assert code_of(asks(his)) == "not_signed_in"
        outcome = machines.give_key(machine_id=his.machine.pk, by=keeper, now=timezone.now())
        assert refused(outcome) == "machine_closed"

    def test_the_secret_is_kept_as_a_hash_alone(self, place: Institution) -> None:
        _, key = open_machine(place)
        kept = [*OidcClient.objects.values(), *AuditRecord.objects.values()]
        assert key.secret not in str(kept)

    def test_the_database_keeps_a_place_to_one_key(self, place: Institution) -> None:
        machine, _ = open_machine(place)
        with pytest.raises(IntegrityError), transaction.atomic():
            MachineKey.objects.create(
                machine=machine, place=1, client_id="x", begins_at=timezone.now()
            )


class TestKeeping:
    def test_an_administrator_of_the_area_keeps_its_sign_ins(
        self, place: Institution, keeper: User
    ) -> None:
        machine, _ = done(
            machines.open_machine(
                institution=place,
                name="HIS",
                scopes=["settle"],
                networks=[],
                by=keeper,
                now=timezone.now(),
            )
        )
        again = machines.open_machine(
            institution=place,
            name="HIS",
            scopes=["settle"],
            networks=[],
            by=keeper,
            now=timezone.now(),
        )
        assert refused(again) == "machine_name_taken"
        assert list(
            AuditRecord.objects.filter(object=f"machine:{machine.pk}").values_list("verb", "area")
        ) == [("claims.machine.give_key", HEFEI), ("claims.machine.open", HEFEI)]

    def test_nobody_else_does(self, place: Institution) -> None:
        machine, _ = open_machine(place)
        for user in (
            staff("zhou", Role.Kind.CASE_OFFICER, HEFEI),
            staff("boss of Wuhu", Role.Kind.ADMINISTRATOR, WUHU),
        ):
            with pytest.raises(NotAllowed):
                machines.give_key(machine_id=machine.pk, by=user, now=timezone.now())
            with pytest.raises(NotAllowed):
                machines.close_machine(machine_id=machine.pk, by=user, now=timezone.now())


class TestPages:
    @pytest.fixture
    def desk(self, client: Client, keeper: User) -> Client:
        User.objects.filter(pk=keeper.pk).update(is_staff=True)
        client.force_login(keeper)
        return client

    def test_a_sign_in_is_opened_and_its_secret_shown_once(
        self, desk: Client, place: Institution
    ) -> None:
        answer = desk.post(
            "/admin/claims/machine/open/",
            {"institution": place.code, "name": "HIS", "scopes": ["settle"], "networks": ""},
        )
        assert answer.status_code == 200
        machine = Machine.objects.get()
        key = answer.context["key"]
        assert key.secret in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
        assert ask_for_token(key).status_code == 200
        page = desk.get(f"/admin/claims/machine/{machine.pk}/change/")
        assert key.client_id in page.content.decode()
        assert key.secret not in page.content.decode()

    def test_its_keys_are_given_ended_and_closed_there(
        self, desk: Client, place: Institution
    ) -> None:
        machine, first = open_machine(place)
        answer = desk.post(f"/admin/claims/machine/{machine.pk}/give-key/")
        assert ask_for_token(answer.context["key"]).status_code == 200
        key = MachineKey.objects.get(client_id=first.client_id)
        desk.post(f"/admin/claims/machine/{machine.pk}/end-key/{key.pk}/")
        assert ask_for_token(first).status_code == 401
        desk.post(f"/admin/claims/machine/{machine.pk}/close/")
        machine.refresh_from_db()
        assert machine.closed_at is not None

    def test_it_is_limited_there(self, desk: Client, place: Institution) -> None:
        machine, _ = open_machine(place)
        where = f"/admin/claims/machine/{machine.pk}/limit/"
        wrong = desk.post(where, {"scopes": ["quote"], "networks": "203.0.113.1/24"})
        assert wrong.status_code == 400
        desk.post(where, {"scopes": ["quote"], "networks": "203.0.113.0/24\n"})
        machine.refresh_from_db()
        assert (machine.scopes, machine.networks) == (["quote"], ["203.0.113.0/24"])

    def test_another_areas_machine_is_not_found(self, desk: Client) -> None:
        machine, _ = open_machine(hospital(WUHU))
        for what in ("give-key", "close"):
            answer = desk.post(f"/admin/claims/machine/{machine.pk}/{what}/")
            assert answer.status_code == 404

    def test_allauths_own_pages_are_not_there(self, desk: Client, keeper: User) -> None:
        User.objects.filter(pk=keeper.pk).update(is_superuser=True)
        assert desk.get("/admin/allauth_idp_oidc/client/").status_code == 404
        assert desk.get("/login/identity/o/api/token").status_code == 404


def test_what_is_over_is_forgotten_and_request_keys_are_not(place: Institution) -> None:
    his = signed_in(place)
    his.get("claims/none-such")
    now = timezone.now()

    assert forget_old(now=now) == 0
    assert forget_old(now=now + timedelta(seconds=901)) == 1
    assert not Token.objects.exists()
