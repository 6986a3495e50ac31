"""The course assignment's functions and classes: same names, arguments, results and prints.

A notebook written for the assignment runs with nothing changed but its import:

    from twelvelead.assignment import (
        CNN_LSTM, ECGDataset, evaluate_model, load_ptbxl_data, normalize_ecg, plot_confusion_matrix,
        plot_ecg_sample, plot_training_history, preprocess_labels, stratified_split, train_model,
    )

Signals are `(ecg, time, lead)` float32, millivolts before `normalize_ecg`; labels are multi-hot
`(ecg, class)`.

    arrays      PTB-XL as arrays: loaded, labelled, split, standardised
    training    the network, its training and its evaluation
    plots       the pictures
"""

from twelvelead.assignment.arrays import (
    ECGDataset,
    load_ptbxl_data,
    normalize_ecg,
    preprocess_labels,
    stratified_split,
)
from twelvelead.assignment.plots import plot_confusion_matrix, plot_ecg_sample, plot_training_history
from twelvelead.assignment.training import CNN_LSTM, evaluate_model, train_model

__all__ = [
    "CNN_LSTM",
    "ECGDataset",
    "evaluate_model",
    "load_ptbxl_data",
    "normalize_ecg",
    "plot_confusion_matrix",
    "plot_ecg_sample",
    "plot_training_history",
    "preprocess_labels",
    "stratified_split",
    "train_model",
]
