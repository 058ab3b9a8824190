"""Pages: Django's WSGI application, with the static files answered before Django is asked.

The static wrapper is the synchronous one: ServeStatic's middleware is asynchronous and would send
every page through an event loop and back.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sharing.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - the settings are known only now

if settings.DEBUG or settings.TESTING:
    from django.contrib.staticfiles.handlers import StaticFilesHandler

    application = StaticFilesHandler(application)
else:
    from servestatic import ServeStatic

    application = ServeStatic(
        application,
        root=settings.STATIC_ROOT,
        prefix=settings.STATIC_URL,
        max_age=60 * 60,
        immutable_file_test=r"^.+\.[0-9a-f]{12}\..+$",
    )
