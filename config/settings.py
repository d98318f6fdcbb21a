"""Every setting, read top to bottom like a form.

With no environment at all this is demo mode: one machine, the servers that `make run` starts, passwords that everybody knows.
MALALAMIKO_ENV=production asks for secrets of its own, and refuses to start without them.
"""

import hashlib
import os
import sys
from pathlib import Path

import dj_database_url
import viewflow
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("MALALAMIKO_VAR", BASE_DIR / "var"))


def word(name: str, otherwise: str = "") -> str:
    """One line of the form: the environment's answer, or else ours."""
    return os.environ.get(name, "") or otherwise


def yes(name: str, otherwise: bool = False) -> bool:
    return word(name, str(otherwise)).lower() in ("1", "true", "yes", "on")


def words(name: str, otherwise: str = "") -> list[str]:
    """Several, separated by commas."""
    return [each.strip() for each in word(name, otherwise).split(",") if each.strip()]


def pairs(name: str, otherwise: str = "") -> dict[str, str]:
    """Several of name=value, separated by commas."""
    return dict(pair.split("=", 1) for pair in words(name, otherwise))


def left_by_the_launcher(name: str, otherwise: str) -> str:
    """What `make run` wrote under var/, so that `manage.py` in a second shell finds its servers."""
    file = VAR / name
    return file.read_text().strip() if file.exists() else otherwise


# --- Which mode -------------------------------------------------------------------------------------------------------

MALALAMIKO_ENV = word("MALALAMIKO_ENV", "demo")
DEMO = MALALAMIKO_ENV == "demo"
DEBUG = DEMO and yes("DEBUG")

DEMO_SECRET_KEY = "demo-only: everybody can read this key, so production mode refuses it"
SECRET_KEY = word("SECRET_KEY", DEMO_SECRET_KEY)
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if DEMO else "")
# Stands in SMS and e-mail, where no request tells our own address.
PUBLIC_URL = word("PUBLIC_URL", "http://127.0.0.1:8000")

# --- Where the servers are --------------------------------------------------------------------------------------------

DATABASE_URL = word("DATABASE_URL", left_by_the_launcher("database_url", "postgresql://127.0.0.1/malalamiko"))
REDIS_URL = word("REDIS_URL", left_by_the_launcher("redis_url", "redis://127.0.0.1:6379/0"))

DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
# A database that is gone, or that accepts and then says nothing, is noticed within seconds.
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "connect_timeout": 3,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        "tcp_user_timeout": 8000,
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Ways in and out --------------------------------------------------------------------------------------------------

# Names of modules in channels_in/: a way in that is not named here is closed.
OPEN_CHANNELS = words("OPEN_CHANNELS", "sms_kannel,web,api,open311,counter")

# The gateway proves itself to us with these; we prove ourselves to it with the KANNEL_SEND_ pair.
KANNEL_USERNAME = word("KANNEL_USERNAME", "kannel")
KANNEL_PASSWORD = word("KANNEL_PASSWORD", "demo")
KANNEL_SEND_URL = word("KANNEL_SEND_URL", "http://127.0.0.1:13013/cgi-bin/sendsms")
KANNEL_SEND_USERNAME = word("KANNEL_SEND_USERNAME", "malalamiko")
KANNEL_SEND_PASSWORD = word("KANNEL_SEND_PASSWORD", "demo")

SMS_SENDER = word("SMS_SENDER", "console")  # or another file of notices/senders/
SMS_SHORT_CODE = word("SMS_SHORT_CODE", "15200")

