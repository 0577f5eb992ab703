"""The tiny questionnaires: one per behaviour."""

from collections.abc import Callable
from pathlib import Path

import pytest

from forms.loader import load_questionnaire
from forms.questionnaire import Questionnaire

FOLDER = Path(__file__).parent / "questionnaires"


@pytest.fixture(scope="session")
def tiny() -> Callable[[str], Questionnaire]:
    """Loads a questionnaire of tests/forms/questionnaires by the name of its file."""
    return lambda name: load_questionnaire(FOLDER / f"{name}.toml")
