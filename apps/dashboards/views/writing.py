"""Write to learners: chosen on the dashboard, read in their inbox and by mail."""

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import AuthenticatedRequest
from apps.cohorts import selectors, services
from apps.cohorts.models import LONGEST_MESSAGE
from apps.core.errors import DomainError, InvalidValue


class MessageForm(forms.Form):
    # Of the page as it was shown: sent twice from it, it is one message.
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    body = forms.CharField(
        label=_("Message"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "It lies in their inbox and goes out by mail at once; answers come to your address."
        ),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: AuthenticatedRequest, cohort: str) -> HttpResponse:
    """To the learners named by `to`, as often as it stands in the address or the form."""
    membership = selectors.instructor_membership(user=request.user, cohort_slug=cohort)
    subject = membership.cohort
    chosen = (request.POST if request.method == "POST" else request.GET).getlist("to")
    readers = selectors.readers_among(cohort=subject, ids=chosen)
    form = MessageForm(request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            services.write_message(
                cohort=subject,
                author=request.user,
                to=readers,
                body=form.cleaned_data["body"],
                key=form.cleaned_data["key"],
                now=timezone.now(),
            )
        except InvalidValue as error:
            form.add_error("body" if error.field == "body" else None, str(error.detail))
        except DomainError as error:
            form.add_error(None, str(error.detail))
        else:
            told = ngettext(
                "Sent to %(count)d learner.", "Sent to %(count)d learners.", len(readers)
            )
            messages.success(request, told % {"count": len(readers)})
            if len(readers) == 1:
                return redirect("dashboards:learner", cohort=cohort, membership=readers[0].pk)
            return redirect("dashboards:cohort", cohort=cohort)
    context = {
        "membership": membership,
        "cohort": subject,
        "form": form,
        "readers": readers,
        "back": reverse("dashboards:cohort", args=[cohort]),
        "nav_current": "cohort",
    }
    return render(request, "dashboards/write.html", context)
