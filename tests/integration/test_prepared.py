"""Prepared queries give what the ORM would give, and what is drawn once is drawn for everybody."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.db import connection
from django.db.models import Count, F, QuerySet
from django.db.models.expressions import RawSQL
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.template import Context, Template
from django.test.html import parse_html
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from members.models import Enrolment, Person, User
from portal.form_renderer import Renderer
from record.prepared import prepared
from tests.people import enrol_one

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


@pytest.fixture
def mei() -> Person:
    person = enrol_one("mei")
    person.user = User.objects.create_user("mei")
    person.save()
    return person


def test_a_prepared_query_gives_the_rows_of_its_queryset_for_each_value(mei: Person) -> None:
    @prepared
    def of(person: int, day: date) -> QuerySet[Enrolment]:
        return Enrolment.objects.filter(person_id=person, begins_on__lte=day)

    lin = enrol_one("lin")
    for person in (mei, lin):
        expected = list(Enrolment.objects.filter(person=person, begins_on__lte=DAY))
        assert of(person.pk, DAY) == expected
        assert of(person=person.pk, day=DAY)[0].__dict__.keys() == expected[0].__dict__.keys()
    assert of(mei.pk, date(1899, 1, 1)) == []
    assert of.first(mei.pk, date(1899, 1, 1)) is None


def test_a_prepared_query_reads_what_is_joined_and_what_is_annotated(mei: Person) -> None:
    @prepared
    def who(user: int) -> QuerySet[Person]:
        people = Person.objects.select_related("user").annotate(login=F("user__username"))
        return people.filter(user_id=user)

    assert mei.user is not None
    with CaptureQueriesContext(connection) as asked:
        found = who.first(mei.user.pk)
        assert found is not None
        assert (found.user, found.login) == (mei.user, "mei")  # type: ignore[attr-defined]
    assert len(asked) == 1
    assert bytes(found.id_number_index) == bytes(Person.objects.get(pk=mei.pk).id_number_index)


def test_a_prepared_query_gives_values_and_takes_a_list(mei: Person) -> None:
    @prepared
    def names(people: list[int]) -> QuerySet[Person, tuple[str, str]]:
        return Person.objects.filter(pk__any_of=people).order_by("pk").values_list("number", "name")

    @prepared
    def enrolled(people: list[int]) -> QuerySet[Person, int]:
        counted = Person.objects.filter(pk__any_of=people).annotate(times=Count("enrolments"))
        return counted.values_list("times", flat=True)

    lin = enrol_one("lin")
    assert names([mei.pk, lin.pk]) == [(mei.number, mei.name), (lin.number, lin.name)]
    assert names([]) == []
    assert enrolled([mei.pk]) == [1]


def test_a_percent_sign_in_a_query_stays_one(mei: Person) -> None:
    @prepared
    def called(name: str) -> QuerySet[User]:
        return (
            User.objects.filter(username=name)
            .annotate(odd=RawSQL("username LIKE '%%\\%%%%'", ()))
            .filter(odd=False)
        )

    assert called("mei") == [mei.user]
    assert called("100%") == []


def test_what_is_kept_is_drawn_once_for_each_language_and_value() -> None:
    page = Template(
        "{% load i18n kept %}{% kept who %}{{ number }}{% translate 'Home' %}{{ who }}{% endkept %}"
    )

    def drawn(number: int, who: str) -> str:
        return page.render(Context({"number": number, "who": who}))

    with override("en"):
        assert drawn(1, "a") == "1Homea"
        assert drawn(2, "a") == "1Homea", "what it does not name does not change it"
        assert drawn(3, "b") == "3Homeb"
    with override("zh-hans"):
        assert drawn(4, "a") == "4首页a"


def test_words_that_are_looked_up_once_follow_the_language() -> None:
    page = Template(
        "{% load i18n %}{% translate 'Home' %}|{% translate 'Home' as here %}{{ here }}|"
        "{% translate word %}|{% translate 'Home'|lower %}"
    )
    for language, words in (("en", "Home|Home|Home|home"), ("zh-hans", "首页|首页|首页|首页")):
        for _ in range(2):
            with override(language):
                assert page.render(Context({"word": "Home"})) == words


def test_a_list_to_choose_from_is_drawn_as_django_draws_it() -> None:
    class Choice(forms.Form):
        area = forms.ChoiceField(
            choices=[("", "—"), ("安徽", [("34", "省直 <a>"), (35, 2026)]), ('q"', "&")],
            widget=forms.Select(attrs={"class": "form-select", "data-x": '"&', "hidden": True}),
        )
        areas = forms.MultipleChoiceField(choices=[("1", "one"), ("2", "two")], disabled=True)

    def drawn(renderer: BaseRenderer) -> list[str]:
        form = Choice({"area": "35", "areas": ["2"]}, renderer=renderer)
        return [str(form[name]) for name in form.fields]

    ours, djangos = drawn(Renderer()), drawn(DjangoTemplates())
    assert " selected" in ours[0]
    assert [*map(parse_html, ours)] == [*map(parse_html, djangos)]
