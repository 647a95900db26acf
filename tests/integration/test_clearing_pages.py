"""The desk's pages of clearing, reconciliation, payments and the books: who opens and does what."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims.models import Claim, Institution
from clearing import bankfiles, comparing, dayfiles, owed, payments, statements
from clearing.exports import Table, as_csv, as_xlsx
from clearing.models import Case, DayFile, InstitutionStatement, PaymentFile
from clearing.periods import Period, Subject
from members.models import User
from members.months import first_of, months_after
from record import changes
from record.models import Change, Role
from tests.integration.test_reconciliation import entry_of
from tests.people import (
    ACTOR,
    BENGBU,
    HEFEI,
    WUHU,
    bound,
    done,
    enrol_one,
    give_money,
    hospital,
    settled,
    staff,
)

pytestmark = pytest.mark.django_db

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=HYPERLINK(1)", "-2+3",
            "@x", "+A1", "=cmd|' /C calc'!A0")  # fmt: skip


class Books:
    """Lin of Hefei and his wife of Bengbu were treated in Wuhu two months ago; all is drawn up."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self.month = months_after(first_of(self.today), -2)
        self.day = self.month + timedelta(days=9)
        lin, mei = enrol_one("lin"), enrol_one("mei", area=BENGBU)
        give_money({lin: "500.00"}, month=self.month, day=self.day)
        bound(lin, mei, day=self.day)
        self.place = hospital(WUHU)
        self.own = settled(lin, self.place, "80.00", day=self.day, category="account_only")
        self.shared = settled(mei, self.place, "60.00", day=self.day, category="account_only")
        period = Period(Subject.CARE, self.month)
        (self.statement,) = done(
            statements.close_period(period=period, day=self.today, actor=ACTOR)
        )
        (self.owed,) = done(owed.draw_up(month=self.month, day=self.today, actor=ACTOR))
        self.clerks = {
            area: staff(f"clerk {area}", Role.Kind.FINANCE_CLERK, area)
            for area in (HEFEI, WUHU, BENGBU, "34")
        }
        self.second = staff("second", Role.Kind.FINANCE_CLERK, WUHU)
        self.auditor = staff("gu", Role.Kind.AUDITOR, "34")

    def client(self, user: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        return client

    def case(self) -> Case:
        file = done(
            dayfiles.take_in(
                institution=self.place,
                day=self.day,
                entries=[entry_of(self.own, 2)],
                sha256="f" * 64,
                name="day.csv",
                channel=DayFile.Channel.DESK,
                today=self.today,
                actor=ACTOR,
            )
        )
        done(comparing.compare(file_id=file.pk, today=self.today, actor=ACTOR))
        return Case.objects.get()

    def file(self) -> PaymentFile:
        done(
            owed.agree(
                statement_id=self.owed.pk,
                lines_hash=self.owed.lines_hash,
                by_name="x",
                day=self.today,
                actor=ACTOR,
            )
        )
        change = done(
            payments.propose_institution_account(
                institution_id=self.place.pk,
                number="00001234567890",
                holder="h",
                bank="b",
                evidence="e",
                by=self.clerks[WUHU],
                day=self.today,
            )
        )
        assert isinstance(change, Change)
        done(changes.approve(change_id=change.pk, by=self.second, day=self.today))
        made = done(
            bankfiles.make_file(area=WUHU, kind="institution", by=self.clerks[WUHU], day=self.today)
        )
        return made.file


@pytest.fixture
def made(db: None) -> Books:
    return Books()


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"clearing:{name}", args=args), data)


def get(client: Client, name: str, *args: Any, **query: Any) -> Any:
    return client.get(reverse(f"clearing:{name}", args=args), query)


