"""Premiums on their way to the collector: the file of each area and product, and its answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, Min, QuerySet, Sum

from members import identity
from members import queries as members
from policy.refusals import refuse
from record.imports import write_csv
from record.operations import Actor, audit, operation, tell

from .models import Collection, Premium
from .premiums import concerned_by, give_back

#: The columns of the file. The first one is what the collector's answer names.
HEADINGS = ["编号", "人员编号", "姓名", "身份证号", "险种", "年度", "金额", "缴费日期"]


def waiting() -> QuerySet[Premium]:
    """Return the premiums that have been paid and not been handed over."""
    return Premium.objects.filter(state=Premium.State.PAID)


def waiting_by_product(premiums: QuerySet[Premium]) -> list[dict[str, Any]]:
    """Return how much waits by area and product: area, product, number, amount, oldest."""
    rows = (
        premiums.order_by("area", "product")
        .values("area", "product")
        .annotate(number=Count("pk"), amount=Sum("amount"), oldest=Min("paid_on"))
    )
    return [dict(row) for row in rows]


@operation
def hand_over(*, premium_ids: Iterable[int], day: date, actor: Actor) -> list[Collection]:
    """Hand paid premiums over to their collectors: from then on they cannot be cancelled.

    One file for each area and product. What has been handed over or cancelled meanwhile is left
    out, so that nothing is collected twice; without anything left there is no file.
    """
    premiums = list(
        waiting()
        .filter(pk__in=list(premium_ids))
        .select_for_update(of=("self",))
        .select_related("insured")
        .order_by("area", "product", "pk")
    )
    files = []
    for (area, product), group in groupby(premiums, key=lambda p: (p.area, p.product)):
        lines = list(group)
        text = write_csv(HEADINGS, (_line(premium) for premium in lines))
        file = Collection.objects.create(
            area=area,
            product=product,
            day=day,
            premiums=len(lines),
            amount=sum(premium.amount for premium in lines),
            sha256=hashlib.sha256(text).hexdigest(),
            sealed=identity.seal(text.decode()),
        )
        Premium.objects.filter(pk__in=[premium.pk for premium in lines]).update(
            state=Premium.State.HANDED_OVER, state_on=day, collection=file
        )
        audit(
            actor=actor,
            verb="families.premium.hand_over",
            area=area,
            record=f"collection:{file.pk}",
            data={
                "product": product,
                "premiums": file.premiums,
                "amount": str(file.amount),
                "sha256": file.sha256,
            },
        )
        files.append(file)
    return files


def _line(premium: Premium) -> list[object]:
    person = premium.insured
    return [
        number_of(premium.pk),
        person.number,
        person.name,
        identity.unseal(person.id_number_sealed),
        premium.product,
        premium.year,
        f"{premium.amount:.2f}",
        premium.paid_on.isoformat(),
    ]


def number_of(premium_id: int) -> str:
    """Return the number of a premium, as receipts and the collector's file write it."""
    return f"{premium_id:08d}"


def file_of(collection: Collection) -> bytes:
    """Return the file as it was handed over."""
    return identity.unseal(collection.sealed).encode()


@operation
def note_result(
    *, premium_id: int, accepted: bool, reason: str, day: date, actor: Actor
) -> Premium:
    """Note what the collector answers about a premium that was handed over.

    A rejected one is paid back and can be paid again. The same answer again changes nothing.
    Refused: not_waiting, where it was never handed over or was answered otherwise.
    """
    premium = Premium.objects.get(pk=premium_id)
    members.lock_person(premium.insured_id)
    premium = Premium.objects.select_for_update().get(pk=premium_id)
    answer = Premium.State.ACCEPTED if accepted else Premium.State.REJECTED
    if premium.state == answer:
        return premium
    if premium.state != Premium.State.HANDED_OVER:
        raise refuse("not_waiting")
    if accepted:
        premium.state, premium.state_on = answer, day
        premium.save(update_fields=["state", "state_on"])
        concerned = [premium.insured_id]
    else:
        concerned = concerned_by(premium)
        give_back(premium, state=answer, day=day, note=reason[:200])
    tell(
        kind="premium_accepted" if accepted else "premium_rejected",
        person_ids=concerned,
        data={"premium": premium.pk},
    )
    audit(
        actor=actor,
        verb="families.premium.accept" if accepted else "families.premium.reject",
        area=premium.area,
        subject_id=premium.insured_id,
        record=f"premium:{premium.pk}",
        data={"reason": reason},
    )
    return premium
