"""What happens next in a generated story: mostly something plausible, sometimes something refused.

Each plot looks at the oracle's state and gives the body of an event, or nothing where the story
has no place for it.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle import figures as law
from tests.oracle.days import first_day, last_day, month_before, month_of, next_month
from tests.oracle.model import Model
from tests.oracle.people import Member
from tests.oracle.plots_claims import ClaimPlots

Body = dict[str, Any]


class Plots(ClaimPlots):
    """The plots of everything but claims, and the choice among all of them."""

    def __init__(self, rng: random.Random, model: Model, kind: str) -> None:
        super().__init__(rng, model)
        self.kind = kind
        self.weights: dict[str, int] = {
            "contribute": 16,
            "credit": 13,
            "close_year": 4,
            "payout": 2,
            "move": 5,
            "bind": 12,
            "unbind": 2,
            "register_residence": 4,
            "end_residence": 2,
            "stay": 3,
            "claim": 28,
            "reverse": 8,
            "refund": 9,
            "premium": 7,
        }
        if kind == "large_family":
            self.weights["bind"] = 40
        if kind == "movers":
            self.weights.update(bind=20, move=16)

    def next_event(self, day: date) -> tuple[str, Body]:
        while True:
            verbs = list(self.weights)
            verb = self.rng.choices(verbs, weights=list(self.weights.values()))[0]
            plot: Callable[[date], Body | None] = getattr(self, verb)
            body = plot(day)
            if body is not None:
                return verb, body

    def contribute(self, day: date) -> Body | None:
        workers = [p for p in self.people if p.scheme == "employee"]
        active = [p for p in workers if not p.is_retired(day) and not p.has_left]
        member = self.pick(active if active and self.likely() else workers)
        if member is None:
            return None
        now = month_of(day)
        unpaid = self._unpaid_months(member, now)
        if unpaid and self.likely():
            count = self.rng.choice([1, 1, 2, 3, len(unpaid)])
            months = unpaid[-count:]
            if self.chance(0.15):
                months = unpaid[:count]
            if now in months and self.chance(0.6):
                months = [*months, *self._unpaid_ahead(member, now)]
        else:
            months = [self.rng.choice([now, next_month(now), month_before(now)])]
        return {"member": member.name, "months": months, "base": self._base()}

    def _unpaid_months(self, member: Member, now: str) -> list[str]:
        """Up to half a year of months still to be paid, oldest first."""
        months: list[str] = []
        month = now
        for _ in range(6):
            if month not in member.contributions and not member.is_retired(first_day(month)):
                months.insert(0, month)
            month = month_before(month)
        return months

    def _unpaid_ahead(self, member: Member, now: str) -> list[str]:
        """One to four months paid in advance."""
        months = []
        month = now
        for _ in range(self.rng.randrange(1, 5)):
            month = next_month(month)
            if month not in member.contributions and not member.is_retired(first_day(month)):
                months.append(month)
        return months

    def _base(self) -> str:
        rng = self.rng
        if self.chance(0.4):
            return rng.choice(["5000.00", "10000.00", "25000.00", "50000.00"])
        return f"{rng.randrange(300000, 3000000) / 100:.2f}"

    def credit(self, day: date) -> Body | None:
        areas = sorted({p.area_now for p in self.people})
        waiting = sorted(
            {
                p.area_now
                for p in self.people
                if set(p.contributions) - p.credited_months and not p.has_left
            }
        )
        area = self.rng.choice(waiting if waiting and self.likely() else areas)
        if self.chance(0.02):
            area = self.rng.choice(list(law.AREAS))
        month = month_of(day)
        turn = self.rng.random()
        if turn < 0.25:
            month = month_before(month)
        elif turn < 0.35:
            month = month_before(month_before(month))
        elif turn < 0.38:
            month = next_month(month)
        elif turn < 0.40:
            month = f"{day.year}-12"
        return {"area": area, "month": month}

    def close_year(self, day: date) -> Body | None:
        """Mostly an area's oldest open year; sometimes one out of turn."""
        rng = self.rng
        open_years: dict[str, set[int]] = {}
        for person in self.people:
            years = self.model.accounts[person.name].open_years_before(day.year)
            if years and not person.has_left:
                open_years.setdefault(person.area_now, set()).update(years)
        if open_years and self.likely():
            area = rng.choice(sorted(open_years))
            behind = [a for a, years in open_years.items() if len(years) > 1]
            if behind and self.chance(0.5):
                return {"area": rng.choice(behind), "year": day.year - 1}
            return {"area": area, "year": min(open_years[area])}
        if self.chance(0.35):
            area = rng.choice(sorted({p.area_now for p in self.people}))
            return {"area": area, "year": day.year - rng.choice([0, 1, 2])}
        return None

    def payout(self, day: date) -> Body | None:
        gone = [p for p in self.people if p.has_left]
        staying = [p for p in self.people if not p.has_left]
        if len(staying) <= 3 or (gone and self.chance(0.25)):
            member = self.pick(gone)
        else:
            member = self.pick(staying)
        if member is None:
            return None
        return {"member": member.name, "reason": self.rng.choice(["death", "emigration"])}

    def move(self, day: date) -> Body | None:
        member = self.anybody()
        here = member.area_now
        bound = {n for b in self.model.families.active() for n in (b.authorizer, b.member)}
        if bound and self.chance(0.6):
            member = self.model.people[self.rng.choice(sorted(bound))]
            here = member.area_now
        near = [a for a in self.areas_in_story() if a[:2] == here[:2] and a != here]
        turn = self.rng.random()
        if near and turn < 0.72:
            area = self.rng.choice(near)
        elif turn < 0.9:
            area = self.rng.choice(self.areas_in_story())
        elif turn < 0.95:
            area = self.rng.choice(list(law.AREAS))
        else:
            area = law.PROVINCIAL_DIRECT
        return {"member": member.name, "area": area}

    def bind(self, day: date) -> Body | None:
        rng = self.rng
        authorizer, member = self._pair(day)
        relation = rng.choice(["spouse", "parent", "child"])
        body: Body = {"authorizer": authorizer, "member": member, "relation": relation}
        if self.chance(0.03):
            body["relation"] = rng.choice(["sibling", "grandparent", "friend"])
        if self.chance(0.03):
            body["consent"] = False
        elif self.chance(0.05):
            body["consent"] = True
        return body

    def _pair(self, day: date) -> tuple[str, str]:
        rng = self.rng
        names = [p.name for p in self.people]
        if self.kind == "large_family" and self.chance(0.75):
            return names[0], rng.choice(names[1:])
        if self.kind == "movers" and self.chance(0.6):
            return rng.choice(names), rng.choice(names[:2])
        if not self.likely():
            return rng.choice(names), rng.choice(names)
        holders = [
            p
            for p in self.people
            if not p.has_left
            and p.area_now != law.PROVINCIAL_DIRECT
            and p.has_account(p.area_now, day)
        ]
        authorizer = self.pick(holders) or self.anybody()
        near = [
            p.name
            for p in self.people
            if p.name != authorizer.name
            and not p.has_left
            and p.area_now[:2] == authorizer.area_now[:2]
            and p.area_now != law.PROVINCIAL_DIRECT
            and self.model.families.find(authorizer.name, p.name) is None
        ]
        return authorizer.name, rng.choice(near or names)

    def unbind(self, day: date) -> Body | None:
        active = self.model.families.active()
        if active and self.chance(0.8):
            binding = self.rng.choice(active)
            return {"authorizer": binding.authorizer, "member": binding.member}
        return {"authorizer": self.anybody().name, "member": self.anybody().name}

    def register_residence(self, day: date) -> Body | None:
        member = self.anybody()
        standing = {r.area for r in member.registrations if r.ended is None}
        away = [
            a
            for a in self.areas_of_providers()
            if a not in member.home_areas(day) and a not in standing
        ]
        if not away:
            return None
        kind = self.rng.choice(["resettled", "long_term", "posted"])
        return {"member": member.name, "area": self.rng.choice(away), "kind": kind}

    def end_residence(self, day: date) -> Body | None:
        """Never of somebody who has left: the rules do not say what the answer is then."""
        standing = [
            (p.name, r.area)
            for p in self.people
            if not p.has_left
            for r in p.registrations
            if r.ended is None
        ]
        if standing and self.chance(0.7):
            name, area = self.rng.choice(standing)
            return {"member": name, "area": area}
        member = self.pick([p for p in self.people if not p.has_left])
        if member is None or self.chance(0.5):
            return None
        return {"member": member.name, "area": self.rng.choice(self.areas_of_providers())}

    def stay(self, day: date) -> Body | None:
        begun = day + timedelta(days=self.rng.randrange(-20, 15))
        if self.chance(0.2):
            begun = self.rng.choice([first_day(month_of(day)), last_day(month_of(day))])
        ended = begun + timedelta(days=self.rng.choice([1, 2, 7, 14, 60]))
        kind = self.rng.choice(["hospital", "hospital", "ltc_specialised", "ltc_other"])
        return {"member": self.anybody().name, "kind": kind, "from": begun, "to": ended}

    def premium(self, day: date) -> Body | None:
        member, product = self._insured(day)
        who, _ = law.PRODUCTS.get((product, law.AREAS[member.area_now]), ({"own"}, day))
        payers = [member.name] if "own" in who else []
        if "relatives" in who:
            payers += self.model.authorizers_in_order(member)
        funds = sum((self.model.accounts[name].total(day) for name in payers), Decimal("0.00"))
        amount = Decimal(self.rng.randrange(100, 40000)) / 100
        if funds > 1 and self.chance(0.85):
            if self.chance(0.3):
                amount = funds + self.rng.choice([Decimal("0.00"), Decimal("0.01")])
            else:
                amount = (funds * self.rng.randrange(5, 95) / 100).quantize(law.FEN)
        return {"for": member.name, "product": product, "amount": f"{amount:.2f}"}

    def _insured(self, day: date) -> tuple[Member, str]:
        """Whose premium, and which: mostly one that somebody's account may pay."""
        rng = self.rng
        paid = [p for p in self.model.premiums if p.year == day.year]
        if paid and self.chance(0.12):
            again = rng.choice(paid)
            return self.model.people[again.member], again.product
        bound = sorted({b.member for b in self.model.families.active()})
        member = self.anybody()
        if bound and self.chance(0.7):
            member = self.model.people[rng.choice(bound)]
        if self.chance(0.03):
            return member, "pet_insurance"
        products = sorted({product for product, _ in law.PRODUCTS})
        notice = law.AREAS[member.area_now]
        payable = [p for p in products if (p, notice) in law.PRODUCTS]
        return member, rng.choice(payable if payable and self.chance(0.8) else products)
