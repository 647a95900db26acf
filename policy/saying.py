"""A value of the policy in words, for pages: an amount, a share, a list, whom a price is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .book import load_book
from .tariff import Cell, NoAccount, Who
from .values import DepositRates, Outpatient, Premium, PremiumAmount, RunLimits, Terms

#: A word of the policy files → what it is called.
WORDS: Mapping[str, str | Promise] = {
    "own": _("the own account"),
    "local": _("relatives in the own area"),
    "cross_area": _("the relative in another area"),
    "next_month": _("the first day of the next month"),
    "calendar_year": _("the calendar year"),
    "refuse": _("the pooled fund does not pay"),
    "self_pay_first": _("a share is paid first"),
    "resettled": _("resettled retirees"),
    "long_term": _("long-term residents elsewhere"),
    "posted": _("posted to work elsewhere"),
    "spouse": _("husband or wife"),
    "parent": _("parents"),
    "child": _("children"),
    "kept": _("kept in the personal account"),
    "disbursed": _("paid to the member's bank account"),
    "current_first": _("this year's money first"),
    "carried_first": _("carried-over money first"),
    "days_of_year": _("the days of that year"),
    "month_end": _("the last day of the month"),
    "hospital": _("hospital"),
    "ltc_specialised": _("long-term care, specialised"),
    "ltc_other": _("long-term care, other"),
    "outpatient": _("outpatient"),
    "emergency": _("emergency"),
    "chronic_special": _("chronic and special diseases"),
    "dual_channel": _("dual-channel drugs"),
    "maternity": _("maternity"),
    "day_surgery": _("day surgery"),
    "drug": _("drugs"),
    "treatment": _("treatment"),
    "device": _("devices"),
    "consumable": _("consumables"),
    "examination": _("examinations"),
    "public_health": _("public health"),
    "fitness": _("fitness"),
    "wellness": _("wellness"),
    "checkup": _("check-ups"),
    "vaccine_programme": _("vaccines of the state programme"),
    "vaccine_other": _("other vaccines"),
    "A": _("class A"),
    "B": _("class B"),
    "C": _("class C"),
}

#: Where yes and no of a key mean something that yes and no do not say.
_YES_NO: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "family_premiums": (_("open"), pgettext_lazy("not to be had", "closed")),
    "sharing_open": (_("open"), _("not open yet")),
    "cross_area_sharing": (_("open"), _("not open")),
}

#: Part of a class's name (`policy.tariff.Who.name`) → the word for it.
_CLASS_PARTS: Mapping[str, str | Promise] = {
    "active": _("in work"),
    "retired": _("retired"),
    "employed": _("employed"),
    "flexible": _("flexible employment"),
    "combined": _("combined mode"),
    "pool_only": _("pool-only mode"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A value in words: one line, or a small table of rows with a label each."""

    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()


def say(key: str, value: Any) -> Said:
    """Return a value of `Book.explain` in the reader's language; None is an open figure."""
    if value is None:
        return Said(gettext("not known yet"))
    if isinstance(value, bool):
        yes, no = _YES_NO.get(key, (_("yes"), _("no")))
        return Said(str(yes if value else no))
    said = _SAID.get(type(value))
    return said(value) if said is not None else Said(_plain(key, value))


def _premium_amount(value: PremiumAmount) -> Said:
    dates = {"opens": value.opens.isoformat(), "closes": value.closes.isoformat()}
    collected = gettext("collected from %(opens)s to %(closes)s") % dates
    return Said(f"{yuan(value.amount)}{gettext(', ')}{collected}")


def _deposit_rates(value: DepositRates) -> Said:
    return Said(
        rows=(
            (gettext("demand deposit"), percent(value.demand)),
            (gettext("lump sum, three months"), percent(value.three_month)),
        )
    )


def _run_limits(value: RunLimits) -> Said:
    return Said(
        rows=(
            (gettext("total, up to"), percent(value.amount_change)),
            (gettext("members, up to"), percent(value.members_change)),
        )
    )


def _plain(key: str, value: Any) -> str:
    if isinstance(value, Decimal):
        is_share = key.endswith("_ratio")
        return percent(value) if is_share else yuan(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset | set):
        ordered = value if isinstance(value, tuple | list) else sorted(value)
        if key == "payer_order":
            return gettext(" → ").join(_word(item) for item in ordered)
        return gettext(", ").join(_home(item) if key == "home_areas" else _word(item)
                                  for item in ordered) or gettext("none")  # fmt: skip
    if isinstance(value, int):
        unit = _UNITS.get(key)
        return str(unit) % {"number": value} if unit else str(value)
    return _word(value)


_UNITS: Mapping[str, str | Promise] = {
    "standing_months_back": _("%(number)s month"),
    "level_zero_counts_as": _("level %(number)s"),
    "cross_area_authorizers": _("%(number)s person"),
    "family_seats": _("%(number)s relatives"),
    "ticket_days_county": _("%(number)s days"),
    "ticket_days_city": _("%(number)s days"),
    "ticket_days_province": _("%(number)s days"),
    "run_due_day": _("day %(number)s of the month"),
}


def _home(item: str) -> str:
    return gettext("the own pooling area") if item == "own" else place_words(item)


def _word(item: object) -> str:
    return str(WORDS.get(str(item), item))


