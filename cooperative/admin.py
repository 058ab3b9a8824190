"""Decisions in the admin: to look at. The members decide, and nobody writes here what they did not."""

from django.contrib import admin

from sharing.web.read_only import ReadOnly

from .models import Ballot, BooksCheck, Elector, FeePolicy, Proposal


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
