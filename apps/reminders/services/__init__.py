"""Everything that changes rewatches and reminders. Doors call these and nothing else."""

from apps.reminders.services.bonus import follow_bonus_rule, is_following
from apps.reminders.services.endings import DeliveryReport
from apps.reminders.services.nudges import Nudged, may_nudge, nudge
from apps.reminders.services.passes import FinishedPass, finish_pass, write_scaffold
from apps.reminders.services.quiet import follow_breaks
from apps.reminders.services.repairs import RepairReport, repair_rewatches
from apps.reminders.services.rewatches import (
    answer_recall,
    restart_rewatches,
    snooze_rewatch,
    snooze_together,
    stop_cohort,
    stop_rewatches,
)
from apps.reminders.services.sender import deliver_messages
from apps.reminders.services.switches import Confirmed, confirm_instance, switch_reminders
from apps.reminders.services.turns import PlanReport, plan_rewatches
from apps.reminders.services.weekly import plan_digests, switch_digest
from apps.reminders.services.wishes import (
    SAME,
    change_reminder_settings,
    end_calendar,
    mark_read,
    pause_reminders,
    renew_calendar,
    reslot,
    resume_reminders,
    unsubscribe,
)

__all__ = [
    "SAME",
    "Confirmed",
    "DeliveryReport",
    "FinishedPass",
    "Nudged",
    "PlanReport",
    "RepairReport",
    "answer_recall",
    "change_reminder_settings",
    "confirm_instance",
    "deliver_messages",
    "end_calendar",
    "finish_pass",
    "follow_bonus_rule",
    "follow_breaks",
    "is_following",
    "mark_read",
    "may_nudge",
    "nudge",
    "pause_reminders",
    "plan_digests",
    "plan_rewatches",
    "renew_calendar",
    "repair_rewatches",
    "reslot",
    "restart_rewatches",
    "resume_reminders",
    "snooze_rewatch",
    "snooze_together",
    "stop_cohort",
    "stop_rewatches",
    "switch_digest",
    "switch_reminders",
    "unsubscribe",
    "write_scaffold",
]
