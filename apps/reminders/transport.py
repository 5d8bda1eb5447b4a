from apps.reminders.transports import Answer, Ending, Letter, Line

__all__ = ["Answer", "Ending", "Letter", "Line"]
