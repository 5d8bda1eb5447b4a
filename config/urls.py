"""Where every address of the site begins; each app owns what lies below its own prefix."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from apps.classroom.landing import landing

# The admin is entered by the one sign-in page, with its limits on tries.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's way

urlpatterns: list[URLPattern | URLResolver] = [
    # First, since players ask it every few seconds.
    path("api/", include("config.api_urls")),
    path("", landing, name="landing"),
    path("", include("apps.core.urls")),
    path("", include("apps.classroom.urls")),
    path("teach/", include("apps.dashboards.urls")),
    path("", include("apps.dashboards.learner_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("curricula/", include("apps.dashboards.curriculum_urls")),
    path("curricula/", include("apps.curriculum.urls")),
    path("", include("apps.reminders.urls")),
    path("", include("apps.overview.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

# Problem documents under /api/, pages elsewhere.
handler400 = "apps.core.api.problems.bad_request"
handler403 = "apps.core.api.problems.permission_denied"
handler404 = "apps.core.api.problems.page_not_found"
handler500 = "apps.core.api.problems.server_error"
