"""Prints, as JSON, what the requests of the benchmark need: sessions, tokens, open viewings.

Run against the stack's database, after the demo was made.
"""

import json
from datetime import timedelta
from typing import Any

import django

PLAYERS = 64
EXTRA_PASS = 99


def world() -> dict[str, Any]:
    """Make them and say them."""
    from django.utils import timezone

    from apps.accounts.models import User
    from apps.accounts.tokens import make_token
    from apps.cohorts.models import Cohort, Membership
    from apps.progress.models import Viewing

    now = timezone.now()
    cohort = Cohort.objects.get(slug="autumn-26")
    learner = User.objects.get(email="learner@example.org")
    instructor = User.objects.get(email="instructor@example.org")
    video = cohort.revision.placements.order_by("position")[0].video
    learners = Membership.objects.filter(cohort=cohort).learners().active().select_related("user")
    players = []
    for membership in learners.order_by("pk")[:PLAYERS]:
        # An extra pass, opened long ago, so that every range is believed.
        viewing, _ = Viewing.objects.update_or_create(
            membership=membership,
            video=video,
            number=EXTRA_PASS,
            defaults={"opened_at": now - timedelta(days=30)},
        )
        token = make_token(
            user=membership.user, name="bench", scopes=["progress:write"], now=now
        ).text
        session = session_of(membership.user)
        players.append({"viewing": viewing.pk, "token": token, "session": session})
    return {
        "cohort": cohort.pk,
        "learners": learners.count(),
        "duration_ms": video.duration_ms,
        "began": (now - timedelta(days=20)).isoformat(),
        "learner": session_of(learner),
        "instructor": session_of(instructor),
        "token": make_token(user=learner, name="bench", scopes=["progress:read"], now=now).text,
        "players": players,
    }


def session_of(user: Any) -> str:
    """The key of a new session in which this person is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from apps.accounts.sessions import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    django.setup()
    print(json.dumps(world()))
