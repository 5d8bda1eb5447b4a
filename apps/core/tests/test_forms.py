"""How a form is drawn: labels, hints, errors, and the summary that leads to them."""

import re

from django import forms

from apps.core.styleguide import SampleForm


def drawn(form: forms.Form) -> str:
    return re.sub(r"\s+", " ", str(form))


def test_each_field_has_a_label_and_names_its_hint() -> None:
    markup = drawn(SampleForm())

    assert '<label for="id_name">Name</label>' in markup
    assert 'aria-describedby="id_name_helptext" id="id_name"' in markup
    assert '<p class="hint" id="id_name_helptext">As your cohort reads it.</p>' in markup


def test_only_what_may_be_left_out_says_so() -> None:
    markup = drawn(SampleForm())

    assert markup.count(">optional<") == 1
    assert "In your own words <span" in markup


def test_a_form_that_was_not_sent_has_no_summary() -> None:
    assert "msg--err" not in drawn(SampleForm())


def test_the_summary_counts_the_errors_and_leads_to_each_field() -> None:
    form = SampleForm({"email": "nadia@example", "hours": "5", "rating": "good", "remind": "on"})

    markup = drawn(form)

    assert "<b>2 things to put right</b>" in markup
    assert '<a href="#id_name">Name</a> This field is required.' in markup
    assert '<a href="#id_email">E-mail</a> Enter a valid email address.' in markup
    assert '<p class="error" id="id_email_error">Enter a valid email address.</p>' in markup
    assert 'aria-invalid="true" aria-describedby="id_email_error" id="id_email"' in markup


def test_an_error_of_the_whole_form_stands_in_the_summary() -> None:
    form = forms.Form({})
    form.add_error(None, "Both at once is not possible.")

    markup = drawn(form)

    assert "<b>One thing to put right</b>" in markup
    assert "<li>Both at once is not possible.</li>" in markup


def test_a_group_of_choices_is_a_fieldset_with_a_legend() -> None:
    markup = drawn(SampleForm())

    assert '<fieldset class="field" id="id_rating"> <legend>How did it go?</legend>' in markup
    assert '<div class="choice choice--stack"><label><input type="radio"' in markup
    assert '<div class="choice choice--small"><label><input type="checkbox"' in markup


def test_a_switch_is_a_checkbox_that_says_it_is_one() -> None:
    markup = drawn(SampleForm())

    assert '<input type="checkbox" name="recall" role="switch"' in markup


def test_what_people_typed_is_escaped() -> None:
    markup = drawn(SampleForm({"name": "<script>alert(1)</script>"}))

    assert "<script>" not in markup
    assert "&lt;script&gt;" in markup
