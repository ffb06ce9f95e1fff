"""Hashtags: what people type differently is the same tag, what only looks like one is none."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lahmadaemon.social.hashtags import entries, normal, tags_in, wanted

TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("##＃﹟_ ,;.&İıßſě\u030c\u0307\u200d\ufe0f\u20e3🍓™ﾞ"))
)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Víkend na zahradě.\n\n#borůvkovéléto\n#soutěž2026", {"borůvkovéléto", "soutěž2026"}),
        ("Celá šířka ＃borůvkovéléto ﹟soutěž2026", {"borůvkovéléto", "soutěž2026"}),
        ("Napište na me#autumnbake nebo #boruvkoveleto", {"boruvkoveleto"}),
        ("Zkouška #autumnbake_ a #autumn bake", {"autumnbake_", "autumn"}),
        ("Hotovo! #AUTUMNBAKE!", {"autumnbake"}),
        ("#leto2025.", {"leto2025"}),
        ("#a-b #c.d #e'f #g@h (#i) #j/k", {"a", "c", "e", "g", "i", "j"}),
        ("##x ###y", {"x", "y"}),
        ("foo##bar", set()),
        ("foo#bar#baz", set()),
        ("#a-b#c", {"a"}),
        ("foo.#bar", {"bar"}),
        ("#2026 #2026leto", {"2026", "2026leto"}),
        ("Don&#39;t", set()),
        ("# #\n#", set()),
        ("", set()),
    ],
)
def test_tags_are_found_as_the_platforms_find_them(text: str, tags: set[str]) -> None:
    assert tags_in(text) == tags


def test_tags_written_without_a_blank_between_them_are_all_found_as_on_instagram() -> None:
    assert tags_in("#jedna#dvě＃tři") == {"jedna", "dvě", "tři"}


def test_an_emoji_belongs_to_the_tag_and_a_tag_may_follow_one() -> None:
    assert tags_in("🍰#léto🍓 2️⃣#dort") == {"léto🍓", "dort"}
    assert tags_in("#👩‍🍳kuchyně #❤️ #🇨🇿 #👍🏽") == {"👩🍳kuchyně", "❤", "🇨🇿", "👍🏽"}


def test_the_keycap_of_the_number_sign_begins_no_tag() -> None:
    assert tags_in("#️⃣ #️⃣léto") == set()


def test_a_trade_mark_ends_a_tag_and_is_no_part_of_it() -> None:
    assert tags_in("#Značka™ #Jiná®") == wanted("Značka, Jiná™")


def test_a_post_without_a_caption_has_no_tags() -> None:
    assert tags_in(None) == tags_in(None, None, "") == frozenset()


def test_caption_and_title_are_read_together() -> None:
    assert tags_in("… až #a", "Celý název #autumnbake") == {"a", "autumnbake"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("soutěž", unicodedata.normalize("NFD", "soutěž")),
        ("STRASSE", "straße"),
        ("İSTANBUL", "istanbul"),
        ("ΟΔΟΣ", "οδος"),
        ("ｆｕｌｌ①", "full1"),
        ("ﬁlm", "film"),
        ("می‌روم", "میروم"),
        ("so\u200bu\u00adtěž\ufeff", "soutěž"),
        ("❤️", "❤"),
    ],
)
def test_different_ways_of_writing_are_one_tag(one: str, other: str) -> None:
    assert tags_in(f"#{one}") == tags_in(f"#{other}") == wanted(one) == {normal(other)}


@pytest.mark.parametrize("word", ["हिन्दी", "தமிழ்", "ภาษาไทย", "ខ្មែរ", "עִבְרִית", "العَرَبِيَّة", "がぎぐ", "한국어", "汉字"])
def test_words_of_every_script_are_found_whole_in_either_form(word: str) -> None:
    for form in ("NFC", "NFD"):
        assert tags_in(f"x #{unicodedata.normalize(form, word)}.") == {normal(word)}
    assert normal(word, fold=True) == normal(word)


def test_diacritics_count_unless_they_are_folded() -> None:
    assert tags_in("#soutez") != wanted("soutěž")
    assert tags_in("#soutez #Łódź", fold=True) == wanted("soutěž, lodz", fold=True)


@pytest.mark.parametrize(
    ("list_", "tags"),
    [
        ("#BorůvkovéLéto, soutěž2026,", {"borůvkovéléto", "soutěž2026"}),
        ("#kávovar, ##kávovar,＃Espresso", {"kávovar", "espresso"}),
        ("jaro;léto podzim\nzima\t#mráz、sníh", {"jaro", "léto", "podzim", "zima", "mráz", "sníh"}),
        ("#a#b", {"a", "b"}),
        (" , ,;#,##", set()),
        ("", set()),
        (None, set()),
    ],
)
def test_a_campaigns_list_is_read_however_it_is_separated(list_: str | None, tags: set[str]) -> None:
    assert wanted(list_) == tags


def test_an_entry_that_no_hashtag_can_spell_is_read_as_a_caption_would_be() -> None:
    assert list(entries("jaro-léto, (zima), -")) == [("jaro-léto", "jaro"), ("(zima)", "zima")]
    assert wanted("jaro-léto") == tags_in("#jaro-léto")


@given(TEXTS, st.booleans())
def test_decomposed_text_carries_the_same_tags(text: str, fold: bool) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))

    assert tags_in(composed, fold=fold) == tags_in(decomposed, fold=fold)
    assert wanted(composed, fold=fold) == wanted(decomposed, fold=fold)


@given(st.text(st.characters(categories=["L", "N", "P", "Z"], exclude_characters="ı")))
def test_case_does_not_matter(text: str) -> None:
    assert tags_in(f"#{text}") == tags_in(f"#{text.lower()}") == tags_in(f"#{text.casefold()}")


@given(TEXTS, st.booleans())
@example("i\u0307\u0307", False)
@example("ᾳ\u0323", False)
@example("ŁĦ\u0335", True)
def test_normalising_twice_changes_nothing(text: str, fold: bool) -> None:
    once = normal(text, fold=fold)

    assert normal(once, fold=fold) == once


@given(TEXTS, st.booleans())
def test_a_wanted_tag_is_found_in_a_caption_that_carries_it(text: str, fold: bool) -> None:
    assume(tags := wanted(text, fold=fold))

    for tag in tags:
        assert tags_in(f"#{tag}", fold=fold) == {tag}


@given(TEXTS)
def test_folding_tags_found_is_finding_folded_tags(text: str) -> None:
    assume(not any(unicodedata.combining(letter) for letter in text))

    assert {normal(tag, fold=True) for tag in tags_in(text)} == tags_in(text, fold=True)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    ["#", "#a", "a", "#a\u0301\u0316", "\u0301\u0316", "\u0f73\u0f75", "ﾞ\u0334", "\u0301\u200d\u0316", "ﷺ", "🍓", ",#"],
)
def test_a_megabyte_made_to_be_slow_is_not(piece: str) -> None:
    text = "#" + piece * (1_000_000 // len(piece))

    assert len(tags_in(text)) <= 2
    assert len(wanted(text)) <= 6
