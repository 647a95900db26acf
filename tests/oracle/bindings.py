"""Bindings of the family account: who may be bound, and which ones a move ends (section 5)."""

from dataclasses import dataclass, field
from datetime import date

from tests.oracle import figures as law
from tests.oracle.people import Member


@dataclass
class Binding:
    authorizer: str
    member: str
    active: bool = True


@dataclass
class Families:
    """All bindings ever made, oldest first."""

    bindings: list[Binding] = field(default_factory=list)

    def active(self) -> list[Binding]:
        return [b for b in self.bindings if b.active]

    def find(self, authorizer: str, member: str) -> Binding | None:
        for binding in self.active():
            if binding.authorizer == authorizer and binding.member == member:
                return binding
        return None

    def end_all_of(self, name: str) -> None:
        for binding in self.active():
            if name in (binding.authorizer, binding.member):
                binding.active = False

    def refusal(
        self,
        *,
        authorizer: Member,
        member: Member,
        relation: str,
        consent: bool,
        people: dict[str, Member],
        day: date,
    ) -> str | None:
        """The first code of section 5's table that applies."""
        home, theirs = authorizer.area_now, member.area_now
        notice = law.AREAS[home]
        active = self.active()
        cross_area = home != theirs
        if authorizer.name == member.name:
            return "self_binding"
        if not consent:
            return "consent_missing"
        if relation not in law.RELATIONS:
            return "relation_not_allowed"
        if day < law.SHARING_FROM[notice]:
            return "sharing_not_open"
        if authorizer.has_left or member.has_left:
            return "member_left"
        if law.PROVINCIAL_DIRECT in (home, theirs):
            return "provincial_direct_excluded"
        if not authorizer.has_account(home, day):
            return "no_account"
        if self.find(authorizer.name, member.name) is not None:
            return "already_bound"
        if home[:2] != theirs[:2]:
            return "out_of_province"
        if cross_area and not _cross_area_open(home, day):
            return "cross_area_not_open"
        if cross_area and any(b.member == member.name and is_cross_area(b, people) for b in active):
            return "cross_area_taken"
        limit_from = law.FAMILY_LIMIT_FROM.get(notice)
        if limit_from is not None and day >= limit_from:
            taken = sum(1 for b in active if b.authorizer == authorizer.name)
            if taken >= law.FAMILY_LIMIT:
                return "family_full"
        return None

    def judge_after_move(
        self, *, mover: str, people: dict[str, Member], day: date
    ) -> list[tuple[Binding, str]]:
        """End what may not stand after a move, oldest first, each with its code."""
        ended: list[tuple[Binding, str]] = []
        for binding in self.active():
            if mover not in (binding.authorizer, binding.member):
                continue
            code = self._code_after_move(binding, mover, people, day)
            if code is not None:
                binding.active = False
                ended.append((binding, code))
        return ended

    def _code_after_move(
        self, binding: Binding, mover: str, people: dict[str, Member], day: date
    ) -> str | None:
        home = people[binding.authorizer].area_now
        theirs = people[binding.member].area_now
        if home[:2] != theirs[:2]:
            return "out_of_province"
        if law.PROVINCIAL_DIRECT in (home, theirs):
            return "provincial_direct_excluded"
        if home == theirs:
            return None
        if not _cross_area_open(home, day):
            return "cross_area_not_open"
        before = True
        for other in self.bindings:
            if other is binding:
                before = False
                continue
            if not other.active or other.member != binding.member:
                continue
            if not is_cross_area(other, people):
                continue
            not_the_movers = mover not in (other.authorizer, other.member)
            if before or not_the_movers:
                return "cross_area_taken"
        return None


def is_cross_area(binding: Binding, people: dict[str, Member]) -> bool:
    return people[binding.authorizer].area_now != people[binding.member].area_now


def _cross_area_open(area: str, day: date) -> bool:
    begun = law.CROSS_AREA_FROM.get(law.AREAS[area])
    return begun is not None and day >= begun
