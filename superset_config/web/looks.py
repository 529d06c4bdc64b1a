"""How the boards look: name, logo, theme tokens, palettes; nothing here depends on a machine."""

from typing import Any

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
THEME_DEFAULT: dict[str, Any] = {
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
