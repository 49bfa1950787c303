"""The demo: the real bot on an offline Discord, in the browser, with a coalition that has been at work for a year."""
