"""What is on a bill: invented items in the national form of codes, and lines that add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from claims.engine.facts import Line

_FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the catalogue. A code with 99 after its letter is no code of the real one."""

    name: str
    code: str
    item_class: str
    self_pay_rate: str = "0"
    purpose: str = "drug"


def _drug(place: int) -> str:
    return f"X99{place:020d}"


def _patent(place: int) -> str:
    return f"Z99{place:017d}"


def _consumable(place: int) -> str:
    return f"C99{place:017d}"


def _service(place: int) -> str:
    return f"99{place:013d}"


_DRUGS = (
    Item("阿莫西林胶囊", _drug(1), "A"),
    Item("布洛芬缓释胶囊", _drug(2), "A"),
    Item("硝苯地平控释片", _drug(3), "A"),
    Item("二甲双胍片", _drug(4), "A"),
    Item("阿托伐他汀钙片", _drug(5), "B", "0.10"),
    Item("氯雷他定片", _drug(6), "B", "0.05"),
    Item("连花颗粒", _patent(1), "B", "0.10"),
    Item("板蓝根颗粒", _patent(2), "A"),
    Item("进口眼用凝胶", _drug(7), "C"),
)
_CARE = (
    Item("普通门诊诊察费", _service(1), "A", purpose="examination"),
    Item("血常规", _service(2), "A", purpose="examination"),
    Item("胸部X线摄影", _service(3), "A", purpose="examination"),
    Item("彩色多普勒超声", _service(4), "B", "0.10", "examination"),
    Item("针刺治疗", _service(5), "A", purpose="treatment"),
    Item("静脉输液", _service(6), "A", purpose="treatment"),
    Item("一次性使用输液器", _consumable(1), "B", "0.20", "consumable"),
    Item("家用血压计", _consumable(2), "C", purpose="device"),
)
_OUTSIDE = (
    Item("健康体检套餐", _service(7), "C", purpose="checkup"),
    Item("保健食品", "", "C", purpose="wellness"),
    Item("自费疫苗", _service(8), "C", purpose="vaccine_other"),
)


def lines_for(amount: Decimal, *, pharmacy: bool, rng: Random) -> tuple[Line, ...]:
    """Return one to four lines that add up to an amount; a few of them are not paid for by anyone.

    In pharmacies most lines are drugs, in hospitals the consultation comes first.
    """
    number = min(rng.choices([1, 2, 3, 4], [3, 4, 3, 2])[0], max(1, int(amount / 5)))
    pool = _DRUGS if pharmacy else _DRUGS + _CARE
    items = rng.sample(pool, number)
    if not pharmacy and rng.random() < 0.7:
        items[0] = _CARE[0]
    if number > 1 and rng.random() < 0.06:
        items[-1] = rng.choice(_OUTSIDE)
    lines = [_line(item, part, rng) for item, part in zip(items, _parts(amount, number, rng))]  # noqa: B905
    return tuple(lines)


def _line(item: Item, amount: Decimal, rng: Random) -> Line:
    line = Line(
        amount=amount,
        item_class=item.item_class,
        self_pay_rate=Decimal(item.self_pay_rate),
        purpose=item.purpose,
        coded=bool(item.code),
        code=item.code,
        name=item.name,
    )
    if item.purpose == "consumable" and rng.random() < 0.3:
        # Dearer than the payment standard.
        return replace(line, over_limit=(amount / 5).quantize(_FEN))
    return line


def _parts(amount: Decimal, number: int, rng: Random) -> Sequence[Decimal]:
    weights = [rng.uniform(0.5, 2.0) for _ in range(number)]
    parts = [
        (amount * Decimal(str(weight / sum(weights)))).quantize(_FEN) for weight in weights[:-1]
    ]
    return [*parts, amount - sum(parts, Decimal(0))]


def yuan(middle: float, *, rng: Random, spread: float = 0.55) -> Decimal:
    """Return an amount around a mean: many small ones, a few large ones, never under 5 yuan."""
    drawn = middle * rng.lognormvariate(-spread * spread / 2, spread)
    return Decimal(str(round(max(5.0, min(drawn, 12 * middle)), 2))).quantize(_FEN)
