"""Batches of noise with labels that both classes have."""

import numpy as np
from torch.utils.data import DataLoader

from twelvelead.assignment import ECGDataset


def toy_loader(records=8, classes=2):
    rng = np.random.default_rng(0)
    labels = (np.arange(records * classes).reshape(records, classes) // 2) % 2
    signals = rng.normal(size=(records, 64, 12))
    return DataLoader(ECGDataset(signals, labels), batch_size=4)
