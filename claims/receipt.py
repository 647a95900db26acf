"""A settled claim as its patient reads it: who paid what, the lines of the bill, what came of it.

One reading for the page and for the document; nothing is recomputed, each figure is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from families.models import Binding
from families.relatives import bindings_towards
from members.identity import mask_id_number, unseal
from members.models import Person
from policy.book import Book
from record import documents
from record.documents import Issued
from record.models import Document
from record.operations import Actor

from . import own
from .bill import lines_of
from .engine.facts import Line
from .explain import Explanation, explain
from .models import Claim, Institution

TEMPLATE = Path(__file__).parent / "typst" / "settlement.typ"

#: The part of a bill that the whole catalogue leaves to the patient, by class.
CLASSES: Mapping[str, str | Promise] = {
    "A": _("class A, counts in full"),
    "B": _("class B, %(rate)s of it is paid first by oneself"),
    "C": _("class C, does not count"),
}
UNDONE: Mapping[str, str | Promise] = {
    Claim.State.REVERSED: _("cancelled on the same day"),
    Claim.State.REFUNDED: _("refunded"),
}


@dataclass(frozen=True, slots=True)
class Read:
    """Everything that is shown of a claim."""

    claim: Claim
    receipt: dict[str, Any]
    explanation: Explanation
    lines: list[dict[str, Any]]
    chain: list[dict[str, Any]]


def read_claim(claim: Claim, *, person: Person, book: Book) -> Read:
    """Put a claim of this person into words."""
    payers = own.payers_of(claim)
    bindings = bindings_towards(person.pk, payers)
    return Read(
        claim=claim,
        receipt=_receipt(claim, person, payers, bindings, book),
        explanation=explain(
            claim,
            documents=book.documents,
            payers=payers,
            payer_order=book.rules(claim.area, claim.settled_on).payer_order.source,
        ),
        lines=[_line(line) for line in lines_of(claim)],
        chain=_chain(claim),
    )


def title_of(claim: Claim) -> str:
    """Return what a claim is called: where it was, and whether something was bought."""
    title = (
        gettext("Bought at %(institution)s")
        if claim.institution.kind == Institution.Kind.PHARMACY
        else gettext("A visit to %(institution)s")
    )
    return title % {"institution": claim.institution.name}


def _receipt(
    claim: Claim,
    person: Person,
    payers: Mapping[int, str],
    bindings: Mapping[int, Binding],
    book: Book,
) -> dict[str, Any]:
    """Return a claim as `components/receipt.html` draws it."""
    return {
        "label": gettext("Settlement, treated on %(day)s")
        % {"day": claim.service_date.isoformat()},
        "title": title_of(claim),
        "tag": str(UNDONE.get(claim.state, "")),
        "tag_kind": "wait",
        "total_label": gettext("The whole bill"),
        "total": claim.gross,
        "payments": _payments(claim, payers, bindings, book),
        "facts": [
            {"label": gettext("Settlement number"), "value": claim.number},
            {"label": gettext("Patient"), "value": person.name},
            {
                "label": gettext("ID number"),
                "value": mask_id_number(unseal(person.id_number_sealed)),
            },
            {"label": gettext("Kind"), "value": claim.get_category_display()},
            {"label": gettext("Treated on"), "value": claim.service_date.isoformat()},
            {"label": gettext("Settled on"), "value": claim.settled_on.isoformat()},
            {"label": gettext("By the rules of"), "value": area_name(book, claim.area)},
        ],
    }


def area_name(book: Book, code: str) -> str:
    """Return an area's name in the reader's language."""
    area = book.areas.get(code)
    if area is None:
        return code
    return area.name if (get_language() or "").startswith("zh") else area.name_en


def _payments(
    claim: Claim, payers: Mapping[int, str], bindings: Mapping[int, Binding], book: Book
) -> list[dict[str, Any]]:
    """Return who paid what, in the order in which they were asked; cash is last."""
    lines: list[dict[str, Any]] = [
        {
            "kind": "fund",
            "label": gettext("Pooled fund"),
            "note": gettext("to your bank account")
            if claim.paper
            else gettext("the insurance's share"),
            "amount": claim.pool,
        }
    ]
    if claim.other_scheme_paid:
        label = gettext("Another scheme")
        lines.append({"kind": "other", "label": label, "amount": claim.other_scheme_paid})
    for payer in claim.decision["payers"]:
        binding = bindings.get(payer["person"])
        where = area_name(book, payer["area"]) if payer["area"] else ""
        if payer["own"]:
            label, note = gettext("Your own account"), gettext("comes before all others")
        else:
            label = gettext("Account of %(name)s") % {"name": payers.get(payer["person"], "")}
            note = (
                gettext("%(area)s, bound on %(day)s")
                % {"area": where, "day": binding.bound_on.isoformat()}
                if binding
                else where
            )
        kind = "self" if payer["own"] else "kin"
        lines.append({"kind": kind, "label": label, "note": note, "amount": payer["amount"]})
    lines.append(
        {"kind": "cash", "label": gettext("Cash"), "note": _why_cash(claim), "amount": claim.cash}
    )
    return lines


def _why_cash(claim: Claim) -> str:
    """Say what of the cash no account may pay, and what the accounts did not have."""
    if not claim.cash:
        return ""
    if claim.paper:
        return gettext("you paid it at the counter")
    allowed = next(
        (
            Decimal(step["figures"]["payable"])
            for step in claim.decision["steps"]
            if step["name"] == "payable"
        ),
        None,
    )
    if allowed is None:
        return gettext("you paid it at the counter")
    missing = min(claim.cash, max(Decimal(0), allowed - claim.own_paid - claim.shared_paid))
    never = claim.cash - missing
    parts = []
    if never:
        parts.append(gettext("%(amount)s that no account may pay") % {"amount": f"{never:,.2f}"})
    if missing:
        parts.append(gettext("%(amount)s beyond the accounts") % {"amount": f"{missing:,.2f}"})
    return gettext(", ").join(parts)


def _line(line: Line) -> dict[str, Any]:
    notes = [
        str(CLASSES.get(line.item_class, line.item_class))
        % {"rate": f"{(line.self_pay_rate * 100).normalize():f}%"}
    ]
    if not line.coded:
        notes.append(gettext("without a settlement code, does not count"))
    if line.over_limit:
        notes.append(
            gettext("%(amount)s over the payment standard") % {"amount": f"{line.over_limit:,.2f}"}
        )
    return {
        "label": line.name or line.code or gettext("Item without a name"),
        "note": gettext(", ").join(notes),
        "amount": line.amount,
    }


def _chain(claim: Claim) -> list[dict[str, Any]]:
    """Return the steps of a claim that was undone or goes back to one that was, oldest first."""
    links = own.chain_of(claim)
    if len(links) == 1 and not claim.undone_on:
        return []
    steps: list[dict[str, Any]] = []
    before: Claim | None = None
    for link in links:
        title = (
            gettext("What remained of it was settled anew: %(gross)s yuan")
            if before
            else gettext("Settled: %(gross)s yuan")
        )
        steps.append(_step(link, title % {"gross": f"{link.gross:,.2f}"}, link.settled_on, claim))
        if before is not None:
            steps[-1]["text"] = gettext("%(given)s yuan of the bill were given back") % {
                "given": f"{before.gross - link.gross:,.2f}"
            }
        if link.undone_on:
            undone = (
                gettext("Cancelled on the day of the settlement")
                if link.state == Claim.State.REVERSED
                else gettext("Refunded")
            )
            steps.append(_step(link, undone, link.undone_on, None))
            steps[-1]["text"] = gettext("Each payer got back what they had paid")
        before = link
    if steps:
        steps[-1]["state"] = "current"
    return steps


def _step(link: Claim, title: str, day: date, here: Claim | None) -> dict[str, Any]:
    is_elsewhere = here is not None and link.pk != here.pk
    return {
        "title": title,
        "note": f"{day.isoformat()}, {link.number}",
        "url": reverse("claims:detail", args=[link.number]) if is_elsewhere else "",
        "state": "done",
    }


def issue_settlement(
    claim: Claim, *, person: Person, book: Book, day: date, actor: Actor
) -> Issued:
    """Hand out a claim as a document with a number."""
    return documents.issue(
        kind=Document.Kind.SETTLEMENT,
        template=TEMPLATE,
        data=settlement_data(read_claim(claim, person=person, book=book)),
        person_id=person.pk,
        area=claim.area,
        day=day,
        actor=actor,
    )


def settlement_data(read: Read) -> dict[str, Any]:
    """Return what the document of a claim says, as its template takes it."""
    receipt, explanation = read.receipt, read.explanation
    undone = f"（{receipt['tag']} {read.claim.undone_on}）" if read.claim.undone_on else ""
    return {
        "title": gettext("Settlement of an outpatient bill") + undone,
        "subtitle": gettext("Employees' basic medical insurance, outpatient mutual aid"),
        "heading": receipt["title"],
        "facts": [[fact["label"], str(fact["value"])] for fact in receipt["facts"]],
        "payments_title": gettext("Who paid this bill"),
        "payments": [
            [line["label"], line.get("note", ""), f"{Decimal(line['amount']):,.2f}"]
            for line in receipt["payments"]
        ],
        "kinds": [line["kind"] for line in receipt["payments"]],
        "bar": [
            [line["kind"], str(line["amount"])]
            for line in receipt["payments"]
            if Decimal(line["amount"])
        ],
        "total": [receipt["total_label"], f"{receipt['total']:,.2f}"],
        "lines_title": gettext("The lines of the bill"),
        "lines": [[row["label"], row["note"], f"{row['amount']:,.2f}"] for row in read.lines],
        "steps_title": gettext("Step by step"),
        "steps": [
            {
                "title": step.title,
                "result": f"{step.verb} {step.amount:,.2f}" if step.amount is not None else "",
                "sum": step.sum,
                "notes": list(step.notes),
                "clauses": [clause.text for clause in step.clauses],
                "readings": [f"{sentence} {citation}" for sentence, citation in step.readings],
            }
            for step in explanation.steps
        ],
        "reading_label": gettext("Our reading, no notice says it:"),
        "examples": gettext("Example figures, entered for the demonstration: %(figures)s")
        % {"figures": pgettext("between items of a list", ", ").join(explanation.examples)}
        if explanation.examples
        else "",
        "unit": gettext("Amounts in yuan."),
    }
