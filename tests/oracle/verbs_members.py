"""Contributions, stays and registrations (section 2)."""

from datetime import date
from decimal import Decimal

from tests.oracle.book import as_day
from tests.oracle.days import first_day
from tests.oracle.people import Contribution, Registration
from tests.oracle.state import Body, Outcome, RefusalError, State, known_area


class MemberVerbs(State):
    def verb_contribute(self, day: date, body: Body) -> Outcome:
        member = self.person(body["member"])
        months = [str(month) for month in body["months"]]
        if member.has_left:
            raise RefusalError("member_left")
        if len(set(months)) < len(months) or any(m in member.contributions for m in months):
            raise RefusalError("already_paid")
        if any(member.is_retired(first_day(month)) for month in months):
            raise RefusalError("not_due")
        for month in months:
            member.contributions[month] = Contribution(base=Decimal(str(body["base"])), paid_on=day)
        return {}

    def verb_stay(self, day: date, body: Body) -> Outcome:
        member = self.person(body["member"])
        if member.has_left:
            raise RefusalError("member_left")
        member.stays.append((str(body["kind"]), as_day(body["from"]), as_day(body["to"])))
        return {}

    def verb_register_residence(self, day: date, body: Body) -> Outcome:
        member = self.person(body["member"])
        area = known_area(body["area"])
        if member.has_left:
            raise RefusalError("member_left")
        member.registrations.append(Registration(area=area, begun=day))
        return {}

    def verb_end_residence(self, day: date, body: Body) -> Outcome:
        member = self.person(body["member"])
        area = known_area(body["area"])
        if member.has_left:
            raise RefusalError("member_left")
        standing = [r for r in member.registrations if r.area == area and r.ended is None]
        if not standing:
            raise RefusalError("not_registered")
        for registration in standing:
            registration.ended = day
        return {}
