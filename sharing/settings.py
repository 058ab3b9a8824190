"""Settings, all from the environment: nothing set runs the embedded product, half set refuses to start.

The variables are described in docs/production.md. Production is what one declares by setting
PUBLIC_URL to an https address; from then on a secret key, hosts and e-mail must be set as well.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from xstatic.pkg import leaflet

from sharing.languages import compiling
from sharing.settings_api import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401 - Django reads them here

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/")
PRODUCTION = PUBLIC_URL.startswith("https://")
DEBUG = env.bool("DEBUG", default=False)
TESTING = env.bool("TESTING", default=False)


def needed(name: str) -> str:
    """A variable that production cannot do without."""
    value = os.environ.get(name, "")
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"{name} must be set when PUBLIC_URL is {PUBLIC_URL}.")
    return value


def kept_secret() -> str:
    """The secret key made at the first start and kept under VAR_DIR, readable by its owner alone."""
    path = VAR_DIR / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        except FileExistsError:  # another process was first
            pass
        return path.read_text().strip()


if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG cannot be on when PUBLIC_URL is an https address.")
SECRET_KEY = needed("SECRET_KEY") or kept_secret()
if PRODUCTION and len(SECRET_KEY) < 40:
    raise ImproperlyConfigured("SECRET_KEY must have at least 40 characters.")
# What blurs places is separate from what signs cookies, so that rotating the key moves nobody's pin.
BLUR_SECRET = env.str("BLUR_SECRET", default=SECRET_KEY)
ALLOWED_HOSTS = [host for host in needed("ALLOWED_HOSTS").split(",") if host] or ["127.0.0.1", "localhost", "[::1]"]
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; '*' would let any site talk to the sockets.")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "csp",
    "django_htmx",
    "django_filters",
    "lucide",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    "members",
    "messaging",
    "payments",
    "cooperative",
    "listings",
    "bookings",
    "sharing.web",
    "sharing.clock",
    "sharing.management.apps.ManagementConfig",
    "sharing.db.apps.DbConfig",  # last: its guards go in when every table stands
]
MIDDLEWARE = [
    "sharing.middleware.NullBytes",
    "django.middleware.security.SecurityMiddleware",
    "sharing.middleware.Media",
    "sharing.middleware.NoTokenInAddress",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sharing.middleware.Private",
    "members.middleware.MemberLocale",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sharing.middleware.ContentPolicy",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sharing.middleware.PostOnly",
]
ROOT_URLCONF = "sharing.urls"
WSGI_APPLICATION = "sharing.wsgi.application"
ASGI_APPLICATION = "sharing.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "csp.context_processors.nonce",
                "messaging.context.unread",
            ],
        },
    }
]

# --- data -----------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'commonshare.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE takes the write lock at the start: a deferred one fails at once when it must upgrade.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
        " PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY",
    }
else:
    DATABASES["default"]["ENGINE"] = "sharing.db.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    # redis-py's own socket time-out would end a quiet socket after five seconds.
    _layer_hosts = [{"address": REDIS_URL, "socket_timeout": None}]
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": _layer_hosts}}
    }
    CACHES = {
        "default": {
            "BACKEND": "sharing.web.sturdy_cache.SturdyCache",  # never fails a page
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},  # one that hangs must not hang us
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "photos", "mail"]}}

# --- files ----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [("leaflet", leaflet.BASE_DIR)]
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = env.str("MEDIA_URL", default="/media/")
S3_BUCKET = env.str("S3_BUCKET", default="")
STORAGES: dict[str, dict] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "sharing.web.storage.HashedStaticFiles"
    },
}
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT", default="") or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "access_key": needed("S3_ACCESS_KEY"),
            "secret_key": needed("S3_SECRET_KEY"),
            "signature_version": "s3v4",
            "querystring_auth": False,
            "custom_domain": env.str("S3_PUBLIC_DOMAIN", default="") or None,
        },
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
PHOTO_MAX_BYTES = 15 * 1024 * 1024
PHOTO_MAX_PIXELS = 50_000_000
PHOTOS_PER_LISTING = 12
DOCUMENT_MAX_BYTES = 20 * 1024 * 1024

# --- people ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.Member"
# One backend: a wrong password costs one hash, and the administration signs in the same way, second step and all.
AUTHENTICATION_BACKENDS = ["members.backends.MemberBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_REDIRECT_URL = "home"
ACCOUNT_SIGNUP_REDIRECT_URL = "communities"  # where sharing begins; the page greets who belongs nowhere yet
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "members.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "members.forms.entrance.Login",
    "signup": "members.forms.entrance.Signup",
    "add_email": "members.forms.entrance.AddEmail",
    "change_password": "members.forms.entrance.ChangePassword",
    "set_password": "members.forms.entrance.SetPassword",
    "reset_password": "members.forms.entrance.ResetPassword",
    "reset_password_from_key": "members.forms.entrance.NewPassword",
    "request_login_code": "members.forms.entrance.LoginCode",
    "reauthenticate": "members.forms.entrance.Reauthenticate",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
# A house or a school shares one address; what is counted narrowly is failures (login_failed).
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "signup": "60/m/ip", "change_password": "10/m/user"}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if PRODUCTION else 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "members.forms.entrance.SecondStep",
    "reauthenticate": "members.forms.entrance.SecondStepAgain",
    "activate_totp": "members.forms.entrance.AppCode",
}
MFA_ADAPTER = "members.adapter.SecondStepAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody is signed in without a verified one; else a passkey would freeze the address
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "Commonshare"

# --- languages and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LOCALE_PATHS = [VAR_DIR / "locale"]  # compiled from locale/ of the sources, when that has changed
# Only languages that are whole are offered: half a translation is worse than none.
LANGUAGES = [
    (code, LANG_INFO[code]["name_local"].capitalize())
    for code in ("en", *compiling.offered(BASE_DIR / "locale", LOCALE_PATHS[0]))
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- mail -----------------------------------------------------------------------------------------

EMAIL_URL = needed("EMAIL_URL")
if EMAIL_URL:
    vars().update(environ.Env.email_url_config(EMAIL_URL))
else:  # letters lie in an outbox that the development pages show
    EMAIL_BACKEND = "sharing.outbox.OutboxBackend"
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", default=20)  # a mail server that hangs is left after so many seconds
OUTBOX_DIR = VAR_DIR / "outbox"
OUTBOX_SHOWN = EMAIL_BACKEND == "sharing.outbox.OutboxBackend" and not PRODUCTION  # type: ignore[name-defined]
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="Commonshare <commonshare@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Answers by e-mail: letters about a conversation say "answer to reply+TOKEN@…"; what comes in there is posted to us.
REPLY_ADDRESS = env.str("REPLY_ADDRESS", default="")
INBOUND_MAIL_SECRET = env.str("INBOUND_MAIL_SECRET", default="")
INBOUND_MAIL_MAX_BYTES = 15 * 1024 * 1024
if bool(REPLY_ADDRESS) != bool(INBOUND_MAIL_SECRET):
    raise ImproperlyConfigured("REPLY_ADDRESS and INBOUND_MAIL_SECRET are set together or not at all.")
if REPLY_ADDRESS and not 0 < REPLY_ADDRESS.find("@") <= 23:  # with the token it stays below 64 characters
    raise ImproperlyConfigured("REPLY_ADDRESS is an address with at most 23 characters before the @.")

# --- browsers -------------------------------------------------------------------------------------

TILE_URL = env.str("TILE_URL", default="")
TILE_ATTRIBUTION = env.str("TILE_ATTRIBUTION", default="")
_tiles = urlsplit(TILE_URL.replace("{s}", "*"))
_tile_origin = [f"{_tiles.scheme}://{_tiles.netloc}"] if TILE_URL else []
_media_at = urlsplit(MEDIA_URL)
if S3_BUCKET:
    _s3 = STORAGES["default"]["OPTIONS"]
    _media_at = urlsplit(
        f"https://{_s3['custom_domain']}" if _s3["custom_domain"] else _s3["endpoint_url"] or "https://*.amazonaws.com"
    )
_media_origin = [f"{_media_at.scheme}://{_media_at.netloc}"] if _media_at.netloc else []

# --- cards, by Stripe ------------------------------------------------------------------------------

STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")  # empty: no cards, and no word of them
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")  # more than one: with commas between
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="")
PLAY_BANK_FILE = VAR_DIR / "play-bank.json"  # written by the demo: `serve` then starts the play bank with it
PLAY_BANK = not (PRODUCTION or TESTING or STRIPE_SECRET_KEY) and PLAY_BANK_FILE.exists()
if PLAY_BANK:
    STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET = "sk_test_play_bank", "whsec_play_bank"
    STRIPE_API_BASE = "http://127.0.0.1:9"  # nobody, until the bank has opened
STRIPE_PATIENCE = env.float("STRIPE_PATIENCE", default=20.0)  # seconds for which an answer is waited for
if STRIPE_SECRET_KEY and not STRIPE_WEBHOOK_SECRET:
    raise ImproperlyConfigured("STRIPE_SECRET_KEY is set; set STRIPE_WEBHOOK_SECRET as well, or Stripe is not heard.")

# A form that ends at the card service's own page is led there by a redirect, which browsers hold the form to.
_pay_origins = (
    ["http://127.0.0.1:*"] if PLAY_BANK or STRIPE_API_BASE.startswith("http://127.0.0.1")
    else ["https://checkout.stripe.com", "https://connect.stripe.com"] if STRIPE_SECRET_KEY else []
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *_tile_origin, *_media_origin],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "media-src": [SELF, *_media_origin],
        "form-action": [SELF, *_pay_origins],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

# --- deciding together ----------------------------------------------------------------------------

ELECTOR_DAYS = env.int("ELECTOR_DAYS", default=7)  # how long one has belonged before one's vote counts

# --- services that are optional -------------------------------------------------------------------

FEEDS_MAY_BE_PRIVATE = False  # calendars of others are fetched from the public net alone; only tests say otherwise
OUTWARD_CA = None  # a file with the only authority whose certificates are believed; None: those the machine trusts
GEOCODER = env.str("GEOCODER", default="")  # e.g. nominatim://host?user_agent=…; empty: the gazetteer alone
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="")  # manage.py vapid_keys makes one; none: no web push
VAPID_SUBJECT = env.str("VAPID_SUBJECT", default=PUBLIC_URL if PRODUCTION else "mailto:commonshare@localhost")
# Push services are of the public net, by https; only tests say otherwise.
PUSH_MAY_BE_PRIVATE = TESTING and env.bool("PUSH_MAY_BE_PRIVATE", default=False)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    try:
        import sentry_sdk
    except ImportError as error:
        raise ImproperlyConfigured("SENTRY_DSN is set; install the package sentry-sdk or unset it.") from error
    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"commonshare": {"level": "INFO"}},
}
