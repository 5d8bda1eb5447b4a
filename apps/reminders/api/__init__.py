"""Rewatches and reminders over REST."""
