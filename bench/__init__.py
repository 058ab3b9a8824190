"""Timed comparisons, each a ratio against a limit measured in the same run; never part of the tests."""
