"""Publication: what passed the audit is exported, described, and put in place in one step."""
