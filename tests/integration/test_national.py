"""A claim under the national names: from the interface, and as a file."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from claims.national import FIELDS
from tests.machines import code_of, line, new_key, signed_in
from tests.people import SUIZHOU, YANGZHOU, enrol_one, give_money, hospital

pytestmark = pytest.mark.django_db

PAYING = ("hifp_pay", "othfund_pay", "acct_pay", "acct_mulaid_pay", "psn_cash_pay")
PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")


def test_a_claim_is_told_and_exported_under_the_national_names() -> None:
    today = timezone.localdate()
    lin = enrol_one("林志远", area=YANGZHOU)
    give_money({lin: "300.00"}, month=today.replace(day=1), day=today)
    his = signed_in(hospital(YANGZHOU, level=2))
    lines = [
        line("1000.00"),
        line("200.00", over_standard="50.00"),
        line("100.00", **{"class": "B"}, self_pay_rate="0.10"),
        line("30.00", **{"class": "C"}),
        line("20.00", code=""),
    ]
    number = his.settle(lin, lines=lines).json()["number"]

    told = his.get(f"claims/{number}?names=national").json()
    assert tuple(told) == FIELDS
    amounts = {name: Decimal(told[name]) for name in (*PAYING, *PARTS, "medfee_sumamt")}
    assert amounts["medfee_sumamt"] == Decimal("1350.00")
    assert sum(amounts[name] for name in PAYING) == amounts["medfee_sumamt"]
    assert sum(amounts[name] for name in PARTS) == amounts["medfee_sumamt"]
    assert (told["fulamt_ownpay_amt"], told["overlmt_selfpay"]) == ("50.00", "50.00")
    assert (told["preselfpay_amt"], told["acct_pay"]) == ("10.00", "300.00")
    assert (told["setl_id"], told["med_type"], told["refd_setl_flag"]) == (number, "11", "0")
    assert told["pool_prop_selfpay"] == "0.65"
    assert code_of(his.get(f"claims/{number}?names=other")) == "wrong_form"

    his.post(f"claims/{number}/refund", {}, key=new_key())
    out = io.StringIO()
    call_command("export_national", YANGZHOU, f"{today:%Y-%m}", stdout=out)
    settled, refunded = csv.DictReader(io.StringIO(out.getvalue()))
    assert settled == told
    assert refunded["refd_setl_flag"] == "1"
    for name in (*PAYING, *PARTS, "medfee_sumamt"):
        assert Decimal(refunded[name]) == -Decimal(settled[name])
        assert refunded[name] != "-0.00"


def test_no_month_is_exported_that_is_none() -> None:
    with pytest.raises(CommandError):
        call_command("export_national", SUIZHOU, "2026-13")
