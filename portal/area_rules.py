"""The rules of an area on a day in plain words, alone or beside another area or another day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from claims.explain import Clause
from families.words import area_name
from policy.book import Book, diff
from policy.citing import cite, note_of
from policy.plainly import Said, absent, changed_rows, say
from policy.text import words_of


@dataclass(frozen=True, slots=True)
class Chapter:
    """A group of rules that a reader looks for together; keys of rows as in `policy.plainly`."""

    id: str
    title: str | Promise
    lead: str | Promise
    keys: tuple[str, ...]


def _keys(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CHAPTERS = (
    Chapter(
        id="fund",
        title=_("The large circle: what the pooled fund pays"),
        lead=_("All who are insured in the area stand in for each other."),
        keys=_keys(
            """
            outpatient pooled_total_limit counts_to_total benefit_year comes_of_age_at retired_from
            standing_months_back level_zero_counts_as pharmacy_prescription_covered
            pooled_categories other_benefit_categories paper_bill_accepted
            """
        ),
    ),
    Chapter(
        id="account",
        title=_("One's own account: what comes in, and what it pays"),
        lead=_("A part of the contributions, with one's own name on it."),
        keys=_keys(
            """
            tariff average_basic_pension no_account account_use spending_order deposit_rates
            interest_day_count age_counted_on purposes_payable_from_account
            """
        ),
    ),
    Chapter(
        id="family",
        title=_("The small circle: what a family shares"),
        lead=_("Husband and wife, parents and children let each other use their accounts."),
        keys=_keys(
            """
            sharing_open sharing_relations sharing_excluded family_seats consent_required
            cross_area_sharing cross_area_authorizers payer_order shared_only_in_province
            premiums.resident_insurance premiums.long_term_care premiums.large_amount
            premiums.commercial_supplement premium_amount.resident_insurance
            premium_amount.long_term_care premium_amount.large_amount
            premium_amount.commercial_supplement family_premiums premium_all_or_nothing
            premium_once_a_year
            """
        ),
    ),
    Chapter(
        id="elsewhere",
        title=_("Living or travelling elsewhere"),
        lead=_("Whoever lives elsewhere for long registers first."),
        keys=_keys(
            """
            home_areas residence_kinds remote_unregistered remote_self_pay_ratio
            remote_requires_network
            """
        ),
    ),
    Chapter(
        id="limits",
        title=_("What is not paid, or paid elsewhere"),
        lead=_("So that nobody is surprised at the counter."),
        keys=_keys(
            """
            designation_required outpatient_designation_required purposes_never_in_policy
            classes_in_full classes_after_self_pay code_required over_standard_out excluded_stays
            stay_includes_first_day stay_includes_last_day admission_merges_visit
            """
        ),
    ),
    Chapter(
        id="office",
        title=_("How the office works"),
        lead=_("Days and limits that staff keep to."),
        keys=_keys(
            """
            in_force_until run_due_day run_limits ticket_days_county ticket_days_city
            ticket_days_province take_back_needs_second_person take_back_stops_at_nil
            """
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the columns: an area on a day."""

    area: str
    day: date


def rules_context(
    *, side: Side, other: Side | None, only_changes: bool, book: Book
) -> dict[str, Any]:
    """Return what the page of rules shows, for one side or for two beside each other."""
    sides = [side] if other is None else [side, other]
    explained = [book.explain(one.area, one.day) for one in sides]

    def named(code: str) -> str:
        return area_name(book, code)

    said = [say(entries, area_name=named) for entries in explained]
    changed = changed_rows(diff(*explained)) if other is not None else frozenset()
    chapters = []
    count = 0
    known = {key for chapter in CHAPTERS for key in chapter.keys}
    for chapter in CHAPTERS:
        keys = [key for key in chapter.keys if any(key in rows for rows in said)]
        if chapter is CHAPTERS[-1]:
            # What nobody has given a place yet is shown too.
            keys += dict.fromkeys(key for rows in said for key in rows if key not in known)
        if only_changes and other is not None:
            keys = [key for key in keys if key in changed]
        rows = [_row(key, [one.get(key) for one in said], book) for key in keys]
        for row in rows:
            row["is_changed"] = row["key"] in changed and not only_changes
        count += len(rows)
        if rows:
            chapters.append(
                {"id": chapter.id, "title": chapter.title, "lead": chapter.lead, "rows": rows}
            )
    return {
        "sides": [{"area": named(one.area), "day": one.day} for one in sides],
        "chapters": chapters,
        "changed": len(changed),
        "count": count,
        "examples": _examples(said),
    }


def _row(key: str, sides: list[Said | None], book: Book) -> dict[str, Any]:
    words = words_of(key)
    return {
        "key": key,
        "title": words.title,
        "meaning": words.meaning,
        "sides": [_side(said, key, book) for said in sides],
    }


def _side(said: Said | None, key: str, book: Book) -> dict[str, Any]:
    if said is None:
        return {"lines": [absent(key)], "clauses": [], "readings": []}
    chinese = (get_language() or "").startswith("zh")
    clauses: dict[str, Clause] = {}
    readings: dict[str, str] = {}
    for source in said.sources:
        text = cite(source, book.documents, chinese=chinese)
        if source.standing == "assumed":
            readings.setdefault(note_of(source, chinese=chinese), text)
        else:
            standing = "example" if source.standing == "example" else ""
            clauses.setdefault(text, Clause(text, standing))
    return {
        "lines": said.lines,
        "is_open": said.is_open,
        "clauses": list(clauses.values()),
        "readings": list(readings.items()),
    }


def _examples(said: list[dict[str, Said]]) -> list[str]:
    """Name the rows that rest on a figure which was entered as an example."""
    found = {
        key: str(one.words.title)
        for rows in said
        for key, one in rows.items()
        if any(source.standing == "example" for source in one.sources)
    }
    return list(found.values())
