# Each target sets up what it needs: Python 3.11 or newer with venv, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed

.PHONY: demo notebook reproduce test check format figures benchmark measure docs dist numbers clean

demo: $(STAMP)
	$(BIN)/twelvelead demo --out demo

# The course assignment, carried out on simulated ECGs: build/apprentissage_ecg.pdf, a few minutes.
notebook: $(STAMP)
	mkdir -p build
	cd build && ../$(BIN)/twelvelead notebook ../notebooks/apprentissage_ecg.ipynb

# The best recipe on a copy of PTB-XL: trained on folds 1-8, judged on fold 10, beside the published results.
reproduce: $(STAMP)
	@test -n "$(DATA)" || { echo "say where PTB-XL is: make reproduce DATA=ptbxl" >&2; exit 1; }
	$(BIN)/python experiments/recipes.py $(DATA) resnet1d_wang --out runs/reproduced
	$(BIN)/twelvelead evaluate runs/reproduced --calibrate
	$(BIN)/python experiments/published.py runs/reproduced

test: $(STAMP)
	$(BIN)/pytest -n auto -m "not slow"

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What the README shows: run, then written into it.
figures: $(STAMP)
	rm -rf build/figures && mkdir -p build/figures
	cd build/figures && ../../$(BIN)/twelvelead demo --out demo > output.txt
	$(BIN)/python tools/readme.py demo build/figures

benchmark: $(STAMP)
	mkdir -p build
	$(BIN)/twelvelead benchmark --out build/benchmark.json
	$(BIN)/python tools/readme.py benchmark build/benchmark.json

# What service, preparation, training and scoring take, into the tables of the docs: an hour, 10 GB in build/at-size.
measure: $(STAMP)
	$(BIN)/python benchmarks/serve_load.py --docs docs/serve.md
	$(BIN)/python benchmarks/plain_reading.py --docs docs/files.md
	$(BIN)/python benchmarks/processes.py --docs docs/scale-training.md
	$(BIN)/python benchmarks/score_rate.py --docs docs/scale.md
	$(BIN)/python benchmarks/large_store.py --folder build/at-size/large --docs docs/scale-training.md
	$(BIN)/python benchmarks/at_size.py --folder build/at-size --docs docs/scale-training.md

# Every number and picture of README and docs. Those of the second half are of PTB-XL: make numbers DATA=ptbxl, hours.
numbers: figures benchmark measure
	$(BIN)/python tools/page_picture.py
	$(BIN)/python experiments/explained.py > build/explained.txt
	$(BIN)/python tools/readme.py explained build/explained.txt
	$(BIN)/python benchmarks/serve_hostile.py --docs docs/serve.md
	$(BIN)/pytest -q -m slow tests/evaluation
	@test -n "$(DATA)" || echo "numbers of PTB-XL stay as they are: make numbers DATA=ptbxl"
	test -z "$(DATA)" || $(BIN)/python experiments/claims.py $(DATA) --out build/claims > build/claims.txt
	test -z "$(DATA)" || $(BIN)/python tools/readme.py claims build/claims.txt
	test -z "$(DATA)" || $(BIN)/python experiments/ablation.py $(DATA) --out build/ablation > build/ablation.txt
	test -z "$(DATA)" || $(BIN)/python tools/readme.py ablation build/ablation.txt
	test -z "$(DATA)" || $(BIN)/python benchmarks/real_data.py $(DATA) --run build/claims/assignment/seed0 > build/real_data.txt

# The documentation site, build/docs/site/index.html; a warning is an error. Needs no network.
docs: $(STAMP)
	$(BIN)/python tools/docs/prepare.py build/docs
	$(BIN)/zensical build --strict --clean --config-file build/docs/zensical.toml

# Wheel and sdist in build/dist, looked at, installed into empty environments and run there.
dist: $(STAMP)
	$(BIN)/python tools/dist.py build/dist

$(STAMP): pyproject.toml constraints.txt tools/install
	PYTHON=$(PYTHON) VENV=$(VENV) tools/install
	touch $@

clean:
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
