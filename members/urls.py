"""The addresses of this room's pages."""

from django.urls import path

from .views import circles, communities, people, profile, settings

urlpatterns = [
    path("members/<int:pk>/", profile.profile, name="profile"),
    path("settings/", settings.index, name="settings"),
    path("settings/profile/", settings.profile, name="settings_profile"),
    path("settings/look/", settings.look, name="settings_look"),
    path("settings/photo/remove/", settings.remove_portrait, name="portrait_remove"),
    path("settings/language/", settings.language, name="settings_language"),
    path("settings/tokens/", settings.tokens, name="settings_tokens"),
    path("settings/tokens/<int:pk>/revoke/", settings.revoke_token, name="token_revoke"),
    path("settings/circles/", circles.circles, name="settings_circles"),
    path("settings/circles/<int:pk>/", circles.circle, name="settings_circle"),
    path("settings/circles/<int:pk>/people/", circles.choose, name="circle_choose"),
    path("settings/circles/<int:pk>/delete/", circles.delete, name="circle_delete"),
    path("settings/data/", settings.data, name="settings_data"),
    path("settings/data/download/", settings.download, name="settings_download"),
    path("settings/close/", settings.close, name="settings_close"),
    path("communities/", communities.communities, name="communities"),
    path("communities/new/", communities.found, name="community_new"),
    path("invitations/<str:key>/", communities.invitation, name="invitation"),
    path("c/<slug:slug>/", communities.community, name="community"),
    path("c/<slug:slug>/join/", communities.join, name="community_join"),
    path("c/<slug:slug>/leave/", communities.leave, name="community_leave"),
    path("c/<slug:slug>/rules/", communities.rules, name="community_rules"),
    path("c/<slug:slug>/rules/accept/", communities.accept_rules, name="community_rules_accept"),
    path("c/<slug:slug>/rules/write/", people.write_rules, name="community_rules_write"),
    path("c/<slug:slug>/members/", people.members, name="community_members"),
    path("c/<slug:slug>/members/<int:pk>/", people.membership, name="community_membership"),
    path("c/<slug:slug>/members/<int:pk>/remove/", people.remove, name="community_remove"),
    path("c/<slug:slug>/applications/", people.applications, name="community_applications"),
    path("c/<slug:slug>/applications/<int:pk>/", people.answer, name="application_answer"),
    path("c/<slug:slug>/invitations/", people.invitations, name="community_invitations"),
    path("c/<slug:slug>/invitations/<int:pk>/revoke/", people.revoke_invitation, name="invitation_revoke"),
    path("c/<slug:slug>/settings/", people.settings, name="community_settings"),
]
