"""People at the desk: finding, opening with a purpose, unmasking, counting looks (threat 63)."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from claims.paper_bills import withdraw_bill
from members.models import Person, Ticket, User
from members.operations import name_key
from members.tickets import answer
from record.looks_report import report
from record.mailbox import inside_of, messages_of
from record.models import AuditRecord, Message, Role
from record.operations import tell
from tests.household import ACTOR, Household, standing
from tests.people import HEFEI, WUHU, staff

pytestmark = pytest.mark.django_db
#: The page of a person is many lists; none of them asks once for each of its rows.
BUDGET = 45


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def client_of(name: str = "zhou", kind: str = "case_officer", scope: str = HEFEI) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff(name, kind, scope))
    return client


def found(client: Client, wanted: str) -> set[str]:
    page = client.post("/desk/people/", {"q": wanted}).content.decode()
    return set(re.findall(r"/desk/people/(\d+)/", page))


def opened(client: Client, number: str) -> Client:
    answer = client.post(f"/desk/people/{number}/open/", {"why": "counter", "note": ""})
    assert answer.status_code == 302
    return client


@pytest.mark.parametrize(
    "by", ["name", "beginning", "given", "sound", "given sound", "number", "id", "phone"]
)
def test_somebody_is_found_by(by: str, home: Household) -> None:
    lin = home.person("lin")
    wanted = {
        "name": "林志远",
        "beginning": "林志",
        "given": "志远",
        "sound": "lin zhiyuan",
        "given sound": "zhi yuan",
        "number": lin.number,
        "id": home.id_numbers["lin"],
        "phone": lin.phone,
    }[by]
    assert lin.number in found(client_of(), wanted)


@pytest.mark.parametrize("sound", ["ouyangxiu", "ou yang xiu", "xiuyuan", "xiu yuan", "yangxiu"])
def test_a_given_name_is_found_after_a_family_name_of_two_letters(
    sound: str, home: Household
) -> None:
    lin = home.person("lin")
    Person.objects.filter(pk=lin.pk).update(name="欧阳修远", name_key=name_key("欧阳修远"))
    assert lin.number in found(client_of(), sound)
    # Of other names of three letters, the last is no name by itself.
    assert home.person("mei").name == "梅晓云"
    assert home.person("mei").number not in found(client_of(), "yun")


def test_who_looked_is_called_by_name(home: Household) -> None:
    zhou = client_of()
    User.objects.filter(username="zhou").update(first_name="敏", last_name="周")
    opened(zhou, home.person("lin").number)
    member = Client(headers={"accept-language": "en"})
    member.force_login(home.users["lin"])
    assert "周敏" in member.get("/me/").content.decode()


def test_an_officer_of_wuhu_finds_nobody_of_hefei(home: Household) -> None:
    lin, client = home.person("lin"), client_of("sun", scope=WUHU)
    for wanted in ("林志远", "linzhiyuan", lin.number, home.id_numbers["lin"], lin.phone):
        assert lin.number not in found(client, wanted), wanted
    for page in ("", "open/", "propose/payout/"):
        assert client.get(f"/desk/people/{lin.number}/{page}").status_code == 404
    assert client.post(f"/desk/people/{lin.number}/id/", {"reason": "x"}).status_code == 404
    assert not AuditRecord.objects.filter(verb="look").exists()


def test_what_is_searched_for_stands_in_no_address_and_no_record(home: Household) -> None:
    client = client_of()
    assert client.get("/desk/people/", {"q": "林志远"}).content.decode().count("林志远") == 0
    found(client, home.id_numbers["lin"])
    record = AuditRecord.objects.get(verb="look.search")
    assert home.id_numbers["lin"] not in str(record.data)


def test_a_record_opens_with_a_purpose_that_its_person_can_read(home: Household) -> None:
    mei, client = home.person("mei"), client_of()
    asks = client.get(f"/desk/people/{mei.number}/")
    assert asks["Location"] == f"/desk/people/{mei.number}/open/"
    for wrong in ({"why": ""}, {"why": "curious"}, {"why": "other", "note": " "}):
        assert client.post(f"/desk/people/{mei.number}/open/", wrong).status_code == 400
    assert not AuditRecord.objects.filter(verb="look").exists()
    client.post(f"/desk/people/{mei.number}/open/", {"why": "case", "note": "YD 7"})
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/desk/people/{mei.number}/")
    assert page.status_code == 200
    assert len(queries) <= BUDGET, len(queries)
    look = AuditRecord.objects.get(verb="look", subject=mei)
    assert "YD 7" in look.purpose
    theirs = Client(headers={"accept-language": "en"})
    theirs.force_login(home.users["mei"])
    assert "YD 7" in theirs.get("/me/").content.decode()


def test_a_record_closes_after_half_an_hour(home: Household) -> None:
    mei, client = home.person("mei"), client_of()
    opened(client, mei.number)
    session = client.session
    session["opened_records"] = {mei.number: 1}
    session.save()
    assert client.get(f"/desk/people/{mei.number}/").status_code == 302


def test_the_page_masks_what_identifies_and_holds_the_rest(home: Household) -> None:
    mei = home.person("mei")
    page = opened(client_of(), mei.number).get(f"/desk/people/{mei.number}/").content.decode()
    assert home.id_numbers["mei"] not in page
    assert mei.phone not in page
    for part in ("林志远", home.hospital.name, "2,600.00", "Standing by month"):
        assert part in page, part


def test_a_finance_clerk_sees_no_bills(home: Household) -> None:
    mei = home.person("mei")
    client = opened(client_of("ding", "finance_clerk"), mei.number)
    assert home.hospital.name not in client.get(f"/desk/people/{mei.number}/").content.decode()


def timeline_on(page: str) -> str:
    return page.split('id="timeline"')[1].split("</section>", maxsplit=1)[0]


def test_the_timeline_holds_questions_messages_and_paper_bills(home: Household) -> None:
    mei, ticket, bill = home.person("mei"), home.tickets["mei"], home.bills["mei"]
    answered = answer(ticket_id=ticket.pk, text="按年度累计。", day=home.today, actor=ACTOR)
    assert isinstance(answered, Ticket)
    withdraw_bill(bill_id=bill.pk, day=home.today, actor=ACTOR)
    tell(kind="link_code", person_ids=[mei.pk], data={"code": "123456"})
    client = opened(client_of(), mei.number)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/desk/people/{mei.number}/").content.decode()
    assert len(queries) <= BUDGET, len(queries)
    events = timeline_on(page)
    for part in (
        "Question", ticket.number, "Answered", "Your question is answered",
        "Paper bill", "黄山第一医院", bill.number, "Paper bill decided", "withdrawn",
        "Your paper bill is taken back",
    ):  # fmt: skip
        assert part in events, part
    # What was asked and answered stands in the ticket, whose opening is a look of its own.
    for part in ("起付线", "按年度累计", "123456", "Your code"):
        assert part not in events, part
    # The same look once more is no new line.
    opened(client_of(), mei.number)
    events = timeline_on(client.get(f"/desk/people/{mei.number}/").content.decode())
    assert "本人在窗口, 2 times" in events
    assert events.count("Record opened") == 1
    clerk = opened(client_of("ding", "finance_clerk"), mei.number)
    events = timeline_on(clerk.get(f"/desk/people/{mei.number}/").content.decode())
    assert ticket.number in events
    assert "黄山第一医院" not in events
    assert bill.number not in events


def test_a_whole_id_number_needs_a_reason_of_its_own(home: Household) -> None:
    mei, client = home.person("mei"), client_of()
    address = f"/desk/people/{mei.number}/id/"
    assert client.post(address, {"reason": "x"}).status_code == 302
    opened(client, mei.number)
    assert client.post(address, {"reason": "  "}).status_code == 400
    assert not AuditRecord.objects.filter(verb="look.unmask").exists()
    page = client.post(address, {"reason": "a letter to the bank"})
    assert home.id_numbers["mei"] in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert AuditRecord.objects.get(verb="look.unmask").purpose == "a letter to the bank"
    clerk = opened(client_of("ding", "finance_clerk"), mei.number)
    assert clerk.post(address, {"reason": "x"}).status_code == 404


def test_the_look_that_is_one_too_many_is_told(home: Household, settings: Any) -> None:
    settings.STAFF_LOOKS_A_DAY = 2
    staff("gu", Role.Kind.AUDITOR, "34")
    client = client_of()
    for told, name in ((0, "lin"), (0, "mei"), (1, "bao"), (1, "chen")):
        opened(client, home.person(name).number)
        assert Message.objects.filter(kind="many_looks").count() == told, name
    message = Message.objects.get(kind="many_looks")
    assert message.user is not None
    assert message.user.username == "gu"
    auditor = client_of("gu", "auditor", "34")
    assert "zhou opened more than 2 records today" in auditor.get("/desk/").content.decode()
    assert "zhou" in auditor.get("/desk/looks/").content.decode()


def test_looks_at_a_case_count_like_the_others_and_none_hides_the_one_too_many(
    home: Household, settings: Any
) -> None:
    settings.STAFF_LOOKS_A_DAY = 1
    staff("gu", Role.Kind.AUDITOR, "34")
    client, ticket = client_of(), home.tickets["mei"]
    for told in (0, 1, 1):
        assert client.get(f"/desk/questions/{ticket.number}/").status_code == 200
        assert Message.objects.filter(kind="many_looks").count() == told
    opened(client, home.person("lin").number)
    assert Message.objects.filter(kind="many_looks").count() == 1
    assert AuditRecord.objects.filter(verb="look", actor_name="zhou").count() == 4


def test_each_morning_the_watchers_are_told_once_who_looked_most(home: Household) -> None:
    today = timezone.localdate()
    for name, kind, scope in (
        ("gu", Role.Kind.AUDITOR, "34"),
        ("admin", Role.Kind.ADMINISTRATOR, HEFEI),
        ("fei", Role.Kind.AUDITOR, "32"),
    ):
        staff(name, kind, scope)
    zhou, li = client_of(), client_of("li")
    for client, name in ((zhou, "lin"), (zhou, "mei"), (li, "lin")):
        opened(client, home.person(name).number)
    assert report(day=today) == 2
    assert report(day=today) == 0
    told = Message.objects.filter(kind="looks_daily")
    # Nobody looked in Jiangsu, so its auditor is told of nothing.
    assert {message.user.username for message in told if message.user} == {"gu", "admin"}
    assert told[0].data["most"] == [["zhou", 2, 2], ["li", 1, 1]]
    gu = User.objects.get(username="gu")
    with override("en"):
        _, inside, leads = inside_of(messages_of(gu).get())
    assert inside == f"{today}: zhou: 2 looks at 2 persons; li: 1 looks at 1 persons"
    assert leads == "/desk/looks/"


def test_looks_in_the_admin_count_too(home: Household) -> None:
    zhou = staff("zhou", "case_officer", HEFEI)
    zhou.is_staff = True
    zhou.save()
    client = Client()
    client.force_login(zhou)
    client.get(f"/admin/members/person/{home.person('mei').pk}/change/")
    assert AuditRecord.objects.filter(verb="look", actor=zhou).count() == 1
