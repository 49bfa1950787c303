"""Commitments of a spreadsheet, made pledges."""
