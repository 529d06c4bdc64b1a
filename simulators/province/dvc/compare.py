"""What of the portal's truth must stand in the warehouse, and where."""

TABLES = [
    (
        "ho_so",
        "core.fct_dossier",
        "ma_ho_so",
        {"PhienBan": "phien_ban", "TrangThaiHoSo": "state_code"},
    ),
]
"""Table of the truth, relation of the warehouse, its key, and what must be equal."""