def test_every_page_opens_for_its_area_and_for_the_auditor_and_for_nobody_else(
    made: Books,
) -> None:
    case, file = made.case(), made.file()
    day_file = DayFile.objects.get()
    pages: dict[tuple[Any, ...], tuple[str, ...]] = {
        ("desk_matrix",): (HEFEI, WUHU, BENGBU),
        ("desk_statement", made.statement.pk): (HEFEI, WUHU) if BENGBU not in made.statement.areas
        else (BENGBU, WUHU),
        ("desk_reconciliation",): (HEFEI, WUHU, BENGBU),
        ("desk_day_file_template",): (HEFEI, WUHU, BENGBU),
        ("desk_day_file", day_file.pk): (WUHU,),
        ("desk_case", case.pk): (HEFEI, WUHU, BENGBU),
        ("desk_paying",): (HEFEI, WUHU, BENGBU),
        ("desk_institution", made.owed.pk): (WUHU,),
        ("desk_bank",): (HEFEI, WUHU, BENGBU),
        ("desk_bank_file", file.pk): (WUHU,),
        ("desk_return_template", file.pk): (WUHU,),
        ("desk_trial_balance",): (HEFEI, WUHU, BENGBU),
        ("desk_funds",): (HEFEI, WUHU, BENGBU),
    }  # fmt: skip
    stranger = made.client(User.objects.create(username="nobody"))
    auditor = made.client(made.auditor)
    for (name, *args), areas in pages.items():
        for area in (HEFEI, WUHU, BENGBU):
            answer = get(made.client(made.clerks[area]), name, *args)
            assert answer.status_code == (200 if area in areas else 404), (name, area)
        assert get(auditor, name, *args).status_code == 200, name
        assert get(stranger, name, *args).status_code == 404, name
        assert get(Client(), name, *args).status_code == 302, name


def test_the_auditor_posts_nowhere_and_strangers_find_nothing_to_post_to(made: Books) -> None:
    case, file = made.case(), made.file()
    posts: list[tuple[Any, ...]] = [
        ("desk_close",),
        ("desk_check", made.statement.pk),
        ("desk_pay", made.statement.pk),
        ("desk_received", made.statement.pk),
        ("desk_reconciliation",),
        ("desk_case_propose", case.pk),
        ("desk_case_decide", case.pk),
        ("desk_case_answer", case.pk, case.tasks.all()[0].pk),
        ("desk_draw_up",),
        ("desk_paying_decide", 1),
        ("desk_agree", made.owed.pk),
        ("desk_deduct", made.owed.pk),
        ("desk_account", made.owed.pk),
        ("desk_gather",),
        ("desk_bank_make",),
        ("desk_bank_run", 1),
        ("desk_payment_account", 1),
        ("desk_bank_release", file.pk),
        ("desk_bank_drop", file.pk),
        ("desk_bank_take", file.pk),
        ("desk_bank_return", file.pk),
    ]
    auditor = made.client(made.auditor)
    elsewhere = made.client(staff("far", Role.Kind.FINANCE_CLERK, "340700"))
    for name, *args in posts:
        assert post(auditor, name, *args).status_code == 403, name
        if args:
            assert post(elsewhere, name, *args).status_code == 404, name
    from clearing.urls import urlpatterns

    tested = {name for name, *_ in posts}
    safe = {pattern.name for pattern in urlpatterns} - tested
    for name in safe:
        # What only shows answers no POST.
        args = [1] if "<int" in str(next(p for p in urlpatterns if p.name == name).pattern) else []
        assert post(made.client(made.clerks["34"]), str(name), *args).status_code in {404, 405}


def test_each_side_sees_its_own_button_alone(made: Books) -> None:
    statement = made.statement
    other = next(area for area in statement.areas if area != WUHU)
    for area in statement.areas:
        page = get(made.client(made.clerks[area]), "desk_statement", statement.pk)
        text = page.content.decode()
        assert text.count('name="lines_hash"') == 1
        assert f'name="area" value="{area}"' in text
    signing = {"lines_hash": statement.lines_hash}
    post(made.client(made.clerks[WUHU]), "desk_check", statement.pk, area=other, **signing)
    assert not statement.checks.exists()
    for area in statement.areas:
        post(made.client(made.clerks[area]), "desk_check", statement.pk, area=area, **signing)
    statement.refresh_from_db()
    assert statement.state == "confirmed"
    paid = post(
        made.client(made.clerks[statement.debtor]), "desk_pay", statement.pk, bank_reference="B-7"
    )
    assert paid.status_code == 302
    post(made.client(made.clerks[statement.creditor]), "desk_received", statement.pk)
    statement.refresh_from_db()
    assert (statement.state, statement.bank_reference) == ("paid", "B-7")


