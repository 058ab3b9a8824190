"""What Elm Street has decided, and is deciding: proposals with their reasons, and who voted how."""

from typing import NamedTuple


class Decision(NamedTuple):
    """`opened`: days ago; None: a draft. `voters`: keys with y, n, a or o (objection); `reasons` by key."""

    title: str
    kind: str
    author: str
    why: str
    terms: dict
    opened: int | None
    voters: dict[str, str] = {}
    reasons: dict[str, str] = {}
    days: int = 7
    method: str = "majority"
    withdrawn: bool = False


def _votes(yes: str, no: str = "", abstain: str = "", objecting: str = "") -> dict[str, str]:
    return {
        key: choice
        for keys, choice in ((yes, "yes"), (no, "no"), (abstain, "abstain"), (objecting, "object"))
        for key in keys.split()
    }


FEE = {"enabled": True, "commercial_bp": 1000, "floor_minor": 0, "cap_minor": 1000, "earmark_bp": 5000}

ELM: tuple[Decision, ...] = (
    Decision(
        "Raise the pooled fee from 3% to 5%", "fee", "hedwig",
        "Three per cent buys a lock a year. Five would mend what breaks and let us save for something. Gifts stay free, nobody pays "
        "more than ten euros for one booking, and who trades with our things pays ten per cent.",
        FEE | {"commoner_bp": 500}, 300,
        _votes("hedwig cleo bo ana mia tariq greta jonas leyla sophie", "hannes emeka", "otto priya"),
        {"hannes": "I would rather everyone gave what they can.", "bo": "A lock a year is not a plan."},
    ),
    Decision(
        "A roof over the cargo bike, €180", "spend", "bo",
        "It stands in the rain. I build it from larch; the money is for wood, screws and the tin roof, the work is mine.",
        {"minor": 18000, "payee": "Timber yard Rieselfeld"}, 205,
        _votes("bo cleo ana mia tariq hedwig jonas leyla greta emeka sophie hannes priya", "", "otto noor"),
        {"ana": "It squeals already when it is dry."},
    ),
    Decision(
        "What we may mend without asking again", "advice", "mia",
        "Up to four hundred euros a year, for two years, for locks, pads and boards, paid out by two of us, each time with a receipt. "
        "Otherwise we vote about every screw.", {"minor": 80000}, 150,
        _votes("mia cleo bo ana tariq hedwig jonas leyla greta otto hannes", "", "emeka"),
        {"hannes": "If the receipts are in the box."},
    ),
    Decision(
        "Raise the fee to 8% until the second bike is paid", "fee", "lukas",
        "We would have the money by summer instead of by winter.",
        FEE | {"commoner_bp": 800}, 128,
        _votes("lukas jonas kenji ida", "hannes mia tariq leyla noor otto hedwig bo fatou", "cleo ana greta"),
        {"tariq": "With four children every per cent is a pair of shoes.", "mia": "Patience is cheaper.", "bo": "Slowly, then it lasts."},
    ),
    Decision(
        "New staves and cloths for the apple press, €75", "spend", "hannes",
        "Two staves are cracked and the cloths have seen nine autumns. Before the apples are ripe, please.",
        {"minor": 7500, "payee": "Cooper Faller, Staufen"}, 84,
        _votes("hannes wanda cleo bo mia hedwig otto rosa ana david theo greta", "", "lukas"),
        {"wanda": "My teeth agree."}, method="consent",
    ),
    Decision(
        "Open the hall until midnight", "advice", "ines",
        "Game nights end when it gets interesting. What do you think?", {}, 62, _votes("ines"), withdrawn=True,
    ),
    Decision(
        "Where should the second shed stand?", "advice", "greta",
        "Behind the hall there is light, beside the stream there is room. I would like to hear you before anyone measures.",
        {}, 40, _votes("greta cleo ana bo mia jonas kenji selin amara hedwig rosa", "hannes", "theo david"),
        {"hedwig": "Behind the hall. The stream comes to visit every seven years.", "amara": "Behind the hall, then one sees the light."},
    ),
    Decision(
        "Buy a second cargo bike for the commons, €950?", "spend", "tariq",
        "The red one was out on 19 of the last 30 days, and on most Saturdays two of us wanted it. The dealer in Haslach has a used one "
        "with a long box, serviced, for 950 euros with a year's guarantee. The pool holds enough, and the bike earns about forty euros a month.",
        {"minor": 95000, "payee": "Radhaus Haslach"}, 3,
        _votes("tariq cleo mia leyla noor kenji priya fatou sophie greta samir amara", "hannes otto", "emeka hedwig"),
        {
            "mia": "Saturdays!", "hannes": "Repair the brake of the first one before we buy another.",
            "kenji": "I have looked it over: good frame, new chain. I will do its service for free.",
            "hedwig": "I do not cycle any more, so I leave this to those who do.",
        },
    ),
    Decision(
        "The hall free of charge for choirs and rehearsals", "advice", "cleo",
        "Three choirs have asked. We would lose about thirty euros a month and gain three choirs.", {}, None,
    ),
)  # fmt: skip
