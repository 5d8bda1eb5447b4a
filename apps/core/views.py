"""Pages that belong to no app."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about a person, who reads it and how it goes away again."""
    return render(request, "core/privacy.html")
