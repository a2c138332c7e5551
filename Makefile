# make run    installs what is needed into .venv and runs the default service
# make test   installs and runs the tests
# make help   lists the rest

PY := .venv/bin/python
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help install run test lint check bench evidence scale docs results teaching before-and-after continuity sensitivity calibration length clean

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' Makefile

install: $(STAMP)  ## Install into .venv (once; again when the dependencies change)

run: $(STAMP)  ## Run the default service and print its summary
	@$(PY) -m experiments run

test: $(STAMP)  ## Run the tests, all but evidence and scale
	@$(PY) -m pytest -n 2 --dist loadfile

lint: $(STAMP)  ## Check style and common mistakes
	@$(PY) -m ruff check .

check: lint test  ## What the build server runs

bench: $(STAMP)  ## Time the model against plain agent objects, and its growth with size
	@$(PY) -m benchmarks

evidence: $(STAMP)  ## Compare the default service with the published figures
	@$(PY) -m pytest -m evidence tests

scale: $(STAMP)  ## The long tests: kills, many processes, whole pipelines (about half an hour on two cores)
	@$(PY) -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '.[lessons]'
	@$(PY) -m pytest -n 2 --dist loadfile -m scale

docs: $(STAMP)  ## Remake the pages that are generated from the code
	@$(PY) -m experiments.parameter_docs
	@$(PY) -m experiments.odd_tables
	@$(PY) -m experiments.cheers_tables
	@$(PY) -m experiments.standards_tables

results: $(STAMP)  ## Remake the figures quoted in the documents
	@$(PY) -m experiments.validation.page
	@$(PY) -m experiments.how_to_example
	@$(PY) -m experiments run twin=true out=outputs/run/for-the-readme
	@cp outputs/run/for-the-readme/overview.png docs/results/overview.png

teaching: $(STAMP)  ## Remake the figures, worksheets and notebooks of the lessons (a few minutes)
	@$(PY) -m experiments.teaching.build

before-and-after: $(STAMP)  ## Remake the page on flattering figures (10 to 15 minutes on two cores; goes on where it stopped)
	@$(PY) -m experiments.flattery.page

continuity: $(STAMP)  ## Cancel departures one by one: what a change of worker costs (half an hour; goes on where it stopped)
	@$(PY) -m experiments.continuity.page

length: $(STAMP)  ## How long the default service's programme needs to be (about twenty minutes on two cores; goes on where it stopped)
	@$(PY) -m experiments.length.results_page

sensitivity: $(STAMP)  ## Sweep the default service anew (1 to 2 hours on two cores; goes on where it stopped)
	@$(PY) -m experiments.sensitivity_page

calibration: $(STAMP)  ## Fit the default service to the published figures anew (10 minutes on two cores; goes on where it stopped)
	@$(PY) -m experiments.calibration_page

clean:  ## Remove the environment and caches; results in outputs/ stay
	rm -rf .venv build dist .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first of these that runs and is 3.12 or 3.13 is used; `make PYTHON=/path/to/python3.12 run` chooses another.
PYTHON ?=
CANDIDATES := $(PYTHON) $(if $(PYTHON),,python3.12 python3.13 python3 python)
SUITABLE := import sys; sys.exit(not (3, 12) <= sys.version_info[:2] < (3, 14))

$(STAMP): pyproject.toml constraints.txt
	@set -e; \
	if ! { [ -x $(PY) ] && $(PY) -c '$(SUITABLE)'; } 2>/dev/null; then \
		chosen=; seen=; \
		for candidate in $(CANDIDATES); do \
			if "$$candidate" -c '$(SUITABLE)' 2>/dev/null; then chosen="$$candidate"; break; fi; \
			version="$$("$$candidate" -c 'import platform; print(platform.python_version())' 2>/dev/null)" && seen="$$seen $$candidate is $$version;" || true; \
		done; \
		if [ -z "$$chosen" ] && [ -n "$(PYTHON)" ]; then \
			echo "$(PYTHON) is not a suitable Python (3.12 or 3.13):$${seen:- it is not there or does not start;} name another: make PYTHON=/path/to/python3.12" >&2; exit 1; \
		fi; \
		if [ -z "$$chosen" ]; then \
			echo "Python 3.12 or 3.13 is needed and was not found:$${seen:- there is no Python on the PATH;} install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; \
		fi; \
		if ! "$$chosen" -c 'import ensurepip, venv' 2>/dev/null; then \
			echo "$$chosen lacks the modules venv and ensurepip, which are needed: install them (on Debian and Ubuntu: the package python3-venv)." >&2; exit 1; \
		fi; \
		echo "Making .venv with $$chosen"; \
		"$$chosen" -m venv --clear .venv; \
	fi; \
	echo "Installing (about a minute)"; \
	$(PY) -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '.[dev]'; \
	touch $(STAMP)
