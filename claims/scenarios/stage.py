"""The stage of one scenario: what each verb does, through the real operations."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from accounts import crediting
from accounts.closing import close_year, interest_in
from accounts.ledger import turned
from accounts.models import LedgerAccount, Run, Transfer
from claims import operations as claims
from claims.bill import Bill, InvalidBill
from claims.clearing import clearing_totals
from claims.models import Claim
from families.bindings import bind, unbind
from families.departures import payout
from families.moves import move
from families.premiums import pay_premium
from members import operations as members
from members.models import Registration, Stay
from policy.book import load_book
from record.outcome import Refusal

from .cast import ACTOR, BEGINNING, Cast
from .reading import Event, ScenarioError, day, money, month, months, one_of, text, truth, whole

Outcome = dict[str, Any]


class Stage(Cast):
    """Plays the events of a scenario, one by one."""

    def play(self, event: Event) -> Outcome:
        """Let one event happen and return what came of it, with every key."""
        handler: Callable[[Event], Any] = getattr(self, f"_{event.verb}")
        try:
            result = handler(event)
        except InvalidBill as error:
            raise ScenarioError(str(error), line=event.line) from None
        if isinstance(result, Refusal):
            return {"error": result.code}
        return result if isinstance(result, dict) else {}

    def _contribute(self, event: Event) -> Any:
        body = event.body
        body.only("member", "months", "base")
        return members.pay_contributions(
            person_id=self.person(body),
            months=body.read("months", months),
            base=body.read("base", money),
            paid_on=event.day,
            actor=ACTOR,
        )

    def _credit(self, event: Event) -> Any:
        event.body.only("area", "month")
        run = crediting.credit(
            area=self.area(event.body),
            month=event.body.read("month", month),
            day=event.day,
            actor=ACTOR,
        )
        if not isinstance(run, Run):
            return run
        amounts = {
            self.names[person_id]: _yuan(amount)
            for person_id, amount in crediting.credited_in(run).items()
        }
        disburses = _disburses(run)
        outcome: Outcome = {"credited": {} if disburses else amounts}
        unpriced: dict[str, list[str]] = {}
        for person_id, skipped_month, _reason in sorted(crediting.skipped_in(run)):
            unpriced.setdefault(self.names[person_id], []).append(f"{skipped_month:%Y-%m}")
        if unpriced:
            outcome["unpriced"] = unpriced
        if disburses and amounts:
            outcome["disbursed"] = amounts
        return outcome

    def _close_year(self, event: Event) -> Any:
        event.body.only("area", "year")
        run = close_year(
            area=self.area(event.body),
            year=event.body.read("year", whole(1900, 9998)),
            day=event.day,
            actor=ACTOR,
        )
        if not isinstance(run, Run):
            return run
        return {
            "interest": {
                self.names[person_id]: {
                    "current": _yuan(interest.current),
                    "carried": _yuan(interest.carried),
                }
                for person_id, interest in sorted(interest_in(run).items())
            }
        }

    def _payout(self, event: Event) -> Any:
        event.body.only("member", "reason")
        done = payout(
            person_id=self.person(event.body),
            reason=event.body.read("reason", one_of("death", "emigration")),
            day=event.day,
            actor=ACTOR,
        )
        return done if isinstance(done, Refusal) else {"amount": _yuan(done.amount)}

    def _move(self, event: Event) -> Any:
        event.body.only("member", "area")
        done = move(
            person_id=self.person(event.body),
            area=self.area(event.body),
            day=event.day,
            actor=ACTOR,
        )
        if isinstance(done, Refusal):
            return done
        ended = [
            [self.names[row["authorizer"]], self.names[row["member"]], row["code"]]
            for row in done.ended
        ]
        return {"ended": ended} if ended else {}

    def _bind(self, event: Event) -> Any:
        body = event.body
        body.only("authorizer", "member", "relation", "consent")
        binding = bind(
            authorizer_id=self.person(body, "authorizer"),
            member_id=self.person(body),
            relation=body.read("relation", text),
            notice=self.notice if body.read("consent", truth, True) else None,
            day=event.day,
            actor=ACTOR,
        )
        return binding if isinstance(binding, Refusal) else {"cross_area": binding.cross_area}

    def _unbind(self, event: Event) -> Any:
        event.body.only("authorizer", "member")
        return unbind(
            authorizer_id=self.person(event.body, "authorizer"),
            member_id=self.person(event.body),
            day=event.day,
            actor=ACTOR,
        )

    def _register_residence(self, event: Event) -> Any:
        body = event.body
        body.only("member", "area", "kind")
        applied = members.apply_for_residence(
            person_id=self.person(body),
            area=self.area(body),
            kind=body.read("kind", one_of(*Registration.Kind.values)),
            day=event.day,
            actor=ACTOR,
        )
        if isinstance(applied, Refusal):
            return applied
        return members.approve_residence(
            registration_id=applied.pk, begins_on=event.day, day=event.day, actor=ACTOR
        )

    def _end_residence(self, event: Event) -> Any:
        event.body.only("member", "area")
        return members.end_residence(
            person_id=self.person(event.body),
            area=self.area(event.body),
            day=event.day,
            actor=ACTOR,
        )

    def _stay(self, event: Event) -> Any:
        body = event.body
        body.only("member", "kind", "from", "to")
        begins, ends = body.read("from", day), body.read("to", day, None)
        if ends is not None and ends < begins:
            raise body.refuse("to: lies before from")
        return members.record_stay(
            person_id=self.person(body),
            kind=body.read("kind", one_of(*Stay.Kind.values)),
            begins_on=begins,
            ends_on=ends,
            day=event.day,
            actor=ACTOR,
        )

    def _claim(self, event: Event) -> Any:
        body = event.body
        body.only(
            "id",
            "member",
            "provider",
            "category",
            "service_date",
            "lines",
            "prescriber_level",
            "merged_into_admission",
            "other_scheme_paid",
        )
        prescriber_level = body.read("prescriber_level", whole(0, 3), None)
        claim = claims.settle(
            bill=Bill(
                number=body.read("id", text),
                institution=self.institution(body),
                visit_number=body.read("id", text),
                bill_number=body.read("id", text),
                patient_id=self.person(body),
                category=body.read("category", one_of(*Claim.Category.values), "outpatient"),
                service_date=body.read("service_date", day, event.day),
                lines=self.lines(body, "lines"),
                prescriber=self.prescriber(prescriber_level),
                merged_into_admission=body.read("merged_into_admission", truth, False),
                other_scheme_paid=body.read("other_scheme_paid", money, Decimal("0.00")),
            ),
            day=event.day,
            actor=ACTOR,
        )
        return claim if isinstance(claim, Refusal) else self.figures_of(claim)

    def _reverse(self, event: Event) -> Any:
        event.body.only("claim")
        undone = claims.reverse(number=event.body.read("claim", text), day=event.day, actor=ACTOR)
        return undone if isinstance(undone, Refusal) else self._undone(undone)

    def _refund(self, event: Event) -> Any:
        body = event.body
        body.only("claim", "remaining_lines", "new_claim", "other_scheme_paid")
        claim = body.read("claim", text)
        if "remaining_lines" in body:
            undone = claims.refund_partly(
                number=claim,
                remaining=self.lines(body, "remaining_lines"),
                new_number=body.read("new_claim", text),
                other_scheme_paid=body.read("other_scheme_paid", money, Decimal("0.00")),
                day=event.day,
                actor=ACTOR,
            )
        else:
            undone = claims.refund(number=claim, day=event.day, actor=ACTOR)
        return undone if isinstance(undone, Refusal) else self._undone(undone)

    def _premium(self, event: Event) -> Any:
        body = event.body
        body.only("for", "product", "amount")
        premium = pay_premium(
            insured_id=self.person(body, "for"),
            product=body.read("product", text),
            amount=body.read("amount", money),
            day=event.day,
            actor=ACTOR,
        )
        if isinstance(premium, Refusal):
            return premium
        parts: dict[str, Decimal] = {}
        for transfer in Transfer.objects.filter(
            source=Transfer.Source.PREMIUM, source_id=premium.pk
        ).select_related("account"):
            assert transfer.account is not None
            assert transfer.account.person_id is not None
            name = self.names[transfer.account.person_id]
            parts[name] = parts.get(name, Decimal(0)) + transfer.amount
        return {"account": [[name, _yuan(amount)] for name, amount in parts.items()]}

    def figures_of(self, claim: Claim) -> Outcome:
        """Return the figures of section 6 for a claim."""
        amounts = (
            "gross",
            "out_of_policy",
            "first_self_pay",
            "in_policy",
            "remote_self_pay",
            "deductible",
            "pool",
        )
        return {
            **{name: _yuan(getattr(claim, name)) for name in amounts},
            "account": [
                [self.names[payer["person"]], payer["amount"]] for payer in claim.decision["payers"]
            ],
            "cash": _yuan(claim.cash),
            "reasons": sorted(claim.reasons),
        }

    def _undone(self, undone: claims.Undoing) -> Outcome:
        outcome: Outcome = {}
        if undone.held:
            outcome["held"] = {
                self.names[person_id]: _yuan(amount) for person_id, amount in undone.held.items()
            }
        if undone.settled is not None:
            outcome["settled"] = self.figures_of(undone.settled)
        return outcome

    # --- the end ----------------------------------------------------------------------------------

    def balances(self) -> Outcome:
        """Return the balances that are not nil, turned to the year of the last event."""
        last = self.scenario.events[-1].day if self.scenario.events else BEGINNING
        found = {}
        for account in LedgerAccount.objects.filter(kind=LedgerAccount.Kind.PERSONAL):
            current, carried = turned(account, last)
            if current or carried:
                assert account.person_id is not None
                found[self.names[account.person_id]] = {
                    "current": _yuan(current),
                    "carried": _yuan(carried),
                }
        return found

    def clearing(self) -> list[list[str]]:
        """Return the clearing totals as the format writes them."""
        return [
            [total.period, total.creditor_area, total.debtor_area, total.kind, _yuan(total.amount)]
            for total in clearing_totals()
        ]


def _disburses(run: Run) -> bool:
    return load_book().rules(run.area, run.day).account_use.value == "disbursed"


def _yuan(amount: Decimal) -> str:
    return f"{amount:.2f}"
