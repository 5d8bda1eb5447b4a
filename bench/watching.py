"""`make bench-watching`: what watching and noting cost as the tables grow, on servers of its own, one table.

A heartbeat among a thousand and a million viewings beside a bare write of one row; a search over a million notes of
which 500 are mine beside a read by primary key; a desk with a thousand notes beside one with ten. Each is measured in
this one process, without a web server, so the ratios are those of the work itself. BENCH_MANY chooses the crowd.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

import django

from local.child import say
from local.place import ROOT, Place
from local.servers import Servers

FEW, MANY = 1_000, int(os.environ.get("BENCH_MANY") or 1_000_000)
MINE = 500
TIMES = 300
ME = "learner@example.org"
INSIDE = "--inside"
Row = tuple[str, str, str, str]


def main() -> None:
    with Servers(Place.from_environment().below("bench-watching")) as servers:
        servers.start_databases()
        env = servers.env | {"DJANGO_SETTINGS_MODULE": "config.settings.local"}
        for words in (
            ("manage.py", "prepare"),
            ("manage.py", "demo", "--learners", "200"),
            ("-m", "bench.watching", INSIDE),
        ):
            subprocess.run([sys.executable, *words], cwd=ROOT, env=env, check=True)


def inside() -> None:
    """All rows, on the database of the environment."""
    django.setup()
    rows = [*heartbeat_rows(), *search_rows(), *desk_rows()]
    print(f"\n{os.cpu_count()} CPUs, database and caller on one machine, one caller\n")
    head = ("what", "p50 ms", "p99 ms", "beside")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(4)]
    for row in (head, tuple("-" * width for width in widths), *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print(f"| {' | '.join(cells)} |")


def heartbeat_rows() -> list[Row]:
    from apps.progress.beats import Heartbeat
    from apps.progress.heartbeats import record_heartbeat
    from apps.progress.models import Viewing

    now = datetime.now(UTC)
    viewings = list(
        Viewing.objects.filter(number=2).select_related("membership__cohort", "video")[:64]
    )
    Viewing.objects.filter(pk__in=[each.pk for each in viewings]).update(
        opened_at=now - timedelta(days=30)
    )
    client = uuid4()

    def write(number: int) -> None:
        Viewing.objects.filter(pk=viewings[number % 64].pk).update(position_ms=number)

    def beat(number: int) -> None:
        place = number * 7_000 % 400_000
        start = now - timedelta(days=20) + timedelta(seconds=10 * number)
        record_heartbeat(
            viewing=viewings[number % 64],
            beat=Heartbeat(
                client=client,
                sequence=number,
                played=((place, place + 10_000),),
                active=((start, start + timedelta(seconds=10)),),
            ),
            now=now,
        )

    rows = []
    reached = grow_viewings(FEW)
    bare = timed(write)
    few = timed(beat)
    rows.append(row("one row written, through the ORM", bare))
    rows.append(row(f"heartbeat folded, {reached:,} viewings", few, bare, "a bare write"))
    reached = grow_viewings(MANY)
    many = timed(beat, begin=TIMES)
    rows.append(row(f"heartbeat folded, {reached:,} viewings", many, few, "the one before"))
    return rows


def search_rows() -> list[Row]:
    from apps.accounts.models import User
    from apps.notes.highlights import with_hits
    from apps.notes.models import Note
    from apps.notes.search import Words, found_among_own
    from apps.notes.selectors import my_notes

    words = Words.read("gradient")
    assert words is not None
    me = User.objects.get(email=ME)
    everybody, mine = grow_notes(me.pk)
    pk = my_notes(user=me).values_list("pk", flat=True)[0]
    read = timed(lambda number: Note.objects.filter(pk=pk).values_list("at_ms").get())
    page = timed(lambda number: list(with_hits(my_notes(user=me, q="gradient"), "gradient")[:50]))
    found = timed(lambda number: found_among_own(user_id=me.pk, words=words))
    what = f"search in {everybody:,} notes, {mine} of them mine"
    return [
        row("one note read by its key, through the ORM", read),
        row(what, found, read, "a read by key"),
        row(
            "50 of them whole, with their marks, as the page shows them",
            page,
            read,
            "a read by key",
        ),
    ]


def desk_rows() -> list[Row]:
    from django.conf import settings
    from django.db.models import F
    from django.test import Client
    from django.utils import timezone

    from apps.accounts.models import User
    from apps.cohorts.models import Membership
    from apps.notes.models import Note
    from apps.progress.models import Viewing

    settings.ALLOWED_HOSTS = ["*"]
    person = User.objects.get(email=ME)
    membership = Membership.objects.get(user=person, cohort__slug="autumn-26")
    viewing = Viewing.objects.filter(membership=membership, number=2, completed_at=None)[0]
    Viewing.objects.filter(pk=viewing.pk).update(recall="A ring", recall_at=timezone.now())
    client = Client()
    client.force_login(person)
    path = f"/c/autumn-26/videos/{viewing.video.slug}/second/"

    def look(number: int) -> None:
        assert client.get(path).status_code == 200

    def follow(number: int) -> None:
        assert client.get(path, headers={"HX-Request": "true"}).status_code == 200

    rows = []
    few: list[float] = []
    for size in (10, 1_000):
        Note.objects.filter(viewing=viewing).delete()
        now = timezone.now()
        Note.objects.bulk_create(
            Note(
                viewing=viewing,
                at_ms=number,
                kind="concept",
                body=f"The **{number}th** note: *own words* with `code` and [a link](https://x.org).",
                created_at=now,
                updated_at=now,
            )
            for number in range(size)
        )
        # Each time as if no process had drawn its notes before, and then as usual.
        anew = [
            spent
            for _ in range(20)
            if Note.objects.filter(viewing=viewing).update(version=F("version") + 1)
            for spent in timed(look, times=1)
        ]
        spent = timed(look, times=40)
        rows.append(row(f"desk with {size:,} notes", spent, few, "the one with 10"))
        rows.append(
            row("the same, its notes drawn for the first time", anew, few, "the one with 10")
        )
        few = few or spent
        follow(0)
        rest = timed(follow, times=40)
        rows.append(
            row("all its notes, as after each one that is saved", rest, few, "its page with 10")
        )
    return rows


def grow_viewings(wanted: int) -> int:
    """Extra passes by the thousand until there are so many; answers how many there are."""
    from apps.cohorts.models import Membership

    say(f"bench: {wanted:,} viewings")
    # Whose search is measured has passes like anybody.
    mine = list(Membership.objects.filter(user__email=ME).values_list("pk", flat=True))
    return run_sql(
        """
        INSERT INTO progress_viewing (membership_id, video_id, number, opened_at, evidence, coverage, covered_ms,
               position_ms, active, active_seconds, elsewhere_seconds, refused_ms, pauses, max_rate, note_count,
               code_count, experiment_count, question_count, rating, recall, flags)
        SELECT membership_id, video_id, 1000 + g, opened_at, '', '{[0,60000)}', 60000, 0, '{}', 60, 0, 0, 0, 1, 0,
               0, 0, 0, '', '', '{}'
          FROM (SELECT membership_id, video_id, opened_at FROM progress_viewing
                 WHERE number = 2 AND membership_id <> ALL (%(mine)s) LIMIT 1000) base,
               generate_series((SELECT count(*) FROM progress_viewing) / 1000 + 1, %(wanted)s / 1000) g
            ON CONFLICT DO NOTHING
        """,
        {"wanted": wanted, "mine": mine},
        "progress_viewing",
    )


def grow_notes(user_id: int) -> tuple[int, int]:
    """Everybody's notes again and again; mine up to 500. Answers how many there are, and how many of them mine."""
    say(f"bench: {MANY:,} notes")
    copied = """
        INSERT INTO notes_note (viewing_id, at_ms, kind, body, code, output, changed, expected, happened, visibility,
               shared_in_id, version, created_at, updated_at)
        SELECT viewing_id, at_ms, kind, body, code, output, changed, expected, happened, visibility, shared_in_id, 1,
               note.created_at - make_interval(secs => g), note.updated_at
          FROM notes_note note
          JOIN progress_viewing viewing ON viewing.id = note.viewing_id
          JOIN cohorts_membership member ON member.id = viewing.membership_id AND {whose},
               generate_series(1, %(times)s) g
         LIMIT %(most)s
    """
    from apps.notes.models import Note

    mine = Note.objects.filter(viewing__membership__user=user_id)
    others = Note.objects.exclude(viewing__membership__user=user_id)
    missing = MINE - mine.count()
    values = {"user": user_id, "times": missing, "most": missing}
    run_sql(copied.format(whose="member.user_id = %(user)s"), values, "notes_note")
    values = {"user": user_id, "times": MANY // others.count() + 1, "most": MANY - MINE}
    everybody = run_sql(copied.format(whose="member.user_id <> %(user)s"), values, "notes_note")
    return everybody, mine.count()


def run_sql(sql: str, values: dict[str, Any], table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        # What the rows point to is there: nobody has to look it up a million times.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute(f"VACUUM (ANALYZE) {table}")
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def timed(work: Callable[[int], object], *, times: int = TIMES, begin: int = 0) -> list[float]:
    """Milliseconds of each call, after a tenth of as many that do not count."""
    spent = []
    for number in range(begin, begin + times):
        start = time.perf_counter()
        work(number)
        spent.append((time.perf_counter() - start) * 1000)
    return spent[times // 10 :]


def row(what: str, spent: list[float], beside: list[float] | None = None, name: str = "") -> Row:
    ratio = f"{median(spent) / median(beside):.1f} times {name}" if beside else ""
    return what, f"{median(spent):.2f}", f"{quantiles(spent, n=100)[98]:.2f}", ratio


if __name__ == "__main__":
    inside() if INSIDE in sys.argv else main()
