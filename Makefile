# make run    chạy cả chuỗi (không có KHO_HOME thì dùng số liệu mô phỏng trong var/demo)
# make test   mọi kiểm thử của CI
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help setup superset dev run test test-all serve check bench lock

UV := .tools/bin/uv
PLATFORM := .venv/.installed-platform
DEV := .venv/.installed-dev
SUPERSET := .venv-superset/.installed
DEMO := $(CURDIR)/var/demo
DEMO_INBOX := $(DEMO)/inbox/thong_ke
# the last whole month, so that the demonstration is as fresh as a real warehouse
LAST_MONTH = $(shell date -d "$$(date +%Y-%m-15) -1 month" +%Y-%m)

help:
	@grep -E '^# make' Makefile | sed 's/^# //'

$(UV):
	@echo "Cài uv …"
	@python3 -m venv .tools && .tools/bin/pip install -qq uv

# the dev list contains the platform list, so whoever has it has both
$(PLATFORM): requirements/platform.txt $(UV)
	@if [ ! -e $(DEV) ] || [ requirements/dev.txt -nt $(DEV) ]; then \
	  echo "Cài môi trường nền tảng (.venv, khoảng 1 GB) …" && \
	  $(UV) venv --quiet --allow-existing --python 3.11 .venv && \
	  $(UV) pip sync --quiet --compile-bytecode --python .venv/bin/python requirements/platform.txt; fi
	@touch $@

$(DEV): requirements/dev.txt $(UV)
	@echo "Cài môi trường nền tảng và công cụ kiểm thử (.venv) …"
	@$(UV) venv --quiet --allow-existing --python 3.11 .venv
	@$(UV) pip sync --quiet --compile-bytecode --python .venv/bin/python requirements/dev.txt
	@touch $@ $(PLATFORM)

$(SUPERSET): requirements/superset.txt $(UV)
	@echo "Cài Superset (.venv-superset, khoảng 0,7 GB) …"
	@$(UV) venv --quiet --allow-existing --python 3.11 .venv-superset
	@$(UV) pip sync --quiet --compile-bytecode --python .venv-superset/bin/python requirements/superset.txt
	@touch $@

setup: $(PLATFORM) $(SUPERSET)
superset: $(SUPERSET)
dev: $(DEV) $(SUPERSET)

# headless; without KHO_HOME three simulated years are written into var/demo first
run: setup $(if $(KHO_HOME),,$(DEMO_INBOX))
	@KHO_HOME="$${KHO_HOME:-$(DEMO)}" ./kho run

$(DEMO_INBOX): | $(PLATFORM)
	@echo "Sinh ba năm biểu số liệu mô phỏng …"
	@.venv/bin/python -m simulators.workbooks --out $@.draft --months 36 --last-month $(LAST_MONTH) > /dev/null
	@mkdir -p $(@D) && mv $@.draft $@ && rm -rf $(DEMO)/ledger && mv $@.draft-ledger $(DEMO)/ledger

serve: setup
	@KHO_HOME="$${KHO_HOME:-$(DEMO)}" ./kho serve

check: dev
	@scripts/check.sh

test: dev
	@scripts/browser.sh
	@scripts/check.sh
	@.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow"

test-all: dev
	@scripts/browser.sh
	@scripts/check.sh
	@.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: dev
	@.venv/bin/python -m bench

# rewrites the pinned lists from pyproject.toml; uv.lock itself records download addresses
lock: $(UV)
	@$(UV) lock --quiet
	@for group in platform superset; do \
	  $(UV) export --quiet --no-header --no-annotate --only-group $$group -o requirements/$$group.txt > /dev/null; done
	@$(UV) export --quiet --no-header --no-annotate --only-group platform --only-group dev -o requirements/dev.txt > /dev/null
