"""Adding a relative: the steps, one answer about the other person, plain words about oneself."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from families.asking import TRIES_A_DAY
from families.models import Binding
from members.models import Enrolment
from tests.household import WUHU, Household, id_number, standing

pytestmark = pytest.mark.django_db

ADD, ORDER, NOTICE = "/family/add/", "/family/add/order/", "/family/add/notice/"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return copy.deepcopy(made)


def client_of(home: Household, name: str) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(home.users[name])
    return client


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


def test_everything_about_the_other_person_has_one_answer(home: Household) -> None:
    unknown = id_number(home.person("lin").born, 777)
    cases = {
        "nobody": (unknown, "李无名"),
        "another name": (home.id_numbers["chen"], "不对"),
        "another province": (home.id_numbers["yang"], home.person("yang").name),
        "provincial-direct": (home.id_numbers["shen"], home.person("shen").name),
    }
    answers = {}
    for case, (number, name) in cases.items():
        answers[case] = ask(client_of(home, "lin"), number, name)
    assert len(set(answers.values())) == 1, {case: code for case, (code, _) in answers.items()}
    status, body = answers["nobody"]
    assert status == 409
    assert "关于别人的情况我们不多说" in body.decode()


def test_the_other_one_s_bindings_are_not_told(home: Household) -> None:
    # Lin has an authorizer from Wuhu, which chen, who is in Wuhu now, need not know.
    Enrolment.objects.filter(person=home.person("chen")).update(area=WUHU)
    taken = ask(client_of(home, "chen"), home.id_numbers["lin"], home.person("lin").name)
    unknown = id_number(home.person("lin").born, 777)
    assert taken == ask(client_of(home, "chen"), unknown, "李无名")


def test_a_sixth_failed_try_is_refused(home: Household) -> None:
    for _ in range(TRIES_A_DAY):
        assert ask(client_of(home, "lin"), home.id_numbers["chen"], "不对")[0] == 409
    status, body = ask(client_of(home, "lin"), home.id_numbers["chen"], "不对")
    assert status == 429
    assert "每天最多试五次" in body.decode()
    # Not even the right person can be bound on this day.
    assert ask(client_of(home, "lin"), home.id_numbers["bao"], "林宝儿")[0] == 429


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
