"""Django's settings, in one file.

What an installation may change comes from the environment (`docs/settings.md` lists every name);
everything else is the same everywhere and stands here. Where no environment is given, `./run` and
`manage.py` supply one for their embedded services (`launcher/`).
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from config.environment import Environment, celery_broker
from config.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# Who runs: "web" pages must answer within seconds, a "worker" or "command" may take its time.
PROCESS_KIND = env.text("PROCESS_KIND", default="command", choices="web worker command")

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", default="")

# --- addresses ----------------------------------------------------------------------------------
PORT = env.number("PORT", default=8000, low=1, high=65535)
PUBLIC_URL = env.site("PUBLIC_URL", default=f"http://localhost:{PORT}")
HTTPS = PUBLIC_URL.startswith("https://")
_public_host = urlsplit(PUBLIC_URL).hostname or "localhost"
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", default=_public_host if HTTPS else f"{_public_host},localhost,127.0.0.1,[::1]"
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", default=0, low=0, high=5)
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# --- apps ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.PortalConfiguration",
    # Ours come first, so that their templates and commands win over those of the packages.
    "portal.apps.PortalConfig",
    "desk.apps.DeskConfig",
    "oversight.apps.OversightConfig",
    "clearing.apps.ClearingConfig",
    "claims.apps.ClaimsConfig",
    "families.apps.FamiliesConfig",
    "accounts.apps.AccountsConfig",
    "members.apps.MembersConfig",
    "policy.apps.PolicyConfig",
    "record.apps.RecordConfig",
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "django_filters",
    "django_prometheus",
    "csp",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.session_tracking.notes_sessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "record.sessions.SessionsEnd",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.PageAnswers",
    "pghistory.middleware.HistoryMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.portal",
            ],
            "builtins": ["portal.templatetags.url_once"],
            "libraries": {"i18n": "portal.templatetags.i18n_once"},
        },
    }
]
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # The portal's own `i18n` holds Django's.
FORM_RENDERER = "portal.form_renderer.Renderer"

# --- database -----------------------------------------------------------------------------------
# The application's role; `launcher.environment.OWNER_COMMANDS` get the owner's in its place.
_database = env.database("DATABASE_URL")
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE", default="mutualaid_app")
# A page that waits longer than this is answered with 503; a batch may wait.
WEB_STATEMENT_TIMEOUT_MS = env.number(
    "WEB_STATEMENT_TIMEOUT_MS", default=5_000, low=100, high=600_000
)
WEB_LOCK_TIMEOUT_MS = env.number("WEB_LOCK_TIMEOUT_MS", default=2_000, low=100, high=600_000)
WEB_IDLE_TRANSACTION_TIMEOUT_MS = env.number(
    "WEB_IDLE_TRANSACTION_TIMEOUT_MS", default=10_000, low=100, high=600_000
)
if PROCESS_KIND == "web":
    _given = _database["OPTIONS"].get("options", "")
    _database["OPTIONS"]["options"] = (
        f"-c statement_timeout={WEB_STATEMENT_TIMEOUT_MS}"
        f" -c lock_timeout={WEB_LOCK_TIMEOUT_MS}"
        f" -c idle_in_transaction_session_timeout={WEB_IDLE_TRANSACTION_TIMEOUT_MS} {_given}"
    ).strip()
DATABASES = {
    "default": {
        **_database,
        # A new connection for each request costs a factor of six.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis or Valkey: queue and cache, never money or sessions -----------------------------------
REDIS_URL = env.redis("REDIS_URL")
_redis_options = {"socket_connect_timeout": 0.5, "socket_timeout": 2.0}
CACHES = {
    "default": {
        "BACKEND": "config.cache.PatientRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": _redis_options,
    },
    # Raises where Redis is away: for limits that must fail closed, such as tries to bind.
    "limits": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "limits",
        "OPTIONS": _redis_options,
    },
}

CELERY_BROKER_URL = celery_broker(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Chunks take seconds; a task that is delivered twice after this time changes nothing.
    "visibility_timeout": 3600,
    "socket_connect_timeout": 2.0,
    "socket_timeout": 10.0,
    # A page must not wait for a broker that is away: the sweep finds what was not sent.
    "max_retries": 1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "Asia/Shanghai"

# --- people and sessions ------------------------------------------------------------------------
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["members.backends.Passwords", "members.backends.SignIns"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ACCOUNT_ADAPTER = "members.signing_in.SignIns"
MFA_ADAPTER = "members.second_factor.SecondFactors"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_TOTP_ISSUER = "门诊共济"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = True

# A national eID, where there is one, signs in through OpenID Connect.
EID_ISSUER = env.text("EID_ISSUER", default="")
EID_CLIENT_ID = env.text("EID_CLIENT_ID", default="")
EID_CLIENT_SECRET = env.text("EID_CLIENT_SECRET", default="")
if bool(EID_ISSUER) != bool(EID_CLIENT_ID):
    env.refuse(
        "EID_ISSUER" if EID_CLIENT_ID else "EID_CLIENT_ID",
        "is not set although its partner is",
        "set EID_ISSUER, EID_CLIENT_ID and EID_CLIENT_SECRET together",
    )
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "eid",
                "name": "eID",
                "client_id": EID_CLIENT_ID,
                "secret": EID_CLIENT_SECRET,
                "settings": {"server_url": EID_ISSUER},
            }
        ]
        if EID_ISSUER
        else [],
    }
}

STAFF_IDLE_SECONDS = 60 * env.number("STAFF_IDLE_MINUTES", default=15, low=1, high=60)
IDLE_SECONDS = 60 * env.number("MEMBER_IDLE_MINUTES", default=30, low=1, high=240)
# Who opens more records than this on a day is looked at: auditors and administrators are told.
STAFF_LOOKS_A_DAY = env.number("STAFF_LOOKS_A_DAY", default=150, low=1, high=10_000)
# A payout lies for so many days before it can be approved: its member was told and can object.
PAYOUT_DAYS_TO_WAIT = env.number("PAYOUT_DAYS_TO_WAIT", default=3, low=0, high=60)
SESSION_ENGINE = "record.session_store"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
if HTTPS:
    # The prefix makes a browser refuse the cookie from a sub-domain or without https.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS

# --- browsers' protections ----------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if HTTPS and TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

# --- secrets of the record ----------------------------------------------------------------------
# ID numbers are encrypted with the first key; the others still read what they once wrote.
ID_NUMBER_KEYS = env.id_number_keys("ID_NUMBER_KEYS")
ID_NUMBER_INDEX_KEY = env.key("ID_NUMBER_INDEX_KEY")
# The head of the sealed audit record is copied here, best on another disk or machine.
AUDIT_ANCHOR_FILE = env.file("AUDIT_ANCHOR_FILE", example="/var/lib/mutual-aid/audit-anchor")

# --- languages and time -------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# The demonstration and tests serve the files where they lie; collectstatic takes most of a minute.
WHITENOISE_USE_FINDERS = env.flag("STATIC_FROM_SOURCE", default=False)
_collected = env.file("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else _collected
MEDIA_ROOT = env.file("FILES_DIR", default=str(BASE_DIR / "media"))
_static_storage = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if WHITENOISE_USE_FINDERS or DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
# Uploads hold ID numbers and illnesses: they stay in memory, up to so much for a request (a roll is
# up to 20 MB), and are kept encrypted. Beyond the second limit nothing is read at all.
FILE_UPLOAD_HANDLERS = ["record.uploads.MemoryWithinLimit"]
UPLOAD_KEPT_BYTES = 24 * 1024 * 1024
UPLOAD_REFUSED_BYTES = 96 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}

# --- mail and logs ------------------------------------------------------------------------------
_mail = env.mail("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", default=f"portal@{_public_host}")

# A minute, in each process: pages of a browser, calls of a machine. A day: a member's documents.
PAGES_A_MINUTE = env.number("PAGES_A_MINUTE", default=60, low=10, high=100_000)
CALLS_A_MINUTE = env.number("CALLS_A_MINUTE", default=600, low=60, high=100_000)
DOCUMENTS_A_DAY = env.number("DOCUMENTS_A_DAY", default=20, low=1, high=1_000)
EXPORTS_A_DAY = env.number("EXPORTS_A_DAY", default=5, low=1, high=100)

# Whom people call when a page does not help, and when.
HOTLINE = env.text("HOTLINE", default="12393")
HOTLINE_HOURS = env.text("HOTLINE_HOURS", default="")

# Within how many days a member is answered; what waits longer is late on the desk.
RESIDENCE_ANSWER_DAYS = env.number("RESIDENCE_ANSWER_DAYS", default=10, low=1, high=366)
PAPER_BILL_ANSWER_DAYS = env.number("PAPER_BILL_ANSWER_DAYS", default=30, low=1, high=366)

LOGGING = logging_settings(
    level=env.text("LOG_LEVEL", default="INFO", choices="DEBUG INFO WARNING ERROR"),
    as_json=env.text("LOG_FORMAT", default="line", choices="line json") == "json",
)

# --- payment codes: good for so long --------------------------------------------------------------
PAYMENT_CODE_SECONDS = env.number("PAYMENT_CODE_SECONDS", default=120, low=30, high=600)

# --- the interface for institutions ---------------------------------------------------------------
# A token of a machine, and an institution's token for a patient, are good for so long.
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = env.number(
    "MACHINE_TOKEN_SECONDS", default=900, low=60, high=3600
)
PATIENT_TOKEN_MINUTES = env.number("PATIENT_TOKEN_MINUTES", default=60, low=5, high=720)
# What an institution may look up within an hour; who finds nobody too often finds nobody any more.
LOOKUPS_BY_CODE_AN_HOUR = env.number("LOOKUPS_BY_CODE_AN_HOUR", default=6000, low=1, high=10**6)
LOOKUPS_BY_ID_NUMBER_AN_HOUR = env.number(
    "LOOKUPS_BY_ID_NUMBER_AN_HOUR", default=300, low=1, high=10**6
)
LOOKUPS_NOT_FOUND_AN_HOUR = env.number("LOOKUPS_NOT_FOUND_AN_HOUR", default=60, low=1, high=10**6)
REST_FRAMEWORK = {
    # Each endpoint says for itself who may (`claims.api.base`); nothing else is made with it.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Outpatient mutual aid: the interface for institutions",
    "DESCRIPTION": "Hospitals and pharmacies look patients up, quote, settle and undo.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": ["claims.api.describing.with_components"],
}
