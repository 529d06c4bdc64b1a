"""The configuration of Superset itself; loaded by Superset, never imported by the platform.

Runs inside ``.venv-superset`` with the environment made by ``environment.superset_environment``.
"""

import json
import os
from pathlib import Path

from flask import Flask, Response, jsonify, redirect, request

_PACKAGE = Path(__file__).resolve().parent
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
# Tiles are styled by class from the board's own style sheet; no inline style is let through.
HTML_SANITIZATION_SCHEMA_EXTENSIONS = {"attributes": {"*": ["className"]}}

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

# --- looks ------------------------------------------------------------------------------------
_SPINNER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" viewBox="0 0 40 40">'
    '<circle cx="20" cy="20" r="15" fill="none" stroke="#d0d5dd" stroke-width="5"/>'
    '<path d="M20 5a15 15 0 0 1 15 15" fill="none" stroke="#0b5394" stroke-width="5">'
    '<animateTransform attributeName="transform" type="rotate" from="0 20 20" to="360 20 20" '
    'dur="1s" repeatCount="indefinite"/></path></svg>'
)
APP_NAME = "Kho dữ liệu số"
APP_ICON = "/kho/logo.svg"
LOGO_TARGET_PATH = "/superset/dashboard/bang-chinh/"
FAVICONS = [{"href": "/kho/logo.svg"}]
THEME_DEFAULT = {
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": APP_NAME,
        "brandLogoUrl": APP_ICON,
        "brandLogoHref": LOGO_TARGET_PATH,
        "brandLogoHeight": "28px",
        "brandLogoMargin": "12px 0",
        "brandIconMaxWidth": 190,
        "colorPrimary": "#0b5394",
        "colorLink": "#0b5394",
        "colorError": "#b42318",
        "colorWarning": "#b54708",
        "colorSuccess": "#067647",
        "colorInfo": "#175cd3",
        "fontUrls": [],
        "fontFamily": "Inter, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif",
        "fontFamilyCode": "'IBM Plex Mono', 'Courier New', monospace",
        "fontSizeXS": "10",
        "fontSizeXXL": "28",
        "fontWeightNormal": "400",
        "fontWeightLight": "300",
        "fontWeightStrong": "600",
        "fontWeightBold": "700",
        "transitionTiming": 0.3,
        "brandSpinnerSvg": _SPINNER,
        # A board is read, not watched being drawn.
        "echartsOptionsOverrides": {"animation": False},
        "echartsOptionsOverridesByChartType": {
            "echarts_timeseries_line": {"series": {"lineStyle": {"width": 2.5}}}
        },
    },
    "algorithm": "default",
}
THEME_DARK = None
ENABLE_UI_THEME_ADMINISTRATION = False
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "khoNamNay",
        "label": "Năm nay đậm, năm trước nhạt dần",
        "description": "Xanh cho năm mới nhất, cam cho năm trước đó, xám cho các năm xa hơn",
        "isDefault": False,
        "colors": [
            "#0b5394",
            "#e07b00",
            "#5f7183",
            "#8291a0",
            "#9dabb7",
            "#b3bec8",
            "#c4cdd5",
            "#d1d8de",
            "#dbe1e6",
            "#e3e8ec",
        ],
    },
    {
        "id": "khoDungSach",
        "label": "Đúng và sạch",
        "description": "Xanh cho đúng, cam cho sạch",
        "isDefault": False,
        "colors": ["#0b5394", "#e07b00"],
    },
    {
        "id": "khoDuSong",
        "label": "Đủ và sống",
        "description": "Lục cho đủ, tím cho sống",
        "isDefault": False,
        "colors": ["#0f9d8a", "#8e6bbf"],
    },
    {
        "id": "khoMucCanhBao",
        "label": "Báo động và cảnh báo",
        "description": "Đỏ sẫm cho báo động, vàng nhạt cho cảnh báo, khác nhau cả độ sáng",
        "isDefault": False,
        "colors": ["#b42318", "#f0b429"],
    },
]
EXTRA_SEQUENTIAL_COLOR_SCHEMES = [
    {
        "id": "khoThieuDu",
        "label": "Thiếu nhạt, đủ đậm",
        "description": "Cam nhạt là thiếu, xanh đậm là đủ",
        "isDiverging": False,
        "isDefault": False,
        "colors": ["#fbd5b5", "#c9cfd8", "#7fa3c8", "#2f6fae", "#0b5394"],
    },
    {
        "id": "khoChamDan",
        "label": "Đúng hạn nhạt, chậm đậm",
        "description": "Xám xanh nhạt là đúng hạn, đỏ sẫm là chậm lâu",
        "isDiverging": False,
        "isDefault": False,
        "colors": ["#dbe6ef", "#f9d9a6", "#f0a04b", "#d9542b", "#8c1c13"],
    },
]

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
# Figures come from a publication that may change at any moment: nothing is cached here, every
# answer is read from the file or schema of that moment (a mart query takes milliseconds).
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DASHBOARD_AUTO_REFRESH_MODE = "fetch"
PREVENT_UNSAFE_DB_CONNECTIONS = True
ROW_LIMIT = 10_000
SQL_MAX_ROW = 100_000
SUPERSET_WEBSERVER_TIMEOUT = 60
# Guessing passwords is slowed down (AUTH_RATE_LIMIT); fifty leaders behind one address are not.
RATELIMIT_ENABLED = True
RATELIMIT_APPLICATION = "5000 per second"
RATELIMIT_STORAGE_URI = "memory://"
CELERY_CONFIG = None
LOG_LEVEL = "WARNING"


