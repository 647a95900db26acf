"""What the application's role cannot do, tried as that role (rows 64 and 65)."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import ledger
from accounts.manual import propose_adjustment
from claims import operations as claims
from families.departures import payout
from families.moves import move
from members.operations import retire
from record import changes
from record.grants import grants
from record.models import Role
from record.sealing import seal_waiting
from tests.people import (
    ACTOR,
    HEFEI,
    WUHU,
    balance,
    bound,
    contribute,
    credit,
    done,
    enrol_one,
    give_money,
    hospital,
    settled,
    staff,
)

MONTH, DAY = date(2024, 3, 1), date(2024, 3, 26)

pytestmark = pytest.mark.django_db(transaction=True)

GROWING = [
    "accounts_transfer",
    "accounts_credit",
    "accounts_adjustment",
    "accounts_accountyear",
    "accounts_bankfile",
    "families_consent",
    "families_notice",
    "families_move",
    "families_payout",
    "claims_request",
    "policy_figure",
    "record_auditrecord",
    "record_auditseal",
    "members_personevent",
]
ATTACKS = [
    *(f"UPDATE {table} SET id = id" for table in GROWING if not table.endswith("event")),
    *(f"DELETE FROM {table}" for table in GROWING),
    *(f"TRUNCATE {table} CASCADE" for table in (*GROWING, "claims_claim", "record_change")),
    "DELETE FROM claims_claim",
    "UPDATE claims_claim SET pool = 0",
    "UPDATE claims_claim SET decision = '{}'",
    "DELETE FROM record_change",
    "UPDATE record_change SET payload = '{}'",
    "UPDATE record_change SET proposed_by_id = 1",
    "UPDATE record_role SET kind = 'administrator'",
    "DELETE FROM accounts_ledgeraccount",
    "UPDATE accounts_ledgeraccount SET person_id = NULL",
    "UPDATE accounts_ledgeraccount SET id = id + 1",
    "DELETE FROM accounts_run",
    "ALTER TABLE accounts_transfer DISABLE TRIGGER ALL",
    "ALTER TABLE accounts_ledgeraccount DROP CONSTRAINT account_current_not_negative",
    "DROP TABLE accounts_transfer",
    "ALTER TABLE record_auditrecord DISABLE TRIGGER USER",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "CREATE TABLE mine (id int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DELETE FROM django_migrations",
    "COPY accounts_transfer TO PROGRAM 'cat'",
]


@pytest.fixture(autouse=True)
def _granted() -> None:
    ledger.forget_account_ids()
    call_command("grant_roles", verbosity=0)


@pytest.fixture
def app() -> Any:
    """A cursor as the application's role, in one transaction that is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.DATABASE_APP_ROLE}")
        try:
            yield cursor
        finally:
            cursor.execute("RESET ROLE")


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused(app: Any, attack: str) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011
        app.execute(attack)
    assert isinstance(raised.value.__cause__, psycopg.errors.Error), raised.value
    assert not isinstance(raised.value.__cause__, psycopg.errors.UndefinedTable)


def test_the_portal_does_its_work_with_these_rights(app: Any) -> None:
    lin, mei = enrol_one("lin"), enrol_one("mei")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    bound(lin, mei, day=DAY)
    claim = settled(mei, hospital(), "100.00", day=DAY, category="account_only")
    done(claims.refund(number=claim.number, day=DAY, actor=ACTOR))
    done(move(person_id=lin.pk, area=WUHU, day=DAY, actor=ACTOR))
    contribute(mei, month=MONTH, day=DAY)
    credit(HEFEI, month=MONTH, day=DAY)
    done(retire(person_id=mei.pk, retired_on=DAY, day=DAY, actor=ACTOR))
    seal_waiting()
    done(payout(person_id=lin.pk, reason="emigration", day=DAY, actor=ACTOR))
    assert balance(lin) == 0


def test_four_eyes_hold_in_sql_as_the_application(app: Any) -> None:
    lin = enrol_one("lin")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    zhou = staff("zhou", Role.Kind.FINANCE_CLERK, HEFEI)
    change = done(
        propose_adjustment(
            person_id=lin.pk, month=MONTH, difference=1 * balance(lin), reason="-", by=zhou, day=DAY
        )
    )
    with pytest.raises(Exception) as raised:  # noqa: PT011
        app.execute(
            "UPDATE record_change SET state = 'approved', decided_by_id = proposed_by_id,"
            " decided_on = now() WHERE id = %s",
            [change.pk],
        )
    assert isinstance(raised.value.__cause__, psycopg.errors.CheckViolation)
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    done(changes.approve(change_id=change.pk, by=wu, day=DAY))


def test_every_model_of_the_rooms_has_its_grant() -> None:
    tables = {grant.table for grant in grants()}
    rooms = {"accounts", "claims", "families", "members", "policy", "record"}
    missing = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in rooms and not model._meta.proxy
    } - tables
    assert missing == set()


def test_a_role_that_does_not_exist_is_said_in_one_sentence(settings: Any) -> None:
    settings.DATABASE_APP_ROLE = "nobody_at_all"
    with pytest.raises(CommandError, match="CREATE ROLE nobody_at_all LOGIN"):
        call_command("grant_roles")
