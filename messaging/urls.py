"""The addresses of this room's pages."""

from django.urls import path

from .views import channels, lines, notifications, searching, seats, talk

urlpatterns = [
    path("messages/", talk.messages, name="messages"),
    path("messages/search/", searching.search, name="messages_search"),
    path("messages/<int:pk>/", talk.conversation, name="conversation"),
    path("messages/<int:pk>/people/", seats.people, name="conversation_people"),
    path("messages/<int:pk>/names/", seats.names, name="message_names"),
    path("messages/<int:pk>/mute/", seats.mute, name="conversation_mute"),
    path("messages/<int:pk>/archive/", seats.archive, name="conversation_archive"),
    path("messages/<int:pk>/leave/", seats.leave, name="conversation_leave"),
    path("messages/<int:pk>/lines/", lines.lines, name="message_lines"),
    path("messages/<int:pk>/lines/<int:sequence>/", lines.message, name="message"),
    path("messages/<int:pk>/lines/<int:sequence>/react/", lines.react, name="message_react"),
    path("messages/<int:pk>/lines/<int:sequence>/answer/", lines.answer, name="message_answer"),
    path("messages/<int:pk>/lines/<int:sequence>/edit/", lines.edit, name="message_edit"),
    path("messages/<int:pk>/lines/<int:sequence>/delete/", lines.delete, name="message_delete"),
    path("messages/<int:pk>/lines/<int:sequence>/report/", lines.report, name="message_report"),
    path("messages/photos/<int:pk>/<int:width>.<slug:fmt>", lines.photo, name="message_photo"),
    path("settings/blocked/", seats.blocked, name="settings_blocked"),
    path("members/<int:pk>/block/", seats.block, name="block"),
    path("members/<int:pk>/unblock/", seats.unblock, name="unblock"),
    path("c/<slug:slug>/channels/", channels.community_channels, name="community_channels"),
    path("c/<slug:slug>/channels/new/", channels.channel_new, name="channel_new"),
    path("c/<slug:slug>/channels/<int:pk>/", channels.channel_edit, name="channel_edit"),
    path("c/<slug:slug>/channels/<int:pk>/close/", channels.channel_close, name="channel_close"),
    path("c/<slug:slug>/channels/<int:pk>/join/", channels.channel_join, name="channel_join"),
    path("c/<slug:slug>/reports/", channels.community_reports, name="community_reports"),
    path("c/<slug:slug>/reports/<int:pk>/", channels.community_report, name="community_report"),
    path("reports/", channels.house_reports, name="house_reports"),
    path("reports/<int:pk>/", channels.house_report, name="house_report"),
    path("reports/<int:pk>/photos/<int:photo>/", channels.report_photo, name="report_photo"),
    path("members/<int:pk>/talk/", talk.talk_to, name="talk_to"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.notifications_read, name="notifications_read"),
    path("notifications/<int:pk>/", notifications.notification, name="notification"),
]
