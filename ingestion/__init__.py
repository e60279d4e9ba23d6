"""Ingestion: publishers' contracts, HTTP, archive, landing and recordings.

Nothing here imports Dagster, dbt or Great Expectations.
"""
