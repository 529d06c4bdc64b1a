#!/usr/bin/env bash
# The boards are tested in a real browser: Debian's Chromium, installed where it is missing.
set -euo pipefail
command -v chromium > /dev/null && exit 0
command='apt-get update && apt-get install -y --no-install-recommends chromium fonts-dejavu-core'
if [ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null; then
  echo "Cài Chromium bằng apt …"
  (apt-get update && apt-get install -y --no-install-recommends chromium fonts-dejavu-core) > /dev/null
else
  echo "Lỗi: thiếu Chromium để kiểm thử bảng điều hành; chạy với quyền root: $command" >&2
  exit 1
fi
