"""On what machine, with what versions, and what to type to get there again."""

from twelvelead.report.run.document import Block, Cell, Code, Facts, Section, plain
from twelvelead.report.run.material import Material
from twelvelead.report.run.numbers import count

__all__ = ["repeat"]

_ENGINE = (
    ("device", "Device"),
    ("processes", "Processes"),
    ("threads", "Threads"),
    ("python", "Python"),
    ("torch", "PyTorch"),
    ("platform", "Platform"),
)


def repeat(material: Material) -> Section:
    """Commands, then the environment."""
    blocks: list[Block] = []
    if material.commands:
        blocks += [plain("These commands repeat this result:"), Code("\n".join(material.commands))]
    facts = Facts(tuple(_model(material) + _engine(material)))
    return Section("repeat", "Environment, and how to repeat it", (*blocks, *([facts] if facts.rows else [])))


def _model(material: Material) -> list[tuple[str, Cell]]:
    protocol = material.protocol
    rows = [
        ("Network", protocol.get("network", "")),
        ("Parameters", count(material.parameters) if material.parameters else ""),
        ("Weights, SHA-256", protocol.get("weights_sha256", "")),
        ("Table of records, SHA-256", protocol.get("database_sha256", "")),
        ("twelvelead, evaluation", protocol.get("twelvelead", "")),
    ]
    return [(title, Cell(str(value))) for title, value in rows if value]


def _engine(material: Material) -> list[tuple[str, Cell]]:
    training = material.training or {}
    engine = training.get("engine", {})
    rows = [("twelvelead, training", training.get("twelvelead", ""))]
    rows += [(f"{title}, training", engine.get(key, "")) for key, title in _ENGINE]
    return [(title, Cell(str(value))) for title, value in rows if value != ""]
