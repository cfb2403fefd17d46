"""What a note of Anki says."""

from uuid import UUID

import pytest

from domain.transfer import formats
from domain.transfer.formats.imported import ImportedTag
from domain.transfer.formats.markup import line_of, markdown_of
from domain.transfer.options import ImportOptions
from domain.transfer.reading import read_document
from tests.domain.transfer import files
from tests.domain.transfer.problems import refused
from tests.domain.transfer.sheets import only_row, rows_in

pytestmark = pytest.mark.once

UID = "018f2b6e-0000-7000-8000-000000000001"
TWO_SUM = "https://leetcode.com/problems/two-sum/"


def note(*fields, head="#separator:tab\n"):
    """A note with these fields."""
    cells = ('"' + field.replace('"', '""') + '"' for field in fields)
    return only_row(head + "\t".join(cells))


def test_a_file_is_read_whole():
    first, second, third = (it.question for it in rows_in(files.ANKI.read_bytes()))

    assert (first.title, first.platform, first.external_id) == ("Two Sum", "LEETCODE", "two-sum")
    assert first.notes == f"Keep the **complement** in a map.\nSee [the problem]({TWO_SUM})."
    assert first.tags == (
        ImportedTag("TOPIC", "array", ""),
        ImportedTag("PATTERN", "Hash Map", ""),
    )
    assert (second.title, second.platform) == ("Binary search & bounds", "OTHER")
    assert second.external_id == "pQ9#zz"
    assert second.notes == "lo < hi\nwhile lo < hi\n- half open\n- mid = lo + (hi - lo) // 2"
    assert [tag.name for tag in second.tags] == ["search::binary"]
    assert (third.title, third.notes) == ("Heapify takes O(n)", "")


@pytest.mark.parametrize(
    ("markup", "markdown", "line"),
    [
        ("a &lt; b &amp;&nbsp;c", "a < b & c", "a < b & c"),
        ("a<br>b<br/>c", "a\nb\nc", "a b c"),
        ("<div>a</div><div>b</div>", "a\nb", "a b"),
        ("<p class='x'>a<p>b", "a\nb", "a b"),
        ("<ul><li>a</li><li>b</li></ul>c", "- a\n- b\nc", "a b c"),
        ("<b>a</b> <em>b</em> <code>c</code>", "**a** *b* `c`", "a b c"),
        ("<pre><code>x = 1<br>y</code></pre>z", "```\nx = 1\ny\n```\nz", "x = 1 y z"),
        ('<a href="https://a.org/?b&amp;c">t</a>', "[t](https://a.org/?b&c)", "t"),
        ("<a href=javascript:alert(1)>t</a>", "t", "t"),
        ("<script>alert(1)</script><style>p{}</style>a", "a", "a"),
        ("a<!-- b -->c<!-- d", "ac<!-- d", "ac<!-- d"),
        ('<img src="x.png"><i>a', "*a", "a"),
        ("{{c1::O(n)::hint}} and {{c2::log}}", "O(n) and log", "O(n) and log"),
        ("a [sound:x.mp3]", "a", "a"),
        ("a < b > c </", "a < b > c </", "a < b > c </"),
        ("&#0;&#xd800;", "\ufffd\ufffd", "\ufffd\ufffd"),
        ("**a**&#9;_b_", "**a**\t_b_", "**a** _b_"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b", "a b"),
        ("</a></b></script>x", "**x", "x"),
    ],
)
def test_html_becomes_markdown(markup, markdown, line):
    assert markdown_of(markup) == markdown
    assert line_of(markup) == line


def test_text_that_is_no_html_stays():
    found = note("a < <b>b</b>", "<i>\n c", head="#separator:tab\n#html:false\n").question

    assert (found.title, found.notes) == ("a < <b>b</b>", "<i>\n c")


def test_all_fields_behind_the_first_are_notes():
    found = note("Front", "Back", "", "<b>More</b>").question

    assert found.notes == "Back\n\n**More**"


def test_columns_with_names_are_what_they_say():
    head = "#separator:tab\n#columns:Text\tFront\tBack\tLink\tDifficulty\tExtra\n"
    found = note("a", "Two Sum", "b", TWO_SUM, "Hard", "c", head=head).question

    assert (found.title, found.notes, found.url) == ("Two Sum", "b", TWO_SUM)
    assert (found.external_id, found.difficulty) == ("two-sum", 3)


@pytest.mark.parametrize(
    ("guid", "external_id", "uid"), [("x&1", "x&1", None), (UID, "", UUID(UID)), ("", "", None)]
)
def test_a_note_is_known_by_its_guid(guid, external_id, uid):
    found = note(guid, "Two Sum", head="#separator:tab\n#guid column:1\n").question

    assert (found.title, found.platform) == ("Two Sum", "OTHER")
    assert (found.external_id, found.uid) == (external_id, uid)


def test_a_link_to_a_problem_says_which_it_is():
    found = note(
        "x&1", "Two Sum", f'<a href="{TWO_SUM}">x</a>', head="#guid column:1\n#separator:tab\n"
    )

    assert (found.question.platform, found.question.external_id) == ("LEETCODE", "two-sum")
    assert note("a", '<a href="https://example.org">x</a>').question.url == ""


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        ("a b  a", [("TOPIC", "a"), ("TOPIC", "b")]),
        ("hash_table", [("TOPIC", "hash table")]),
        ("Company::Acme_Inc custom::x::y", [("COMPANY", "Acme Inc"), ("CUSTOM", "x::y")]),
        ("a::b ::c topic::", [("TOPIC", "a::b"), ("TOPIC", "::c")]),
        ("leech Marked a", [("TOPIC", "a")]),
        ("x" * 51 + " a", [("TOPIC", "a")]),
    ],
)
def test_tags(words, tags):
    found = note("x", words, head="#separator:tab\n#tags column:2\n")

    assert [(tag.kind, tag.name) for tag in found.question.tags] == tags
    lost = any(len(word) > 50 for word in words.split())
    assert (found.left_out is not None) == (lost or "topic::" in words)


def test_tags_of_all_notes():
    assert [tag.name for tag in note("x", head="#tags:a b\n#separator:tab\n").question.tags] == [
        *("a", "b")
    ]


def test_a_title_that_is_too_long_is_kept_in_the_notes():
    found = note("x" * 300, "back")

    assert (len(found.question.title), found.question.title[-2:]) == (255, "x…")
    assert found.question.notes == "x" * 300 + "\n\nback"
    assert found.left_out.code == "title_cut"


@pytest.mark.parametrize("front", ["", "<br>", "[sound:x.mp3]"])
def test_a_note_without_a_title_is_left_out(front):
    assert note(front, "back").code == "no_title"


def test_a_file_without_its_first_lines_can_be_named():
    found = rows_in("Two Sum\tComplement\n'=1\tx", "ANKI")

    assert [(it.question.title, it.question.notes) for it in found] == [
        ("Two Sum", "Complement"),
        ("'=1", "x"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("#guid column:first\na", "bad_value"),
        ("#tags column:-1\na", "bad_value"),
        ("[]", "wrong_format"),
    ],
)
def test_refuses_the_file(content, code):
    with refused((code, "")):
        formats.rows_of(read_document(content), formats.named("ANKI"), ImportOptions())


def test_columns_that_do_not_exist_are_no_matter():
    assert note("Two Sum", head="#separator:tab\n#guid column:7\n#tags column:0\n").question.title
