"""Rows by statements that are built once are the rows that the ORM gives."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.cohorts.models import Membership
from apps.core.rows import Columns, read_parts
from apps.curriculum.models import Video
from apps.progress.models import Viewing


@pytest.fixture
def viewing(membership: Membership, video: Video, now: datetime) -> Viewing:
    made = Viewing.objects.create(
        membership=membership,
        video=video,
        number=2,
        opened_at=now,
        coverage=((0, 1000), (5000, 9000)),
        active=((now, now.replace(hour=13)),),
        scaffold={"concepts": ["a"]},
        flags=["light"],
        typed_share=0.5,
    )
    return Viewing.objects.get(pk=made.pk)


def read(columns: Columns[Viewing], viewing: Viewing) -> Viewing:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns.selected('v')} FROM {columns.table} v WHERE id = %s",  # noqa: S608 - names of ours
            [viewing.pk],
        )
        row = cursor.fetchone()
    assert row is not None
    return columns.load(row)


def values(viewing: Viewing) -> dict[str, object]:
    return {
        field.attname: getattr(viewing, field.attname) for field in Viewing._meta.concrete_fields
    }


def test_a_row_is_read_as_the_orm_reads_it(viewing: Viewing) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = values(read(Columns(Viewing), viewing))

    assert found == values(viewing)
    assert len(queries) == 1


def test_a_row_is_written_as_the_orm_writes_it(viewing: Viewing, now: datetime) -> None:
    viewing.coverage, viewing.flags, viewing.scaffold = ((0, 7),), [], None
    viewing.completed_at, viewing.evidence = now, "tracked"
    names = ["coverage", "flags", "scaffold", "completed_at", "evidence"]

    Columns(Viewing).update(viewing, names)

    assert values(Viewing.objects.get(pk=viewing.pk)) == values(viewing)


def test_what_was_not_selected_is_read_when_it_is_asked_for(viewing: Viewing) -> None:
    found = read(Columns(Viewing, ["id", "number"]), viewing)

    assert (found.pk, found.number) == (viewing.pk, 2)
    with CaptureQueriesContext(connection) as queries:
        assert found.typed_share == 0.5
    assert len(queries) == 1


def test_rows_of_several_tables_are_read_side_by_side(viewing: Viewing) -> None:
    with CaptureQueriesContext(connection) as queries:
        ((found, film),) = read_parts(
            ((Columns(Viewing), "v"), (Columns(Video), "film")),
            "FROM progress_viewing v JOIN curriculum_video film ON film.id = v.video_id WHERE v.id = %s",
            [viewing.pk],
        )
        assert values(found) == values(viewing)
        assert len(queries) == 1

    assert (film.pk, film.title) == (viewing.video_id, viewing.video.title)
