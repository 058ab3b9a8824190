"""Conversations, messages and notifications for programs. The same actions as the pages and the sockets."""

from django.urls import path

from . import conversations, notices, notifications

urlpatterns = [
    path("conversations/", conversations.ConversationList.as_view(), name="api_conversations"),
    path("conversations/<int:pk>/", conversations.ConversationDetail.as_view(), name="api_conversation"),
    path("conversations/<int:pk>/messages/", conversations.MessageList.as_view(), name="api_messages"),
    path("conversations/<int:pk>/seen/", conversations.SeenMark.as_view(), name="api_seen"),
    path("notifications/", notifications.NotificationList.as_view(), name="api_notifications"),
    path("notifications/settings/", notices.NotificationSettings.as_view(), name="api_notification_settings"),
    path("notifications/devices/", notices.Devices.as_view(), name="api_push_devices"),
    path("notifications/devices/<int:pk>/", notices.Device.as_view(), name="api_push_device"),
    path("notifications/read/", notifications.NotificationsRead.as_view(), name="api_notifications_read"),
]
