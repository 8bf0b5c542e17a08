# Each target but `lock` does all the set-up that it needs. Start with `make run`.
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export PYTHONWARNINGS := ignore

PYTHON := .venv/bin/python
LABELS := ../shared/eval/dev.jsonl
SCORER := ../shared/eval/score.py

.PHONY: help run test check train tune shell evaluate confusion safety-report lock
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1	\2/' | expand -t 22

run: ## Start everything and print the address of the demo page (Ctrl-C stops it)
	@deploy/setup.sh run
	@deploy/train.sh
	@exec $(PYTHON) -m bot.run

test: ## Run all tests; those with a browser where Chromium is or can be installed
	@deploy/setup.sh dev
	@deploy/system.sh
	@deploy/train.sh
	env -u PYTHONWARNINGS $(PYTHON) -m pytest -n 2 --dist loadfile -m "not browser and not alone"
	env -u PYTHONWARNINGS $(PYTHON) -m pytest -m browser
	env -u PYTHONWARNINGS $(PYTHON) -m pytest -m "alone and not browser"

check: ## Check format, style, types, knowledge and training data
	@deploy/setup.sh dev
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -m bot.knowledge check
	$(PYTHON) -m bot.candidacy table
	@deploy/validate.sh

train: ## Train the model, also when nothing changed
	@deploy/setup.sh run
	@deploy/train.sh --force

tune: ## Tune the sentence encoders and the red-flag check to all lines in data/ (over an hour; rarely needed)
	@deploy/setup.sh dev
	$(PYTHON) -m bot.tuning

shell: ## Talk to the bot in the terminal
	@deploy/setup.sh run
	@deploy/train.sh
	@deploy/shell.sh

evaluate: ## Score the bot on labelled messages (LABELS=file.jsonl SCORER=score.py)
	@deploy/setup.sh run
	@deploy/train.sh
	@if [ -e "$(LABELS)" ]; then mkdir -p var && $(PYTHON) -m bot.evaluate "$(LABELS)" var/evaluation.jsonl && $(PYTHON) "$(SCORER)" "$(LABELS)" var/evaluation.jsonl; \
	else echo "There are no labelled messages at $(LABELS); name some with LABELS=file.jsonl."; fi

confusion: ## Show which intents are mixed up, on a writer whom the model has not met
	@deploy/setup.sh run
	@$(PYTHON) -m bot.nlu.confusion

safety-report: ## Measure the red-flag check on its test bank and write a dated report
	@deploy/setup.sh run
	@$(PYTHON) -m bot.safety_report
	@echo "On messages by writers that it was not tuned on:"
	@$(PYTHON) -m bot.safety_report tests/safety/unseen var/reports/unseen

lock: ## Lock the requirements again after a change of deploy/requirements/*.in
	@deploy/lock.sh
