"""Expectations: rules about the built tables, their results, and the audit report.

Great Expectations is imported inside functions only: it costs seconds.
"""
