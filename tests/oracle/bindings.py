"""Bindings of the family account: who may be bound, and which ones a move ends (section 5)."""

from dataclasses import dataclass, field
from datetime import date

from tests.oracle import figures as law
from tests.oracle.people import Member


@dataclass(eq=False)
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
        cross_area = home != theirs
        active = self.active()
        taken = any(b.member == member.name and is_cross_area(b, people) for b in active)
        seats = sum(1 for b in active if b.authorizer == authorizer.name)
        limited = day >= law.FAMILY_LIMIT_FROM.get(notice, date.max)
        codes = {
            "self_binding": authorizer.name == member.name,
            "consent_missing": not consent,
            "relation_not_allowed": relation not in law.RELATIONS,
            "sharing_not_open": day < law.SHARING_FROM[notice],
            "member_left": authorizer.has_left or member.has_left,
            "provincial_direct_excluded": law.PROVINCIAL_DIRECT in (home, theirs),
            "no_account": not authorizer.has_account(home, day),
            "already_bound": self.find(authorizer.name, member.name) is not None,
            "out_of_province": home[:2] != theirs[:2],
            "cross_area_not_open": cross_area and not _cross_area_open(home, day),
            "cross_area_taken": cross_area and taken,
            "family_full": limited and seats >= law.FAMILY_LIMIT,
        }
        return next((code for code, applies in codes.items() if applies), None)

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
        cross_area = home != theirs
        codes = {
            "out_of_province": home[:2] != theirs[:2],
            "provincial_direct_excluded": law.PROVINCIAL_DIRECT in (home, theirs),
            "cross_area_not_open": cross_area and not _cross_area_open(home, day),
            "cross_area_taken": cross_area and self._has_a_better_one(binding, mover, people),
        }
        return next((code for code, applies in codes.items() if applies), None)

    def _has_a_better_one(self, binding: Binding, mover: str, people: dict[str, Member]) -> bool:
        """The same member has another active cross-area one, older or not the mover's."""
        older = self.bindings[: self.bindings.index(binding)]
        return any(
            other is not binding
            and other.member == binding.member
            and is_cross_area(other, people)
            and (other in older or mover not in (other.authorizer, other.member))
            for other in self.active()
        )


def is_cross_area(binding: Binding, people: dict[str, Member]) -> bool:
    return people[binding.authorizer].area_now != people[binding.member].area_now


def _cross_area_open(area: str, day: date) -> bool:
    begun = law.CROSS_AREA_FROM.get(law.AREAS[area])
    return begun is not None and day >= begun
