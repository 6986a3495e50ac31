"""Train two models on the same records and say whether one is better.

    python examples/compare_models.py [FOLDER]

FOLDER (default: example-compare) gets a simulated data set and both runs. With PTB-XL take its folder for `data`.
"""

import sys
from pathlib import Path

import twelvelead as tl

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "example-compare")
data = folder / "simulated"
if not data.exists():
    tl.simulate_dataset(data, records=200, seed=0, rates=(100,))

for network in ("cnn_lstm", "resnet1d_wang"):
    run = folder / network
    if not (run / "metrics.json").exists():
        tl.train(data, run, options=tl.TrainOptions(network=network, epochs=2))
        tl.evaluate_run(run, figures=False)

compared = tl.compare_runs(folder / "cnn_lstm", folder / "resnet1d_wang")
macro = compared["auc"]["macro"]
interval = macro["interval"]
print(f"macro AUC on {compared['protocol']['records']} records of fold 10, with few epochs and few records:")
print(f"cnn_lstm {macro['first']:.3f}, resnet1d_wang {macro['second']:.3f}")
print(
    f"difference {macro['difference']:+.3f}, 95 % interval {interval['low']:+.3f} to {interval['high']:+.3f}, "
    f"p = {macro['p_value']:.3f}"
)
