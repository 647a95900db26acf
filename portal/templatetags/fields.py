"""Forms in the portal's clothes: label above, error under it, then the control, then the hint."""

from __future__ import annotations

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

register = template.Library()

_CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def _shape(widget: forms.Widget) -> str:
    """Which of the shapes in components/field.html a widget takes."""
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, _CHOICES):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "choice"
    return "select" if isinstance(widget, forms.Select) else "control"


_CLASSES = {"select": "form-select", "control": "form-control", "choice": "form-check-input"}


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, *, hint: str = "", label: str = "", mark_optional: bool = True
) -> dict[str, object]:
    """One field of a form, with its error and hint tied to it for screen readers.

    `hint` and `label` take the place of the field's own help text and label; `mark_optional` says
    after the label that the field may stay empty.
    """
    widget = bound.field.widget
    shape = _shape(widget)
    described = " ".join(
        part
        for part in (
            f"{bound.auto_id}_error" if bound.errors else "",
            f"{bound.auto_id}_helptext" if hint or bound.help_text else "",
        )
        if part
    )
    return {
        "field": bound,
        "shape": shape,
        "is_marked_optional": mark_optional and not bound.field.required,
        "label": label or bound.label,
        # A help text is the developer's own and may hold markup (the password rules do).
        "hint": hint or mark_safe(bound.help_text),  # noqa: S308
        "described": described,
        "control": _control(bound, shape=shape, described=described),
    }


def _control(bound: BoundField, *, shape: str, described: str) -> SafeString:
    """The widget itself; a group of choices is drawn by the template, choice by choice."""
    if shape in ("hidden", "choices"):
        return bound.as_widget() if shape == "hidden" else SafeString("")
    classes = [str(bound.field.widget.attrs.get("class", "")), _CLASSES[shape]]
    if bound.errors:
        classes.append("is-invalid")
    attrs: dict[str, str | bool] = {"class": " ".join(part for part in classes if part)}
    if bound.field.widget.attrs.get("placeholder") in (str(bound.label), gettext("Email address")):
        # The label above says it already, and stays when somebody types.
        attrs["placeholder"] = False
    if described:
        attrs["aria-describedby"] = described
    return bound.as_widget(attrs=attrs)


@register.filter
def error_count(form: forms.BaseForm) -> int:
    """How many things to correct: each field with an error, and each error of the whole."""
    return len(form.errors) - bool(form.non_field_errors()) + len(form.non_field_errors())
