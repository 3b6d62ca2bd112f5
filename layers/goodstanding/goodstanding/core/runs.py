"""The daily run."""

from datetime import date, datetime


def run_on(scheduled_at: datetime) -> date:
    """The day of a run: the schedule's, in UTC. Never today's."""
    return scheduled_at.date()
