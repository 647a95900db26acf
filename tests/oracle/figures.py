"""The figures of the law as the oracle reads them from the rules of computation.

They stand here a second time on purpose: a wrong figure in the policy files shows up as a
difference between the application and the oracle.
"""

from datetime import date
from decimal import Decimal

FEN = Decimal("0.01")
ZERO = Decimal("0.00")

# Section 1.3: the pooling areas, and which notice's table each follows.
ANHUI = "anhui"
YANGZHOU = "yangzhou"
YANTAI = "yantai"
SUIZHOU = "suizhou"
PROVINCIAL_DIRECT = "349900"
HEFEI = "340100"
AREAS: dict[str, str] = {
    "340100": ANHUI,
    "340200": ANHUI,
    "340300": ANHUI,
    "340400": ANHUI,
    "340500": ANHUI,
    "340600": ANHUI,
    "340700": ANHUI,
    "340800": ANHUI,
    "341000": ANHUI,
    "341100": ANHUI,
    "341200": ANHUI,
    "341300": ANHUI,
    "341500": ANHUI,
    "341600": ANHUI,
    "341700": ANHUI,
    "341800": ANHUI,
    "349900": ANHUI,
    "321000": YANGZHOU,
    "370600": YANTAI,
    "421300": SUIZHOU,
}

# Section 3: first and last credited month of each price.
ANHUI_CREDIT_FROM = "2022-07"
YANGZHOU_CREDIT_FROM = "2023-01"
YANGZHOU_FIXED_FROM = "2024-01"
YANTAI_ACTIVE_FROM = "2022-12"
YANTAI_RETIRED_FROM = "2022-07"
YANTAI_REFORMED_FROM = "2024-01"
SUIZHOU_CREDIT_FROM = "2023-01"
SUIZHOU_CREDIT_LAST = "2024-12"

ACTIVE_RATE = Decimal("0.02")
FLAT_RETIRED = Decimal(70)
YANGZHOU_PENSION_RATE = Decimal("0.025")
YANTAI_AGE_RATES = [(45, Decimal("0.027")), (35, Decimal("0.0235")), (0, Decimal("0.0215"))]
YANTAI_YUAN_PER_YEAR_OF_AGE = Decimal("1.5")
YANTAI_PENSION_RATES = [(70, Decimal("0.025")), (0, Decimal("0.02"))]

# Section 4.4: from which day, demand rate, three-month rate.
DEPOSIT_RATES = [(date(2015, 10, 24), Decimal("0.0035"), Decimal("0.0110"))]

# Section 5.
RELATIONS = {"spouse", "parent", "child"}
SHARING_FROM = {
    ANHUI: date(2022, 7, 1),
    YANGZHOU: date(2023, 1, 1),
    YANTAI: date(2022, 7, 1),
    SUIZHOU: date(2022, 12, 31),
}
CROSS_AREA_FROM = {ANHUI: date(2024, 6, 1)}
FAMILY_LIMIT_FROM = {ANHUI: date(2024, 6, 1)}
FAMILY_LIMIT = 6

# Who may pay for a product in the insured person's area, and from which day.
PRODUCTS: dict[tuple[str, str], tuple[set[str], date]] = {
    ("large_amount", ANHUI): ({"own"}, date(2022, 7, 1)),
    ("large_amount", YANGZHOU): ({"own"}, date(2023, 1, 1)),
    ("long_term_care", ANHUI): ({"relatives"}, date(2024, 6, 1)),
    ("long_term_care", YANGZHOU): ({"own"}, date(2023, 1, 1)),
    ("long_term_care", YANTAI): ({"relatives"}, date(2022, 7, 1)),
    ("resident_insurance", ANHUI): ({"relatives"}, date(2024, 6, 1)),
    ("resident_insurance", YANGZHOU): ({"relatives"}, date(2023, 1, 1)),
    ("resident_insurance", YANTAI): ({"relatives"}, date(2022, 7, 1)),
    ("commercial_supplement", ANHUI): ({"relatives"}, date(2024, 6, 1)),
    ("commercial_supplement", YANGZHOU): ({"own", "relatives"}, date(2023, 1, 1)),
    ("commercial_supplement", YANTAI): ({"relatives"}, date(2022, 7, 1)),
}

# Section 6.1 and 6.2.
NEVER_IN_POLICY = {
    "public_health",
    "fitness",
    "wellness",
    "checkup",
    "vaccine_programme",
    "vaccine_other",
}
OTHER_PURPOSES = {"drug", "treatment", "device", "consumable", "examination"}
OTHER_BENEFITS = {"chronic_special", "dual_channel", "maternity", "day_surgery"}
CATEGORIES = {"outpatient", "emergency", "account_only"} | OTHER_BENEFITS
PHARMACIES_COVERED_IN = {YANGZHOU, SUIZHOU}

# Section 6.3.
REMOTE_SELF_PAY_RATE = Decimal("0.10")


def _group(deductibles: str, percents: str, cap: str) -> dict[str, object]:
    return {
        "deductible": {n: Decimal(d) for n, d in enumerate(deductibles.split(), start=1)},
        "ratio": {n: Decimal(p) / 100 for n, p in enumerate(percents.split(), start=1)},
        "cap": Decimal(cap),
    }


# For each notice: first day, last day or None, figures of the active and of the retired.
OUTPATIENT: dict[str, list[tuple[date, date | None, dict[str, dict[str, object]]]]] = {
    ANHUI: [],
    YANGZHOU: [
        (
            date(2023, 1, 1),
            None,
            {
                "active": _group("600 600 600", "70 65 60", "7000"),
                "retired": _group("500 500 500", "80 75 70", "8000"),
            },
        )
    ],
    YANTAI: [
        (
            date(2022, 7, 1),
            date(2022, 12, 31),
            {
                "active": _group("500 800 800", "70 60 50", "900"),
                "retired": _group("500 800 800", "75 65 55", "900"),
            },
        ),
        (
            date(2023, 1, 1),
            None,
            {
                "active": _group("500 800 800", "70 60 50", "1800"),
                "retired": _group("500 800 800", "75 65 55", "1800"),
            },
        ),
    ],
    SUIZHOU: [
        (
            date(2022, 12, 31),
            date(2024, 12, 30),
            {
                "active": _group("500 500 500", "80 70 60", "1300"),
                "retired": _group("400 400 400", "85 75 65", "1600"),
            },
        )
    ],
}
