"""Crediting, interest and payouts (sections 3 and 4)."""

from datetime import date, timedelta

from tests.oracle import figures as law
from tests.oracle.days import first_day, money, month_of
from tests.oracle.ledger import CARRIED, CURRENT
from tests.oracle.state import Body, Mistake, Outcome, Refused, State, known_area


class AccountVerbs(State):
    def verb_credit(self, day: date, body: Body) -> Outcome:
        run_area = known_area(body["area"])
        run_month = str(body["month"])
        if run_month > month_of(day):
            raise Refused("month_not_begun")
        paid: dict[str, str] = {}
        unpriced: dict[str, list[str]] = {}
        for name, member in self.people.items():
            if member.has_left or member.area_now != run_area:
                continue
            months = {m for m in member.contributions if m <= run_month}
            if member.is_retired(first_day(run_month)):
                months.add(run_month)
            total = None
            for month in sorted(months - member.credited_months):
                area = member.area_on(first_day(month))
                if not member.has_account(area, first_day(month)):
                    continue
                price = self.book.month_price(member, area, month)
                if price is None:
                    unpriced.setdefault(name, []).append(month)
                    continue
                member.credited_months.add(month)
                total = price if total is None else total + price
            if total is None:
                continue
            paid[name] = money(total)
            if run_area != law.PROVINCIAL_DIRECT:
                self.accounts[name].add(day, CURRENT, total)
        outcome: Outcome = {"credited": paid}
        if run_area == law.PROVINCIAL_DIRECT:
            outcome = {"credited": {}}
            if paid:
                outcome["disbursed"] = paid
        if unpriced:
            outcome["unpriced"] = unpriced
        return outcome

    def verb_close_year(self, day: date, body: Body) -> Outcome:
        area = known_area(body["area"])
        year = int(body["year"])
        if day.year <= year:
            raise Refused("year_not_over")
        of_area = {
            name: self.accounts[name]
            for name, member in self.people.items()
            if member.area_now == area and not member.has_left
        }
        if any(account.open_years_before(year) for account in of_area.values()):
            raise Refused("earlier_year_open")
        interest = {}
        for name, account in of_area.items():
            if year not in account.open_years_before(year + 1):
                continue
            on_current, on_carried = account.close(year)
            if on_current or on_carried:
                interest[name] = {"current": money(on_current), "carried": money(on_carried)}
        return {"interest": interest}

    def verb_payout(self, day: date, body: Body) -> Outcome:
        member = self.person(body["member"])
        if body["reason"] not in ("death", "emigration"):
            raise Mistake(f"unknown reason {body['reason']!r}")
        if member.has_left:
            raise Refused("member_left")
        account = self.accounts[member.name]
        for year in account.open_years_before(day.year):
            account.close(year)
        if day > date(day.year, 1, 1):
            last = day - timedelta(days=1)
            for amount in account.interest(date(day.year, 1, 1), last):
                account.add(day, CARRIED, amount)
        amount = account.total(day)
        account.spend(day, amount)
        self.families.end_all_of(member.name)
        member.left_on = day
        return {"amount": money(amount)}
