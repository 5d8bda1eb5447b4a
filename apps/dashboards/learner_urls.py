"""What a learner reads of the instructors' pages: their own, among the learner's addresses."""

from django.urls import path

from apps.dashboards.views import learners

urlpatterns = [path("c/<slug:cohort>/seen/", learners.seen, name="seen-by-instructors")]
