"""The data of a run: which it was trained on, and whether data fit a model."""

from dataclasses import fields
from pathlib import Path

from twelvelead.config import DataOptions, read_toml
from twelvelead.data.parts import DataParts
from twelvelead.errors import CheckpointError, ConfigError, DataError
from twelvelead.models.info import ModelInfo
from twelvelead.training.run_folder import CONFIG_FILE

__all__ = ["check_fits", "saved_options"]


def saved_options(run: Path) -> tuple[Path, DataOptions]:
    """The data folder and the data options of a run's `config.toml`.

    Raises:
        CheckpointError: it is damaged.
    """
    table = read_toml(run / CONFIG_FILE).get("train", {})
    names = {f.name for f in fields(DataOptions)}
    values = {key: value for key, value in table.items() if key in names}
    if "store" in values:
        values["store"] = Path(values["store"])
    if "data" not in table:
        raise CheckpointError(f"{run / CONFIG_FILE} does not name the data folder; give it with --data.")
    try:
        return Path(table["data"]), DataOptions(**values)
    except (TypeError, ConfigError) as error:
        raise CheckpointError(f"{run / CONFIG_FILE} is damaged: {error}.") from error


def check_fits(info: ModelInfo, parts: DataParts) -> None:
    """Refuse data that are not what the model was made for.

    Raises:
        DataError: other classes.
        ConfigError: another rate.
    """
    if info.classes != parts.labels.classes:
        raise DataError(
            f"the model's classes are {', '.join(info.classes)}, these data's {', '.join(parts.labels.classes)}."
        )
    if info.rate_hz != parts.store.rate_hz:
        raise ConfigError(f"the model takes {info.rate_hz} Hz, the data are at {parts.store.rate_hz} Hz.")
