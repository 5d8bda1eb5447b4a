"""How our forms look: one error summary that links, then each field with its label, hint and error."""

from django.forms.renderers import TemplatesSetting


class SiteFormRenderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` by our templates; the admin renders its own way."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
