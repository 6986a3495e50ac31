"""What an SCP-ECG record states about its signal (EN 1064:2005, 5.6 to 5.9): plain values, nothing is read here."""

from dataclasses import dataclass, field

from twelvelead.formats.scp.huffman import Table

__all__ = ["Beat", "Lead", "Record", "Samples"]


@dataclass(frozen=True)
class Lead:
    """One lead of section 3."""

    name: str
    first: int
    """Its first sample, counted from 1."""
    last: int

    @property
    def length(self) -> int:
        """Samples of this lead."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Beat:
    """One heart beat of section 4; sample numbers are counted from 1."""

    kind: int
    """0: the reference beat was subtracted from it."""
    first: int
    fiducial: int
    last: int
    protected: tuple[int, int] | None = None
    """First and last sample of the zone that is stored at the full rate."""


@dataclass(frozen=True)
class Samples:
    """Section 5 (the reference beat) or 6 (the rhythm)."""

    step_nv: int
    interval_us: int
    differences: int
    """0, 1 or 2 times."""
    two_rates: bool
    """Section 6: "bimodal", at a lower rate outside the protected zones."""
    packed: tuple[bytes, ...]
    """Of each lead."""


@dataclass
class Record:
    """What an SCP-ECG record states about its signal."""

    leads: list[Lead]
    rhythm: Samples
    subtracted: bool = False
    """Whether reference beats were subtracted."""
    tables: list[Table] | None = None
    """Huffman's; None where samples are plain 16-bit numbers."""
    reference: Samples | None = None
    reference_fiducial: int = 0
    """Sample of the reference beat, counted from 1."""
    reference_ms: int = 0
    beats: list[Beat] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
