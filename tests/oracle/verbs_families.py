"""Bindings, moves and premiums (section 5)."""

from datetime import date
from decimal import Decimal

from tests.oracle import figures as law
from tests.oracle.bindings import Binding, is_cross_area
from tests.oracle.days import month_of
from tests.oracle.figures import ZERO
from tests.oracle.state import Body, Outcome, Premium, RefusalError, State, by_payer, known_area


class FamilyVerbs(State):
    def verb_bind(self, day: date, body: Body) -> Outcome:
        authorizer = self.person(body["authorizer"])
        member = self.person(body["member"])
        code = self.families.refusal(
            authorizer=authorizer,
            member=member,
            relation=str(body["relation"]),
            consent=bool(body.get("consent", True)),
            people=self.people,
            day=day,
        )
        if code is not None:
            raise RefusalError(code)
        binding = Binding(authorizer=authorizer.name, member=member.name)
        self.families.bindings.append(binding)
        return {"cross_area": is_cross_area(binding, self.people)}

    def verb_unbind(self, day: date, body: Body) -> Outcome:
        authorizer = self.person(body["authorizer"])
        member = self.person(body["member"])
        binding = self.families.find(authorizer.name, member.name)
        if binding is None:
            raise RefusalError("not_bound")
        binding.active = False
        return {}

    def verb_move(self, day: date, body: Body) -> Outcome:
        member = self.person(body["member"])
        new_area = known_area(body["area"])
        old_area = member.area_now
        if member.has_left:
            raise RefusalError("member_left")
        if new_area == old_area:
            raise RefusalError("same_area")
        if new_area == law.PROVINCIAL_DIRECT:
            raise RefusalError("provincial_direct_excluded")
        self.clearing.owe(
            period=month_of(day),
            creditor=new_area,
            debtor=old_area,
            kind="transfer",
            amount=self.accounts[member.name].total(day),
        )
        for registration in member.registrations:
            if registration.ended is None:
                registration.ended = day
        member.moves.append((day, new_area))
        ended = self.families.judge_after_move(mover=member.name, people=self.people, day=day)
        if not ended:
            return {}
        return {"ended": [[b.authorizer, b.member, code] for b, code in ended]}

    def verb_premium(self, day: date, body: Body) -> Outcome:
        member = self.person(body["for"])
        product = str(body["product"])
        wanted = Decimal(str(body["amount"]))
        if member.has_left:
            raise RefusalError("member_left")
        area = member.area_now
        who, begun = law.PRODUCTS.get((product, law.AREAS[area]), (set(), date.max))
        if not who or day < begun:
            raise RefusalError("product_not_allowed")
        if not self.book.family_premiums(area):
            if "own" not in who:
                raise RefusalError("collection_mode_not_supported")
            who = {"own"}
        if Premium(member.name, product, day.year) in self.premiums:
            raise RefusalError("premium_already_paid")
        payers = []
        if "own" in who:
            payers.append(member.name)
        if "relatives" in who:
            payers.extend(self.authorizers_in_order(member))
        if sum((self.accounts[p].total(day) for p in payers), ZERO) < wanted:
            raise RefusalError("insufficient_funds")
        payments = self.take(day, payers, wanted)
        for payment in payments:
            self.clearing.owe(
                period=str(day.year),
                creditor=area,
                debtor=payment.area,
                kind="premium",
                amount=payment.amount,
            )
        self.premiums.append(Premium(member.name, product, day.year))
        return {"account": by_payer(payments)}
