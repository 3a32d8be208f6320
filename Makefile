# The two commands for strangers are `make demo` and `make test`; each does its own set-up.
SHELL := /bin/bash
PREFIX ?= /usr/local
BUILD := swift build
RELEASE := .build/release/maillogd
DEBUG := .build/debug/maillogd
# Recordings in which nothing is wrong (truth.json says so).
CALM := $(patsubst %/truth.json,%/mail.log,$(shell grep -l '"diagnosis_expected": false' Tests/Fixtures/scenarios/*/truth.json))

.PHONY: help demo test unit rules lint format bench bench-limits soak bench-smoke conformance build install clean setup

help:
	@echo "make demo        set up, build, and diagnose a sample log"
	@echo "make test        set up and run every test"
	@echo "make build       release build: $(RELEASE)"
	@echo "make install     install to $(PREFIX)/bin"
	@echo "make lint        swift-format (strict) and shellcheck"
	@echo "make bench       speed against pflogsumm and ripgrep, side by side"
	@echo "make bench-limits other mixes, packed logs, many rules, long logs (half an hour)"
	@echo "make soak        the daemon under load: cost, memory, and no line lost or counted twice"
	@echo "make conformance share of fields reproduced on public corpora (needs ../shared)"

setup:
	@scripts/setup

setup-tests:
	@scripts/setup --tests

build: setup
	$(BUILD) -c release --product maillogd --static-swift-stdlib

demo: build
	@echo
	@echo '$$ maillogd scan samples/mail.log'
	@$(RELEASE) scan samples/mail.log
	@echo
	@echo "Now your own: sudo $(RELEASE) scan /var/log/mail.log"

# One test after the other: many start servers and wait for them. The test runner's closing line comes last.
test: setup-tests
	$(BUILD)
	$(DEBUG) rules lint
	$(DEBUG) rules test $(addprefix --calm ,$(CALM))
	swift test --no-parallel

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Plugins Benchmarks
	shellcheck scripts/setup scripts/bench scripts/bench-limits scripts/soak scripts/container Tests/EndToEndTests/*/mail-server.sh .ci/run

format:
	swift format --in-place --recursive Package.swift Sources Tests Plugins Benchmarks

bench: build setup-tests
	scripts/bench

# Other mixes of mail, packed logs, many rules, logs of 10 GB: half an hour.
bench-limits: build setup-tests
	scripts/bench-limits

# The daemon under load: 5 million lines at 10,000 a second; ten minutes.
soak: build
	scripts/soak

bench-smoke: build setup-tests
	scripts/bench --smoke

conformance: setup
	$(BUILD) --product conformance
	.build/debug/conformance ../shared/corpora/a_parser_conformance.dev.jsonl

install: build
	install -D -m 0755 $(RELEASE) $(DESTDIR)$(PREFIX)/bin/maillogd

clean:
	swift package clean
