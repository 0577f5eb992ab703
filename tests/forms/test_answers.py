"""The canonical form of answers, which the ledger's HMAC is made of."""

import json

from hypothesis import given
from hypothesis import strategies as st

from forms.answers import Submission, canonical_answers, canonical_submission, is_blank

codes = st.text("abcdefghij0123456789_", min_size=1, max_size=8)
values = st.one_of(codes, st.integers(), st.lists(codes, unique=True))
answers = st.dictionaries(codes, values)


@given(answers, st.randoms())
def test_the_order_of_questions_and_of_options_does_not_matter(given_answers, random):
    items = [
        (code, random.sample(value, len(value)) if isinstance(value, list) else value)
        for code, value in given_answers.items()
    ]
    random.shuffle(items)
    assert canonical_answers(dict(items)) == canonical_answers(given_answers)


@given(answers, answers)
def test_different_answers_give_different_bytes(one, other):
    def plain(some):
        return {code: sorted(value) if isinstance(value, list) else value for code, value in some.items()}

    assert (canonical_answers(one) == canonical_answers(other)) == (plain(one) == plain(other))


@given(answers)
def test_the_canonical_bytes_can_be_read_back(given_answers):
    again = json.loads(canonical_answers(given_answers))
    assert canonical_answers(again) == canonical_answers(given_answers)


def test_words_count_in_a_submission_but_not_in_its_answers():
    one = Submission({"q01": "satisfied"}, {"q01": "tốt"})
    other = Submission({"q01": "satisfied"}, {"q01": "xấu"})
    assert canonical_answers(one.answers) == canonical_answers(other.answers)
    assert canonical_submission(one) != canonical_submission(other)


def test_blank_means_that_nothing_was_chosen():
    assert is_blank({})
    assert is_blank({"works": []})
    assert not is_blank({"people": 0})
