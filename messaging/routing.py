"""The addresses of sockets."""

from channels.routing import URLRouter

sockets = URLRouter([])
