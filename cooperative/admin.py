"""Decisions in the admin: to look at. The members decide, and nobody writes here what they did not."""

from django.contrib import admin

from sharing.web.read_only import ReadOnly

from .models import Ballot, BooksCheck, BudgetLine, Elector, FeePolicy, Payout, Project, Proposal, Statement


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


@admin.register(Project)
class ProjectAdmin(ReadOnly):
    list_display = ("community", "name", "goal_minor", "state", "opened_by")
    list_select_related = ("community", "opened_by")
