"""The language of `fields`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lahmadaemon.demo.social.graph.errors import GraphError
from lahmadaemon.demo.social.graph.fields import Field, parse


def shown(fields: tuple[Field, ...]) -> str:
    """As one would write them."""
    return ",".join(
        field.name
        + "".join(f".{name}({value})" for name, value in field.modifiers.items())
        + (f"{{{shown(field.fields)}}}" if field.fields else "")
        for field in fields
    )


def test_fields_of_fields_with_modifiers_are_understood() -> None:
    text = "id,media.limit(50).after(QVFI==){id,insights.metric(views,reach){name,values}},stories{id},owner"

    node, media, stories, owner = parse(text)

    assert (node.name, owner.name, stories.text) == ("id", "owner", "id")
    assert media.modifiers == {"limit": "50", "after": "QVFI=="}
    assert [field.name for field in media.fields] == ["id", "insights"]
    assert media.fields[1].modifiers == {"metric": "views,reach"}
    assert media.text == "id,insights.metric(views,reach){name,values}"


def test_blanks_between_words_do_not_matter() -> None:
    assert shown(parse(" id , media . limit( 5 ) { id , caption } ")) == "id,media.limit(5){id,caption}"


def test_asking_for_nothing_is_asking_for_no_field() -> None:
    assert parse("") == ()


@pytest.mark.parametrize(
    "text",
    ["fields=id,caption", "id,", ",id", "media{", "media{id", "media{}", "media{id}}", "media.limit(5", "media.", "id caption",
     "media{id}.limit(5)", "id,id", "media{id,id}", "1d", "{id}"],
)  # fmt: skip
def test_what_is_no_list_of_fields_is_a_syntax_error(text: str) -> None:
    with pytest.raises(GraphError) as caught:
        parse(text)

    assert caught.value.code == 2500


names = st.text("abz_", min_size=1, max_size=4)
modifiers = st.dictionaries(names, st.text("a0,_=-", max_size=4), max_size=2)
trees = st.recursive(
    st.builds(Field, names, modifiers),
    lambda deeper: st.builds(
        Field, names, modifiers, st.lists(deeper, max_size=3, unique_by=lambda field: field.name).map(tuple)
    ),
    max_leaves=6,
)


@settings(max_examples=50)
@given(st.lists(trees, min_size=1, max_size=3, unique_by=lambda field: field.name).map(tuple))
def test_whatever_is_written_down_is_read_back(fields: tuple[Field, ...]) -> None:
    assert shown(parse(shown(fields))) == shown(fields)


@given(st.text(alphabet="ab,.{}()= ", max_size=20))
def test_any_text_is_fields_or_a_syntax_error(text: str) -> None:
    read = caught(text)

    assert read == "".join(text.split()) or read == 2500


def caught(text: str) -> str | int | None:
    """As it was understood; the code, where it was not."""
    try:
        return shown(parse(text))
    except GraphError as error:
        return error.code
