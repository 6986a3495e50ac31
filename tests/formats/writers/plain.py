"""EDF, BDF, HDF5, NumPy, Matlab, CSV and WFDB files of the ECG, by the libraries that others use."""

import io
import warnings
from pathlib import Path
from typing import Any

import edfio
import h5py
import numpy as np
import scipy.io
import wfdb

from formats.writers.ecg import NAMES, RATE_HZ, SIGNAL_MV, SIGNAL_UV


def edf(bdf: bool = False, other: bool = True, seconds: float = 1.4) -> bytes:
    """Whole microvolts from end to end of the digital range, so that they come back exactly."""
    file, signal = (edfio.Bdf, edfio.BdfSignal) if bdf else (edfio.Edf, edfio.EdfSignal)
    kind: dict[str, Any] = {
        "physical_dimension": "uV",
        "physical_range": (-32768, 32767),
        "digital_range": (-32768, 32767),
    }
    signals = [signal(column.astype(float), RATE_HZ, label=f"ECG {n}", **kind) for n, column in zip(NAMES, SIGNAL_UV.T)]
    if other:
        signals.append(signal(np.arange(140.0), 100, label="Resp chest", physical_range=(0, 200)))
    stream = io.BytesIO()
    file(signals, data_record_duration=0.2).write(stream)
    return stream.getvalue()


def hdf5(values: Any = SIGNAL_MV, name: str = "ecg", attributes: dict[str, Any] | None = None, **options: Any) -> bytes:
    """One data set, with rate, leads and unit as its attributes if none are given."""
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        item = file.create_dataset(name, data=values, **options)
        stated = {"fs": float(RATE_HZ), "leads": NAMES, "unit": "mV"} if attributes is None else attributes
        for key, value in stated.items():
            item.attrs[key] = value
    return stream.getvalue()


def npy(values: Any = SIGNAL_MV) -> bytes:
    """An `.npy`."""
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=True)
    return stream.getvalue()


def npz(**arrays: Any) -> bytes:
    """A packed `.npz`; with no arrays given, the ECG with rate, leads and unit."""
    stream = io.BytesIO()
    stated = arrays or {"signal": SIGNAL_MV, "fs": RATE_HZ, "leads": np.array(NAMES), "unit": "mV"}
    np.savez_compressed(stream, **stated)
    return stream.getvalue()


def mat(values: dict[str, Any] | None = None, version: str = "5", packed: bool = True) -> bytes:
    """A `.mat`; with nothing given, the ECG with rate, leads and unit."""
    stream = io.BytesIO()
    stated = values or {"val": SIGNAL_MV.T, "fs": float(RATE_HZ), "leads": ",".join(NAMES), "unit": "mV"}
    scipy.io.savemat(stream, stated, format=version, do_compression=packed and version == "5")
    return stream.getvalue()


def cpsc() -> bytes:
    """As CPSC 2018 has it."""
    return mat({"ECG": {"sex": "Male", "age": 52.0, "data": SIGNAL_MV.T.astype(np.float64)}})


def csv(separator: str = ",", unit: str = " (mV)", time: bool = True, decimal: str = ".") -> bytes:
    """A table with a time column."""
    header = (["time (s)"] if time else []) + [name + unit for name in NAMES]
    rows = [separator.join(header)]
    for number, row in enumerate(SIGNAL_UV):
        cells = ([f"{number / RATE_HZ:.3f}"] if time else []) + [f"{value / 1000:.3f}" for value in row]
        rows.append(separator.join(cells).replace(".", decimal))
    return ("\n".join(rows) + "\n").encode()


def write_wfdb(folder: Path, name: str = "rec") -> Path:
    """A header and its `.dat`; gives the header's path."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wfdb.wrsamp(
            name,
            fs=RATE_HZ,
            units=["mV"] * 12,
            sig_name=NAMES,
            d_signal=SIGNAL_UV,
            fmt=["16"] * 12,
            adc_gain=[1000.0] * 12,
            baseline=[0] * 12,
            write_dir=str(folder),
        )
    return folder / f"{name}.hea"


def write_challenge(folder: Path, unit: str = "mv", name: str = "HR00001") -> Path:
    """A header and Matlab v4 `.mat` as the PhysioNet challenges of 2020 and 2021 publish them."""
    stream = io.BytesIO()
    scipy.io.savemat(stream, {"val": SIGNAL_UV.T.astype(np.int16)}, format="4")
    (folder / f"{name}.mat").write_bytes(stream.getvalue())
    lines = [f"{name} 12 {RATE_HZ} {len(SIGNAL_UV)} 12-May-2020 12:33:59"]
    for lead, column in zip(NAMES, SIGNAL_UV.T):
        checksum = int(np.int16(np.uint16(column.sum() % 65536)))
        lines.append(f"{name}.mat 16+24 1000/{unit} 16 0 {column[0]} {checksum} 0 {lead}")
    (folder / f"{name}.hea").write_text("\n".join([*lines, "#Age: 56", "#Sex: Female", "#Dx: 426783006"]) + "\n")
    return folder / f"{name}.hea"
