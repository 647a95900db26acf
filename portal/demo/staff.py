"""The sign-ins: users with their roles, and what each of them should look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password

from members.linking import Outcome, link_in_person
from members.models import Person, User
from record.models import Role

from .areas import ANHUI, ANQING, HEFEI, SUIZHOU, WUHU, YANGZHOU, YANTAI
from .second_factor import give_second_factors
from .world import DemoError

#: Everybody knows it: it opens invented records on a loopback address and nothing else.
PASSWORD = "demo-province-2022"  # noqa: S105
ROLES_FROM = date(2022, 1, 1)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demonstration sign-in: the role in words, how to sign in, what is worth a look."""

    user_name: str
    password: str
    role: str
    look_at: str


@dataclass(frozen=True, slots=True)
class _Member:
    user_name: str
    person: str
    role: str
    look_at: str


@dataclass(frozen=True, slots=True)
class _Staff:
    user_name: str
    name: str
    roles: tuple[tuple[str, str], ...]
    role: str
    look_at: str


_KIND = Role.Kind
_MEMBERS = (
    _Member(
        "lin",
        "lin",
        "member: a young employee of Hefei with a family of six",
        "the family: wife and children at home, parents in Wuhu, and one seat left",
    ),
    _Member(
        "mei",
        "mei",
        "member: his wife, with an account of her own",
        "the children's second payer; her own bills, which he pays when hers is empty",
    ),
    _Member(
        "he",
        "he",
        "member: a retiree of Anqing whose bills a son elsewhere pays",
        "a settled bill: her 70 yuan a month first, then her son's account in Hefei",
    ),
    _Member(
        "yuanhang",
        "wu_yuanhang",
        "member: her son in Hefei",
        "his movements: date and amount of what he paid for her, and nothing of her illness",
    ),
)
_STAFF = (
    _Staff(
        "zhou",
        "周敏",
        ((_KIND.CASE_OFFICER, HEFEI),),
        "case officer of Hefei",
        "proposes payouts and decides on registrations; cannot approve what she proposed",
    ),
    _Staff(
        "wu",
        "吴峰",
        ((_KIND.REVIEWER, HEFEI),),
        "reviewer of Hefei",
        "the second person: a payout waits for his decision",
    ),
    _Staff(
        "sun",
        "孙悦",
        ((_KIND.CASE_OFFICER, WUHU),),
        "case officer of Wuhu",
        "sees Wuhu and nothing of Hefei",
    ),
    _Staff(
        "tao",
        "陶然",
        ((_KIND.CASE_OFFICER, ANQING),),
        "case officer of Anqing",
        "has seen the papers of the retiree above and tied her sign-in to her record",
    ),
    _Staff(
        "gu",
        "顾清",
        ((_KIND.AUDITOR, ANHUI),),
        "auditor of Anhui",
        "reads everything of the province and changes nothing",
    ),
    _Staff(
        "qian",
        "钱立",
        tuple((_KIND.POLICY_CLERK, scope) for scope in (ANHUI, YANGZHOU, YANTAI, SUIZHOU)),
        "policy clerk",
        "proposed the example figures",
    ),
    _Staff(
        "feng",
        "冯宁",
        tuple((_KIND.POLICY_CLERK, scope) for scope in (ANHUI, YANGZHOU, YANTAI, SUIZHOU)),
        "policy clerk",
        "approved the example figures",
    ),
    _Staff(
        "ding",
        "丁禾",
        ((_KIND.FINANCE_CLERK, ANHUI),),
        "finance clerk of Anhui",
        "the runs, the clearing between areas and the premiums to hand over",
    ),
    _Staff(
        "jia",
        "贾成",
        ((_KIND.FINANCE_CLERK, ANHUI),),
        "second finance clerk of Anhui",
        "releases the bank files that ding made; decides on cases and deductions",
    ),
    _Staff(
        "lu",
        "陆宁",
        ((_KIND.FINANCE_CLERK, HEFEI),),
        "finance clerk of Hefei",
        "signs Hefei's side of the clearing; leads the cases of its hospitals",
    ),
    _Staff(
        "han",
        "韩雪",
        ((_KIND.FINANCE_CLERK, WUHU),),
        "finance clerk of Wuhu",
        "signs Wuhu's side of the clearing",
    ),
)
_ADMINISTRATOR = SignIn(
    "admin",
    PASSWORD,
    "administrator",
    "/admin: every table, searchable; ledger, decisions, consents and audit only to read",
)


def make_staff(*, today: date) -> dict[str, User]:
    """Make the staff's users with the roles that the installation gives, by user name."""
    password = make_password(PASSWORD)
    users = {
        staff.user_name: User.objects.create(
            username=staff.user_name,
            password=password,
            last_name=staff.name[0],
            first_name=staff.name[1:],
        )
        for staff in _STAFF
    }
    administrator = _ADMINISTRATOR.user_name
    users[administrator] = User.objects.create(
        username=administrator, password=password, is_staff=True, is_superuser=True
    )
    roles = [(staff.user_name, kind, scope) for staff in _STAFF for kind, scope in staff.roles]
    roles.append((administrator, _KIND.ADMINISTRATOR.value, ANHUI))
    Role.objects.bulk_create(
        Role(
            user=users[user_name],
            kind=kind,
            scope=scope,
            begins_on=ROLES_FROM,
            ends_on=date(today.year + 2, 12, 31),
        )
        for user_name, kind, scope in roles
    )
    User.objects.filter(pk__in=[user.pk for user in users.values()]).update(is_staff=True)
    give_second_factors(list(users.values()))
    return users


def link_members(*, persons: dict[str, Person], staff: dict[str, User], now: datetime) -> None:
    """Make the members' users; a case officer who has seen their papers ties each to a person."""
    officers = {"he": "tao"}
    password = make_password(PASSWORD)
    for member in _MEMBERS:
        person = persons[member.person]
        user = User.objects.create(
            username=member.user_name,
            password=password,
            last_name=person.name[0],
            first_name=person.name[1:],
        )
        officer = staff[officers.get(member.person, "zhou")]
        linked = link_in_person(user_id=user.pk, person_id=person.pk, by=officer, now=now)
        if linked is not Outcome.LINKED:
            raise DemoError(f"the sign-in {member.user_name} was not linked")


def staff_names() -> list[str]:
    """Return the user names of the demonstration's staff."""
    return [*(staff.user_name for staff in _STAFF), _ADMINISTRATOR.user_name]


def sign_ins() -> list[SignIn]:
    """Return every demonstration sign-in."""
    members = [SignIn(one.user_name, PASSWORD, one.role, one.look_at) for one in _MEMBERS]
    staff = [SignIn(one.user_name, PASSWORD, one.role, one.look_at) for one in _STAFF]
    return [*members, *staff, _ADMINISTRATOR]
