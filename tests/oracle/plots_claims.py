"""What happens next in a generated story: claims of all kinds, and their undoing."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle import figures as law
from tests.oracle.model import Model
from tests.oracle.people import Member

Body = dict[str, Any]


class ClaimPlots:
    def __init__(self, rng: random.Random, model: Model) -> None:
        self.rng = rng
        self.model = model
        self.made_claims = 0
        self.bodies: dict[str, Body] = {}
        self.away = rng.sample(sorted(set(law.AREAS) - {law.PROVINCIAL_DIRECT}), 2)

    # Choosing

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def likely(self) -> bool:
        """Most of the time: the story takes its plausible turn."""
        return self.chance(0.88)

    @property
    def people(self) -> list[Member]:
        return list(self.model.people.values())

    def pick(self, among: list[Member]) -> Member | None:
        return self.rng.choice(among) if among else None

    def anybody(self) -> Member:
        """Somebody of the story, seldom one who has left."""
        staying = [p for p in self.people if not p.has_left]
        gone = [p for p in self.people if p.has_left]
        return self.rng.choice(gone if gone and self.chance(0.12) else staying)

    def areas_in_story(self) -> list[str]:
        return sorted({a for p in self.people for a in (p.area, p.area_now)})

    def areas_of_providers(self) -> list[str]:
        """Where institutions are: the areas of the story, and two where nobody is at home."""
        areas = {*self.areas_in_story(), *self.away} - {law.PROVINCIAL_DIRECT}
        if law.PROVINCIAL_DIRECT in self.areas_in_story():
            areas.add(law.HEFEI)
        return sorted(areas)

    # Claims

    def claim(self, day: date) -> Body | None:
        """More than half of the claims are such that the pooled fund may pay."""
        rng = self.rng
        plain = self.chance(0.6)
        member = self._patient(day, plain=plain)
        if self.bodies and self.chance(0.03):
            claim_id = rng.choice(sorted(self.bodies))
        else:
            claim_id = self._new_id()
        body: Body = {"id": claim_id, "member": member.name}
        service_date = day if plain else self._service_date(member, day)
        if service_date != day:
            body["service_date"] = service_date
        weights = [90, 10, 0, 0, 0, 0, 0] if plain else [44, 8, 20, 7, 7, 7, 7]
        categories = ["outpatient", "emergency", "account_only", *sorted(law.OTHER_BENEFITS)]
        category = rng.choices(categories, weights=weights)[0]
        if category != "outpatient":
            body["category"] = category
        body["provider"] = self._provider(member, service_date, plain=plain)
        if body["provider"].get("kind") == "pharmacy" and self.chance(0.9 if plain else 0.5):
            body["prescriber_level"] = rng.randrange(0, 4)
        if not plain and self.chance(0.07):
            body["merged_into_admission"] = True
        body["lines"] = [self._line() for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4]))]
        other = self._other_scheme(member, category, body["lines"])
        if other is not None:
            body["other_scheme_paid"] = other
        self.bodies.setdefault(claim_id, body)
        return body

    def _new_id(self) -> str:
        self.made_claims += 1
        return f"c{self.made_claims}"

    def _patient(self, day: date, *, plain: bool) -> Member:
        """Mostly somebody whose bill an account can pay; in good standing for a plain claim."""
        people = self.people
        turn = self.rng.random()
        if turn < 0.4:
            bound = {b.member for b in self.model.families.active()}
            people = [p for p in people if p.name in bound]
        elif turn < 0.8:
            people = [p for p in people if self.model.accounts[p.name].total(day) > 0]
        if plain:
            people = [
                p
                for p in people
                if p.scheme == "employee" and not p.has_left and p.in_good_standing(day)
            ]
        elif self.chance(0.25):
            people = [p for p in self.people if p.stays or p.registrations or p.moves]
        return self.rng.choice(people) if people else self.anybody()

    def _service_date(self, member: Member, day: date) -> date:
        """Mostly today; else a past day, often one on which something of the patient's turned."""
        back = self.rng.choice([0, 0, 1, 1, 5])
        ends = [r.ended for r in member.registrations if r.ended is not None]
        stays = [edge for _, begun, ended in member.stays for edge in (begun, ended)]
        moves = [moved_on - timedelta(days=back) for moved_on, _ in member.moves]
        others = [r.begun - timedelta(days=back) for r in member.registrations]
        others += [day.replace(day=1), date(day.year, 1, 1)]
        if member.left_on is not None:
            others.append(member.left_on)
        past = [day - timedelta(days=n) for n in (1, 2, 10, 31, 45, 90, 200)]
        future = [day + timedelta(days=n) for n in (1, 30)]
        kinds = [[day], future, ends, stays, moves, others, past]
        days = self.rng.choices(kinds, weights=[58, 3, 9, 9, 9, 5, 7])[0] or past
        chosen = self.rng.choice(days)
        return chosen if days is future else min(chosen, day)

    def _provider(self, member: Member, service_date: date, *, plain: bool) -> Body:
        rng = self.rng
        home = member.area_on(service_date)
        notice = law.AREAS[home]
        if home == law.PROVINCIAL_DIRECT and self.chance(0.9):
            home = law.HEFEI
        registered = [
            r.area
            for r in member.registrations
            if r.covers(service_date) or (r.ended is not None and r.ended >= service_date)
        ]
        area = home
        if registered and self.chance(0.6):
            area = rng.choice(registered)
        elif self.chance(0.4 if notice == law.YANTAI or not plain else 0):
            area = rng.choice(self.areas_of_providers())
        elif not plain and member.registrations and self.chance(0.5):
            area = rng.choice(member.registrations).area
        provider: Body = {"area": area}
        if self.chance(0.22 if not plain or notice in law.PHARMACIES_COVERED_IN else 0.04):
            provider["kind"] = "pharmacy"
        else:
            provider["level"] = rng.randrange(0, 4)
        if self.chance(0.1 if area == home else 0.3):
            provider["networked"] = False
        if not plain and self.chance(0.1):
            provider["designated"] = False
        if not plain and self.chance(0.1):
            provider["outpatient"] = False
        return provider

    def _line(self) -> Body:
        rng = self.rng
        sizes = [
            rng.randrange(500, 10000),
            rng.randrange(10000, 120000),
            rng.randrange(1, 15) * 10000,
            rng.randrange(300000, 1500000),
        ]
        fen = rng.choices(sizes, weights=[35, 40, 17, 8])[0]
        line: Body = {"amount": f"{Decimal(fen) / 100:.2f}"}
        turn = rng.random()
        if turn < 0.25:
            line["class"] = "B"
            line["self_pay_rate"] = rng.choice(["0.05", "0.10", "0.15", "0.20", "0.333", "0"])
        elif turn < 0.33:
            line["class"] = "C"
        elif turn < 0.40:
            line["class"] = "A"
        if self.chance(0.15):
            line["purpose"] = rng.choice(sorted(law.NEVER_IN_POLICY))
        elif self.chance(0.2):
            line["purpose"] = rng.choice(sorted(law.OTHER_PURPOSES))
        if self.chance(0.08):
            line["coded"] = False
        if self.chance(0.12):
            part = rng.choice([fen // 10, fen // 3, fen])
            line["over_limit"] = f"{Decimal(part) / 100:.2f}"
        return line

    def _other_scheme(self, member: Member, category: str, lines: list[Body]) -> str | None:
        gross = sum((Decimal(line["amount"]) for line in lines), Decimal("0.00"))
        allowed = member.scheme == "resident" or category in law.OTHER_BENEFITS
        if not self.chance(0.5 if allowed else 0.03):
            return None
        share = self.rng.choice([Decimal("0.3"), Decimal("0.7"), Decimal(1), Decimal("0.55")])
        if allowed and self.chance(0.08):
            return f"{gross + Decimal('0.01'):.2f}"
        return f"{(gross * share).quantize(law.FEN):.2f}"

    # Undoing

    def reverse(self, day: date) -> Body | None:
        return self._undo(day, prefer_today=True)

    def refund(self, day: date) -> Body | None:
        body = self._undo(day, prefer_today=False)
        if body is None or not self.chance(0.4):
            return body
        old = self.bodies.get(body["claim"])
        if old is None:
            return body
        lines: list[Body] = self._remaining(old["lines"])
        body["remaining_lines"] = lines
        fresh = self.chance(0.95)
        body["new_claim"] = self._new_id() if fresh else self.rng.choice(sorted(self.bodies))
        member = self.model.people[old["member"]]
        other = self._other_scheme(member, old.get("category", "outpatient"), lines)
        if other is not None:
            body["other_scheme_paid"] = other
        if fresh:
            self.bodies[body["new_claim"]] = {**old, "lines": lines}
        return body

    def _remaining(self, lines: list[Body]) -> list[Body]:
        """Some of the lines, or one line with a smaller amount."""
        if len(lines) > 1 and self.chance(0.7):
            return self.rng.sample(lines, self.rng.randrange(1, len(lines)))
        line = {k: v for k, v in lines[0].items() if k != "over_limit"}
        smaller = Decimal(line["amount"]) * self.rng.randrange(10, 95) / 100
        return [{**line, "amount": f"{max(smaller, law.FEN):.2f}"}]

    def _undo(self, day: date, *, prefer_today: bool) -> Body | None:
        claims = self.model.claims
        if not claims:
            return {"claim": "c0"} if self.chance(0.05) else None
        standing = [i for i, c in claims.items() if c.undone is None]
        today = [i for i in standing if claims[i].settled_on == day]
        with_payers = [i for i in standing if claims[i].payments]
        turn = self.rng.random()
        if prefer_today and not today and turn < 0.8:
            return None
        if prefer_today and today and turn < 0.8:
            among = today
        elif with_payers and turn < 0.6:
            among = with_payers
        elif standing and turn < 0.88:
            among = standing
        elif turn < 0.97:
            among = list(claims)
        else:
            among = ["c0"]
        return {"claim": self.rng.choice(among)}
