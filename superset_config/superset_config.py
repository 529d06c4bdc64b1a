"""The configuration of Superset itself; loaded by Superset, never imported by the platform.

Runs inside ``.venv-superset`` with the environment made by ``environment.superset_environment``.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

from flask import Flask

_PACKAGE = Path(__file__).resolve().parent
# Superset loads this file by its path; what it is made of is imported from the package beside it.
sys.path.insert(0, str(_PACKAGE.parent))

from superset_config.web.files import serve_own_files  # noqa: E402
from superset_config.web.home import serve_home  # noqa: E402
from superset_config.web.looks import (  # noqa: E402, F401
    APP_ICON,
    APP_NAME,
    EXTRA_CATEGORICAL_COLOR_SCHEMES,
    EXTRA_SEQUENTIAL_COLOR_SCHEMES,
    FAVICONS,
    LOGO_TARGET_PATH,
    THEME_DEFAULT,
)
from superset_config.web.publication import tell_publication  # noqa: E402
from superset_config.web.security import (  # noqa: E402
    KhoSecurityManager,
    only_boards_schemas,
    require_long_password,
)
from superset_config.web.wall import serve_wall  # noqa: E402
from superset_config.web.warming import warm_answers  # noqa: E402

_HOME = Path(os.environ["SUPERSET_HOME"])

# --- where things are -------------------------------------------------------------------------
SECRET_KEY = (_HOME / "secret_key").read_text(encoding="utf-8").strip()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['KHO_SUPERSET_METADATA']}"
# An import and fifty readers share one SQLite file: wait for each other instead of failing.
SQLALCHEMY_ENGINE_OPTIONS = {"connect_args": {"timeout": 30}}
DATA_DIR = str(_HOME)
UPLOAD_FOLDER = str(_HOME / "uploads") + "/"
GUEST_TOKEN_JWT_SECRET = SECRET_KEY
GLOBAL_ASYNC_QUERIES_JWT_SECRET = SECRET_KEY

# --- quiet: nothing leaves the machine ---------------------------------------------------------
SCARF_ANALYTICS = False
FAB_API_SWAGGER_UI = False
SEND_FILE_MAX_AGE_DEFAULT = 365 * 24 * 3600
DATASET_IMPORT_ALLOWED_DATA_URLS: list[str] = []
MAPBOX_API_KEY = ""
ENABLE_CORS = False
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        # blocks the tracking pixel, which the page asks for whatever SCARF_ANALYTICS says
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        # the wall shows our own boards in frames; nobody else shows them in theirs
        "frame-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        # 'unsafe-eval': the Handlebars tiles are compiled in the browser. Scripts still need the
        # nonce of the page, and the tiles' HTML is sanitised.
        "script-src": ["'self'", "'strict-dynamic'", "'unsafe-eval'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []
# Tiles are styled by class from the board's own style sheet; no inline style is let through. Of SVG
# only what draws lines, bars and maps: none of these elements can carry a script or an address.
HTML_SANITIZATION_SCHEMA_EXTENSIONS = {
    "tagNames": ["svg", "path", "circle", "rect", "text", "tspan", "title"],
    "attributes": {
        "*": ["className"],
        "svg": ["viewBox", "preserveAspectRatio"],
        "path": ["d"],
        "circle": ["cx", "cy", "r"],
        "rect": ["x", "y", "width", "height", "rx"],
        "text": ["x", "y"],
        "tspan": ["x", "y"],
    },
}

# --- Vietnamese -------------------------------------------------------------------------------
BABEL_DEFAULT_LOCALE = "vi"
BABEL_DEFAULT_TIMEZONE = "Asia/Ho_Chi_Minh"
BABEL_TRANSLATION_DIRECTORIES = str(_HOME / "translations")
LANGUAGES = {
    "vi": {"flag": "vn", "name": "Tiếng Việt"},
    "en": {"flag": "us", "name": "English"},
}
D3_FORMAT = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]}
D3_TIME_FORMAT = {
    "dateTime": "%H:%M:%S %d/%m/%Y",
    "date": "%d/%m/%Y",
    "time": "%H:%M:%S",
    "periods": ["SA", "CH"],
    "days": ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"],
    "shortDays": ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
    "months": [f"Tháng {month}" for month in range(1, 13)],
    "shortMonths": [f"Th{month}" for month in range(1, 13)],
}
CURRENCIES = ["VND", "USD"]

# --- looks: see web/looks.py ------------------------------------------------------------------
THEME_DARK = None
ENABLE_UI_THEME_ADMINISTRATION = False

# --- what is switched on ----------------------------------------------------------------------
FEATURE_FLAGS = {
    "CHART_PLUGINS_EXPERIMENTAL": True,
    "DASHBOARD_VIRTUALIZATION": True,
    "DASHBOARD_VIRTUALIZATION_DEFER_DATA": True,
    "DASHBOARD_RBAC": True,
    "EMBEDDED_SUPERSET": False,
    "EMBEDDABLE_CHARTS": False,
    "DYNAMIC_PLUGINS": False,
    "ALERT_REPORTS": False,
    "THUMBNAILS": False,
    "ALLOW_ADHOC_SUBQUERY": False,
    "ENABLE_TEMPLATE_PROCESSING": False,
    "DRILL_BY": False,
    "CSS_TEMPLATES": False,
}
# An answer is kept for the publication it was read from: see web/cache.py.
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {
    "CACHE_TYPE": "superset_config.web.cache.PublicationCache",
    "CACHE_DIR": str(_HOME / "answers"),
    "CACHE_THRESHOLD": 1000,
    "CACHE_DEFAULT_TIMEOUT": 24 * 3600,
}
DASHBOARD_AUTO_REFRESH_MODE = "fetch"
PREVENT_UNSAFE_DB_CONNECTIONS = True
ROW_LIMIT = 10_000
SQL_MAX_ROW = 100_000
# an answer sent in pieces could not be proved to be of one publication
CSV_STREAMING_ROW_THRESHOLD = SQL_MAX_ROW + 1
SUPERSET_WEBSERVER_TIMEOUT = 60

# --- who may do what: see roles.yaml, web/security.py ------------------------------------------
CUSTOM_SECURITY_MANAGER = KhoSecurityManager
SQL_QUERY_MUTATOR = only_boards_schemas
PUBLIC_ROLE_LIKE = None
# Counted from the last board that was opened (web/home.py): the wall, which opens its boards anew
# with every publication, stays; a browser nobody uses is shut out.
PERMANENT_SESSION_LIFETIME = timedelta(days=7)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
FAB_PASSWORD_COMPLEXITY_ENABLED = True
FAB_PASSWORD_COMPLEXITY_VALIDATOR = require_long_password
# Guessing is slowed down by name (web/security.py) and by address (AUTH_RATE_LIMIT); fifty leaders
# behind one address are not.
RATELIMIT_ENABLED = True
RATELIMIT_APPLICATION = "5000 per second"
RATELIMIT_STORAGE_URI = "memory://"
CELERY_CONFIG = None
LOG_LEVEL = "WARNING"


def FLASK_APP_MUTATOR(app: Flask) -> None:
    """Serve what the wheel lacks, and the wall; leave out what costs time.

    Args:
        app: Superset's Flask application.
    """
    # Superset reads this file to configure itself, so its own code can be imported only now
    from superset_config.web.engines import remember_installed_engines

    serve_own_files(app)
    tell_publication(app)
    remember_installed_engines()
    warm_answers(app, _HOME / "questions")
    serve_home(app)
    serve_wall(app)
