"""Questions and objections: asked about one's own things, answered in time, or handed up."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import tickets
from members.models import Ticket, TicketEntry
from policy.queries import current_book
from record import papers
from record.models import AuditRecord, Message, Paper, Role
from tests.hostile import located_photo
from tests.hostile import photo as picture
from tests.household import ACTOR, HEFEI, WUHU, Household, standing
from tests.people import answers, done, refused, staff

pytestmark = pytest.mark.django_db

#: Ours, and those of the middleware: session, user, and three for "where I am signed in".
QUERIES = 12 + 3


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    home = copy.deepcopy(made)
    own = home.tickets["mei"]
    tickets.close(ticket_id=own.pk, text="", day=home.today, actor=ACTOR, by_member=True)
    return home


def client_of(home: Household, name: str) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(home.users[name])
    return client


def officer(name: str, kind: str, scope: str) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(staff(name, kind, scope))
    return client


def plain(content: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content.decode()))


def new(home: Household) -> QuerySet[Ticket]:
    """The tickets that a test has made: the household has one of its own."""
    return Ticket.objects.exclude(pk=home.tickets["mei"].pk)


def asked(home: Household, name: str = "mei", text: str = "为什么？", **facts: Any) -> Ticket:
    given = {
        "person_id": home.person(name).pk, "area": HEFEI, "kind": "question", "text": text,
        "day": home.today, "book": current_book(), "actor": ACTOR, **facts,
    }  # fmt: skip
    return done(tickets.open_ticket(**given))


def test_a_member_objects_to_their_bill_and_reads_the_answer(home: Household) -> None:
    mei, number = client_of(home, "mei"), home.claims["big"].number
    assert f"/questions/new/?about=claim:{number}" in mei.get(f"/care/{number}/").content.decode()
    address = f"/questions/new/?about=claim:{number}"
    assert "庐阳第二人民医院" in plain(mei.get(address).content)
    answer = mei.post(address, {"kind": "objection", "text": "第 3 步不对"})
    url = answer["Location"]
    ticket = new(home).get(person=home.person("mei"))
    assert (ticket.kind, ticket.about_key, ticket.area) == ("objection", number, HEFEI)
    assert ticket.due_on == home.today + timedelta(5)

    zhou = client_of(home, "zhou")
    assert "第 3 步不对" in plain(zhou.get("/desk/questions/").content)
    page = zhou.get(f"/desk/questions/{ticket.number}/")
    assert "梅晓云" in plain(page.content)
    act = f"/desk/questions/{ticket.number}/act/"
    zhou.post(act, {"verb": "note", "text": "先问医院"})
    zhou.post(act, {"verb": "answer", "text": "算得没错，这一步是补足起付线。"})
    text = plain(mei.get(url).content)
    assert "算得没错" in text
    assert "先问医院" not in text
    told = Message.objects.filter(person=home.person("mei"), kind="ticket_answered")
    assert told.count() == 1
    ticket.refresh_from_db()
    assert ticket.seen_at is not None
    assert "查看了您的档案" in plain(mei.get("/me/").content)


def test_a_photo_comes_with_a_question_and_only_its_area_and_its_owner_see_it(
    home: Household,
) -> None:
    mei = client_of(home, "mei")
    photo = SimpleUploadedFile("小票.jpg", located_photo(), content_type="image/jpeg")
    address = f"/questions/new/?about=claim:{home.claims['big'].number}"
    url = mei.post(address, {"kind": "objection", "text": "小票不一样", "papers": photo})[
        "Location"
    ]
    ticket = new(home).get(person=home.person("mei"))
    paper = Paper.objects.get(kind="ticket", thing=ticket.number)
    assert "小票.jpg" in plain(mei.get(url).content)
    own, desk = f"/papers/{paper.key}/", f"/desk/papers/{paper.key}/"
    fetched = mei.get(own)
    assert fetched["Content-Disposition"].startswith("attachment")
    assert b"SECRETPLACE" not in fetched.content
    assert client_of(home, "lin").get(own).status_code == 404
    zhou = client_of(home, "zhou")
    assert desk in zhou.get(f"/desk/questions/{ticket.number}/").content.decode()
    assert zhou.get(desk).status_code == 200
    assert officer("sun", Role.Kind.CASE_OFFICER, WUHU).get(desk).status_code == 404
    # What is refused is named, and nothing is opened or kept.
    program = SimpleUploadedFile("小票.jpg", b"MZ" + bytes(200))
    refused = mei.post(url, {"text": "还有一张", "papers": program})
    assert refused.status_code == 400
    assert "这是一个程序" in plain(refused.content)
    assert ticket.entries.filter(kind="said").count() == 1


def test_going_on_asking_opens_it_again_with_a_new_day(home: Household) -> None:
    ticket = asked(home)
    tickets.answer(ticket_id=ticket.pk, text="因为。", day=home.today, actor=ACTOR)
    later = home.today + timedelta(30)
    tickets.say_more(
        ticket_id=ticket.pk, text="还是不懂", day=later, book=current_book(), actor=ACTOR
    )
    ticket.refresh_from_db()
    assert (ticket.state, ticket.due_on) == ("open", later + timedelta(5))
    assert client_of(home, "mei").post(f"/questions/{ticket.number}/close/").status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    more = tickets.say_more(
        ticket_id=ticket.pk, text="x", day=later, book=current_book(), actor=ACTOR
    )
    assert refused(more) == "ticket_closed"


def test_nobody_asks_about_what_is_not_theirs(home: Household) -> None:
    binding = home.bindings["lin-mei"].pk
    for address, names in {
        f"claim:{home.claims['big'].number}": ("lin", "chen"),
        f"binding:{binding}": ("chen", "yu"),
        f"movement:claim-{home.claims['stranger'].pk}": ("mei", "lin"),
        "claim:none": ("mei",),
        "nothing:1": ("mei",),
        "binding:1x": ("mei",),
        f"movement:claim-{'9' * 30}": ("lin",),
    }.items():
        for name in names:
            for answer in (
                client_of(home, name).get("/questions/new/", {"about": address}),
                client_of(home, name).post(
                    f"/questions/new/?about={address}", {"kind": "question", "text": "?"}
                ),
            ):
                assert answer.status_code == 404, (address, name)
    assert not new(home).exists()


def test_a_payer_asks_about_a_movement_without_learning_what_it_was_for(home: Household) -> None:
    lin = client_of(home, "lin")
    found = re.findall(r'/questions/new/\?about=[^"]+', lin.get("/account/?ask=1").content.decode())
    claim = next(a for a in found if f"claim-{home.claims['big'].pk}" in a)
    text = plain(lin.get(claim.replace("%3A", ":")).content)
    assert "替梅晓云付医疗费" in text
    assert home.hospital.name not in text


def test_a_late_question_goes_to_the_city_and_then_to_the_province(home: Household) -> None:
    wu = staff("wu", "reviewer", HEFEI)
    ji = staff("ji", "reviewer", "34")
    ticket = asked(home)
    book = current_book()

    def at(days: int) -> int:
        return tickets.escalate_due(day=home.today + timedelta(days), book=book)

    assert at(5) == 0
    assert at(6) == 1
    assert at(6) == 0
    ticket.refresh_from_db()
    assert (ticket.level, ticket.due_on) == ("city", home.today + timedelta(11))
    assert set(Message.objects.filter(kind="ticket_escalated").values_list("user", flat=True)) == {
        wu.pk, ji.pk,
    }  # fmt: skip
    assert at(12) == 1
    ticket.refresh_from_db()
    assert (ticket.level, ticket.due_on) == ("province", home.today + timedelta(22))
    # Nobody is above the province: it stays there, late again on a new day.
    assert at(23) == 1
    ticket.refresh_from_db()
    assert ticket.level == "province"
    kinds = TicketEntry.objects.filter(ticket=ticket).values_list("kind", flat=True)
    assert list(kinds) == ["said", "escalated", "escalated", "escalated"]
    assert Message.objects.filter(person=home.person("mei"), kind="ticket_passed").count() == 3


def test_an_answered_question_is_not_late(home: Household) -> None:
    ticket = asked(home)
    tickets.answer(ticket_id=ticket.pk, text="因为。", day=home.today, actor=ACTOR)
    assert tickets.escalate_due(day=home.today + timedelta(60), book=current_book()) == 0


def test_staff_close_nothing_that_has_no_answer(home: Household) -> None:
    ticket = asked(home)
    close: dict[str, Any] = {"ticket_id": ticket.pk, "text": "x", "day": home.today, "actor": ACTOR}
    assert refused(tickets.close(**close, by_member=False)) == "not_answered"
    tickets.answer(ticket_id=ticket.pk, text="因为。", day=home.today, actor=ACTOR)
    done(tickets.close(**close, by_member=False))
    assert refused(tickets.take(ticket_id=ticket.pk, actor=ACTOR)) == "ticket_closed"


def test_what_was_said_is_never_changed(home: Household) -> None:
    ticket = asked(home)
    for sql in (
        "UPDATE members_ticketentry SET text = 'x'",
        "DELETE FROM members_ticketentry",
        "DELETE FROM members_ticket",
        "UPDATE members_ticket SET person_id = NULL",
    ):
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    assert TicketEntry.objects.get(ticket=ticket).text == "为什么？"


def test_another_areas_officer_finds_nothing_and_the_auditor_writes_nothing(
    home: Household,
) -> None:
    ticket = asked(home, text="只给合肥看")
    sun = officer("sun", "case_officer", WUHU)
    assert "只给合肥看" not in plain(sun.get("/desk/questions/?state=").content)
    url = f"/desk/questions/{ticket.number}/"
    assert sun.get(url).status_code == 404
    assert sun.post(f"{url}act/", {"verb": "answer", "text": "x"}).status_code == 404
    gu = officer("gu", "auditor", "34")
    assert gu.get(url).status_code == 200
    assert gu.post(f"{url}act/", {"verb": "answer", "text": "x"}).status_code == 403
    ding = officer("ding", "finance_clerk", HEFEI)
    assert ding.get(url).status_code == 404
    ticket.refresh_from_db()
    assert ticket.state == "open"
    for name in ("lin", "chen"):
        assert client_of(home, name).get(f"/questions/{ticket.number}/").status_code == 404
        assert client_of(home, name).post(f"/questions/{ticket.number}/close/").status_code == 404


def test_every_look_at_a_members_question_is_recorded(home: Household) -> None:
    ticket = asked(home)
    for _ in range(2):
        client_of(home, "zhou").get(f"/desk/questions/{ticket.number}/")
    looks = AuditRecord.objects.filter(verb="look", subject=home.person("mei"))
    assert looks.count() == 2
    assert all(look.purpose == f"答复疑问 {ticket.number}" for look in looks)


def test_a_letter_of_somebody_is_entered_and_passed_on(home: Household) -> None:
    zhou = client_of(home, "zhou")
    letter = {
        "channel": "letter", "received_on": home.today - timedelta(9), "kind": "objection",
        "member_number": "", "sender": "王先生，0551-000", "area": HEFEI, "text": "信里这样说",
    }  # fmt: skip
    assert zhou.post("/desk/questions/enter/", letter | {"sender": ""}).status_code == 400
    future = letter | {"received_on": home.today + timedelta(1)}
    assert zhou.post("/desk/questions/enter/", future).status_code == 400
    assert zhou.post("/desk/questions/enter/", letter | {"area": WUHU}).status_code == 400
    # A member of another area is as unknown as nobody.
    for number in (home.person("yu").number, "000"):
        page = zhou.post("/desk/questions/enter/", letter | {"member_number": number})
        assert "没有这个编号的参保人" in plain(page.content)
    assert not new(home).exists()
    url = zhou.post("/desk/questions/enter/", letter)["Location"]
    ticket = new(home).get()
    assert (ticket.channel, ticket.opened_on, ticket.due_on) == (
        "letter", home.today - timedelta(9), home.today,
    )  # fmt: skip
    zhou.post(f"{url}act/", {"verb": "pass_on", "level": "province", "text": "请省里看"})
    ticket.refresh_from_db()
    assert (ticket.level, ticket.owner_id) == ("province", None)
    again = {"verb": "pass_on", "level": "province", "text": "再"}
    assert zhou.post(f"{url}act/", again).status_code == 404
    assert zhou.post(f"{url}act/", {"verb": "answer", "text": " "}).status_code == 400


def test_staff_add_papers_to_a_letter_and_to_an_answer_and_a_program_is_refused(
    home: Household,
) -> None:
    zhou, mei = client_of(home, "zhou"), client_of(home, "mei")
    letter: dict[str, Any] = {
        "channel": "letter", "received_on": home.today, "kind": "objection", "sender": "",
        "member_number": home.person("mei").number, "area": HEFEI, "text": "信里这样说",
    }  # fmt: skip

    def photo(title: str) -> SimpleUploadedFile:
        return SimpleUploadedFile(title, picture(), content_type="image/jpeg")

    def program() -> SimpleUploadedFile:
        return SimpleUploadedFile("来信.pdf", b"MZ" + bytes(200), content_type="application/pdf")

    enter = "/desk/questions/enter/"
    wrong = zhou.post(enter, letter | {"papers": program()})
    assert (wrong.status_code, new(home).exists()) == (400, False)
    assert "这是一个程序" in plain(wrong.content)
    assert "信里这样说" in plain(wrong.content)
    url = zhou.post(enter, letter | {"papers": photo("来信.jpg")})["Location"]
    ticket = new(home).get()
    kept = Paper.objects.filter(kind="ticket", thing=ticket.number)
    assert [(paper.title, paper.subject_id) for paper in kept] == [
        ("来信.jpg", home.person("mei").pk)
    ]
    # A refused paper, or one that goes with no answer, leaves the text in its field.
    answer = {"verb": "answer", "text": "按第七条报销，见附件"}
    for sent in (
        answer | {"papers": program()},
        answer | {"verb": "note", "papers": photo("a.jpg")},
    ):
        wrong = zhou.post(f"{url}act/", sent)
        assert wrong.status_code == 400
        assert "按第七条报销，见附件" in plain(wrong.content)
    assert (kept.count(), ticket.entries.count()) == (1, 1)
    done = SimpleUploadedFile("明细.png", picture("PNG"), content_type="image/png")
    assert zhou.post(f"{url}act/", answer | {"papers": done}).status_code == 302
    own = f"/questions/{ticket.number}/"
    assert {"来信.jpg", "明细.png"} <= set(
        re.findall(r"[\w]+\.(?:jpg|png)", plain(mei.get(own).content))
    )
    fetched = mei.get(f"/papers/{kept.get(title='明细.png').key}/")
    assert fetched["Content-Disposition"].startswith("attachment")
    # Twenty papers are what a matter can have: the answer says so, and is not half given.
    with patch.object(papers, "MOST_FOR_A_THING", 2):
        more = SimpleUploadedFile("再.png", picture("PNG", (320, 240)), content_type="image/png")
        full = zhou.post(f"{url}act/", answer | {"papers": more})
    assert (full.status_code, ticket.entries.filter(kind="answer").count()) == (400, 1)
    assert "按第七条报销，见附件" in plain(full.content)


def test_ten_questions_wait_at_most(home: Household) -> None:
    outcomes = [
        tickets.open_ticket(
            person_id=home.person("mei").pk, area=HEFEI, kind="question", text="?",
            day=home.today, book=current_book(), actor=ACTOR,
        )
        for _ in range(tickets.MOST_OPEN + 1)
    ]  # fmt: skip
    assert answers(outcomes) == {"done": tickets.MOST_OPEN - 1, "too_many_tickets": 2}
    page = client_of(home, "mei").post("/questions/new/", {"kind": "question", "text": "?"})
    assert page.status_code == 400
    assert "等待答复的或今天提出的疑问已经很多" in plain(page.content)


def test_what_people_write_stays_text(home: Household) -> None:
    ticket = asked(home, text="<script>alert(1)</script><img src=x onerror=alert(2)>")
    for client, url in (
        (client_of(home, "mei"), f"/questions/{ticket.number}/"),
        (client_of(home, "mei"), "/questions/"),
        (client_of(home, "zhou"), "/desk/questions/"),
        (client_of(home, "zhou"), f"/desk/questions/{ticket.number}/"),
    ):
        html = client.get(url).content.decode()
        assert "&lt;script&gt;" in html, url
        assert "<script>alert" not in html, url
        assert "<img src=x" not in html, url


@pytest.mark.parametrize(
    ("name", "url"),
    [("mei", "/questions/"), ("mei", "/questions/new/"), ("zhou", "/desk/questions/"), ("mei", "")],
)
def test_pages_keep_to_their_budget_of_queries(home: Household, name: str, url: str) -> None:
    made = [asked(home, about_kind="claim", about_key=home.claims["big"].number) for _ in range(9)]
    client = client_of(home, name)
    url = url or f"/questions/{made[0].number}/"
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    asked_for = [
        q["sql"] for q in captured.captured_queries
        if not re.match(r"(RELEASE )?SAVEPOINT|BEGIN|COMMIT", q["sql"])
    ]  # fmt: skip
    assert len(asked_for) <= QUERIES, "\n".join(asked_for)
