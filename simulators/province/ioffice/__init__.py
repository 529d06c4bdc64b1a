"""The iOffice of a province: documents in and out, the interconnection axis, tasks."""
