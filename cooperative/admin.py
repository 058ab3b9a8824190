"""Decisions in the admin: to look at. The members decide, and nobody writes here what they did not."""

from django.contrib import admin

from sharing.web.read_only import ReadOnly

from .models import (
    Ballot,
    BooksCheck,
    BudgetLine,
    CareTask,
    Charter,
    Delegation,
    Elector,
    FeePolicy,
    Grant,
    Payout,
    Project,
    Proposal,
    Proxy,
    Share,
    Statement,
)


@admin.register(FeePolicy)
class FeePolicyAdmin(ReadOnly):
    list_display = ("community", "version", "enabled", "commoner_bp", "commercial_bp", "decided_by", "created")
    list_select_related = ("community", "decided_by")


@admin.register(Proposal)
class ProposalAdmin(ReadOnly):
    list_display = ("community", "number", "kind", "title", "state", "closes", "author")
    list_filter = ("kind", "state")
    list_select_related = ("community", "author")
    search_fields = ("title",)


@admin.register(Elector)
class ElectorAdmin(ReadOnly):
    list_display = ("proposal", "member")
    list_select_related = ("proposal", "member")


@admin.register(Ballot)
class BallotAdmin(ReadOnly):
    list_display = ("proposal", "elector", "choice", "cast")
    list_filter = ("choice",)
    list_select_related = ("proposal", "elector__member")


@admin.register(BooksCheck)
class BooksCheckAdmin(ReadOnly):
    list_display = ("community", "checked", "entries", "sound", "seconds")
    list_select_related = ("community",)


@admin.register(Payout)
class PayoutAdmin(ReadOnly):
    list_display = ("community", "payee", "minor", "state", "requested_by", "decided_by", "created")
    list_filter = ("state", "source")
    list_select_related = ("community", "requested_by", "decided_by")


@admin.register(Statement)
class StatementAdmin(ReadOnly):
    list_display = ("community", "number", "begins", "ends", "closing_minor", "prepared_by")
    list_select_related = ("community", "prepared_by")


@admin.register(BudgetLine)
class BudgetLineAdmin(ReadOnly):
    list_display = ("community", "year", "label", "kind", "minor", "decided_by")
    list_select_related = ("community", "decided_by")


@admin.register(Grant)
class GrantAdmin(ReadOnly):
    list_display = ("project", "proposal", "minor", "created")
    list_select_related = ("project", "proposal")


@admin.register(Project)
class ProjectAdmin(ReadOnly):
    list_display = ("community", "name", "goal_minor", "state", "opened_by")
    list_select_related = ("community", "opened_by")


# Nothing of the urns: whoever looked while a vote is open would see which count grew.


@admin.register(Delegation)
class DelegationAdmin(ReadOnly):
    list_display = ("community", "member", "delegate", "topic", "since", "ended")
    list_select_related = ("community", "member", "delegate")


@admin.register(Proxy)
class ProxyAdmin(ReadOnly):
    list_display = ("proposal", "elector", "ballot")
    list_select_related = ("proposal", "elector__member", "ballot")


@admin.register(Share)
class ShareAdmin(ReadOnly):
    list_display = ("proposal", "member", "points", "minor")
    list_select_related = ("proposal", "member")


@admin.register(Charter)
class CharterAdmin(ReadOnly):
    list_display = ("community", "version", "elector_days", "care_minor", "decided_by", "created")
    list_select_related = ("community", "decided_by")


@admin.register(CareTask)
class CareTaskAdmin(ReadOnly):
    list_display = ("community", "title", "state", "due", "credit_minor", "paid")
    list_filter = ("state",)
    list_select_related = ("community",)
