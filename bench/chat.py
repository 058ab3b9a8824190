"""Talk under load, as ratios to the same broadcast by a bare ASGI application on the same server and run.

Loads by one client process against one server process: a room of 500 where every signal goes
to all the others; 500 pairs playing ping-pong without storage (typing signals); 500 members whose messages
are stored, synced to disk and acknowledged, as fast as they can and at half of that; 5,000 sockets nobody uses.
Beside each, the same load on an application that keeps a list of sockets and sends, with no rule, no database
and no protection against slow readers; and on plain Channels groups, to show what the hub buys.

`python -m bench.chat` runs all of it (about ten minutes); `python -m bench.chat sqlite room waits` one engine and the
parts one wants: room, pairs, durable, waits, memory. Beside each ratio of rates stands that of the processor's time
one delivery costs the server, which other work on the machine disturbs less.
"""

import json
import resource
import subprocess
import sys
from collections import defaultdict
from statistics import median

from bench.chat_client import IDLE, LOADS, durable, idle, in_process, latency, with_cost

ROOM, PAIRS = 500, 500
PARTS = {"room": "room of 500", "pairs": "pairs, not stored", "durable": "pairs, durable"}
ROUNDS = 3  # alternating; the median of their ratios, for the machine's own speed comes and goes
LIMITS = {"room of 500": 0.85, "pairs, not stored": 0.4, "pairs, durable": 0.2}
LONGEST_WAIT = 0.025
MOST_MEMORY = 60_000
OURS, BARE, GROUPS = "sharing.asgi:application", "bench.chat_sides:bare", "bench.chat_sides:groups"


def main(asked: set[str]) -> int:
    from bench.measure import database  # not in the processes below: it chooses a database of its own

    engines = [engine for engine in ("sqlite", "postgresql") if engine in asked] or ["sqlite", "postgresql"]
    parts = asked - set(engines) or {*PARTS, "waits", "memory"}
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    beyond = 0
    for engine in engines:
        with database(engine) as environment:
            environment = {**environment, "DJANGO_SETTINGS_MODULE": "bench.settings"}
            people = json.loads(
                subprocess.run(
                    [sys.executable, "-m", "bench.chat", "people"], env=environment, check=True, capture_output=True
                ).stdout
            )
            if loads := {name: LOADS[name] for part, name in PARTS.items() if part in parts}:
                beyond += throughput(engine, environment, people, loads)
            if "waits" in parts:
                beyond += waits(engine, environment, people)
            if engine == engines[0] and "memory" in parts:
                beyond += memory(environment, people)
    return 1 if beyond else 0


def throughput(engine: str, environment: dict, people: dict, loads: dict) -> int:
    from bench.measure import processes, server

    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    cost: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for _round in range(ROUNDS):
        for application in (OURS, BARE, GROUPS):
            with server(application, environment, path="/trivial") as url:
                for name, load in loads.items():
                    if application == GROUPS and load is durable:
                        continue
                    rate, one = with_cost(load, url, people, processes[url].pid)
                    found[name][application].append(rate)
                    cost[name][application].append(one)
    beyond = 0
    for name, rates in found.items():
        ratio, limit = _ratio(rates[OURS], rates[BARE]), LIMITS[name]
        beyond += ratio < limit
        by_groups = f"   Channels groups {_ratio(rates[GROUPS], rates[BARE]):.2f}" if rates[GROUPS] else ""
        print(
            f"{engine:<11} {name:<18} ours {median(rates[OURS]):8.0f}/s   bare {median(rates[BARE]):8.0f}/s"
            f"   ratio {ratio:.2f} (limit {limit})   by processor {_ratio(cost[name][BARE], cost[name][OURS]):.2f}"
            f"{by_groups}", flush=True,
        )  # fmt: skip
    return beyond


def _ratio(ours: list[float], theirs: list[float]) -> float:
    """The median of what each round found by itself."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))


def waits(engine: str, environment: dict, people: dict) -> int:
    """At half of what was acknowledged a second just now."""
    from bench.measure import server

    best, half = float("inf"), 0.0
    with server(OURS, environment, path="/trivial") as url:
        for _round in range(ROUNDS):
            half = in_process(durable, url, people) / 2
            best = min(best, in_process(latency, url, people, half))
    print(
        f"{engine:<11} half load          {half:8.0f}/s   99 % are acknowledged within {best * 1000:.1f} ms"
        f" (limit {LONGEST_WAIT * 1000:.0f})", flush=True,
    )  # fmt: skip
    return best > LONGEST_WAIT


def memory(environment: dict, people: dict) -> int:
    from bench.measure import processes, server

    size = {}
    for application in (OURS, BARE, GROUPS):
        with server(application, environment, path="/trivial") as url:
            size[application] = in_process(idle, url, people, processes[url].pid)
    more = size[OURS] - size[BARE]
    print(
        f"{IDLE} idle sockets: {size[OURS] / 1000:.1f} kB each, {more / 1000:.1f} above the bare server's"
        f" {size[BARE] / 1000:.1f} (limit {MOST_MEMORY / 1000:.0f}); Channels groups {size[GROUPS] / 1000:.1f}",
        flush=True,
    )
    return more > MOST_MEMORY


def prepare() -> dict:
    """A room, and pairs; for each seat a token and its conversation."""
    import django

    django.setup()
    from members.authentication import digest
    from members.models import Member, Token
    from messaging.models import Conversation, Participant

    def talk(members: list, **facts) -> list:
        conversation = Conversation.objects.create(**facts)
        Participant.objects.bulk_create([Participant(conversation=conversation, member=member) for member in members])
        return [(f"token-{member.pk}", conversation.pk) for member in members]

    members = Member.objects.bulk_create(
        [Member(email=f"{n}@bench.example", name=f"Neighbour {n}", password="!") for n in range(PAIRS * 2)]
    )
    seats = {"room": talk(members[:ROOM], kind="channel", subject="Street"), "pairs": []}
    for a, b in zip(members[::2], members[1::2], strict=True):
        seats["pairs"] += talk([a, b], kind="direct", direct_key=f"{a.pk}:{b.pk}")
    tokens = {(token, pk) for group in seats.values() for token, pk in group}
    Token.objects.bulk_create(
        [Token(member_id=int(token.split("-")[1]), digest=digest(f"{token}.{pk}")) for token, pk in sorted(tokens)]
    )
    return seats


if __name__ == "__main__":
    if "people" in sys.argv:
        print(json.dumps(prepare()))
        sys.exit()
    sys.exit(main(set(sys.argv[1:])))
