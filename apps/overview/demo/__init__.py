"""The demo: one cohort with believable histories, made by the product's own rules.

`people` says who they are, `life` lets each of them learn day by day (ladders, flags, summaries and
reminders are the real functions' answers), `texts` is what they write, `copying` puts any number of
rows into PostgreSQL at once, `making` makes it all. Only under the local settings.
"""
