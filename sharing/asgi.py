"""One ASGI application: pages run as WSGI on a pool of threads, sockets run on the event loop.

Django's own ASGI handler would start two threads and open a database connection for every
request; here threads and connections are kept.
"""

import gc
import os

from channels.routing import ProtocolTypeRouter

from sharing.bridge import PagesAsWsgi
from sharing.wsgi import application as pages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharing.settings")

from messaging.routing import sockets

PAGE_THREADS = int(os.environ.get("PAGE_THREADS", "4"))

application = ProtocolTypeRouter({"http": PagesAsWsgi(pages, threads=PAGE_THREADS), "websocket": sockets})
# What is loaded stays: looking through all of it for what has become free held up an answer for 12 ms now and then.
# So does looking through a thousand open sockets (50 to 90 ms, once a second under load): what is young is looked
# through often and quickly, everything only once in ten million new things.
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 20, 100)
