"""Cogwheel: a Discord bot for partner communities. Everything that is not a Discord command lives in here."""

__version__ = "0.1.0"
