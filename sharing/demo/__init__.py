"""The demo: three communities and a year of their life, the same on every run.

Nothing here writes to the tables behind the rooms' backs: the story is told through the actions that
members themselves use, in the order of time, while the house's clock shows the time of the story.
Pictures are drawn, not fetched. Dates are relative to today.
"""
