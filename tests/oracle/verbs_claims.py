"""Claims, their undoing and their clearing rows (sections 6 to 8)."""

import copy
from datetime import date
from decimal import Decimal
from typing import Any

from tests.oracle import figures as law
from tests.oracle.bills import (
    Claim,
    Line,
    Provider,
    Share,
    Visit,
    add_up,
    pooled_share,
    read_line,
    reasons_against,
)
from tests.oracle.book import as_day
from tests.oracle.days import money, month_of
from tests.oracle.figures import ZERO
from tests.oracle.ledger import CARRIED
from tests.oracle.state import (
    Body,
    Outcome,
    RefusalError,
    ScenarioError,
    State,
    by_payer,
    known_area,
)


class ClaimVerbs(State):
    def verb_claim(self, day: date, body: Body) -> Outcome:
        provider = Provider(**body["provider"])
        provider.area = known_area(provider.area)
        level = body.get("prescriber_level")
        visit = Visit(
            member=self.person(body["member"]).name,
            provider=provider,
            service_date=as_day(body.get("service_date", day)),
            category=str(body.get("category", "outpatient")),
            prescriber_level=None if level is None else int(level),
            merged_into_admission=bool(body.get("merged_into_admission", False)),
            other_scheme_paid=Decimal(str(body.get("other_scheme_paid", "0.00"))),
        )
        if visit.category not in law.CATEGORIES:
            raise ScenarioError(f"unknown category {visit.category!r}")
        return self._settle(day, str(body["id"]), visit, _lines(body["lines"]))

    def verb_reverse(self, day: date, body: Body) -> Outcome:
        claim = self._standing_claim(body["claim"])
        if day > claim.settled_on:
            raise RefusalError("reversal_window_passed")
        return self._undo(day, claim, "reversed")

    def verb_refund(self, day: date, body: Body) -> Outcome:
        claim = self._standing_claim(body["claim"])
        if "remaining_lines" not in body:
            return self._undo(day, claim, "refunded")
        before = copy.deepcopy(self.__dict__)
        outcome = self._undo(day, claim, "refunded")
        visit = copy.deepcopy(claim.visit)
        visit.other_scheme_paid = Decimal(str(body.get("other_scheme_paid", "0.00")))
        try:
            outcome["settled"] = self._settle(
                day, str(body["new_claim"]), visit, _lines(body["remaining_lines"])
            )
        except RefusalError:
            self.__dict__.update(before)
            raise
        return outcome

    def _settle(self, day: date, claim_id: str, visit: Visit, lines: list[Line]) -> Outcome:
        member = self.people[visit.member]
        code = self._refusal(day, claim_id, visit, sum((line.amount for line in lines), ZERO))
        if code is not None:
            raise RefusalError(code)
        other = visit.other_scheme_paid
        area = member.area_on(visit.service_date)
        bill = add_up(lines, area)
        reasons = reasons_against(visit, member, area)
        share = Share()
        if not reasons:
            rule = self.book.outpatient(
                area, visit.service_date, member.is_retired(visit.service_date)
            )
            if rule is None:
                raise RefusalError("no_policy_in_force")
            deductible_used, pool_used = self._used(member.name, area, visit.service_date.year)
            share = pooled_share(
                visit=visit,
                member=member,
                area=area,
                in_policy=bill.in_policy,
                rule=rule,
                deductible_used=deductible_used,
                pool_used=pool_used,
            )
        payable = max(bill.account_payable - share.pool - other, ZERO)
        if not visit.provider.designated:
            payable = ZERO
        payers = [member.name]
        if visit.provider.area[:2] == member.area_now[:2]:
            payers += self.authorizers_in_order(member)
        payments = self.take(day, payers, payable)
        claim = Claim(visit=visit, area=area, settled_on=day, share=share, payments=payments)
        self.claims[claim_id] = claim
        self._clear(claim, month_of(day), sign=1)
        from_accounts = sum((p.amount for p in payments), ZERO)
        return {
            "gross": money(bill.gross),
            "out_of_policy": money(bill.out_of_policy),
            "first_self_pay": money(bill.first_self_pay),
            "in_policy": money(bill.in_policy),
            "remote_self_pay": money(share.remote_self_pay),
            "deductible": money(share.deductible),
            "pool": money(share.pool),
            "account": by_payer(payments),
            "cash": money(bill.gross - share.pool - other - from_accounts),
            "reasons": reasons,
        }

    def _refusal(self, day: date, claim_id: str, visit: Visit, gross: Decimal) -> str | None:
        """The refusals that are known before the rules are asked, in section 6's order."""
        member = self.people[visit.member]
        other = visit.other_scheme_paid
        allowed = member.scheme == "resident" or visit.category in law.OTHER_BENEFITS
        codes = {
            "duplicate_claim": claim_id in self.claims,
            "service_date_in_future": visit.service_date > day,
            "member_left": member.left_on is not None and visit.service_date >= member.left_on,
            "other_scheme_not_applicable": other > 0 and not allowed,
            "other_scheme_exceeds_bill": other > gross,
        }
        return next((code for code, applies in codes.items() if applies), None)

    def _undo(self, day: date, claim: Claim, how: str) -> Outcome:
        claim.undone = how
        self._clear(claim, month_of(day), sign=-1)
        held: dict[str, Decimal] = {}
        for payment in claim.payments:
            payer = self.people[payment.payer]
            if payer.has_left:
                held[payer.name] = held.get(payer.name, ZERO) + payment.amount
                continue
            same_year = claim.settled_on.year == day.year
            bucket = payment.bucket if same_year else CARRIED
            self.accounts[payer.name].add(day, bucket, payment.amount)
            self.clearing.owe(
                period=month_of(day),
                creditor=payer.area_now,
                debtor=payment.area,
                kind="transfer",
                amount=payment.amount,
            )
        return {"held": {name: money(amount) for name, amount in held.items()}} if held else {}

    def _standing_claim(self, claim_id: Any) -> Claim:
        claim = self.claims.get(str(claim_id))
        if claim is None:
            raise RefusalError("no_such_claim")
        if claim.undone is not None:
            raise RefusalError(f"already_{claim.undone}")
        return claim

    def _used(self, name: str, area: str, year: int) -> tuple[Decimal, Decimal]:
        """Deductible and pooled money that standing claims used: per member, area and year."""
        standing = [
            c.share
            for c in self.claims.values()
            if c.undone is None
            and c.visit.member == name
            and c.area == area
            and c.visit.service_date.year == year
        ]
        return sum((s.deductible for s in standing), ZERO), sum((s.pool for s in standing), ZERO)

    def _clear(self, claim: Claim, month: str, sign: int) -> None:
        """Section 8: who paid owes the institution's area; undoing writes the opposite."""
        creditor = claim.visit.provider.area
        self.clearing.owe(
            period=month,
            creditor=creditor,
            debtor=claim.area,
            kind="pool",
            amount=sign * claim.share.pool,
        )
        for payment in claim.payments:
            own = payment.payer == claim.visit.member
            self.clearing.owe(
                period=month,
                creditor=creditor,
                debtor=payment.area,
                kind="own_account" if own else "shared_account",
                amount=sign * payment.amount,
            )


def _lines(bodies: list[Body]) -> list[Line]:
    return [read_line(body) for body in bodies]
