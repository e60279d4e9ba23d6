"""Dagster definitions: assets, checks, jobs and schedules. No logic of its own."""
