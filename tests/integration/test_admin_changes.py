"""What the staff's admin changes: by two persons, with a reason, and on record."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.models import Institution, InstitutionTerm
from families.models import Notice
from members.models import User
from policy.models import Figure
from record.models import AuditRecord, Change, Role
from record.outcome import Refusal
from record.roles import end_role, propose_role
from tests.staffed import TODAY, Staffed, address, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_home(staffed: Staffed) -> None:
    """Every test here is in the same house; what a test does is taken back after it."""


# --- figures, roles, changes ----------------------------------------------------------------------

FIGURE = {
    "scope": "340100",
    "key": "family_premiums",
    "value": "false",
    "begins_on": "2026-12-01",
    "document_title": "关于保费代收的通知",
    "document_number": "合医保〔2026〕9号",
    "document_date": "2026-11-01",
    "reason": "the city's notice",
}


def test_a_figure_is_proposed_by_one_and_approved_by_another(staffed: Staffed) -> None:
    zhou = officer("qin", Role.Kind.POLICY_CLERK, "340100")
    answer = zhou.post(reverse("admin:policy_figure_propose"), FIGURE)
    assert answer.status_code == 302, answer.content.decode()
    change = Change.objects.get(kind="figure", state="waiting")
    decide = reverse("admin:record_change_decide", args=[change.pk])
    own = zhou.post(decide, {"verb": "approve"}, follow=True).content.decode()
    assert "messagelist" in own
    assert not Figure.objects.filter(key="family_premiums").exists()
    wu = officer("wu", Role.Kind.REVIEWER, "340100")
    page = wu.get(address(Change, "change", change.pk)).content.decode()
    assert 'value="approve"' in page
    wu.post(decide, {"verb": "approve", "note": "fine"})
    figure = Figure.objects.get(key="family_premiums")
    assert figure.value is False
    again = wu.post(decide, {"verb": "approve"}, follow=True)
    assert again.status_code == 200
    assert "error" in again.content.decode()


@pytest.mark.parametrize(
    ("key", "value"),
    [("scope", "34010"), ("scope", "990000"), ("value", "{"), ("value", "maybe"), ("key", "x")],
)
def test_a_wrong_figure_is_sent_back_in_words(staffed: Staffed, key: str, value: str) -> None:
    zhou = officer("qin", Role.Kind.POLICY_CLERK, "340100")
    zhou_scope = Role.objects.get(user__username="qin")
    assert zhou_scope.scope == "340100"
    answer = zhou.post(reverse("admin:policy_figure_propose"), {**FIGURE, key: value})
    assert answer.status_code in {200, 400}
    assert "error" in answer.content.decode()
    assert not Change.objects.filter(kind="figure").exists()


def test_a_refusal_needs_a_reason_and_its_proposer_can_withdraw(staffed: Staffed) -> None:
    zhou = officer("qin", Role.Kind.POLICY_CLERK, "340100")
    wu = officer("wu", Role.Kind.REVIEWER, "340100")
    zhou.post(reverse("admin:policy_figure_propose"), FIGURE)
    first = Change.objects.get(kind="figure")
    decide = reverse("admin:record_change_decide", args=[first.pk])
    wu.post(decide, {"verb": "refuse"})
    first.refresh_from_db()
    assert first.state == "waiting"
    wu.post(decide, {"verb": "refuse", "note": "wrong date"})
    first.refresh_from_db()
    assert (first.state, first.decision_note) == ("refused", "wrong date")
    zhou.post(reverse("admin:policy_figure_propose"), FIGURE)
    second = Change.objects.get(kind="figure", state="waiting")
    zhou.post(reverse("admin:record_change_decide", args=[second.pk]), {"verb": "withdraw"})
    second.refresh_from_db()
    assert second.state == "withdrawn"


def test_a_role_needs_two_administrators_and_neither_is_its_holder(staffed: Staffed) -> None:
    ann = officer("ann", Role.Kind.ADMINISTRATOR, "34")
    bo = officer("bo", Role.Kind.ADMINISTRATOR, "34")
    wanted = {
        "user": "nobody",
        "kind": "auditor",
        "scope": "340100",
        "begins_on": TODAY.isoformat(),
        "ends_on": (TODAY + timedelta(days=90)).isoformat(),
        "reason": "the yearly audit",
    }
    page = ann.get(reverse("admin:record_role_propose") + "?user=nobody").content.decode()
    # It suggests a year, and names the areas of the administrator's own roles.
    assert 'value="nobody"' in page
    assert timezone.localdate().replace(year=timezone.localdate().year + 1).strftime("%Y-") in page
    assert "340100 合肥" in page
    assert "321000" not in page
    of_user = address(User, "change", User.objects.get(username="nobody").pk)
    assert "/admin/record/role/propose/?user=nobody" in ann.get(of_user).content.decode()
    elsewhere = ann.post(reverse("admin:record_role_propose"), {**wanted, "scope": "321000"})
    assert elsewhere.status_code == 400
    own = ann.post(reverse("admin:record_role_propose"), {**wanted, "user": "ann"}, follow=True)
    assert "error" in own.content.decode()
    assert ann.post(reverse("admin:record_role_propose"), wanted).status_code == 302
    change = Change.objects.get(kind="role")
    decide = reverse("admin:record_change_decide", args=[change.pk])
    ann.post(decide, {"verb": "approve"})
    assert not Role.objects.filter(user__username="nobody").exists()
    bo.post(decide, {"verb": "approve"})
    role = Role.objects.get(user__username="nobody")
    assert (role.given_by.username, role.approved_by.username) == ("ann", "bo")  # type: ignore[union-attr]
    assert User.objects.get(username="nobody").is_staff
    ended = end_role(role_id=role.pk, by=User.objects.get(username="bo"), day=TODAY, reason="done")
    assert not isinstance(ended, Refusal)
    assert ended.ends_on == TODAY


def test_nobody_approves_their_own_role(staffed: Staffed) -> None:
    officer("ann", Role.Kind.ADMINISTRATOR, "34")
    bo = officer("bo", Role.Kind.ADMINISTRATOR, "34")
    change = propose_role(
        user_id=User.objects.get(username="bo").pk,
        kind="finance_clerk",
        scope="340100",
        begins_on=TODAY,
        ends_on=TODAY,
        reason="r",
        by=User.objects.get(username="ann"),
        day=TODAY,
    )
    assert isinstance(change, Change)
    answer = bo.post(
        reverse("admin:record_change_decide", args=[change.pk]), {"verb": "approve"}, follow=True
    )
    assert answer.status_code == 200
    assert not Role.objects.filter(user__username="bo", kind="finance_clerk").exists()


# --- the few pages that change something ----------------------------------------------------------


def test_an_institution_is_added_and_its_change_is_on_record(staffed: Staffed) -> None:
    zhou = officer("zhou", Role.Kind.CASE_OFFICER, "340100")
    form = {"code": "H9", "name": "新医院", "area": "340100", "kind": "hospital", "address": "",
            "phone": ""}  # fmt: skip
    assert zhou.post(address(Institution, "add"), form).status_code == 302
    new = Institution.objects.get(code="H9")
    foreign = zhou.post(address(Institution, "add"), {**form, "code": "H8", "area": "340200"})
    assert foreign.status_code == 200
    assert not Institution.objects.filter(code="H8").exists()
    change = {"name": "新医院（东区）", "address": "", "phone": "", "area": "340200"}
    assert zhou.post(address(Institution, "change", new.pk), change).status_code == 302
    new.refresh_from_db()
    assert (new.name, new.area) == ("新医院（东区）", "340100")
    verbs = AuditRecord.objects.filter(object=f"institution:{new.pk}").values_list(
        "verb", flat=True
    )
    assert set(verbs) == {"admin.institution.add", "admin.institution.change"}
    term = {"institution": new.pk, "begins_on": "2026-12-01", "level": "2", "designated": "on"}
    assert zhou.post(address(InstitutionTerm, "add"), term).status_code == 302
    overlapping = zhou.post(address(InstitutionTerm, "add"), {**term, "begins_on": "2027-01-01"})
    assert overlapping.status_code == 200
    assert InstitutionTerm.objects.filter(institution=new).count() == 1
    from django.contrib.admin.models import LogEntry

    assert not LogEntry.objects.exists()


def test_a_notice_is_added_with_its_hash_and_never_changed(staffed: Staffed) -> None:
    qin = officer("qin", Role.Kind.POLICY_CLERK, "34")
    form = {"scope": "34", "version": "9", "language": "zh-hans", "begins_on": "2027-01-01",
            "text": "告知书\n新的一版。"}  # fmt: skip
    assert qin.post(address(Notice, "add"), form).status_code == 302
    notice = Notice.objects.get(version="9")
    assert notice.hash == hashlib.sha256(notice.text.encode()).hexdigest()
    assert qin.post(address(Notice, "change", notice.pk), form).status_code == 403


def test_an_administrator_opens_and_closes_staff_accounts_but_not_their_own(
    staffed: Staffed,
) -> None:
    ann = officer("ann", Role.Kind.ADMINISTRATOR, "34")
    me = User.objects.get(username="ann")
    nobody = User.objects.get(username="nobody")
    form = {"username": "nobody", "first_name": "", "last_name": "", "email": "",
            "is_superuser": "on"}  # fmt: skip
    assert ann.post(address(User, "change", nobody.pk), form).status_code == 302
    nobody.refresh_from_db()
    assert (nobody.is_active, nobody.is_superuser) == (False, False)
    assert ann.post(address(User, "change", me.pk), form).status_code == 403
