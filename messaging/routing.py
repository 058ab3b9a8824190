"""The addresses of sockets."""

from .sockets import application as sockets

__all__ = ["sockets"]
