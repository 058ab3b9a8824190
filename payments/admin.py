"""The ledger in the admin: to look at. Nothing here can be written, because nothing may be."""

from django.contrib import admin

from sharing.web.read_only import ReadOnly

from .models import Account, Payment, Transfer


@admin.register(Account)
class AccountAdmin(ReadOnly):
    list_display = ("pk", "community", "kind", "member", "currency", "balance_minor", "held_minor")
    list_filter = ("kind",)
    list_select_related = ("community", "member")
    search_fields = ("member__name", "member__email", "community__slug")


@admin.register(Transfer)
class TransferAdmin(ReadOnly):
    list_display = ("community", "sequence", "created", "kind", "phase", "minor", "source", "target", "about")
    list_filter = ("kind", "phase")
    list_select_related = ("community", "source", "target")
    search_fields = ("about", "key")


@admin.register(Payment)
class PaymentAdmin(ReadOnly):
    list_display = ("about", "community", "payer", "payee", "currency", "price_minor", "fee_minor", "state")
    list_filter = ("state", "gateway")
    list_select_related = ("community", "payer", "payee")
    search_fields = ("about", "title")
