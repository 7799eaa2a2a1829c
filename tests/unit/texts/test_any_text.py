"""Any text that an admin may type is either filled without a trace, or refused with its line."""

from hypothesis import event, given, settings
from hypothesis import strategies as st

from dashboard.services.texts.checks import problem_of_body, problem_of_subject
from dashboard.services.texts.placeholders import Placeholder, Values, Words, fill
from dashboard.services.texts.situations import WITH_LINK, Situation
from tests.support.sampling import few_of

PARTS = (
    *(each.written for each in Placeholder),
    *("{", "}", "{{", "}}", "{}", "{ link }", "{lnk}", "{FIRST_NAME}", "{brand}", "{link!r}"),
    *(" ", "\n", "\n\n", "Hola, ", "á", "%s", "<b>", "\\", "{link}{link}", "\u2028", "."),
)
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
LINK = "https://a.example/x"
VALUES = (Values("Ana", LINK, "mañana"), Values("", LINK, "mañana"))
thorough = settings(max_examples=few_of(1000))


@thorough
@given(body=TEXTS, situation=st.sampled_from(Situation))
def test_a_body_is_filled_or_refused_with_its_line(body: str, situation: Situation) -> None:
    problem = problem_of_body(body, situation)
    event("refused" if problem else "filled")
    if problem:
        lines = body.split("\n")
        assert 1 <= problem.line <= len(lines)
        assert problem.kind == "link missing" or problem.found in lines[problem.line - 1]
        return
    for values in VALUES:
        text = fill(Words("", body), values).body
        assert not set("{}") & set(text)
        assert (LINK in text.split()) == (situation in WITH_LINK)
        assert values.first_name in text or Placeholder.FIRST_NAME.written not in body


@thorough
@given(subject=TEXTS)
def test_a_subject_is_filled_or_refused(subject: str) -> None:
    if not problem_of_subject(subject):
        for values in VALUES:
            text = fill(Words(subject, ""), values).subject
            assert not set("{}") & set(text)
            assert LINK not in text
