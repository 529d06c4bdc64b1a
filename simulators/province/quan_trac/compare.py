"""What of the stations' truth must stand in the warehouse, and where."""

TABLES = [
    (
        "so_do",
        "core.fct_reading",
        "reading_key",
        {
            "case when trang_thai = '00' then ket_qua::decimal(28, 6) end": "value_as_sent",
            "trang_thai": "status",
        },
    ),
]
"""Table of the truth, relation of the warehouse, its key, and what must be equal."""
