"""The product's settings with the trivial pages of `bench.site` and nothing else changed."""

from sharing.settings import *  # noqa: F403

ROOT_URLCONF = "bench.site"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
