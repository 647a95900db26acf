"""What this room and the record under it hold about a person, for their own copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from policy.looking import area_words
from record.exporting import Said, Section, month, section
from record.models import AuditRecord, Document, Message, Paper
from record.texts import text_for

from . import identity
from .models import LinkCode, Person, RegistrationStep, TicketEntry
from .record_words import what_was_done
from .ticket_queries import SEEN_BY_MEMBERS

#: The kind of thing that papers were handed in for.
_FOR: Mapping[str, str | Promise] = {
    "registration": _("living elsewhere"),
    "paper_bill": _("a paper bill"),
    "ticket": _("a question or objection"),
    "draft": _("not sent yet"),
}


def sections_of(person: Person, day: date) -> Iterator[Section]:
    """Yield what is held about a person, room by table."""
    yield _profile(person)
    yield section(
        "enrolments",
        _("Where I am and was insured"),
        [
            ("area", _("pooling area")), ("scheme", _("scheme")), ("mode", _("mode")),
            ("employment", _("employment")), ("begins_on", _("from")),
            ("ends_on", _("until before")),
        ],
        (
            (
                Said(row.area, area_words(row.area)), Said(row.scheme, row.get_scheme_display()),
                Said(row.mode, row.get_mode_display()),
                Said(row.employment, row.get_employment_display()), row.begins_on, row.ends_on,
            )
            for row in person.enrolments.order_by("begins_on")
        ),
    )  # fmt: skip
    yield section(
        "contributions",
        _("Contributions"),
        [
            ("month", _("month")), ("base", _("contribution base")), ("paid_on", _("paid on")),
            ("paid_back_on", _("paid back on")),
        ],
        (
            (month(row.month), row.base, row.paid_on, row.paid_back_on)
            for row in person.contributions.order_by("month")
        ),
    )  # fmt: skip
    yield section(
        "earlier_totals",
        _("totals credited in earlier years"),
        [("year", _("year")), ("amount", _("total credited"))],
        person.earlier_totals.order_by("year").values_list("year", "amount"),
    )
    yield section(
        "stays",
        _("Stays"),
        [("kind", _("kind")), ("begins_on", _("admitted on")), ("ends_on", _("discharged on"))],
        ((stay.get_kind_display(), stay.begins_on, stay.ends_on) for stay in person.stays.all()),
    )
    yield from _residence(person)
    yield from _said(person)
    yield from _signing_in(person)
    yield _looks(person)


def _profile(person: Person) -> Section:
    account = person.bank_account_sealed
    return section(
        "person",
        _("Who I am to the insurance"),
        [
            ("number", _("member number")), ("name", _("name")), ("id_number", _("ID number")),
            ("born", _("date of birth")), ("phone", _("phone in the enrolment record")),
            ("bank_account", _("bank account")),
            ("retired_on", _("retirement formalities completed on")), ("left_on", _("left on")),
        ],
        [(
            person.number, person.name, identity.unseal(person.id_number_sealed), person.born,
            person.phone, identity.unseal(account) if account else "", person.retired_on,
            person.left_on,
        )],
    )  # fmt: skip


def _residence(person: Person) -> Iterator[Section]:
    yield section(
        "registrations",
        _("remote-residence registrations"),
        [
            ("area", _("area of residence")), ("kind", _("kind")), ("state", _("state")),
            ("applied_on", _("applied on")), ("begins_on", _("covered from")),
            ("ends_on", _("no longer covered from")), ("note", _("note to the member")),
        ],
        (
            (
                Said(row.area, area_words(row.area)), row.get_kind_display(),
                row.get_state_display(), row.applied_on, row.begins_on, row.ends_on, row.note,
            )
            for row in person.registrations.order_by("pk")
        ),
    )  # fmt: skip
    steps = RegistrationStep.objects.filter(registration__person=person).order_by("pk")
    yield section(
        "registration_steps",
        _("steps of registrations"),
        [("day", _("day")), ("step", _("step")), ("note", _("note"))],
        ((step.day, step.get_kind_display(), step.note) for step in steps),
    )
    papers = Paper.objects.filter(subject=person).defer("sealed").order_by("pk")
    yield section(
        "papers",
        _("Papers handed in"),
        [("title", _("title")), ("for", _("for what")), ("sha256", _("SHA-256 as sent"))],
        ((p.title, Said(p.kind, _FOR.get(p.kind, p.kind)), p.sent_sha256) for p in papers),
    )


def _said(person: Person) -> Iterator[Section]:
    entries = (
        TicketEntry.objects.filter(ticket__person=person, kind__in=SEEN_BY_MEMBERS)
        .select_related("ticket")
        .order_by("pk")
    )
    yield section(
        "questions",
        _("Questions and objections"),
        [
            ("number", _("number")), ("at", _("time")), ("what", _("what was done")),
            ("text", _("text")),
        ],
        ((e.ticket.number, e.at, e.get_kind_display(), e.text) for e in entries),
    )  # fmt: skip
    messages = Message.objects.filter(person=person).exclude(kind="link_code").order_by("pk")
    yield section(
        "messages",
        _("Messages"),
        [("at", _("written")), ("title", _("title")), ("read_at", _("read"))],
        ((m.written_at, text_for(m.kind).title, m.read_at) for m in messages),
    )
    yield section(
        "documents",
        _("documents"),
        [("number", _("number")), ("kind", _("kind")), ("at", _("handed out"))],
        (
            (d.number, d.get_kind_display(), d.issued_at)
            for d in Document.objects.filter(person=person).order_by("pk")
        ),
    )


def _signing_in(person: Person) -> Iterator[Section]:
    user = person.user
    yield section(
        "sign_in",
        _("How I sign in"),
        [
            ("username", _("username")), ("email", _("e-mail")), ("since", _("since")),
            ("last", _("last sign-in")),
        ],
        [(user.username, user.email, user.date_joined, user.last_login)] if user else [],
    )  # fmt: skip
    codes = LinkCode.objects.filter(user=user).order_by("pk") if user else LinkCode.objects.none()
    yield section(
        "link_tries",
        _("Tries to tie the sign-in to an insured person"),
        [("at", _("asked")), ("used_at", _("used"))],
        codes.values_list("asked_at", "used_at"),
    )
    yield section(
        "payment_codes",
        _("payment codes"),
        [("at", _("shown")), ("used_at", _("used"))],
        person.payment_codes.order_by("pk").values_list("issued_at", "used_at"),
    )


def _looks(person: Person) -> Section:
    records = AuditRecord.objects.filter(subject=person, actor__isnull=False)
    if person.user_id is not None:
        records = records.exclude(actor_id=person.user_id)
    return section(
        "looks",
        _("Who looked at or changed my record"),
        [("at", _("time")), ("who", _("who")), ("what", _("what was done")), ("why", _("purpose"))],
        (
            (r.at, r.actor_name, Said(r.verb, what_was_done(r.verb)), r.purpose)
            for r in records.order_by("pk")
        ),
    )