def test_an_asked_area_sees_the_amounts_and_nobodys_name_or_number(made: Books) -> None:
    case = made.case()
    page = get(made.client(made.clerks[HEFEI]), "desk_case", case.pk).content.decode()
    assert "60.00" in page
    patient = made.shared.patient
    for hidden in (
        made.shared.number,
        made.shared.visit_number,
        patient.number,
        f">{patient.name}",
    ):
        assert hidden not in page
    assert "Our area agrees" in page
    lead = get(made.client(made.clerks[WUHU]), "desk_case", case.pk).content.decode()
    assert made.shared.number in lead
    assert "Our area agrees" not in lead


def test_a_case_goes_through_two_persons_on_its_page(made: Books) -> None:
    case = made.case()
    for task in case.tasks.all():
        done_ = post(
            made.client(made.clerks[task.area]), "desk_case_answer", case.pk, task.pk,
            answer="agreed",
        )  # fmt: skip
        assert done_.status_code == 302
    lead, second = made.client(made.clerks[WUHU]), made.client(made.second)
    post(lead, "desk_case_propose", case.pk, action="reverse", reason="no visit")
    assert post(lead, "desk_case_decide", case.pk).status_code == 302
    case.refresh_from_db()
    assert case.state == "proposed"
    post(second, "desk_case_decide", case.pk, refuse="1", note="look again")
    case.refresh_from_db()
    assert case.state == "open"
    post(lead, "desk_case_propose", case.pk, action="reverse", reason="no visit")
    post(second, "desk_case_decide", case.pk)
    case.refresh_from_db()
    assert (case.state, Claim.objects.get(pk=made.shared.pk).state) == ("concluded", "refunded")


def upload(client: Client, made: Books, text: str) -> Any:
    return post(
        client,
        "desk_reconciliation",
        institution=made.place.code,
        day=made.day.isoformat(),
        file=SimpleUploadedFile("day.csv", text.encode()),
    )


def test_a_day_file_is_taken_in_on_the_desk_or_refused_with_its_lines(made: Books) -> None:
    wuhu = made.client(made.clerks[WUHU])
    template = get(wuhu, "desk_day_file_template").content.decode("utf-8-sig")
    head = template.splitlines()[0]
    line = (
        f"{made.place.code},{made.day},结算,{made.own.number},{made.own.visit_number},"
        f"{made.own.bill_number},80.00,0.00,80.00,0.00,0.00"
    )
    wrong = upload(wuhu, made, f"{head}\n{line.replace('结算', '送')}\n")
    assert wrong.status_code == 400
    assert "Nothing of the file was taken in" in wrong.content.decode()
    assert not DayFile.objects.exists()
    assert upload(made.client(made.clerks[HEFEI]), made, f"{head}\n{line}\n").status_code == 400
    taken = upload(wuhu, made, f"{head}\n{line}\n")
    assert taken.status_code == 302
    assert DayFile.objects.get().result == {"matched": 1, "only_portal": 1}
    assert upload(wuhu, made, f"{head}\n{line}\n").status_code == 400


