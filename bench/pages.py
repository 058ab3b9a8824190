"""How much faster pages are served by our server than by Django's own ASGI handler, one process each.

Limit: the same trivial page at least 5 times as often.
"""

import sys

from bench.measure import database, rate, server

LIMIT = 5.0


def main() -> int:
    worst = float("inf")
    for engine in ("sqlite", "postgresql"):
        with database(engine) as environment:
            environment = {**environment, "DJANGO_SETTINGS_MODULE": "bench.settings"}
            with server("sharing.asgi:application", environment, path="/trivial") as url:
                ours = rate(url + "/trivial")
            with server("bench.bare:application", {**environment, "UNDER_DJANGOS_ASGI": "1"}, path="/trivial") as url:
                theirs = rate(url + "/trivial")
        worst = min(worst, ours / theirs)
        compared = f"ours {ours:7.0f}/s   Django's ASGI handler {theirs:7.0f}/s   ratio {ours / theirs:.1f}"
        print(f"{engine:<11} {compared} (limit {LIMIT})")
    return 0 if worst >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
