"""Options of the stages: frozen dataclasses, checked on construction, the same for Python, command line and TOML.

Each field's docstring is its help text. Messages name the command-line flag. `to_toml` writes what was run beside the
results, in the form that `--config` reads.
"""

from twelvelead.config.data_options import DataOptions, MissingLeads
from twelvelead.config.explain_options import ExplainMethod
from twelvelead.config.toml_file import options_table, read_toml, to_toml
from twelvelead.config.train_options import (
    DEMO_EPOCHS,
    DEMO_RECORDS,
    ClassWeights,
    Device,
    Keep,
    Precision,
    Resident,
    Schedule,
    TrainOptions,
    parse_network_options,
)

__all__ = [
    "DEMO_EPOCHS",
    "DEMO_RECORDS",
    "ClassWeights",
    "DataOptions",
    "Device",
    "ExplainMethod",
    "Keep",
    "MissingLeads",
    "Precision",
    "Resident",
    "Schedule",
    "TrainOptions",
    "options_table",
    "parse_network_options",
    "read_toml",
    "to_toml",
]
