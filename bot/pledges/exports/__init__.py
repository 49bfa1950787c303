"""Pledges as files that people take along."""
