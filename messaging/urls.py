"""The addresses of this room's pages."""

from django.urls import path

from .views import notifications, talk

urlpatterns = [
    path("messages/", talk.messages, name="messages"),
    path("messages/<int:pk>/", talk.conversation, name="conversation"),
    path("members/<int:pk>/talk/", talk.talk_to, name="talk_to"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.notifications_read, name="notifications_read"),
    path("notifications/<int:pk>/", notifications.notification, name="notification"),
]
