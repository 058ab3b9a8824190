"""Conversations, messages and notifications for programs. The same actions as the pages and the sockets."""

from django.urls import path

from . import conversations, lines, notices, notifications, reports, seats

urlpatterns = [
    path("conversations/", conversations.ConversationList.as_view(), name="api_conversations"),
    path("conversations/<int:pk>/", conversations.ConversationDetail.as_view(), name="api_conversation"),
    path("conversations/<int:pk>/messages/", conversations.MessageList.as_view(), name="api_messages"),
    path("conversations/<int:pk>/messages/<int:sequence>/", lines.Line.as_view(), name="api_message"),
    path("conversations/<int:pk>/messages/<int:sequence>/reactions/", lines.Reactions.as_view(), name="api_react"),
    path("conversations/<int:pk>/messages/<int:sequence>/answer/", lines.Answer.as_view(), name="api_answer"),
    path("conversations/<int:pk>/messages/<int:sequence>/report/", lines.Reports.as_view(), name="api_report"),
    path("conversations/photos/<int:pk>/<int:width>.webp", lines.Photo.as_view(), name="api_message_photo"),
    path("conversations/search/", seats.Search.as_view(), name="api_messages_search"),
    path("conversations/<int:pk>/people/", seats.People.as_view(), name="api_people"),
    path("conversations/<int:pk>/mute/", seats.Mute.as_view(), name="api_mute"),
    path("conversations/<int:pk>/archive/", seats.Archive.as_view(), name="api_archive"),
    path("conversations/<int:pk>/leave/", seats.Leave.as_view(), name="api_leave"),
    path("blocked/", seats.Blocks.as_view(), name="api_blocked"),
    path("blocked/<int:pk>/", seats.BlockOf.as_view(), name="api_blocked_member"),
    path("communities/<slug:slug>/channels/", seats.Channels.as_view(), name="api_channels"),
    path("communities/<slug:slug>/channels/<int:pk>/", seats.ChannelOf.as_view(), name="api_channel"),
    *(
        path(
            f"communities/<slug:slug>/channels/<int:pk>/{verb}/",
            type(f"{verb.capitalize()}Channel", (seats.ChannelVerb,), {"verb": verb}).as_view(),
            name=f"api_channel_{verb}",
        )
        for verb in ("join", "close", "reopen")
    ),
    path("communities/<slug:slug>/reports/", reports.CommunityReports.as_view(), name="api_reports"),
    path("communities/<slug:slug>/reports/<int:pk>/", reports.CommunityReport.as_view(), name="api_report_ruling"),
    path("reports/", reports.HouseReports.as_view(), name="api_house_reports"),
    path("reports/<int:pk>/", reports.HouseReport.as_view(), name="api_house_report"),
    path("conversations/<int:pk>/delivered/", conversations.DeliveredMark.as_view(), name="api_delivered"),
    path("conversations/<int:pk>/seen/", conversations.SeenMark.as_view(), name="api_seen"),
    path("notifications/", notifications.NotificationList.as_view(), name="api_notifications"),
    path("notifications/settings/", notices.NotificationSettings.as_view(), name="api_notification_settings"),
    path("notifications/devices/", notices.Devices.as_view(), name="api_push_devices"),
    path("notifications/devices/<int:pk>/", notices.Device.as_view(), name="api_push_device"),
    path("notifications/read/", notifications.NotificationsRead.as_view(), name="api_notifications_read"),
]
