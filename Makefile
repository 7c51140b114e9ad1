# From a PubMed query to an evidence table. `make` prints the targets.
# search -> fetch -> screen -> extract -> load -> export: each target is the file that its stage writes last.

SHELL := bash
.SHELLFLAGS := -e -o pipefail -c
.DELETE_ON_ERROR:
.PRECIOUS: %.json %.jsonl %.txt %.db
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

CORPUS ?= anti-cd20-neutropenia
OUT ?= outputs/$(CORPUS)
SOURCE ?=
REVIEWER ?=
FILE ?=
SINCE ?=
BC5CDR ?=
GOLD ?=
FINDINGS ?=
NOTE ?=
DATA ?=

REVIEW := corpora/$(CORPUS)
PYTHON := .venv/bin/python
STAGE = $(PYTHON) -m pipeline
PLACE = --corpus "$(CORPUS)" --out "$(OUT)"

# What each stage is made from, beside the file before it.
QUERY := $(wildcard $(REVIEW)/query.txt $(REVIEW)/protocol.toml)
SAMPLE := $(wildcard $(REVIEW)/sample/*)
VOCABULARY := $(wildcard $(REVIEW)/vocabulary/*.csv $(REVIEW)/*.csv $(REVIEW)/*.toml corpora/common/triggers/*.csv \
	corpora/common/confidence.json)
DECISIONS := $(wildcard $(REVIEW)/decisions $(REVIEW)/decisions/*.csv)
WORDS_IN_PRINT := $(wildcard $(REVIEW)/protocol.toml $(REVIEW)/groups.csv corpora/common/*.csv)
READING_CODE := $(wildcard pipeline/extract.py pipeline/confidence.py pipeline/records.py pipeline/protocol.py pipeline/language/*.py \
	pipeline/ner/*.py pipeline/weights/ner/* pipeline/concepts/*.py pipeline/relate/*.py \
	pipeline/relate/cases/*.py pipeline/relate/groups/*.py)
LOADING_CODE := $(wildcard pipeline/load.py pipeline/store/* pipeline/review/*.py)
PRINTING_CODE := $(wildcard $(addprefix pipeline/,export.py report.py prisma.py incidence.py citations.py meta_analysis.py diff.py) \
	pipeline/tables/*.py pipeline/figures/*.py pipeline/templates/*)

##@ Results
.PHONY: demo refresh
demo: .venv/installed ## The embedded sample, from XML to report, without network
	@$(MAKE) export SAMPLED=--sample
	@$(STAGE) summary $(PLACE)

refresh: .venv/installed ## PubMed now, or SOURCE=path (XML, gzip or folder); NCBI_EMAIL says who asks
	@$(MAKE) export AGAIN=FORCE
	@$(STAGE) load --searches $(PLACE)
	@$(STAGE) summary $(PLACE)

##@ Stages
.PHONY: search fetch screen extract load export tables figures report
search: $(OUT)/pmids.txt ## Ask PubMed for the PMIDs of the query
fetch: $(OUT)/articles.jsonl ## Fetch and parse the records
screen: $(OUT)/screening.csv ## Judge each record by what it says of itself
extract: $(OUT)/findings.jsonl ## Read every article
load: $(OUT)/evidence.db ## Load the evidence base, with the reviewers' decisions
export: $(OUT)/report.html ## Write tables, figures and the report
tables figures report: $(OUT)/evidence.db ## One kind of output alone
	$(STAGE) export $@ $(PLACE)

FROM = $(if $(SAMPLED),--sample,$(if $(SOURCE),--source "$(SOURCE)"))
AGAIN ?=
.PHONY: FORCE

# pmids.txt keeps its date where a search brings nothing new: what stands behind it then has nothing to do.
$(OUT)/pmids.txt: $(QUERY) $(if $(SAMPLED),$(SAMPLE)) $(AGAIN) | .venv/installed
	$(STAGE) search $(PLACE) $(FROM)

$(OUT)/articles.jsonl: $(OUT)/pmids.txt $(AGAIN)
	$(STAGE) fetch $(PLACE) $(FROM)

$(OUT)/screening.csv: $(OUT)/articles.jsonl $(REVIEW)/protocol.toml
	$(STAGE) screen $(PLACE)

$(OUT)/findings.jsonl: $(OUT)/articles.jsonl $(VOCABULARY) $(READING_CODE)
	$(STAGE) extract $(PLACE)

$(OUT)/evidence.db: $(OUT)/screening.csv $(OUT)/findings.jsonl $(DECISIONS) $(LOADING_CODE)
	$(STAGE) load $(PLACE)

$(OUT)/report.html: $(OUT)/evidence.db $(WORDS_IN_PRINT) $(PRINTING_CODE)
	$(STAGE) export $(PLACE)

##@ Reviewers
.PHONY: diff decisions-template import-decisions agreement browse
diff: .venv/installed ## What changed since the last refresh, or SINCE=run
	@$(STAGE) diff $(PLACE) $(if $(SINCE),--since "$(SINCE)")
decisions-template: .venv/installed ## A sheet to fill in: REVIEWER=name
	@$(STAGE) decisions-template $(PLACE) --reviewer "$(REVIEWER)"
import-decisions: .venv/installed ## Read a filled sheet back: FILE=sheet.xlsx
	@$(STAGE) import-decisions $(PLACE) "$(FILE)"
agreement: .venv/installed ## Agreement of two reviewers, field by field
	@$(STAGE) agreement $(PLACE)
browse: .venv/installed ## Open the evidence base in Datasette
	@$(STAGE) browse $(PLACE)

##@ Quality
.PHONY: test test-slow check evaluate calibrate bench model sample lock clean distclean help
test: .venv/installed ## All tests
	$(PYTHON) -m pytest -m "not slow"
test-slow: .venv/installed ## Tests that take minutes
	$(PYTHON) -m pytest -m slow
check: .venv/installed ## Style and types
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy pipeline
evaluate: .venv/installed ## Compare the extraction with the gold; DATA=folder of public corpora
	$(STAGE) evaluate $(PLACE) $(if $(DATA),--data "$(DATA)")
calibrate: .venv/installed ## Fit the confidences: GOLD=gold.jsonl FINDINGS=findings.jsonl NOTE="what the gold is"
	$(STAGE) calibrate $(PLACE) $(if $(GOLD),"$(GOLD)") $(if $(FINDINGS),"$(FINDINGS)") $(if $(NOTE),--note "$(NOTE)")
bench: .venv/installed ## Speed, as ratios in one run
	OMP_NUM_THREADS=1 $(STAGE) bench --corpus "$(CORPUS)" $(if $(DATA),--data "$(DATA)")
model: .venv/installed ## Train the NER model: BC5CDR=folder
	OMP_NUM_THREADS=1 $(STAGE) model "$(BC5CDR)"
sample: .venv/installed ## Write sample/ again from gold/digest.jsonl
	$(STAGE) sample --corpus "$(CORPUS)"
lock: .venv/installed ## Resolve the dependencies again into requirements.lock
	$(PYTHON) -m pip install --quiet uv
	.venv/bin/uv pip compile pyproject.toml --extra test --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --custom-compile-command "make lock" --output-file requirements.lock
clean: ## Remove what can be made again without the network
	rm -rf $(OUT)/tables $(OUT)/figures $(OUT)/report.html $(OUT)/evidence.db $(OUT)/findings.jsonl $(OUT)/mentions.jsonl $(OUT)/screening.csv
distclean: clean ## Remove everything fetched, and the environment
	rm -rf $(OUT) .venv

# The first Python that scispaCy supports; the environment is made anew when the lock changes.
PYTHON_FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))
.venv/installed: requirements.lock
	@for candidate in python3 python3.12 python3.11; do \
		if $$candidate -c '$(PYTHON_FITS)' 2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
		echo "error: Python 3.11 or 3.12 is needed (scispaCy supports no later one); python3 here is $$(python3 -V 2>&1 || true); install one and run make again" >&2; \
		exit 2; \
	fi; \
	echo "Installing into .venv with $$($$found -V) (once, about a minute)"; \
	rm -rf .venv; $$found -m venv .venv; \
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	touch $@

help:
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z -]+:.*## / {printf "  make %-22s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
