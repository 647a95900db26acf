"""The demonstration province, at a small scale: what it holds, and that it comes out the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings

from accounts.checks import ledger_problems
from accounts.models import Credit, LedgerAccount, Run, Transfer
from claims.clearing import clearing_totals
from claims.models import Claim, Institution
from families.models import Binding
from members import identity
from members.models import Person, Registration, Ticket, User
from policy.models import Figure
from portal.demo import AlreadyLoaded, load, sign_ins
from portal.demo.areas import QUOTAS
from portal.demo.numbers import NOBODYS_REGION, IdNumbers
from record.models import Change, Paper, Role

#: So that this file alone finds a database, too; each test looks inside the province's transaction.
pytestmark = pytest.mark.django_db

# Long after the first year's turn and the opening between areas, and early enough to be quick.
TODAY = date(2024, 7, 9)
SCALE = 0.05


def _load() -> Counter[str]:
    return load(today=TODAY, scale=SCALE, say=lambda _text: None)


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: Any) -> Iterator[Counter[str]]:
    """The province, loaded once with the rights of the application's role, and taken back."""
    from django.conf import settings

    role = connection.ops.quote_name(settings.DATABASE_APP_ROLE)
    with django_db_blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
        yield _load()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _in_the_province(province: Counter[str]) -> None:
    """Every test here looks at the same loaded province."""


def test_the_ledger_holds() -> None:
    assert ledger_problems() == []


def test_what_areas_owe_each_other_sums_to_nil_over_the_pairs() -> None:
    net: defaultdict[str, Decimal] = defaultdict(Decimal)
    for total in clearing_totals():
        assert total.creditor_area != total.debtor_area
        net[total.creditor_area] += total.amount
        net[total.debtor_area] -= total.amount
    assert net
    assert sum(net.values()) == 0


def test_every_area_has_members_and_runs_to_this_month(province: Counter[str]) -> None:
    for quota in QUOTAS:
        months = Run.objects.filter(area=quota.code, kind=Run.Kind.CREDIT, state=Run.State.DONE)
        periods = sorted(months.values_list("period", flat=True))
        assert f"{periods[0]:%Y-%m}" == quota.months_from
        assert periods[-1] == TODAY.replace(day=1)
        expected = (periods[-1].year - periods[0].year) * 12 + periods[-1].month - periods[0].month
        assert len(periods) == len(set(periods)) == expected + 1
    assert province["members"] == Person.objects.count()


def test_every_year_is_closed_but_the_present_one() -> None:
    open_accounts = LedgerAccount.objects.filter(
        kind=LedgerAccount.Kind.PERSONAL, frozen_on=None, closed_through__lt=TODAY.year - 1
    )
    assert not open_accounts.exists()
    assert not LedgerAccount.objects.filter(closed_through__gte=TODAY.year).exists()


def test_id_numbers_are_valid_and_nobodys() -> None:
    numbers = [identity.unseal(person.id_number_sealed) for person in Person.objects.all()]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert identity.parse_id_number(number, today=TODAY) == number
        assert number.startswith(NOBODYS_REGION)


def test_id_numbers_tell_men_from_women() -> None:
    numbers = IdNumbers()
    born = date(1990, 1, 1)
    given = [numbers.next(born=born, male=male) for male in (True, False, True, False)]
    assert len(set(given)) == 4
    assert [int(number[16]) % 2 for number in given] == [1, 0, 1, 0]


def test_there_are_claims_of_every_category_and_fate() -> None:
    categories = set(Claim.objects.values_list("category", flat=True))
    assert {"outpatient", "account_only"} <= categories
    assert {"settled", "refunded"} <= set(Claim.objects.values_list("state", flat=True))
    assert Claim.objects.filter(shared_paid__gt=0, own_paid=0).exists()
    assert Claim.objects.filter(pool__gt=0).exists()


def test_institutions_are_of_all_levels() -> None:
    levels = set(Institution.objects.values_list("kind", "terms__level"))
    assert {("hospital", 3), ("hospital", 1), ("pharmacy", 0)} <= levels


def test_the_figures_are_examples_of_two_persons() -> None:
    figures = list(Figure.objects.all())
    assert {figure.key for figure in figures} == {
        *("outpatient", "average_basic_pension", "in_force_until", "premium_amount"),
    }
    assert all(figure.example for figure in figures)
    assert all(figure.proposed_by_id != figure.approved_by_id for figure in figures)