# The other gateways. An INBOUND_KEY is ours: it stands in the address that we give the gateway, .../?key=...
AFRICASTALKING_INBOUND_KEY = word("AFRICASTALKING_INBOUND_KEY")
AFRICASTALKING_URL = word("AFRICASTALKING_URL", "https://api.africastalking.com/version1/messaging")
AFRICASTALKING_USERNAME = word("AFRICASTALKING_USERNAME")
AFRICASTALKING_API_KEY = word("AFRICASTALKING_API_KEY")
AFRICASTALKING_SENDER = word("AFRICASTALKING_SENDER")
MGOV_INBOUND_KEY = word("MGOV_INBOUND_KEY")
MGOV_URL = word("MGOV_URL", "https://mgov.gov.go.tz/gateway/sms/v2/send-sms")
MGOV_SYSTEM_ID = word("MGOV_SYSTEM_ID")
MGOV_API_KEY = word("MGOV_API_KEY")
MGOV_SERVICE_ID = word("MGOV_SERVICE_ID")
MGOV_SENDER = word("MGOV_SENDER")  # a registered name, to which nobody can reply; else the short code
BEEM_INBOUND_KEY = word("BEEM_INBOUND_KEY")
BEEM_URL = word("BEEM_URL", "https://apisms.beem.africa/v1/send")
BEEM_API_KEY = word("BEEM_API_KEY")
BEEM_SECRET_KEY = word("BEEM_SECRET_KEY")
BEEM_SENDER = word("BEEM_SENDER")
INFOBIP_INBOUND_KEY = word("INFOBIP_INBOUND_KEY")
INFOBIP_URL = word("INFOBIP_URL", "https://api.infobip.com")
INFOBIP_API_KEY = word("INFOBIP_API_KEY")
INFOBIP_SENDER = word("INFOBIP_SENDER")
TWILIO_URL = word("TWILIO_URL", "https://api.twilio.com")
TWILIO_ACCOUNT_SID = word("TWILIO_ACCOUNT_SID")
TWILIO_AUTH_TOKEN = word("TWILIO_AUTH_TOKEN")  # signs its calls, and lets us send
TWILIO_SENDER = word("TWILIO_SENDER")
ANDROID_SIGNING_KEY = word("ANDROID_SIGNING_KEY")
ANDROID_URL = word("ANDROID_URL", "https://api.sms-gate.app/3rdparty/v1/messages")
ANDROID_USERNAME = word("ANDROID_USERNAME")
ANDROID_PASSWORD = word("ANDROID_PASSWORD")
# Any other gateway that speaks HTTP: channels_in/sms_http.py and notices/senders/http.py say what each holds.
HTTP_SMS_INBOUND_KEY = word("HTTP_SMS_INBOUND_KEY")
HTTP_SMS_FIELDS = pairs("HTTP_SMS_FIELDS", "text=text,sender=from,id=id,sent_at=date")
HTTP_SMS_REPLIES = word("HTTP_SMS_REPLIES", "push")  # or "answer"
HTTP_SMS_SAYS = word("HTTP_SMS_SAYS")
HTTP_SMS_REPORT_FIELDS = pairs("HTTP_SMS_REPORT_FIELDS", "notice=id,status=status")
HTTP_SMS_DELIVERED = words("HTTP_SMS_DELIVERED", "delivered,success,1")
HTTP_SMS_FAILED = words("HTTP_SMS_FAILED", "failed,undelivered,undeliverable,rejected,expired,2")
HTTP_SMS_URL = word("HTTP_SMS_URL")
HTTP_SMS_CONTENT_TYPE = word("HTTP_SMS_CONTENT_TYPE", "application/x-www-form-urlencoded")
HTTP_SMS_BODY = word("HTTP_SMS_BODY", "to={to}&text={text}&id={id}")
HTTP_SMS_AUTHORIZATION = word("HTTP_SMS_AUTHORIZATION")
HTTP_SMS_SUCCESS = word("HTTP_SMS_SUCCESS")  # must stand in its answer; when left out, any answer of success will do

# By night what can wait is not sent: from this hour to that one, or "none". A demonstration never sleeps.
QUIET_HOURS = tuple(int(hour) for hour in word("QUIET_HOURS", "none" if DEMO else "21-6").split("-") if hour.isdigit())

# E-mail: to outside bodies and to staff. With "console" it is printed and goes nowhere.
EMAIL_SENDER = word("EMAIL_SENDER", "console" if DEMO else "smtp")
EMAIL_HOST = word("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = int(word("EMAIL_PORT", "25"))
EMAIL_HOST_USER = word("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = word("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = yes("EMAIL_USE_TLS")
DEFAULT_FROM_EMAIL = word("EMAIL_FROM", "malalamiko@localhost")
# The link by which an outside body answers opens so long, and no longer than the case is with the body.
BODY_LINK_DAYS = int(word("BODY_LINK_DAYS", "30"))

PHONE_REGION = word("PHONE_REGION", "TZ")  # of a number written without its country
PHONE_DIGEST_KEY = word("PHONE_DIGEST_KEY") or hashlib.sha256(f"phone:{SECRET_KEY}".encode()).hexdigest()

API_KEYS = pairs("API_KEYS", "demo=demo" if DEMO else "")  # partner=key, ...
# Raw messages keep number and words so long, for looking into what went wrong; the complaint keeps its own.
MESSAGE_RETENTION_DAYS = int(word("MESSAGE_RETENTION_DAYS", "90"))
# At or above this confidence a complaint goes straight to its department.
ROUTING_SURE = float(word("ROUTING_SURE", "0.8"))

# --- The apps ---------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "offices",
    "notices",
    "complaints",
    "workflows",
    "channels_in",
    "escalation",
    "reports",
    "viewflow.workflow",  # the engine alone; plain `viewflow` would add its own pages and middleware
    "rest_framework",
    "csp",
    "django_htmx",  # carries htmx itself
    "config.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # lets our templates/ override a widget's
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "import_export",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.speak_swahili_first",
    "config.middleware.refuse_the_unreadable",
    "config.middleware.DatabaseAway",
    "config.middleware.keep_the_desk_off_the_disk",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.CompressPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "offices.sessions.keep_sessions_short",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
            ]
        },
    },
    # The engine's own, after ours: the BPMN file is written by its template.
    {
        "NAME": "viewflow",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(viewflow.__file__).parent / "templates"],
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "offices.User"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/desk/inbox/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

