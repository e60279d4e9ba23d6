"""The audit report: one self-contained page."""
