"""Members and communities for those who run the house: to look, and to mend; nobody is deleted here."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from .models import Community, HouseRules, Member, Membership, OutgoingLetter

# The same way in as for everybody, second step and all.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Commonshare"


class NeverDeleted:
    """Rows that others lean on: an account is closed, a membership ended, by its own action."""

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Member)
class MemberAdmin(NeverDeleted, UserAdmin):
    form, add_form = UserChangeForm, AdminUserCreationForm
    ordering = ["-pk"]
    list_display = ["name", "email", "place", "joined", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "language"]
    search_fields = ["name", "email"]
    readonly_fields = ["joined", "closed", "last_login", "public_lat", "public_lon"]
    filter_horizontal = ["groups", "user_permissions"]
    show_full_result_count = False
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "about", "spoken"]}),
        (_("Where and how"), {"fields": ["place", "public_lat", "public_lon", "language", "time_zone"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Dates"), {"fields": ["joined", "last_login", "closed"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]


@admin.register(Community)
class CommunityAdmin(NeverDeleted, admin.ModelAdmin):
    ordering = ["-pk"]
    list_display = ["name", "slug", "place", "people", "joining", "listed", "created"]
    list_filter = ["joining", "listed", "country"]
    search_fields = ["name", "slug", "place"]
    readonly_fields = ["people", "created"]
    show_full_result_count = False


@admin.register(Membership)
class MembershipAdmin(NeverDeleted, admin.ModelAdmin):
    ordering = ["-pk"]
    list_display = ["member", "community", "standing", "role", "treasurer", "member_class", "joined", "ended"]
    list_filter = ["standing", "role", "member_class"]
    list_select_related = ["member", "community"]
    search_fields = ["member__name", "member__email", "community__name"]
    autocomplete_fields = ["member", "community"]
    readonly_fields = ["answers", "word", "rules_accepted", "created"]
    show_full_result_count = False


@admin.register(HouseRules)
class HouseRulesAdmin(NeverDeleted, admin.ModelAdmin):
    """To read: a version once written stays as it was accepted."""

    list_display = ["community", "version", "written_by", "created"]
    list_select_related = ["community", "written_by"]
    search_fields = ["community__name"]

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_add_permission(self, request) -> bool:
        return False


@admin.register(OutgoingLetter)
class OutgoingLetterAdmin(admin.ModelAdmin):
    """Letters about accounts that have not left yet. Their words are for whoever gets them."""

    list_display = ["recipient", "created", "attempts", "due", "parked", "trouble"]
    list_filter = ["parked"]
    exclude = ["subject", "text", "html", "headers"]
    readonly_fields = ["recipient", "created", "attempts", "due", "until", "parked", "trouble"]

    def has_add_permission(self, request) -> bool:
        return False
