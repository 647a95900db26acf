"""What no scenario can tell: paper bills, premium windows, cancelling, a reported death."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.checks import ledger_problems
from accounts.models import Transfer
from claims.clearing import clearing_totals
from claims.models import Accumulator
from families.collecting import hand_over
from families.departures import payout, report_death
from families.models import Binding, Premium
from families.premiums import cancel_premium, pay_premium
from members.operations import pay_contributions
from tests.people import (
    ACTOR,
    BENGBU,
    HEFEI,
    SUIZHOU,
    WUHU,
    balance,
    bound,
    contribute,
    done,
    enrol_one,
    enter_figure,
    give_money,
    hospital,
    refused,
    settled,
)

pytestmark = pytest.mark.django_db

JUNE = date(2024, 6, 1)
DAY = date(2024, 6, 10)


def premium(person: object, amount: str, *, day: date, product: str = "resident_insurance"):  # type: ignore[no-untyped-def]
    return pay_premium(
        insured_id=person.pk,  # type: ignore[attr-defined]
        product=product,
        amount=Decimal(amount),
        day=day,
        actor=ACTOR,
    )


class TestAPaperBill:
    def test_is_paid_by_the_pooled_fund_to_the_bank_and_touches_no_account(self) -> None:
        march = date(2023, 3, 1)
        lin = enrol_one("lin", area=SUIZHOU)
        give_money({lin: "200.00"}, month=march, day=march)
        claim = settled(lin, hospital(SUIZHOU), "1000.00", day=date(2023, 3, 5), paper=True)
        assert (claim.pool, claim.own_paid, claim.cash) == (
            Decimal("400.00"),
            Decimal("0.00"),
            Decimal("600.00"),
        )
        assert balance(lin) == Decimal("200.00")
        (transfer,) = Transfer.objects.filter(source="claim", source_id=claim.pk)
        assert transfer.to_account.key == f"bank:{SUIZHOU}"
        used = Accumulator.objects.get(person=lin)
        assert (used.deductible, used.pool) == (Decimal("500.00"), Decimal("400.00"))

    def test_from_another_area_is_not_cleared_for_the_fund_paid_itself(self) -> None:
        lin = enrol_one("lin", area="370600")
        contribute(lin, month=date(2023, 3, 1), day=date(2023, 3, 1))
        claim = settled(lin, hospital(HEFEI, level=3), "2000.00", day=date(2023, 3, 5), paper=True)
        assert claim.pool == Decimal("500.00")
        assert clearing_totals() == []


class TestAPremiumWithARow:
    @pytest.fixture
    def lin(self) -> object:
        lin, kid = enrol_one("lin"), enrol_one("kid", scheme="resident", born=date(2015, 1, 1))
        give_money({lin: "500.00"}, month=JUNE, day=JUNE)
        bound(lin, kid, day=date(2024, 6, 2), relation="child")
        enter_figure(
            HEFEI,
            "premium_amount",
            {
                "product": "resident_insurance",
                "amount": "380.00",
                "opens": "2024-09-01",
                "closes": "2024-12-31",
            },
            day=JUNE,
        )
        return kid

    def test_is_refused_with_another_amount_and_outside_its_window(self, lin: object) -> None:
        assert refused(premium(lin, "379.99", day=date(2024, 9, 1))) == "premium_amount_wrong"
        assert refused(premium(lin, "380.00", day=date(2024, 8, 31))) == "premium_window_closed"
        assert refused(premium(lin, "380.00", day=date(2025, 1, 1))) == "premium_window_closed"
        assert not Premium.objects.exists()
        done(premium(lin, "380.00", day=date(2024, 9, 1)))


class TestACancelledPremium:
    def test_gives_the_money_back_clears_the_opposite_and_may_be_paid_again(self) -> None:
        kid = enrol_one("kid", scheme="resident", born=date(2015, 1, 1))
        lin, chen = enrol_one("lin"), enrol_one("chen", area=WUHU)
        give_money({lin: "100.00", chen: "100.00"}, month=JUNE, day=JUNE)
        bound(lin, kid, day=date(2024, 6, 2), relation="child")
        bound(chen, kid, day=date(2024, 6, 2), relation="child")
        paid = done(premium(kid, "150.00", day=date(2024, 12, 30)))
        done(cancel_premium(premium_id=paid.pk, day=date(2025, 1, 2), actor=ACTOR))
        assert (balance(lin), balance(chen)) == (Decimal("100.00"), Decimal("100.00"))
        lin.account.refresh_from_db()
        # It was paid in an earlier year: it comes back to the carried-over balance.
        assert lin.account.carried == Decimal("100.00")
        assert [(row.period, row.amount) for row in clearing_totals()] == [
            ("2024", Decimal("50.00")),
            ("2025", Decimal("-50.00")),
        ]
        again = done(premium(kid, "150.00", day=date(2025, 1, 3)))
        assert len(done(hand_over(premium_ids=[again.pk], day=date(2025, 1, 4), actor=ACTOR))) == 1
        late = cancel_premium(premium_id=again.pk, day=date(2025, 1, 5), actor=ACTOR)
        assert refused(late) == "premium_not_cancellable"
        assert ledger_problems() == []


class TestAReportedDeath:
    def test_ends_everything_at_once_and_lists_what_is_to_be_recovered(self) -> None:
        pa, son = enrol_one("pa"), enrol_one("son")
        give_money({pa: "300.00"}, month=JUNE, day=JUNE)
        bound(pa, son, day=date(2024, 6, 2), relation="child")
        settled(son, hospital(HEFEI), "40.00", day=DAY, category="account_only")
        settled(pa, hospital(BENGBU), "60.00", day=DAY, category="account_only")
        items = done(
            report_death(
                person_id=pa.pk, died_on=date(2024, 6, 9), day=date(2024, 6, 12), actor=ACTOR
            )
        )
        assert sorted(item.transfer.amount for item in items) == [
            Decimal("40.00"),
            Decimal("60.00"),
        ]
        assert not Binding.objects.filter(ended_on=None).exists()
        # The account pays for nobody any more, and nothing else of theirs is taken.
        after = settled(
            son, hospital(HEFEI), "10.00", day=date(2024, 6, 13), category="account_only"
        )
        assert after.cash == Decimal("10.00")
        late = pay_contributions(
            person_id=pa.pk,
            months=[date(2024, 7, 1)],
            base=Decimal("1.00"),
            paid_on=date(2024, 7, 1),
            actor=ACTOR,
        )
        assert refused(late) == "member_left"
        again = report_death(person_id=pa.pk, died_on=DAY, day=date(2024, 6, 14), actor=ACTOR)
        assert refused(again) == "member_left"

        paid = done(payout(person_id=pa.pk, reason="death", day=date(2024, 7, 1), actor=ACTOR))
        assert paid.amount == Decimal("200.00") + paid.interest
        assert balance(pa) == 0
        second = payout(person_id=pa.pk, reason="death", day=date(2024, 7, 2), actor=ACTOR)
        assert refused(second) == "member_left"
        assert ledger_problems() == []