def test_registrations_are_in_every_state() -> None:
    states = set(Registration.objects.values_list("state", flat=True))
    assert states == set(Registration.State.values)


def test_registrations_of_hefei_wait_in_every_state_with_their_papers() -> None:
    of_hefei = Registration.objects.filter(
        person__enrolments__area="340100", person__enrolments__ends_on=None
    )
    recent = of_hefei.filter(applied_on__gte=TODAY - timedelta(days=14))
    assert {"applied", "asked", "refused"} <= set(recent.values_list("state", flat=True))
    assert Change.objects.filter(
        kind="residence_back_dated", area="340100", state=Change.State.WAITING
    ).exists()
    things = [str(pk) for pk in recent.values_list("pk", flat=True)]
    with_papers = Paper.objects.filter(kind="registration", thing__in=things).values("thing")
    assert with_papers.distinct().count() == len(things) >= 7


def test_a_large_paper_bill_waits_for_the_second_person() -> None:
    waiting = Change.objects.filter(kind="paper_bill", state=Change.State.WAITING, area="340100")
    assert waiting.filter(proposed_by__username="zhou").exists()


def test_questions_came_by_every_way_and_are_in_every_state() -> None:
    of_hefei = Ticket.objects.filter(area="340100")
    assert set(of_hefei.values_list("channel", flat=True)) == set(Ticket.Channel.values)
    assert set(of_hefei.values_list("state", flat=True)) == set(Ticket.State.values)
    waiting = of_hefei.filter(state=Ticket.State.OPEN)
    assert set(waiting.values_list("level", flat=True)) == set(Ticket.Level.values)
    at_the_county = waiting.filter(level=Ticket.Level.COUNTY)
    assert at_the_county.filter(due_on__lt=TODAY).exists()
    assert at_the_county.filter(due_on=TODAY, owner__username="zhou").exists()
    assert at_the_county.filter(opened_on=TODAY, owner=None).exists()


def test_a_payout_waits_for_the_second_person() -> None:
    assert Change.objects.filter(kind="payout", state=Change.State.WAITING).count() == 1


def test_what_is_not_priced_is_left_to_staff() -> None:
    assert Run.objects.filter(kind=Run.Kind.CREDIT).exclude(skipped={}).exists()
    assert not Credit.objects.filter(area="321000", month__lt=date(2023, 1, 1)).exists()


def test_the_provincial_scheme_is_disbursed() -> None:
    kept = LedgerAccount.objects.filter(
        kind=LedgerAccount.Kind.PERSONAL, person__enrolments__area="349900"
    )
    assert not kept.exists()
    assert Transfer.objects.filter(kind=Transfer.Kind.DISBURSEMENT).exists()


def test_the_young_employee_has_a_family_of_six_across_two_areas() -> None:
    lin = Person.objects.get(user__username="lin")
    given = Binding.objects.filter(authorizer=lin, ended_on=None)
    assert given.count() == 5
    assert given.filter(cross_area=True).count() == 2


def test_a_son_elsewhere_pays_the_retirees_bills() -> None:
    he, son = (Person.objects.get(user__username=name) for name in ("he", "yuanhang"))
    paid = Transfer.objects.filter(
        account__person=son, kind=Transfer.Kind.SHARED_ACCOUNT, source=Transfer.Source.CLAIM
    )
    claims = Claim.objects.filter(pk__in=paid.values("source_id"))
    assert claims.exists()
    assert {claim.patient_id for claim in claims} == {he.pk}


def test_everybody_of_the_sign_ins_can_sign_in() -> None:
    for one in sign_ins():
        user = User.objects.get(username=one.user_name)
        assert user.is_active
        assert user.check_password(one.password)
        assert Role.objects.filter(user=user).exists() or Person.objects.filter(user=user).exists()


def test_the_sign_ins_are_printed_with_their_roles() -> None:
    printed = StringIO()
    call_command("demo_sign_ins", stdout=printed)
    for one in sign_ins():
        assert one.user_name in printed.getvalue()


def test_a_database_with_persons_is_refused() -> None:
    with pytest.raises(AlreadyLoaded):
        _load()


@override_settings(PUBLIC_URL="https://portal.example.org")
def test_a_portal_that_others_can_reach_is_refused() -> None:
    with pytest.raises(CommandError, match="yes-i-know"):
        call_command("load_demo")


def test_money_is_in_fen() -> None:
    amounts = Claim.objects.values_list("gross", flat=True)
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in amounts)
