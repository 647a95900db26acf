"""The pure core of a claim: the order of the law, its steps and its sources."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.waterfall import Part, Purse, waterfall
from claims.engine.adjudicate import adjudicate
from claims.engine.decision import Decision, NoPolicyInForce
from claims.engine.facts import Facts, Line, Patient, Provider, Used
from policy.book import EnteredFigure, load_book

DAY = date(2023, 3, 2)
YANGZHOU, YANTAI, SUIZHOU = "321000", "370600", "421300"


def facts_in(area: str, *amounts: str, level: int = 1, **changes: object) -> Facts:
    """A bill of class A lines of an active member in good standing, at home."""
    return Facts(
        service_date=DAY,
        category="outpatient",
        provider=Provider(
            area, "hospital", level, networked=True, designated=True, outpatient=True
        ),
        patient=Patient(
            area=area,
            scheme="employee",
            retired=False,
            paid_months=frozenset({date(2023, 3, 1)}),
            stays=frozenset(),
            registered=False,
        ),
        used=Used(),
        lines=tuple(Line(amount=Decimal(amount)) for amount in amounts),
        **changes,  # type: ignore[arg-type]
    )


def decide(facts: Facts) -> Decision:
    return adjudicate(facts, load_book().rules(facts.patient.area, facts.service_date))


class TestSteps:
    def test_each_step_names_its_figures_and_the_clause_they_stand_on(self) -> None:
        decision = decide(facts_in(YANTAI, "1000.00", level=2))
        assert [step.name for step in decision.steps] == [
            "bill",
            "deductible",
            "ratio",
            "cap",
            "payable",
        ]
        deductible, ratio, cap = decision.steps[1:4]
        assert deductible.figures["threshold"] == "800.00"
        assert deductible.sources[0].clause == "YT-2.1.1a"
        assert (ratio.figures["ratio"], ratio.sources[0].clause) == ("0.60", "YT-2.1.2a")
        assert (cap.figures["cap"], cap.sources[0].clause) == ("1800.00", "YT-2.1.3")
        assert decision.pool == Decimal("120.00")

    def test_a_trip_away_from_yantai_is_a_step_of_its_own(self) -> None:
        facts = facts_in(YANTAI, "2000.00", level=3)
        facts = replace(facts, provider=replace(facts.provider, area="340100"))
        decision = decide(facts)
        assert decision.steps[1].name == "remote_self_pay"
        assert (decision.remote_self_pay, decision.pool) == (Decimal("200.00"), Decimal("500.00"))

    def test_every_reason_is_given_with_its_source(self) -> None:
        facts = facts_in(SUIZHOU, "100.00")
        facts = replace(
            facts,
            category="account_only",
            provider=replace(facts.provider, kind="pharmacy", designated=False),
            patient=replace(facts.patient, paid_months=frozenset(), stays=frozenset({"hospital"})),
        )
        decision = decide(facts)
        assert [reason.code for reason in decision.reasons] == [
            "account_only",
            "hospital_stay",
            "no_prescription",
            "not_designated",
            "not_in_good_standing",
        ]
        assert all(reason.source.clause for reason in decision.reasons)
        assert decision.pool == decision.payable == 0

    def test_without_a_rule_in_force_nothing_is_decided(self) -> None:
        with pytest.raises(NoPolicyInForce):
            decide(facts_in("340100", "0.00"))

    def test_suizhous_pooled_total_binds_once_it_is_entered(self) -> None:
        facts = facts_in(SUIZHOU, "2000.00")
        figure = EnteredFigure(id=1, scope=SUIZHOU, key="pooled_total_limit", value="900.00")
        rules = load_book().with_figures([figure]).rules(SUIZHOU, DAY)
        decision = adjudicate(facts, rules)
        assert decision.pool == Decimal("900.00")
        assert decision.steps[-2].name == "total_limit"
        assert decide(facts).pool == Decimal("1200.00")


class TestTheBill:
    def test_class_b_pays_its_rate_first_rounded_for_each_line(self) -> None:
        lines = tuple(
            Line(amount=Decimal("0.05"), item_class="B", self_pay_rate=Decimal("0.10"))
            for _ in range(3)
        )
        decision = decide(replace(facts_in(YANGZHOU, "1.00"), lines=lines))
        # Half a fen, three times: each line is rounded up for itself.
        assert decision.first_self_pay == Decimal("0.03")

    @given(
        st.lists(
            st.builds(
                lambda fen, over, item_class, rate, purpose, coded: Line(
                    amount=Decimal(fen) / 100,
                    over_limit=Decimal(fen * over // 100) / 100,
                    item_class=item_class,
                    self_pay_rate=Decimal(rate) / 100,
                    purpose=purpose,
                    coded=coded,
                ),
                st.integers(0, 300_000),
                st.integers(0, 100),
                st.sampled_from("ABC"),
                st.integers(0, 100),
                st.sampled_from(["drug", "checkup", "vaccine_other"]),
                st.booleans(),
            ),
            min_size=1,
            max_size=6,
        ),
        st.sampled_from([YANGZHOU, YANTAI, SUIZHOU]),
        st.integers(0, 3),
        st.integers(0, 2_000_00),
        st.integers(0, 9_000_00),
    )
    def test_no_fen_is_lost_and_no_limit_passed(
        self, lines: list[Line], area: str, level: int, deductible: int, pool: int
    ) -> None:
        used = Used(Decimal(deductible) / 100, Decimal(pool) / 100)
        facts = replace(facts_in(area, "1.00", level=level), lines=tuple(lines), used=used)
        decision = decide(facts)
        terms = load_book().rules(area, DAY).outpatient
        assert terms is not None
        cap = terms.value.active.cap
        assert decision.gross == sum(line.amount for line in lines)
        assert decision.gross == (
            decision.out_of_policy + decision.first_self_pay + decision.in_policy
        )
        assert 0 <= decision.deductible <= decision.in_policy
        assert 0 <= decision.pool <= decision.in_policy - decision.deductible
        assert decision.pool <= max(Decimal(0), cap - used.pool)
        assert 0 <= decision.payable <= decision.gross - decision.pool


class TestTheWaterfall:
    def test_each_purse_pays_what_it_can_in_the_given_order(self) -> None:
        purses = [Purse(1, Decimal(120)), Purse(3, Decimal(100)), Purse(2, Decimal(200))]
        assert waterfall(Decimal(300), purses) == (
            Part(1, Decimal(120)),
            Part(3, Decimal(100)),
            Part(2, Decimal(80)),
        )

    @given(st.integers(0, 10_000), st.lists(st.integers(0, 5_000), max_size=8))
    def test_it_pays_all_that_there_is_and_no_more(self, fen: int, balances: list[int]) -> None:
        purses = [Purse(place, Decimal(balance)) for place, balance in enumerate(balances)]
        parts = waterfall(Decimal(fen), purses)
        assert sum(part.amount for part in parts) == min(fen, sum(balances))
        assert all(0 < part.amount <= balances[part.person_id] for part in parts)
        paid_by = [part.person_id for part in parts]
        assert paid_by == sorted(paid_by)
