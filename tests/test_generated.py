"""What is generated is committed as it would be generated now; the message says how to mend it."""

from tools.generate import MEND, out_of_date


def test_generated_files_are_up_to_date() -> None:
    assert out_of_date() == [], f"run: {MEND}"
