"""Crediting, interest and payouts (sections 3 and 4)."""

from datetime import date, timedelta
from decimal import Decimal

from tests.oracle import figures as law
from tests.oracle.days import first_day, money, month_of
from tests.oracle.figures import ZERO
from tests.oracle.ledger import CARRIED, CURRENT
from tests.oracle.people import Member
from tests.oracle.state import Body, Outcome, RefusalError, ScenarioError, State, known_area


class AccountVerbs(State):
    def verb_credit(self, day: date, body: Body) -> Outcome:
        run_area = known_area(body["area"])
        run_month = str(body["month"])
        if run_month > month_of(day):
            raise RefusalError("month_not_begun")
        paid: dict[str, str] = {}
        unpriced: dict[str, list[str]] = {}
        for name, member in self.people.items():
            if member.has_left or member.area_now != run_area:
                continue
            prices = self._prices_due(member, run_month)
            priced = {month: price for month, price in prices.items() if price is not None}
            if len(priced) < len(prices):
                unpriced[name] = [month for month in prices if month not in priced]
            if priced:
                member.credited_months.update(priced)
                total = sum(priced.values(), ZERO)
                paid[name] = money(total)
                if run_area != law.PROVINCIAL_DIRECT:
                    self.accounts[name].add(day, CURRENT, total)
        outcome: Outcome = {"credited": paid}
        if run_area == law.PROVINCIAL_DIRECT:
            outcome = {"credited": {}, **({"disbursed": paid} if paid else {})}
        return {**outcome, **({"unpriced": unpriced} if unpriced else {})}

    def _prices_due(self, member: Member, run_month: str) -> dict[str, Decimal | None]:
        """What each month still due gives this member; nothing for a month without a price."""
        months = {month for month in member.contributions if month <= run_month}
        if member.is_retired(first_day(run_month)):
            months.add(run_month)
        prices = {}
        for month in sorted(months - member.credited_months):
            area = member.area_on(first_day(month))
            if member.has_account(area, first_day(month)):
                prices[month] = self.book.month_price(member, area, month)
        return prices

    def verb_close_year(self, day: date, body: Body) -> Outcome:
        area = known_area(body["area"])
        year = int(body["year"])
        if day.year <= year:
            raise RefusalError("year_not_over")
        of_area = {
            name: self.accounts[name]
            for name, member in self.people.items()
            if member.area_now == area and not member.has_left
        }
        if any(account.open_years_before(year) for account in of_area.values()):
            raise RefusalError("earlier_year_open")
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
            raise ScenarioError(f"unknown reason {body['reason']!r}")
        if member.has_left:
            raise RefusalError("member_left")
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
