"""The bank's own pages, plainly marked: paying with a card of play money, and saying who one is."""

import urllib.parse
from html import escape
from typing import NamedTuple

from . import connect, money
from .state import CARDS, GOOD_CARD, Bank, Declined, Thing

ZERO_DECIMAL = frozenset(["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"])
_HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Play bank</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<style>
body{margin:0;font:1rem/1.5 system-ui,sans-serif;background:light-dark(#eef1f6,#14171c);color:light-dark(#1b2230,#e8ebf1)}
.mark{background:#7a2bd6;color:#fff;text-align:center;padding:.6rem 1rem;font-weight:600}
main{max-width:26rem;margin:2rem auto;padding:1.5rem;border-radius:.75rem;background:light-dark(#fff,#1e232c)}
h1{font-size:1.25rem;margin:0 0 .25rem}label{display:block;margin:1rem 0 .25rem;font-weight:600}
input[type=text]{box-sizing:border-box;width:100%;font:inherit;padding:.7rem;border:1px solid #8a93a3;border-radius:.5rem;background:transparent;color:inherit}
button{width:100%;min-height:44px;margin-top:1.25rem;font:inherit;font-weight:600;color:#fff;background:#5a1fb0;border:0;border-radius:.5rem;cursor:pointer}
a{color:inherit}.no{color:light-dark(#a11,#ff8f8f)}small,li{color:light-dark(#4a5364,#aeb6c4)}ul{padding-inline-start:1.1rem}
</style></head><body><p class="mark" role="note">A play bank: no money moves here</p><main>"""
_TAIL = "</main></body></html>"


class Page(NamedTuple):
    html: str = ""
    status: int = 200
    to: str = ""


def answer(bank: Bank, method: str, address: urllib.parse.SplitResult, body: str) -> Page:
    """The page at an address, or where to go on to."""
    sent = dict(urllib.parse.parse_qsl(body))
    _slash, kind, name = (*address.path.split("/"), "", "")[:3]
    if kind == "favicon.ico":
        return Page(status=204)
    try:
        if kind == "pay":
            return _pay(bank, bank.get(name, "checkout.session"), method, sent)
        if kind == "onboard":
            return _onboard(bank, bank.get(name, "account_link"), method, sent)
    except Declined as refusal:
        return Page(f"{_HEAD}<h1>{escape(str(refusal))}</h1>{_TAIL}", 404)
    return Page(f"{_HEAD}<h1>The play bank is here.</h1>{_TAIL}", 404 if address.path != "/" else 200)


def _pay(bank: Bank, session: Thing, method: str, sent: Thing) -> Page:
    if session["status"] != "open":
        return Page(f"{_HEAD}<h1>This page is closed.</h1>{_back(session['cancel_url'])}{_TAIL}", 410)
    if method == "GET":
        return Page(_card_form(session))
    number = sent.get("number", "")
    try:
        done = money.pay(bank, session["id"], number, authenticated=sent.get("authenticated") == "yes")
    except Declined as refusal:
        if refusal.body["error"].get("code") == "authentication_required" and "authenticated" not in sent:
            return Page(_is_it_you(number))
        return Page(_card_form(session, str(refusal)), 422)
    return Page(to=done["success_url"].replace("{CHECKOUT_SESSION_ID}", done["id"]))


def _card_form(session: Thing, error: str = "") -> str:
    says = f'<p class="no" role="alert">{escape(error)}</p>' if error else ""
    what = f"Pay {_amount(session)}" if session["mode"] == "payment" else "Save your card"
    hints = "".join(
        f"<li>{' '.join(number[i:i + 4] for i in range(0, 16, 4))}: {_MEANS[code]}</li>" for number, code in CARDS.items()
    )
    card = " ".join(GOOD_CARD[i:i + 4] for i in range(0, 16, 4))
    return f"""{_HEAD}<h1>{what}</h1><p>{escape(session['name'])}</p>{says}<form method="post">
<label for="number">Card number</label><input id="number" name="number" type="text" inputmode="numeric"
autocomplete="off" required value="{card}"><button>{what}</button></form>{_back(session['cancel_url'])}
<p><small>Cards of this bank:</small></p><ul>{hints}</ul>{_TAIL}"""


def _is_it_you(number: str) -> str:
    return f"""{_HEAD}<h1>Your bank asks: is it you?</h1><p>This stands for 3-D Secure.</p>
<form method="post"><input type="hidden" name="number" value="{escape(number)}"><button name="authenticated" value="yes">
Yes, it is me</button><button name="authenticated" value="no">No</button></form>{_TAIL}"""


def _onboard(bank: Bank, link: Thing, method: str, sent: Thing) -> Page:
    if link["expires_at"] <= bank.now:
        return Page(to=link["refresh_url"])
    if method == "POST":
        missing = () if sent.get("bank") else ("external_account",)
        connect.onboard(bank, link["account"], missing=missing)
        return Page(to=link["return_url"])
    return Page(f"""{_HEAD}<h1>Who are you, and where shall your money go?</h1>
<p>A real bank asks for your name, your address and your account here. This one asks for a tick.</p>
<form method="post"><p><label><input type="checkbox" name="bank" value="yes" checked> I have given my bank account</label></p>
<button>Done</button></form>{_back(link['return_url'])}{_TAIL}""")


def _back(url: str | None) -> str:
    return f'<p><a href="{escape(url)}">Go back</a></p>' if url else ""


def _amount(session: Thing) -> str:
    places = 0 if session["currency"] in ZERO_DECIMAL else 2
    return f"{session['amount_total'] / 10**places:.{places}f} {session['currency'].upper()}"


_MEANS = {
    "": "pays", "card_declined": "is declined", "insufficient_funds": "is empty",
    "authentication_required": "asks for 3-D Secure", "later": "can be saved, and is declined later",
}
