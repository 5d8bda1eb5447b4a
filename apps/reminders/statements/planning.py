"""The SQL of a plan: the steps on the ladders, and each learner's next moment."""

from collections.abc import Sequence

from django.db import connection

from apps.reminders.models import Wake
from apps.reminders.planning import Step


def step_rewatches(steps: Sequence[Step]) -> None:
    """Move these rewatches along their ladders."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_rewatch r
               SET rung = step.rung, remind_on = step.remind_on, reminders_sent = r.reminders_sent + 1
              FROM unnest(%s::bigint[], %s::smallint[], %s::date[]) AS step (id, rung, remind_on)
             WHERE r.id = step.id
            """,
            [
                [step.rewatch_id for step in steps],
                [step.rung for step in steps],
                [step.remind_on for step in steps],
            ],
        )


def save_turns(wakes: Sequence[Wake]) -> None:
    """Write what the planner decided about these learners' next turn."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reminders_wake w
               SET next_at = turn.next_at, slot_on = turn.slot_on, last_slot_on = turn.last_slot_on,
                   week_on = turn.week_on, week_used = turn.week_used, plan_errors = turn.plan_errors
              FROM unnest(%s::bigint[], %s::timestamptz[], %s::date[], %s::date[], %s::date[],
                          %s::smallint[], %s::smallint[])
                   AS turn (id, next_at, slot_on, last_slot_on, week_on, week_used, plan_errors)
             WHERE w.id = turn.id
            """,
            [
                [wake.pk for wake in wakes],
                [wake.next_at for wake in wakes],
                [wake.slot_on for wake in wakes],
                [wake.last_slot_on for wake in wakes],
                [wake.week_on for wake in wakes],
                [wake.week_used for wake in wakes],
                [wake.plan_errors for wake in wakes],
            ],
        )
