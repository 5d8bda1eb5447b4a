"""Where every address of the site begins; each app owns what lies below its own prefix."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from apps.classroom.landing import landing

urlpatterns: list[URLPattern | URLResolver] = [
    path("", landing, name="landing"),
    path("", include("apps.core.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("curricula/", include("apps.curriculum.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
