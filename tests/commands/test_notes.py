"""Notes of many files are counted by kind; of one file they are told in full."""

from twelvelead.commands.notes import Notes
from twelvelead.inference.predict import Prediction


def answer(file: str, quality: tuple[str, ...] = (), steps: tuple[str, ...] = ()) -> Prediction:
    return Prediction(file=file, probabilities={"A": 0.5}, decisions={"A": True}, quality=quality, steps=steps)


def text_of(*answers: Prediction) -> list[str]:
    notes = Notes()
    for one in answers:
        notes.add(one)
    return notes.text().splitlines()


def test_one_file_has_all_of_its_notes_in_their_order() -> None:
    one = answer("a.csv", ("lead V3 flat", "lead V4 flat"), ("resampled from 500 to 100 Hz",))
    told = ["a.csv: doubt: lead V3 flat", "a.csv: doubt: lead V4 flat", "a.csv: resampled from 500 to 100 Hz"]
    assert text_of(one) == told
    assert text_of(Prediction(file="x", error="no ECG"), one) == told


def test_notes_that_differ_in_leads_and_numbers_are_counted_together() -> None:
    told = text_of(
        answer("a.csv", ("lead II noisy (0.1 mV above 25 Hz between the beats)",), ("resampled from 500 to 100 Hz",)),
        answer(
            "b.csv", ("lead V1, V2 noisy (1.5 mV above 25 Hz between the beats)",), ("resampled from 500 to 100 Hz",)
        ),
        answer("c.csv", ("lead aVR clipped",), ("resampled from 250 to 100 Hz",)),
        answer("d.csv", steps=("the calibration pulse is left out",)),
        answer("e.csv", steps=("the calibration pulse is left out",)),
    )
    assert told == [
        "2 of 5 files, such as a.csv: doubt: lead II noisy (0.1 mV above 25 Hz between the beats)",
        "c.csv: doubt: lead aVR clipped",
        "3 of 5 files, such as a.csv: resampled from 500 to 100 Hz",
        "2 of 5 files: the calibration pulse is left out",
    ]


def test_a_file_counts_once_for_a_kind_of_note() -> None:
    both = answer("a.csv", ("lead V3 flat", "lead V4 flat"))
    assert text_of(both, answer("b.csv")) == ["a.csv: doubt: lead V3 flat", "a.csv: doubt: lead V4 flat"]
    assert text_of(both, answer("b.csv", ("lead V1 flat",))) == [
        "2 of 2 files, such as a.csv: doubt: lead V3 flat",
        "2 of 2 files, such as a.csv: doubt: lead V4 flat",
    ]


def test_nothing_to_say() -> None:
    assert text_of() == text_of(answer("a.csv")) == text_of(answer("a.csv"), answer("b.csv")) == []