def test_a_payment_goes_from_agreement_to_the_banks_return_on_its_pages(made: Books) -> None:
    one, two = made.client(made.clerks[WUHU]), made.client(made.second)
    statement = made.owed
    post(one, "desk_agree", statement.pk, by_name="", lines_hash=statement.lines_hash)
    assert InstitutionStatement.objects.get().state == "drawn_up"
    post(one, "desk_agree", statement.pk, by_name="letter", lines_hash=statement.lines_hash)
    post(one, "desk_account", statement.pk, number="12", holder="h", bank="b", evidence="e")
    assert not Change.objects.exists()
    post(one, "desk_account", statement.pk, number="123456789", holder="h", bank="b", evidence="e")
    change = Change.objects.get()
    post(one, "desk_paying_decide", change.pk)
    assert not made.place.bank_accounts.exists()
    post(two, "desk_paying_decide", change.pk, statement=statement.pk)
    page = get(one, "desk_institution", statement.pk).content.decode()
    assert "6789" in page
    assert "123456789" not in page
    made_file = post(one, "desk_bank_make", area=WUHU, kind="institution")
    file = PaymentFile.objects.get()
    assert made_file["Location"] == reverse("clearing:desk_bank_file", args=[file.pk])
    assert post(one, "desk_bank_take", file.pk).status_code == 404
    post(one, "desk_bank_release", file.pk)
    assert PaymentFile.objects.get().state == "prepared"
    post(two, "desk_bank_release", file.pk)
    taken = post(one, "desk_bank_take", file.pk)
    assert b"123456789" in taken.content
    assert taken["Content-Disposition"].startswith("attachment")
    answer = get(one, "desk_return_template", file.pk).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(answer)))
    wrong = SimpleUploadedFile("r.csv", answer.encode())
    assert post(one, "desk_bank_return", file.pk, file=wrong).status_code == 400
    rows[1][3] = "成功"
    text = "\n".join(",".join(row) for row in rows)
    right = SimpleUploadedFile("r.csv", text.encode())
    assert post(one, "desk_bank_return", file.pk, file=right).status_code == 302
    statement.refresh_from_db()
    assert statement.state == "paid"
    post(one, "desk_deduct", statement.pk, amount="0", reason="r")
    post(one, "desk_deduct", statement.pk, amount="5.00", reason="twice", claim="")
    post(two, "desk_paying_decide", Change.objects.get(state="waiting").pk)
    assert owed.owed(institution_id=made.place.pk, month=made.today).deductions == 5


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_file_is_a_formula(formula: str) -> None:
    table = Table(title="t", header=[formula], rows=[[formula]])
    rows = csv.reader(io.StringIO(as_csv(table.header, table.rows), newline=""))
    assert all(row == [f"'{formula}"] for row in rows)
    if "\r" in formula or "\n" in formula:
        return
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(table))).worksheets[0]
    for row in sheet.iter_rows():
        assert [cell.data_type for cell in row] == ["s"]


def test_exports_carry_no_formula_from_an_institutions_name_and_keep_amounts_as_numbers(
    made: Books,
) -> None:
    Institution.objects.filter(pk=made.place.pk).update(name="=HYPERLINK(1)")
    wuhu = made.client(made.clerks[WUHU])
    for name, *args in (
        ("desk_matrix",), ("desk_statement", made.statement.pk), ("desk_paying",),
        ("desk_institution", made.owed.pk), ("desk_trial_balance",), ("desk_funds",),
    ):  # fmt: skip
        query = {"area": WUHU} if name == "desk_funds" else {}
        text = get(wuhu, name, *args, format="csv", **query).content.decode("utf-8-sig")
        for row in csv.reader(io.StringIO(text)):
            for cell in row:
                is_number = cell.replace("-", "").replace(".", "").isdigit()
                assert is_number or cell[:1] not in ("=", "+", "-", "@"), (name, cell)
        book = get(wuhu, name, *args, format="xlsx", **query).content
        sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
        kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value}
        assert kinds <= {"s", "n"}, name
        assert "n" in kinds, name


def test_the_matrix_says_that_its_sum_is_nil_and_equals_the_ledger(made: Books) -> None:
    page = get(made.client(made.clerks["34"]), "desk_matrix").content.decode()
    assert "The sum is nil, and the statements equal the ledger to the fen." in page
    balance = get(made.client(made.clerks["34"]), "desk_trial_balance").content.decode()
    assert "each area is out by exactly what it has still to clear" in balance


def test_lists_take_the_same_queries_whatever_their_length(
    made: Books, django_assert_max_num_queries: Any
) -> None:
    made.case()
    made.file()
    client = made.client(made.clerks["34"])
    for name in ("desk_matrix", "desk_reconciliation", "desk_paying", "desk_bank", "desk_funds",
                 "desk_trial_balance"):  # fmt: skip
        with django_assert_max_num_queries(24), transaction.atomic():
            get(client, name)


def test_today_counts_what_waits(made: Books) -> None:
    made.case()
    page = made.client(made.clerks[WUHU]).get("/desk/").content.decode()
    assert "Clearing to sign or pay" in page
