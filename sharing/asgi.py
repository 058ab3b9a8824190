"""One ASGI application: pages run as WSGI on a pool of threads, sockets run on the event loop.

Django's own ASGI handler would start two threads and open a database connection for every
request; under a2wsgi threads and connections are kept.
"""

import os

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter

from sharing.wsgi import application as pages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharing.settings")

from messaging.routing import sockets  # noqa: E402 - needs the apps that `sharing.wsgi` has loaded

PAGE_THREADS = int(os.environ.get("PAGE_THREADS", "10"))

application = ProtocolTypeRouter({"http": WSGIMiddleware(pages, workers=PAGE_THREADS), "websocket": sockets})
