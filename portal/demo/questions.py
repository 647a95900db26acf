"""Questions and objections of Hefei: by every way they come, in every state, some of them late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from claims.models import Claim
from members import tickets
from members.models import Person, Ticket
from policy.book import Book
from policy.queries import current_book
from record.operations import Actor

from .areas import HEFEI
from .world import DemoError

_PORTAL, _LETTER, _CALL, _VISIT = (one.value for one in Ticket.Channel)
_QUESTION, _OBJECTION = (one.value for one in Ticket.Kind)


@dataclass(frozen=True, slots=True)
class _Counter:
    """Who works at Hefei's counter, by which rules and on which day."""

    book: Book
    today: date
    zhou: Actor

    def day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def opened(
        self,
        *,
        days_ago: int,
        channel: str,
        text: str,
        kind: str = _QUESTION,
        person: Person | None = None,
        sender: str = "",
        about: tuple[str, str] = ("", ""),
    ) -> Ticket:
        """Open one: a member's own by the member, everything else by zhou."""
        by_member = person is not None and channel == _PORTAL
        outcome = tickets.open_ticket(
            person_id=person.pk if person else None,
            area=HEFEI,
            kind=kind,
            text=text,
            day=self.day(days_ago),
            book=self.book,
            actor=_own(person) if by_member else self.zhou,
            about_kind=about[0],
            about_key=about[1],
            channel=channel,
            sender=sender,
        )
        if not isinstance(outcome, Ticket):
            raise DemoError(f"a question was refused: {outcome.code}")
        return outcome

    def answered(self, ticket: Ticket, text: str, *, days_ago: int) -> None:
        tickets.answer(ticket_id=ticket.pk, text=text, day=self.day(days_ago), actor=self.zhou)


def ask_questions(
    *, today: date, zhou: Actor, persons: dict[str, Person], others: list[Person]
) -> None:
    """Let members ask and object by portal, letter, call and visit.

    `others`: some people of Hefei without a sign-in. Whoever waits too long is handed on, as the
    hourly task does it, on the day on which it would have happened.
    """
    at = _Counter(book=current_book(), today=today, zhou=zhou)
    _long_ago(at, others)
    _lately(at, persons, others)


def _long_ago(at: _Counter, others: list[Person]) -> None:
    """What was closed, and what nobody answered in time: at the province and at the city."""
    closed = at.opened(
        days_ago=20,
        channel=_CALL,
        person=others[0],
        text="电话咨询：退休以后个人账户每月划入多少，从哪个月起算？",
    )
    at.answered(
        closed,
        "按退休人员的标准划入。收支明细里每个月都写着金额和依据的条款，您可以逐月核对。",
        days_ago=18,
    )
    tickets.close(
        ticket_id=closed.pk, text="来电人已知悉。", day=at.day(17), actor=at.zhou, by_member=False
    )
    at.opened(
        days_ago=16,
        channel=_LETTER,
        kind=_OBJECTION,
        sender="合肥市庐阳区某社区居委会",
        text="来信反映：辖区内一家药店刷个人账户出售日用品，请核查。",
    )
    tickets.escalate_due(day=at.day(10), book=at.book)
    tickets.escalate_due(day=at.day(4), book=at.book)
    at.opened(
        days_ago=9,
        channel=_LETTER,
        kind=_OBJECTION,
        person=others[1],
        text="来信：上月住院出院后在门诊复查，系统说住院期间不能结算，但我已经出院了。请更正。",
    )
    tickets.escalate_due(day=at.day(3), book=at.book)


def _lately(at: _Counter, persons: dict[str, Person], others: list[Person]) -> None:
    """What waits with the county: late, due today, taken, new; and what has its answer."""
    lin, mei, yuanhang = persons["lin"], persons["mei"], persons["wu_yuanhang"]
    at.opened(
        days_ago=6,
        channel=_CALL,
        person=others[2],
        text="来电：上个月的个人账户没有到账，单位说已经缴费。",
    )
    near = at.opened(
        days_ago=5,
        channel=_PORTAL,
        kind=_OBJECTION,
        person=mei,
        text="零星报销让我补交费用清单，可是急诊那天医院只给了发票。能不能请你们向医院核实？",
    )
    tickets.take(ticket_id=near.pk, actor=at.zhou)
    visit = at.opened(
        days_ago=4,
        channel=_VISIT,
        sender="陈先生，外地户籍，来窗口询问",
        text="来访：在合肥新就业，以前在南京参保，个人账户的钱怎么转过来？",
    )
    tickets.take(ticket_id=visit.pk, actor=at.zhou)
    tickets.note(
        ticket_id=visit.pk, text="已请他带参保凭证再来，手机号留在登记簿上。", actor=at.zhou
    )
    handed_on = at.opened(
        days_ago=3,
        channel=_VISIT,
        kind=_OBJECTION,
        person=others[3],
        text="来访：认为这次门诊的起付线算重了，同一天在同一家医院看了两个科。",
    )
    tickets.pass_on(
        ticket_id=handed_on.pk,
        level=Ticket.Level.CITY,
        text="涉及起付线怎么累计，请市里答复口径。",
        day=at.day(1),
        book=at.book,
        actor=at.zhou,
    )
    answered = at.opened(
        days_ago=3,
        channel=_PORTAL,
        person=yuanhang,
        text="母亲在安庆看病用了我的钱，我能看到是哪家医院吗？",
    )
    at.answered(
        answered,
        "您能看到日期和金额。病情和医院属于您母亲的隐私，只有她本人能看到，您可以直接问她。",
        days_ago=1,
    )
    claim = Claim.objects.filter(patient=lin).order_by("service_date", "pk").last()
    again = at.opened(
        days_ago=2,
        channel=_PORTAL,
        person=lin,
        about=("claim", claim.number) if claim is not None else ("", ""),
        text="这次结算有一部分统筹基金没有报销，为什么？",
    )
    at.answered(
        again,
        "起付线以内的部分由账户或现金支付。结算单的每一步都写着金额和依据的条款。",
        days_ago=1,
    )
    tickets.say_more(
        ticket_id=again.pk,
        text="结算单我看了。起付线一年只算一次，还是每家医院都要算？",
        day=at.today,
        book=at.book,
        actor=_own(lin),
    )
    at.opened(
        days_ago=0,
        channel=_CALL,
        person=others[4],
        text="来电：想给父亲开通家庭共济，父亲在芜湖参保，需要带什么材料？",
    )


def _own(person: Person | None) -> Actor:
    """Return a member as the one who writes. Raises DemoError where they have no sign-in."""
    if person is None or person.user is None:
        raise DemoError("a question by the portal needs a member with a sign-in")
    return Actor.of(person.user)
