"""Score a folder of ECG files and look at the ones that the model finds most abnormal.

    python examples/score_folder.py [FOLDER]

FOLDER (default: example-score) gets 40 simulated ECGs as CSV files and pictures of the three least normal. The model
is the one that comes with twelvelead. Research software: not a medical device, not for diagnosis.
"""

import sys
from pathlib import Path

import numpy as np

import twelvelead as tl
from twelvelead.notice import NOTICE

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "example-score")
ecgs = folder / "ecgs"
ecgs.mkdir(parents=True, exist_ok=True)
for number in range(40):
    codes = (["NORM"], ["IMI"], ["LVH"], ["CLBBB"])[number % 4]
    header = ",".join(["time (s)", *(f"{lead} (mV)" for lead in tl.LEADS)])
    signal = tl.simulate_ecg(codes, seed=number)
    times = np.arange(len(signal))[:, None] / 500
    name = ecgs / f"{number:02d}-{codes[0]}.csv"
    np.savetxt(name, np.hstack([times, signal]), "%.4f", delimiter=",", header=header, comments="")

model = tl.load()
answers = list(model.predict_files(sorted(ecgs.iterdir()), keep_recordings=True))
for answer in answers:
    if answer.error:
        print(answer.error)
readable = [answer for answer in answers if not answer.error]
for answer in sorted(readable, key=lambda answer: answer.probabilities["NORM"])[:3]:
    path = Path(answer.file)
    shown = "   ".join(f"{name} {probability:.2f}" for name, probability in answer.probabilities.items())
    signal, rate_hz = answer.recording.signal_mv, answer.recording.rate_hz
    picture = tl.save_figure(tl.plot_ecg(signal, rate_hz, title=path.name, footer=shown), folder / f"{path.stem}.png")
    print(f"{path.name}: {shown}; {picture}")
print(NOTICE)
