from pathlib import Path

import pytest

from data.small_dataset import SmallDataset


@pytest.fixture
def small(tmp_path: Path) -> SmallDataset:
    """Five records with gaps in their ids, in no order of ids."""
    dataset = SmallDataset(tmp_path / "data")
    for ecg_id in (7, 3, 21, 12, 9):
        dataset.add(ecg_id)
    return dataset
