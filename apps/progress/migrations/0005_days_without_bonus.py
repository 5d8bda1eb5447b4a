from django.db import migrations

# Milliseconds per day of the cohort's zone, cut at its midnights; of videos that are no bonus in its revision.
RECOUNT = """
WITH touched AS (
    SELECT DISTINCT viewing.membership_id
      FROM progress_viewing viewing
      JOIN cohorts_membership member ON member.id = viewing.membership_id
      JOIN cohorts_cohort cohort ON cohort.id = member.cohort_id
      JOIN curriculum_placement place ON place.revision_id = cohort.revision_id
                                     AND place.video_id = viewing.video_id AND place.is_bonus
), parts AS (
    SELECT viewing.membership_id, midnight::date AS day,
           least(upper(stretch), (midnight + interval '1 day') AT TIME ZONE cohort.time_zone)
           - greatest(lower(stretch), midnight AT TIME ZONE cohort.time_zone) AS part
      FROM touched
      JOIN progress_viewing viewing USING (membership_id)
      JOIN cohorts_membership member ON member.id = viewing.membership_id
      JOIN cohorts_cohort cohort ON cohort.id = member.cohort_id
     CROSS JOIN LATERAL unnest(viewing.active + viewing.elsewhere) AS stretch
     CROSS JOIN LATERAL generate_series(
           date_trunc('day', lower(stretch) AT TIME ZONE cohort.time_zone),
           upper(stretch) AT TIME ZONE cohort.time_zone, interval '1 day') AS midnight
     WHERE NOT EXISTS (SELECT 1 FROM curriculum_placement place
                        WHERE place.revision_id = cohort.revision_id
                          AND place.video_id = viewing.video_id AND place.is_bonus)
), counted AS (
    SELECT membership_id, day, round(extract(epoch FROM sum(part)) * 1000)::bigint AS milliseconds
      FROM parts WHERE part > interval '0' GROUP BY membership_id, day
)
UPDATE progress_summary summary
   SET days = coalesce((SELECT jsonb_object_agg(counted.day, counted.milliseconds) FROM counted
                         WHERE counted.membership_id = summary.membership_id), '{}'::jsonb)
  FROM touched
 WHERE summary.membership_id = touched.membership_id
"""


class Migration(migrations.Migration):
    """Days hold what a plan is held against: the active time on bonus videos goes."""

    dependencies = [
        ("progress", "0004_basis"),
    ]

    operations = [migrations.RunSQL(RECOUNT, migrations.RunSQL.noop)]
