"""The demo: made by the product's own rules, so its sums agree with its facts."""

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.forms.models import model_to_dict
from django.test import RequestFactory
from pytest_django import Settings

from apps.cohorts.models import Cohort, Membership
from apps.curriculum.models import Revision
from apps.notes.models import Note
from apps.notes.selectors import open_questions
from apps.overview.demo.making import demo_size, make_demo
from apps.progress.models import Summary, Viewing
from apps.progress.services import rebuild_summary
from apps.reminders.models import Delivery, Rewatch, Wake

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def curricula(db: None) -> None:
    call_command("import_curricula", verbosity=0)


@pytest.fixture
def demo(curricula: None) -> Cohort:
    make_demo(learners=42, now=NOW)
    return Cohort.objects.get(slug="autumn-26")


def test_every_summary_is_what_its_facts_say(demo: Cohort) -> None:
    members = Membership.objects.select_related("cohort").filter(cohort=demo)
    kept = {each.pk: model_to_dict(each) for each in Summary.objects.all()}

    rebuilt = [
        rebuild_summary(membership=member, now=NOW)
        for member in members.filter(viewings__isnull=False).distinct()
    ]

    assert len(rebuilt) == len(kept) == 40
    different = [
        each.membership_id
        for each in rebuilt
        if model_to_dict(each, exclude=["updated_at"])
        != {key: value for key, value in kept[each.pk].items() if key != "updated_at"}
    ]
    assert different == []


def test_rewatches_follow_the_passes(demo: Cohort) -> None:
    completed = Viewing.objects.filter(completed_at__isnull=False)
    first = set(completed.filter(number=1).values_list("membership_id", "video_id"))
    second = set(completed.filter(number=2).values_list("membership_id", "video_id"))

    promised = set(Rewatch.objects.values_list("membership_id", "video_id"))
    kept = set(
        Rewatch.objects.filter(kept_at__isnull=False).values_list("membership_id", "video_id")
    )

    assert promised == first
    assert kept == second
    assert not Viewing.objects.filter(opened_at__gt=NOW).exists()


def test_all_five_kinds_of_notes_and_sent_reminders_occur(demo: Cohort) -> None:
    kinds = set(Note.objects.values_list("kind", flat=True))

    assert kinds == set(Note.Kind.values)
    assert Delivery.objects.filter(outcome="sent").exists()
    assert Wake.objects.filter(next_at__isnull=False).exists()
    # The demo's mails of the past are a story; none may leave when the planner first looks.
    assert not Wake.objects.filter(next_at__lt=NOW).exists()


@pytest.mark.parametrize("name", ["learner", "instructor", "observer", "admin"])
def test_the_four_accounts_are_confirmed_and_can_sign_in(demo: Cohort, name: str) -> None:
    email = f"{name}@example.org"

    user = authenticate(RequestFactory().get("/"), username=email, password="two-passes")

    assert user is not None
    assert EmailAddress.objects.filter(user=user, email=email, verified=True).exists()


def test_both_cohorts_stand_on_their_curricula(demo: Cohort) -> None:
    open_one = Cohort.objects.get(slug="try-it")

    assert demo.revision.curriculum.slug == "ml-engineer-50h"
    assert (open_one.revision.curriculum.slug, open_one.is_open) == ("try-it", True)
    assert Revision.objects.count() == 2


def test_another_size_replaces_the_cohort_and_its_people(demo: Cohort) -> None:
    make_demo(learners=3, now=NOW)

    assert demo_size() == 3
    assert Membership.objects.filter(cohort__slug="autumn-26").count() == 5


def test_the_command_makes_it_once(curricula: None, settings: Settings) -> None:
    settings.DEMO_ALLOWED = True
    call_command("demo", learners=2, verbosity=0)
    before = list(Viewing.objects.order_by("pk").values())

    call_command("demo", once=True, verbosity=0)

    assert list(Viewing.objects.order_by("pk").values()) == before


def test_the_command_refuses_where_the_demo_is_not_allowed(
    curricula: None, settings: Settings
) -> None:
    settings.DEMO_ALLOWED = False

    with pytest.raises(CommandError, match="published password"):
        call_command("demo")

    assert not Cohort.objects.exists()


def test_only_settings_for_one_s_own_machine_allow_the_demo() -> None:
    folder = django_settings.ROOT / "config" / "settings"

    allowing = {
        path.stem for path in folder.glob("*.py") if "DEMO_ALLOWED = True" in path.read_text()
    }

    assert allowing == {"local", "test"}


def test_the_same_questions_wait_in_every_database(curricula: None) -> None:
    waiting = []
    for _ in range(2):
        # Made anew, its rows have other numbers.
        make_demo(learners=20, now=NOW)
        asked = open_questions(cohort=Cohort.objects.get(slug="autumn-26"))
        waiting.append(list(asked.values_list("viewing__membership__user__name", "at_ms")))

    assert waiting[0] == waiting[1] != []
