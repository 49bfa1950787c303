"""Delivery: what leaves the bot by itself, as rows written with their cause and rendered when they go."""
