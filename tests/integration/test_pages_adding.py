"""Adding a relative: the steps, one answer about the other person, plain words about oneself."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from families import limits
from families.asking import TRIES_A_DAY
from families.models import Binding
from members.models import Person
from record.looking import within
from record.models import AuditRecord
from record.operations import Actor
from record.tries import BINDING, DAYS_TOLD, SIGNING_UP, TurnedAway, turn_away, turned_away
from tests.household import (
    PASSWORD,
    Household,
    signed_in,
    standing,
)
from tests.people import HEFEI, WUHU, staff
from tests.strangers import ADD, NOTICE, ORDER, a_day_of_its_own, about_the_other_one, name_somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def client_of(home: Household, name: str) -> Client:
    return signed_in(home.users[name])


def mask(html: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", html)


def ask(client: Client, number: str, name: str, relation: str = "child") -> tuple[int, bytes]:
    """Go through the steps; return what the last one answers."""
    form = {"relation": relation, "name": name, "id_number": number}
    assert client.post(ADD, form)["Location"] == ORDER
    assert client.get(ORDER).status_code == 200
    answer = client.post(NOTICE, {"agreed": "on"})
    return answer.status_code, mask(answer.content)


def test_a_relative_is_bound_in_steps(home: Household) -> None:
    client = client_of(home, "lin")
    bao = home.person("bao")
    form = {"relation": "child", "name": bao.name, "id_number": home.id_numbers["bao"].lower()}
    assert client.post(ADD, form)["Location"] == ORDER
    assert "您看得到哪天、谁、多少钱" in client.get(ORDER).content.decode()
    assert "请读完再同意" in client.get(NOTICE).content.decode()
    refused = client.post(NOTICE, {})
    assert refused.status_code == 400
    assert "不勾选就不会绑定" in refused.content.decode()
    done = client.post(NOTICE, {"agreed": "on"}, follow=True)
    assert "您的账户可以替林宝儿付款了" in done.content.decode()
    binding = Binding.objects.get(authorizer=home.person("lin"), member=bao, ended_on=None)
    assert binding.consent.notice == home.notice
    # The steps begin anew: nothing typed is kept.
    assert client.get(NOTICE)["Location"] == ADD


def test_the_id_number_is_never_kept_in_the_clear(home: Household) -> None:
    client = client_of(home, "lin")
    number = home.id_numbers["bao"]
    client.post(ADD, {"relation": "child", "name": "林宝儿", "id_number": number})
    assert number not in str(dict(client.session))


def test_nobody_is_bound_without_a_recent_sign_in(home: Household) -> None:
    client = signed_in(home.users["lin"], recently=False)
    form = {"relation": "child", "name": "林宝儿", "id_number": home.id_numbers["bao"]}
    client.post(ADD, form)
    for answer in (client.get(NOTICE), client.post(NOTICE, {"agreed": "on"})):
        assert answer["Location"] == f"/login/reauthenticate/?next={NOTICE.replace('/', '%2F')}"
    assert not Binding.objects.filter(member=home.person("bao"), ended_on=None).exists()
    proved = client.post(answer["Location"], {"password": PASSWORD})
    assert proved["Location"] == NOTICE
    assert client.post(NOTICE, {"agreed": "on"}).status_code == 302
    assert Binding.objects.filter(member=home.person("bao"), ended_on=None).exists()


def test_everything_about_the_other_person_has_one_answer(home: Household) -> None:
    answers = {}
    for case, (number, name) in about_the_other_one(home).items():
        with a_day_of_its_own():
            answers[case] = ask(client_of(home, "lin"), number, name)
    assert len(set(answers.values())) == 1, {case: code for case, (code, _) in answers.items()}
    status, body = answers["nobody"]
    assert status == 409
    assert "关于别人的情况我们不多说" in body.decode()


def test_everything_about_the_other_person_takes_the_same_work(home: Household) -> None:
    work = {}
    for case, (number, name) in about_the_other_one(home).items():
        with a_day_of_its_own():
            client = client_of(home, "lin")
            name_somebody(client, number, name)
            with CaptureQueriesContext(connection) as queries:
                client.post(NOTICE, {"agreed": "on"})
        work[case] = [statement_of(query["sql"]) for query in queries]
    first = work.pop("nobody")
    for case, done in work.items():
        assert done == first, case


def statement_of(sql: str) -> str:
    """A statement without its values, and without the names of savepoints."""
    sql = re.sub(r'SAVEPOINT "[^"]+"', "SAVEPOINT", sql)
    sql = re.sub(r"'(?:[^']|'')*'(::bytea)?|\b\d+\b", "?", sql)
    return re.sub(r"\(\?(, \?)+\)", "(?)", sql)


def test_a_sixth_failed_try_is_refused(home: Household) -> None:
    for _ in range(TRIES_A_DAY):
        assert ask(client_of(home, "lin"), home.id_numbers["chen"], "不对")[0] == 409
    status, body = ask(client_of(home, "lin"), home.id_numbers["chen"], "不对")
    assert status == 429
    assert "每天最多试五次" in body.decode()
    # Not even the right person can be bound on this day.
    assert ask(client_of(home, "lin"), home.id_numbers["bao"], "林宝儿")[0] == 429
    assert AuditRecord.objects.filter(verb="families.bind.too_many").count() == 2
    # Today tells whoever watches over the area how many, and not who was asked about.
    for name, kind, scope, is_told in (
        ("gu", "auditor", "34", True),
        ("admin", "administrator", HEFEI, True),
        ("fei", "auditor", "32", False),
        ("wu", "case_officer", HEFEI, False),
    ):
        client = Client(headers={"accept-language": "en"})
        client.force_login(staff(name, kind, scope))
        today = client.get("/desk/").content.decode()
        told = "2 tries to bind a relative or to sign up were turned away, of 1 users"
        assert (told in today) is is_told, name
        assert "陈立" not in today


def test_the_desk_is_told_by_day_and_of_those_who_sign_up(home: Household) -> None:
    now = timezone.now()
    turn_away(actor=Actor.of(home.users["nobody"]), verb=SIGNING_UP, counted_by="user")
    for user in ("lin", "mei", "mei"):
        turn_away(actor=Actor.of(home.users[user]), verb=BINDING, counted_by="address", area=WUHU)
    day = timezone.localdate(now)
    everywhere, hefei = Q(), within(("area",), frozenset({HEFEI})) | Q(area="")
    assert turned_away(day=day, scopes=everywhere) == [TurnedAway(day, 4, 3)]
    assert turned_away(day=day, scopes=hefei) == [TurnedAway(day, 1, 1)]
    later = day + timedelta(days=DAYS_TOLD)
    assert len(turned_away(day=later - timedelta(days=1), scopes=everywhere)) == 1
    assert turned_away(day=later, scopes=everywhere) == []
    assert turned_away(day=day - timedelta(days=1), scopes=everywhere) == []


def test_an_address_has_twenty_tries_whoever_uses_it(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TRIES_A_DAY_FROM_AN_ADDRESS", 2)
    for name in ("lin", "mei"):
        assert ask(client_of(home, name), home.id_numbers["chen"], "不对")[0] == 409
    assert ask(client_of(home, "chen"), home.id_numbers["lin"], "不对")[0] == 429


def test_what_did_work_takes_no_try_of_the_address(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TRIES_A_DAY_FROM_AN_ADDRESS", 1)
    for name in ("bao", "chen"):
        person = home.person(name)
        assert ask(client_of(home, "lin"), home.id_numbers[name], person.name)[0] == 302


def test_nobody_is_bound_while_tries_cannot_be_counted(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise RedisAway

    monkeypatch.setattr(type(caches["limits"]), "incr", away)
    client = client_of(home, "lin")
    status, body = ask(client, home.id_numbers["bao"], "林宝儿")
    assert status == 503
    assert "什么都没有变" in body.decode()
    assert not Binding.objects.filter(member=home.person("bao"), ended_on=None).exists()
    monkeypatch.undo()
    # What was typed is kept: it goes on from the notice.
    assert client.post(NOTICE, {"agreed": "on"}).status_code == 302


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wen", "您的参保方式没有个人账户"),
        ("pan", "您的参保方式没有个人账户"),
        ("shen", "省直医保的钱直接打到银行卡"),
    ],
)
def test_what_is_about_oneself_is_said_plainly(home: Household, name: str, words: str) -> None:
    assert words in client_of(home, name).get(ADD).content.decode()


def test_own_mistakes_are_said_plainly_and_cost_no_try(home: Household) -> None:
    lin, mei = home.person("lin"), home.person("mei")
    for number, name, words in (
        (home.id_numbers["lin"], lin.name, "这是您本人"),
        (home.id_numbers["mei"], mei.name, "已经绑定了"),
    ):
        status, body = ask(client_of(home, "lin"), number, name)
        assert status == 409
        assert words in body.decode()
    assert ask(client_of(home, "lin"), home.id_numbers["bao"], "林宝儿")[0] == 302


def test_a_full_boat_says_so_at_once(home: Household) -> None:
    for name in ("bao", "chen", "wen", "pan"):
        person = home.person(name)
        assert ask(client_of(home, "lin"), home.id_numbers[name], person.name)[0] == 302
    assert "已经坐满" in client_of(home, "lin").get(ADD).content.decode()
    assert "已经坐满" in client_of(home, "lin").get("/family/").content.decode()


def test_who_stays_out_says_so_and_takes_it_back(home: Household) -> None:
    client, bao = client_of(home, "bao"), home.person("bao")
    answer = client.post("/family/staying-out/", {"wish": "out"}, follow=True)
    assert "谁也不能再绑定您" in answer.content.decode()
    assert ask(client_of(home, "lin"), home.id_numbers["bao"], bao.name)[0] == 409
    client.post("/family/staying-out/", {"wish": "in"})
    assert ask(client_of(home, "lin"), home.id_numbers["bao"], bao.name)[0] == 302


def test_a_relative_hears_of_it_refuses_and_both_keep_the_notice(home: Household) -> None:
    bao: Person = home.person("bao")
    ask(client_of(home, "lin"), home.id_numbers["bao"], bao.name)
    binding = Binding.objects.get(member=bao, ended_on=None)
    assert list(bao.messages.filter(kind="bound", data__binding=binding.pk))
    client = client_of(home, "bao")
    assert "不愿意，退出" in client.get(f"/family/{binding.pk}/").content.decode()
    client.post(f"/family/{binding.pk}/end/")
    assert Binding.objects.get(pk=binding.pk).ended_code == "left"
    for name in ("bao", "lin"):
        kept = client_of(home, name).get(f"/family/{binding.pk}/").content.decode()
        assert "请读完再同意" in kept
        assert "家人自己退出" in kept
        assert (
            f"/family/{binding.pk}/"
            in client_of(home, name).get("/family/history/").content.decode()
        )


def test_a_bill_is_tried_out_without_showing_another_one_s_balance(home: Household) -> None:
    lin = client_of(home, "lin")
    for amount in ("1.00", "500.00", "634.56", "634.57", "5000.00"):
        text = lin.get("/family/", {"who": "me", "amount": amount}).content.decode()
        text = re.sub(r"<[^>]+>", "", text)
        own = min(Decimal(amount), Decimal("634.56"))
        assert f"{own:,.2f}" in text
        others = re.findall(r"[\d,]+\.\d\d", text.split("会这样支付")[1])
        assert set(others) <= {f"{own:,.2f}", f"{Decimal(amount) - own:,.2f}"}, amount
    mei = home.bindings["lin-mei"].pk
    text = lin.get("/family/", {"who": str(mei), "amount": "700"}).content.decode()
    assert "634.56" in text
    assert "别人的账户里有多少钱，谁也看不到" in text


def test_a_bill_of_a_stranger_cannot_be_tried_out(home: Household) -> None:
    lin = client_of(home, "lin")
    text = lin.get(
        "/family/", {"who": str(home.bindings["yu-lin"].pk), "amount": "5"}
    ).content.decode()
    assert "会这样支付" not in text
    assert "errsum" in text
