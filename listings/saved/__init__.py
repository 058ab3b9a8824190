"""Kept searches: saved from the results, matched by tasks when something may fit anew, told once each."""
