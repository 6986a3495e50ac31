"""Judge somebody else's predictions by PTB-XL's protocol: a table of probabilities is all that is needed.

    python examples/judge_predictions.py [FOLDER]

Here a model that only knows how common each class is: its AUC must be 0.5.
"""

import sys
from pathlib import Path

import pandas as pd

import twelvelead as tl

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "example-judge")
data = folder / "simulated"
if not data.exists():
    tl.simulate_dataset(data, records=200, seed=0, rates=(100,))

records = tl.read_metadata(data)
shares = {"NORM": 0.44, "MI": 0.25, "STTC": 0.24, "CD": 0.22, "HYP": 0.12}
table = pd.DataFrame({"ecg_id": records.index} | shares)
table.to_csv(folder / "theirs.csv", index=False)

result = tl.evaluate_predictions(folder / "theirs.csv", data, out=folder / "judged", figures=False)
test = result.metrics["test"]
print(f"macro AUC {test['macro_auc']:.3f} on {test['records']} records, {test['patients']} patients")
for name, scores in test["classes"].items():
    print(f"{name:<5} positives {scores['positives']:>3}  AUC {scores['auc']:.3f}")
