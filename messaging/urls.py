"""The addresses of this room's pages."""

from django.urls import path

from . import views

urlpatterns = [
    path("messages/", views.messages, name="messages"),
    path("messages/<int:pk>/", views.conversation, name="conversation"),
    path("members/<int:pk>/talk/", views.talk_to, name="talk_to"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.notifications_read, name="notifications_read"),
    path("notifications/<int:pk>/", views.notification, name="notification"),
]