# Supervisors, leaders, auditors and administrators sign in with a second factor.
SECOND_FACTOR_REQUIRED = yes("SECOND_FACTOR_REQUIRED", not DEMO)
SECOND_FACTOR_KEY = word("SECOND_FACTOR_KEY") or f"second factor:{SECRET_KEY}"  # encrypts what their telephones hold

ACCOUNT_ADAPTER = "config.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; allauth asks all the same
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = 30 * 60
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
# A whole office stands behind one address and signs in at half past seven: only wrong passwords are counted closely.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "20/m/ip,5/5m/key", "reset_password": "20/m/ip,3/10m/key"}
ACCOUNT_FORMS = {
    "login": "config.accounts.LoginForm",
    "reauthenticate": "config.accounts.ReauthenticateForm",
    "change_password": "config.accounts.ChangePasswordForm",
    "reset_password": "config.accounts.ResetPasswordForm",
    "reset_password_from_key": "config.accounts.SetPasswordForm",
    "confirm_password_reset_code": "config.accounts.ResetCodeForm",
}
MFA_ADAPTER = "config.accounts.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Malalamiko"
MFA_TOTP_TOLERANCE = 1  # telephones' clocks are half a minute wrong
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "config.accounts.CodeForm",
    "reauthenticate": "config.accounts.CodeAgainForm",
    "activate_totp": "config.accounts.ActivateForm",
}
# Tries are counted here, by all processes together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True  # a cell that begins with "=" is words, not a sum
# Length and known bad passwords; no rules about kinds of characters and no forced change, which make passwords worse.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# --- Language and time ------------------------------------------------------------------------------------------------

LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60  # whoever has chosen a language has chosen it
LANGUAGE_CODE = "sw"
LANGUAGES = [("sw", _("Kiswahili")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "Africa/Dar_es_Salaam"
USE_TZ = True

# --- Celery: hints and a ticking clock; nothing that must not be lost -------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 2, "visibility_timeout": 300}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # acks_late alone loses the task of a killed worker
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False  # the console sender prints each SMS as it is
# Never eta or countdown: a deadline is a column in PostgreSQL. Each tick only says "look now", so a late one is dropped.
CELERY_BEAT_SCHEDULE = {
    "escalate": {"task": "escalation.tasks.escalate", "schedule": 60, "options": {"expires": 60}},
    "deliver": {"task": "notices.tasks.deliver", "schedule": 5, "options": {"expires": 5}},
    "partners": {"task": "channels_in.tasks.tell_partners", "schedule": 5, "options": {"expires": 5}},
    "leaves": {"task": "workflows.tasks.cover_leaves", "schedule": 300, "options": {"expires": 300}},
    "incidents": {"task": "workflows.tasks.settle_incidents", "schedule": 30, "options": {"expires": 30}},
    "forget": {"task": "channels_in.tasks.forget", "schedule": 3600, "options": {"expires": 3600}},
    "clear": {"task": "offices.tasks.clear", "schedule": 3600, "options": {"expires": 3600}},
    "keep_months": {"task": "reports.tasks.keep_months", "schedule": 3600, "options": {"expires": 3600}},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")

# --- Static files -----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# Where `collectstatic` puts them; demo mode needs none.
STATIC_ROOT = None if DEMO else Path(word("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEMO
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "config.static_files.NamedByContent"
    },
}

# --- Photos and papers of cases: never served by address, only by the desk's own page, to whoever may see the case -------

MEDIA_ROOT = word("MEDIA_ROOT", str(VAR / "media"))
# Every file is shown to this virus scanner (clamd) first: "unix:/run/clamav/clamd.ctl" or "host:port". With one that is away,
# no file is taken in.
CLAMD_ADDRESS = word("CLAMD_ADDRESS")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- What a request may carry, and what a browser may do --------------------------------------------------------------

MAX_BODY_BYTES = 1024 * 1024
MAX_UPLOAD_BYTES = 20 * 1024 * 1024  # a form of the desk with its photos and papers
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEMO
SECURE_SSL_REDIRECT = yes("SECURE_SSL_REDIRECT", not DEMO)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # a balancer asks these from inside, without TLS
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
if yes("BEHIND_TLS_PROXY"):  # only when the proxy itself sets this header on every request
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    MIDDLEWARE.insert(0, "config.middleware.look_behind_the_proxy")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "channels_in.api.describing.Describing",
    # Of one partner, citizen or address, in each process; a burst of a partner's import fits.
    "DEFAULT_THROTTLE_RATES": {
        "read": "3000/minute",
        "changes": "300/minute",
        "files": "1200/minute",
        "phones": "120/minute",
    },
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Malalamiko",
    "DESCRIPTION": "Complaints to a region's offices: lodged, followed, answered. Errors are RFC 9457 problems, in the language asked for.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVERS": [{"url": "/"}],
    "LICENSE": {"name": "AGPL-3.0-or-later"},
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
}

# --- Logs: what went wrong and where, never a citizen's words ---------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "config.logs.DiscreetFormatter"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["terminal"], "level": word("LOG_LEVEL", "INFO")},
    "loggers": {
        # These come with handlers of their own, which print the words of the exception.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # The clock ticks every few seconds; only what goes wrong is news.
        "celery": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}

# --- Production refuses what everybody knows --------------------------------------------------------------------------

if MALALAMIKO_ENV not in ("demo", "production"):
    sys.exit(f'MALALAMIKO_ENV is "{MALALAMIKO_ENV}"; it must be "demo" or "production".')

# Without these a gateway's door would be open to anybody, or nothing could be sent through it: in no mode.
SECRETS_OF_WAYS_IN = {
    "sms_mgov": ["MGOV_INBOUND_KEY"],
    "ussd_mgov": ["MGOV_INBOUND_KEY"],
    "sms_africastalking": ["AFRICASTALKING_INBOUND_KEY"],
    "ussd_africastalking": ["AFRICASTALKING_INBOUND_KEY"],
    "sms_beem": ["BEEM_INBOUND_KEY"],
    "sms_infobip": ["INFOBIP_INBOUND_KEY"],
    "sms_twilio": ["TWILIO_AUTH_TOKEN"],
    "sms_android": ["ANDROID_SIGNING_KEY"],
    "sms_http": ["HTTP_SMS_INBOUND_KEY"],
}
SECRETS_OF_SENDERS = {
    "mgov": ["MGOV_SYSTEM_ID", "MGOV_API_KEY", "MGOV_SERVICE_ID"],
    "africastalking": ["AFRICASTALKING_USERNAME", "AFRICASTALKING_API_KEY"],
    "beem": ["BEEM_API_KEY", "BEEM_SECRET_KEY"],
    "infobip": ["INFOBIP_API_KEY"],
    "twilio": ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"],
    "android": ["ANDROID_USERNAME", "ANDROID_PASSWORD"],
    "http": ["HTTP_SMS_URL"],
}
if HTTP_SMS_REPLIES not in ("push", "answer"):
    sys.exit(f'Malalamiko does not start: HTTP_SMS_REPLIES is "{HTTP_SMS_REPLIES}"; it must be "push" or "answer".')
if len(QUIET_HOURS) not in (0, 2):
    sys.exit('Malalamiko does not start: QUIET_HOURS must be two hours, such as "21-6", or "none".')
needed = [(way, name) for way in OPEN_CHANNELS for name in SECRETS_OF_WAYS_IN.get(way, [])]
needed += [(f"the sender {SMS_SENDER}", name) for name in SECRETS_OF_SENDERS.get(SMS_SENDER, [])]
if lacking := [f"{way} is open, but {name} is not set" for way, name in needed if not globals()[name]]:
    sys.exit("Malalamiko does not start: " + "; ".join(lacking) + ".")

if not DEMO:
    refusals = {
        "SECRET_KEY is the demo key": SECRET_KEY == DEMO_SECRET_KEY,
        "SECRET_KEY is shorter than 50 characters": len(SECRET_KEY) < 50,
        "DATABASE_URL is not set": not word("DATABASE_URL"),
        "ALLOWED_HOSTS is not set": not ALLOWED_HOSTS,
        "PUBLIC_URL is not set": not word("PUBLIC_URL"),
        "KANNEL_PASSWORD is the demo password": "sms_kannel" in OPEN_CHANNELS and KANNEL_PASSWORD == "demo",
        "KANNEL_SEND_PASSWORD is the demo password": SMS_SENDER == "kannel" and KANNEL_SEND_PASSWORD == "demo",
        "SMS_SENDER is console, which sends nothing": SMS_SENDER == "console",
        "PUBLIC_URL does not begin with https://": not word("PUBLIC_URL", "https://").startswith("https://"),
        "API_KEYS contains the demo key": "demo" in API_KEYS.values(),
    }
    short = [name for way, name in needed if "INBOUND_KEY" in name and len(globals()[name]) < 20]
    refusals |= {f"{name} is shorter than 20 characters": True for name in short}
    if reasons := [reason for reason, holds in refusals.items() if holds]:
        sys.exit("Malalamiko does not start in production mode: " + "; ".join(reasons) + ".")