def place_words(scope: str) -> str:
    """Return the name of an area, a province or the country."""
    if scope == "00":
        return gettext("the whole country")
    areas = load_book().areas
    area = areas.get(scope)
    english = (get_language() or "").startswith("en")
    if area is not None:
        return area.name_en if english else area.name
    if len(scope) == 2:
        return gettext("the whole province %(code)s") % {"code": scope}
    return scope


def yuan(amount: Decimal) -> str:
    """Return an amount as text: `3,600.00 yuan`."""
    return gettext("%(amount)s yuan") % {"amount": f"{amount:,.2f}"}


def percent(share: Decimal) -> str:
    """Return a share in percent, without trailing zeros: `2.35%`."""
    return f"{(share * 100).normalize():f}%"


def _outpatient_rows(value: Outpatient) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, terms in ((gettext("in work"), value.active), (gettext("retired"), value.retired)):
        rows += [
            (gettext("%(who)s, deductible") % {"who": name}, _by_level(terms, "deductible")),
            (gettext("%(who)s, paid by the fund") % {"who": name}, _by_level(terms, "ratio")),
            (gettext("%(who)s, cap of the year") % {"who": name}, yuan(terms.cap)),
        ]
    return rows


def _by_level(terms: Terms, part: str) -> str:
    """Return a value by level, once where all levels have the same."""
    values = terms.deductible if part == "deductible" else terms.ratio
    said = {
        level: yuan(value) if part == "deductible" else percent(value)
        for level, value in values.items()
    }
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    return gettext(", ").join(
        gettext("level %(level)s: %(value)s") % {"level": level, "value": value}
        for level, value in sorted(said.items())
    )


def _premium_words(value: Premium) -> str:
    if value.own and value.relatives:
        return gettext("the own account or relatives' accounts")
    if value.own:
        return gettext("the own account alone")
    return gettext("relatives' accounts") if value.relatives else gettext("no account")


def price_words(cell: Cell) -> str:
    """Return a price of a month: `base x 2%`, `70.00 yuan`, `age x 1.50 yuan`."""
    parts = []
    if cell.rate_of_base:
        parts.append(gettext("base x %(rate)s") % {"rate": percent(cell.rate_of_base)})
    if cell.per_year_of_age:
        parts.append(gettext("age x %(amount)s") % {"amount": yuan(cell.per_year_of_age)})
    if cell.earlier_total_divisor:
        parts.append(
            gettext("the total of the year before / %(number)s")
            % {"number": cell.earlier_total_divisor}
        )
    if cell.flat or not parts:
        parts.append(yuan(cell.flat))
    words = " + ".join(parts)
    if cell.by_combined_years:
        words += gettext(", by the share of years in combined mode")
    return words


def class_words(name: str) -> str:
    """Return whom a price is for, from its stable name: `active.employed.from_35.below_45`."""
    said = []
    for part in name.split("."):
        if part.startswith("from_"):
            said.append(gettext("from %(age)s years") % {"age": part[5:]})
        elif part.startswith("below_"):
            said.append(gettext("under %(age)s years") % {"age": part[6:]})
        elif part:
            said.append(str(_CLASS_PARTS.get(part, part)))
    return gettext(", ").join(said)


def who_words(who: Who) -> str:
    """Return whom a price is for."""
    return class_words(who.name)


def bar_words(rule: NoAccount) -> str:
    """Return who has no account by a rule."""
    said: list[str] = []
    if rule.scheme:
        scheme = gettext("residents' insurance"), gettext("employees' insurance")
        said.append(scheme[rule.scheme != "resident"])
    if rule.retired is not None:
        said.append(str(_CLASS_PARTS["retired" if rule.retired else "active"]))
    said += [str(_CLASS_PARTS[word]) for word in (rule.employment, rule.mode) if word]
    if rule.without_combined_year:
        said.append(gettext("without a year in combined mode"))
    if rule.with_pool_only_years:
        said.append(gettext("with years in pool-only mode"))
    return gettext(", ").join(said)


#: How each shape of a value is said.
_SAID: Mapping[type, Callable[[Any], Said]] = {
    Outpatient: lambda value: Said(rows=tuple(_outpatient_rows(value))),
    Cell: lambda value: Said(price_words(value)),
    NoAccount: lambda value: Said(gettext("no personal account")),
    Premium: lambda value: Said(_premium_words(value)),
    PremiumAmount: _premium_amount,
    DepositRates: _deposit_rates,
    RunLimits: _run_limits,
}

#: Why a month could not be credited, or a member gets nothing: code → what it means, what to do.
SKIPPED: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "no_account": (
        _("No personal account"),
        _("By the rules of the area they have none; nothing is due and nothing is to be done."),
    ),
    "no_price_in_force": (
        _("No price in force"),
        _("No rule prices this month for them. Enter the figure, or price the month by hand."),
    ),
    "average_basic_pension_missing": (
        _("The average pension is missing"),
        _("Enter the area's average basic pension with its document; then run the month again."),
    ),
    "earlier_total_missing": (
        _("No total of the year before"),
        _("Look the total up in the old system and enter it, or price the month by hand."),
    ),
    "base_missing": (
        _("No contribution base"),
        _("Ask for the month's contribution; it is credited with the next run."),
    ),
}


def skip_words(reason: str) -> tuple[str, str]:
    """Return what a reason of a run means, and what to do about it."""
    what, todo = SKIPPED.get(reason, (reason, ""))
    return str(what), str(todo)
