"""`manage.py hospital`: the client settles a CSV, repeats, may be stopped and started."""

from __future__ import annotations

import io
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from claims.models import Claim
from families.payment_codes import show_code
from members import identity
from members.models import Person, User
from tests.machines import Hospital, signed_in
from tests.people import YANGZHOU, done, enrol_one, give_money, hospital

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = (
    "payment_code,id_number,reason,visit_number,bill_number,category,service_date,"
    "amount,class,purpose,code\n"
)


@pytest.fixture
def lin() -> Person:
    person = enrol_one("林志远", area=YANGZHOU)
    Person.objects.filter(pk=person.pk).update(user=User.objects.create(username="lin"))
    today = timezone.localdate()
    give_money({person: "300.00"}, month=today.replace(day=1), day=today)
    return person


@pytest.fixture
def his() -> Hospital:
    return signed_in(hospital(YANGZHOU))


@pytest.fixture
def bills(lin: Person, tmp_path: Path) -> Path:
    today = timezone.localdate().isoformat()
    code = done(show_code(by=User.objects.get(), person_id=lin.pk, now=timezone.now())).grouped
    number = identity.unseal(lin.id_number_sealed)
    file = tmp_path / "bills.csv"
    file.write_text(
        HEAD
        + f"{code},,,V1,1,outpatient,{today},100.00,A,drug,X1\n"
        + f"{code},,,V1,1,outpatient,{today},20.00,A,examination,X2\n"
        + f",{number},forgot the phone,V2,1,outpatient,{today},50.00,A,drug,X1\n",
        encoding="utf-8",
    )
    return file


def play(live_server: Any, his: Hospital, *words: str) -> str:
    out = io.StringIO()
    call_command(
        "hospital",
        "--url",
        live_server.url,
        "--client-id",
        his.key.client_id,
        # With "=": a secret may begin with a dash.
        f"--secret={his.key.secret}",
        "--language",
        "en",
        *words,
        stdout=out,
        stderr=out,
    )
    return out.getvalue()


def test_it_settles_bills_and_once_only_however_often_it_is_started(
    live_server: Any, his: Hospital, bills: Path
) -> None:
    first = play(live_server, his, "settle", str(bills))
    assert Claim.objects.count() == 2
    assert "gross 120.00" in first
    assert "own_account" in first
    assert play(live_server, his, "settle", str(bills)) == first
    assert Claim.objects.count() == 2

    number = Claim.objects.order_by("pk").values_list("number", flat=True)[0]
    assert '"verb": "settle"' in play(live_server, his, "find", "settle-V1-1")
    assert '"state": "refunded"' in play(live_server, his, "refund", number)
    assert '"outcome": "reversed"' in play(live_server, his, "reverse", "settle-V2-1")


def test_it_sends_a_message_again_whose_answer_was_lost(
    live_server: Any, his: Hospital, bills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = urllib.request.urlopen
    lost: list[bytes] = []

    def loses_the_first(request: Any, **given: Any) -> Any:
        answer = send(request, **given)
        if request.full_url.endswith("/claims") and not lost:
            lost.append(answer.read())
            raise TimeoutError("timed out")
        return answer

    monkeypatch.setattr(urllib.request, "urlopen", loses_the_first)
    shown = play(live_server, his, "settle", str(bills))

    assert len(lost) == 1
    assert "no answer (TimeoutError), sent again" in shown
    assert Claim.objects.count() == 2


def test_a_refused_bill_is_told_and_the_others_are_settled(
    live_server: Any, his: Hospital, bills: Path
) -> None:
    text = bills.read_text(encoding="utf-8")
    bills.write_text(text.replace(",50.00,", ",-50.00,"), encoding="utf-8")
    with pytest.raises(CommandError, match="1 of the bills were refused"):
        play(live_server, his, "settle", str(bills))
    assert Claim.objects.count() == 1

    bills.write_text(text, encoding="utf-8")
    play(live_server, his, "settle", str(bills))
    assert Claim.objects.count() == 2


def test_a_file_that_lacks_a_column_is_refused(
    live_server: Any, his: Hospital, tmp_path: Path
) -> None:
    file = tmp_path / "bills.csv"
    file.write_text("visit_number,amount\nV1,1.00\n", encoding="utf-8")
    with pytest.raises(CommandError, match="lacks the columns"):
        play(live_server, his, "settle", str(file))