def _language_pack() -> dict[str, object]:
    """Turn our word list into the Jed format the browser reads."""
    words = json.loads((_PACKAGE / "language" / "vi.json").read_text(encoding="utf-8"))
    header = {"domain": "superset", "lang": "vi", "plural_forms": "nplurals=1; plural=0;"}
    entries = {key: [text] for key, text in words.items()}
    return {"domain": "superset", "locale_data": {"superset": {"": header, **entries}}}


def _files_with_pixel(static: Path) -> dict[str, str]:
    """Rewrite the scripts that ask a telemetry host for a picture, by their path on the server.

    SCARF_ANALYTICS is read when the scripts are built, not here: the wheel's page always asks.
    """
    found = {}
    for script in (static / "assets").glob("*.entry.js"):
        text = script.read_text(encoding="utf-8")
        if _PIXEL in text:
            found[f"/static/assets/{script.name}"] = text.replace(_PIXEL, _EMPTY_PICTURE)
    return found


_PIXEL = "https://apachesuperset.gateway.scarf.sh/pixel/"
_EMPTY_PICTURE = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==#"


def FLASK_APP_MUTATOR(app: Flask) -> None:
    """Serve what the wheel lacks: our language pack, our logo, a home page, no telemetry pixel.

    Args:
        app: Superset's Flask application.
    """
    pack = _language_pack()
    logo = (_PACKAGE / "language" / "logo.svg").read_bytes()
    scripts = _files_with_pixel(Path(str(app.static_folder)))

    def answer_own_files() -> Response | None:
        if request.path == "/superset/language_pack/vi/":
            return jsonify(pack)
        if request.path in {"/", "/superset/welcome/"}:
            return redirect(LOGO_TARGET_PATH)
        if request.path == APP_ICON:
            return Response(logo, mimetype="image/svg+xml")
        if request.path in scripts:
            answer = Response(scripts[request.path], mimetype="text/javascript")
            answer.cache_control.max_age = SEND_FILE_MAX_AGE_DEFAULT
            return answer
        return None

    def tell_language(response: Response) -> Response:
        # the page's template does not say it, and screen readers would read it as English
        if response.mimetype == "text/html" and not response.direct_passthrough:
            response.set_data(response.get_data().replace(b"<html>", b'<html lang="vi">', 1))
        return response

    app.before_request(answer_own_files)
    app.after_request(tell_language)
