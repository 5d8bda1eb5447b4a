"""Template filters with which `forms/field.html` draws a bound field."""

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def shape(field: BoundField) -> str:
    """Which drawing a field wants: check, switch, choice (segments), checks (a list) or input."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "switch" if widget.attrs.get("role") == "switch" else "check"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "choice" if "data-shape" in widget.attrs else "checks"
    if isinstance(widget, forms.RadioSelect):
        return "choice"
    return "input"


@register.filter
def drawn(field: BoundField) -> SafeString:
    """The field's control; text fields and selects get our class beside their own."""
    if shape(field) != "input":
        return field.as_widget()
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"input {own}".strip()})


@register.filter
def choice_class(field: BoundField) -> str:
    """A choice is a row of segments; `data-shape` on its widget asks for the small one."""
    return f"choice {field.field.widget.attrs.get('data-shape', 'choice--stack')}"


@register.filter
def error_count(form: forms.BaseForm) -> int:
    """How many things a bound form asks to put right."""
    return sum(len(errors) for errors in form.errors.values())
