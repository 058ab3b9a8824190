"""An admin page that only shows: what happens goes through actions, where it is checked and recorded."""

from django.contrib import admin


class ReadOnly(admin.ModelAdmin):
    """An admin page that shows and never writes."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
