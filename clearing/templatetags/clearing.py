"""Areas, periods and kinds of clearing in words."""

from __future__ import annotations

from django import template

from clearing import words

register = template.Library()

register.filter("area_name_of", words.area_name)
register.filter("clearing_kind", words.clearing_kind)
register.filter("period_name", words.period_name)
register.filter("staff_name", words.staff_name)
