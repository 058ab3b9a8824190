"""Accounts of lenders, transfers to them, and payouts."""

from .state import Bank, Declined, Thing

ASKED = ["business_profile.url", "external_account", "individual.first_name", "tos_acceptance.date"]


def create_account(bank: Bank, sent: Thing) -> Thing:
    account = bank.make(
        "acct", "account", type=sent.get("type", "express"), country=sent.get("country", "DE"), email=sent.get("email"),
        charges_enabled=False, payouts_enabled=False, details_submitted=False, metadata=sent.get("metadata", {}),
        capabilities={"transfers": "inactive"}, default_currency="eur",
        requirements={"currently_due": list(ASKED), "past_due": [], "eventually_due": list(ASKED),
                      "disabled_reason": "requirements.past_due", "pending_verification": [], "errors": []},
    )
    bank.tell("account.updated", account, account=account["id"])
    return account


def create_link(bank: Bank, sent: Thing) -> Thing:
    bank.get(sent["account"], "account")
    link = bank.make("al", "account_link", account=sent["account"], return_url=sent["return_url"],
                     refresh_url=sent["refresh_url"], expires_at=bank.now + 300)
    return link | {"url": f"{bank.things['_base']['url']}/onboard/{link['id']}"}


def onboard(bank: Bank, name: str, *, missing: tuple[str, ...] = ()) -> Thing:
    """What filling in the onboarding pages does; `missing` is still asked for."""
    account = bank.get(name, "account")
    account |= {
        "details_submitted": True, "payouts_enabled": not missing,
        "capabilities": {"transfers": "inactive" if missing else "active"},
        "requirements": account["requirements"] | {
            "currently_due": list(missing), "eventually_due": list(missing),
            "disabled_reason": "requirements.past_due" if missing else None,
        },
    }
    bank.tell("account.updated", account, account=name)
    bank.keep()
    return account


def create_transfer(bank: Bank, sent: Thing) -> Thing:
    account = bank.get(sent["destination"], "account")
    if account["capabilities"]["transfers"] != "active":
        raise Declined(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers",
            code="insufficient_capabilities_for_transfer",
        )
    amount, currency = int(sent["amount"]), sent["currency"].lower()
    source = sent.get("source_transaction")
    if source is None and bank.balance().get(currency, 0) < amount:
        raise Declined("You have insufficient funds in your Stripe account.", code="balance_insufficient")
    if source is not None:  # drawn on one charge: whatever else lies there, no more than that charge
        drawn = sum(row["amount"] for row in bank.all("transfer") if row["source_transaction"] == source)
        if drawn + amount > bank.get(source, "charge")["amount_captured"]:
            raise Declined("The transfer is larger than what is left of its source.", code="amount_too_large")
    transfer = bank.make(
        "tr", "transfer", amount=amount, currency=currency, destination=sent["destination"], amount_reversed=0,
        reversed=False, transfer_group=sent.get("transfer_group"), metadata=sent.get("metadata", {}),
        source_transaction=sent.get("source_transaction"),
    )
    transfer["balance_transaction"] = bank.move("transfer", -amount, currency, transfer["id"])["id"]
    bank.tell("transfer.created", transfer)
    return transfer


def create_reversal(bank: Bank, sent: Thing, name: str) -> Thing:
    transfer = bank.get(name, "transfer")
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = int(sent.get("amount", left))
    if not 0 < amount <= left:
        raise Declined("The reversal is larger than what is left of the transfer.", code="amount_too_large")
    if bank.get(transfer["destination"], "account").get("emptied"):
        raise Declined("The account does not hold enough for this reversal.", code="balance_insufficient")
    made = bank.make("trr", "transfer_reversal", amount=amount, currency=transfer["currency"], transfer=name,
                     metadata=sent.get("metadata", {}))
    made["balance_transaction"] = bank.move("transfer_refund", amount, transfer["currency"], made["id"])["id"]
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    bank.tell("transfer.reversed", transfer)
    return made


def create_payout(bank: Bank, sent: Thing) -> Thing:
    amount, currency = int(sent["amount"]), sent["currency"].lower()
    if bank.balance().get(currency, 0) < amount:
        raise Declined("You have insufficient funds in your Stripe account.", code="balance_insufficient")
    payout = bank.make("po", "payout", amount=amount, currency=currency, status="paid", failure_code=None,
                       metadata=sent.get("metadata", {}))
    payout["balance_transaction"] = bank.move("payout", -amount, currency, payout["id"])["id"]
    bank.tell("payout.paid", payout)
    return payout


def fail_payout(bank: Bank, account: str, *, code: str = "account_closed") -> Thing:
    """The lender's own bank sends a payout back."""
    holder = bank.get(account, "account")
    payout = bank.make("po", "payout", amount=100, currency="eur", status="failed", failure_code=code,
                       failure_message="The bank account has been closed.")
    holder |= {"payouts_enabled": False}
    holder["requirements"] = holder["requirements"] | {"currently_due": ["external_account"]}
    bank.tell("payout.failed", payout, account=account)
    bank.tell("account.updated", holder, account=account)
    bank.keep()
    return payout
