"""The areas of the demonstration province and how many people live in each."""

from __future__ import annotations

from dataclasses import dataclass

ANHUI = "34"
HEFEI = "340100"
WUHU = "340200"
ANQING = "340800"
PROVINCIAL_DIRECT = "349900"
YANGZHOU = "321000"
YANTAI = "370600"
SUIZHOU = "421300"


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of an area there is at full scale; `months_from` is its first priced month."""

    code: str
    name: str
    people: int
    institutions: int
    months_from: str = "2022-07"


QUOTAS = (
    Quota(HEFEI, "合肥", 400, 7),
    Quota(WUHU, "芜湖", 190, 5),
    Quota("340300", "蚌埠", 80, 3),
    Quota("340400", "淮南", 74, 2),
    Quota("340500", "马鞍山", 74, 2),
    Quota("340600", "淮北", 66, 2),
    Quota("340700", "铜陵", 60, 2),
    Quota(ANQING, "安庆", 90, 3),
    Quota("341000", "黄山", 60, 2),
    Quota("341100", "滁州", 84, 3),
    Quota("341200", "阜阳", 100, 3),
    Quota("341300", "宿州", 84, 3),
    Quota("341500", "六安", 84, 3),
    Quota("341600", "亳州", 80, 2),
    Quota("341700", "池州", 60, 2),
    Quota("341800", "宣城", 66, 2),
    Quota(PROVINCIAL_DIRECT, "省直", 70, 0),
    Quota(YANGZHOU, "扬州", 130, 5, "2023-01"),
    Quota(YANTAI, "烟台", 140, 5, "2022-07"),
    Quota(SUIZHOU, "随州", 110, 4, "2023-01"),
)
#: The demonstration is made in two halves that have nothing to do with each other: nobody is bound
#: to or moves to an area of the other one. So two processes can make them side by side.
HALVES = (QUOTAS[:8], QUOTAS[8:])
CITIES_OF_ANHUI = tuple(
    quota.code for quota in QUOTAS if quota.code[:2] == ANHUI and quota.code != PROVINCIAL_DIRECT
)
_HALF_OF = {quota.code: place for place, half in enumerate(HALVES) for quota in half}


def half_of(area: str) -> int:
    """Return which half an area belongs to."""
    return _HALF_OF[area]


def neighbours(area: str) -> tuple[str, ...]:
    """Return the other cities of Anhui in the same half."""
    return tuple(
        code for code in CITIES_OF_ANHUI if half_of(code) == half_of(area) and code != area
    )
