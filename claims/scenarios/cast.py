"""The cast of one scenario: its figures, its persons, its institutions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from stdnum.cn import ric

from claims.bill import CLASSES, PURPOSES
from claims.engine.facts import Line
from claims.models import Institution, InstitutionTerm
from families.models import Notice
from members import operations as members
from members.models import Enrolment, User
from policy.book import load_book
from policy.figures import validate_figure, validate_scope
from policy.models import Figure
from record.operations import Actor

from .reading import Node, Scenario, day, money, nodes, number, one_of, text, truth, whole

ACTOR = Actor(name="scenario")
#: "From the beginning": before every date of the notices.
BEGINNING = date(1900, 1, 1)


class Cast:
    """Sets a scenario up in an empty database, and reads the names that its events use."""

    def __init__(self, scenario: Scenario, *, staff: tuple[User, User], notice: Notice) -> None:
        self.scenario = scenario
        self.staff = staff
        self.notice = notice
        self.persons: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.institutions: dict[tuple[Any, ...], Institution] = {}
        self._enter_figures()
        self._enrol()

    # --- setting up -------------------------------------------------------------------------------

    def _enter_figures(self) -> None:
        first, second = self.staff
        rows = []
        for scope, figures in self.scenario.figures.items():
            if not isinstance(figures, Node):
                raise self.scenario.figures.refuse(f"{scope}: is not a mapping of figures")
            figures.only("average_basic_pension", "outpatient", "family_premiums", "in_force_until")
            for key, value in figures.items():
                begins = None
                if key == "outpatient":
                    if not isinstance(value, Node):
                        raise figures.refuse("outpatient: is not a mapping")
                    begins = value.read("from", day)
                plain = _plain(value)
                if key == "outpatient":
                    # The first day stands beside the value, not in it.
                    plain.pop("from")
                problems = validate_figure(key, plain) + validate_scope(key, scope)
                if problems:
                    raise figures.refuse("; ".join(problems))
                rows.append(
                    Figure(
                        scope=scope,
                        key=key,
                        value=plain,
                        begins_on=begins,
                        document_title="scenario",
                        document_number="scenario",
                        document_date=BEGINNING,
                        proposed_by=first,
                        approved_by=second,
                        approved_on=BEGINNING,
                    )
                )
        Figure.objects.bulk_create(rows)

    def _enrol(self) -> None:
        people = []
        for place, (name, raw) in enumerate(self.scenario.members.items(), start=1):
            if not isinstance(raw, Node):
                raise self.scenario.members.refuse(f"{name}: is not a mapping")
            raw.only(
                "area",
                "born",
                "scheme",
                "mode",
                "employment",
                "retired_on",
                "combined_years",
                "pool_only_years",
                "credited_2022",
            )
            born = raw.read("born", day)
            earlier = raw.read("credited_2022", money, None)
            digits = f"{'999999'}{born:%Y%m%d}{place:03d}"
            people.append(
                members.NewPerson(
                    name=name,
                    number=f"{place:012d}",
                    id_number=digits + ric.calc_check_digit(digits),
                    born=born,
                    area=self.area(raw),
                    begins_on=BEGINNING,
                    scheme=raw.read("scheme", one_of(*Enrolment.Scheme.values), "employee"),
                    mode=raw.read("mode", one_of(*Enrolment.Mode.values), "combined"),
                    employment=raw.read(
                        "employment", one_of(*Enrolment.Employment.values), "employed"
                    ),
                    retired_on=raw.read("retired_on", day, None),
                    combined_years=raw.read("combined_years", number, Decimal(0)),
                    pool_only_years=raw.read("pool_only_years", number, Decimal(0)),
                    earlier_totals=() if earlier is None else ((2022, earlier),),
                )
            )
        persons = members.enrol_many(people=people, actor=ACTOR)
        self.persons = {person.name: person.pk for person in persons}
        self.names = {person.pk: person.name for person in persons}

    # --- reading names ----------------------------------------------------------------------------

    def area(self, node: Node, key: str = "area") -> str:
        """Return the area that a mapping names; an unknown one is an error of the file."""
        code = node.read(key, text)
        if code not in load_book().areas:
            raise node.refuse(f"{key}: there is no pooling area {code}")
        return code

    def person(self, node: Node, key: str = "member") -> int:
        """Return the id of the person that a mapping names."""
        name = node.read(key, text)
        if name not in self.persons:
            raise node.refuse(f"{key}: the scenario has no member {name}")
        return self.persons[name]

    # --- the parts of a claim ---------------------------------------------------------------------

    def lines(self, body: Node, key: str) -> tuple[Line, ...]:
        lines = []
        for raw in body.read(key, nodes):
            raw.only("amount", "class", "self_pay_rate", "purpose", "coded", "over_limit")
            lines.append(
                Line(
                    amount=raw.read("amount", money),
                    item_class=raw.read("class", one_of(*sorted(CLASSES)), "A"),
                    self_pay_rate=raw.read("self_pay_rate", number, Decimal(0)),
                    purpose=raw.read("purpose", one_of(*sorted(PURPOSES)), "drug"),
                    coded=raw.read("coded", truth, True),
                    over_limit=raw.read("over_limit", money, Decimal("0.00")),
                )
            )
        return tuple(lines)

    def institution(self, body: Node) -> Institution:
        raw = body.read("provider", lambda value: value)
        if not isinstance(raw, Node):
            raise body.refuse("provider: is not a mapping")
        raw.only("area", "kind", "level", "networked", "designated", "outpatient")
        return self._found_or_made(
            area=self.area(raw),
            kind=raw.read("kind", one_of(*Institution.Kind.values), "hospital"),
            level=raw.read("level", whole(0, 3), 1),
            networked=raw.read("networked", truth, True),
            designated=raw.read("designated", truth, True),
            outpatient=raw.read("outpatient", truth, True),
        )

    def prescriber(self, level: int | None) -> Institution | None:
        if level is None:
            return None
        return self._found_or_made(
            area="340100",
            kind="hospital",
            level=level,
            networked=True,
            designated=True,
            outpatient=True,
        )

    def _found_or_made(self, *, area: str, kind: str, **term: Any) -> Institution:
        key = (area, kind, *term.values())
        if key not in self.institutions:
            institution = Institution.objects.create(
                code=f"{kind[0].upper()}{area}{len(self.institutions):05d}",
                name=f"{kind} {len(self.institutions)}",
                area=area,
                kind=kind,
            )
            InstitutionTerm.objects.create(institution=institution, begins_on=BEGINNING, **term)
            self.institutions[key] = institution
        return self.institutions[key]


def make_staff() -> tuple[User, User]:
    """Make the two persons in whose names a scenario's figures are entered."""
    first, second = (
        User.objects.get_or_create(username=f"scenario-{place}")[0] for place in ("one", "two")
    )
    return first, second


def _plain(value: Any) -> Any:
    """Return a value of the file as plain JSON."""
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
