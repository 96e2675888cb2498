from __future__ import annotations

import codecs

import pytest

from onrecord.errors import UnreadableInput
from onrecord.pages.encodings import decode

TEXT = "“We won’t pay €5,” said Zoë Brûlé – the mayor of Århus. " * 3


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode("utf-8"),
        codecs.BOM_UTF8 + TEXT.encode("utf-8"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"),
        TEXT.encode("cp1252"),
    ],
    ids=["utf-8", "utf-8 mark", "utf-16 mark", "utf-16-le", "utf-16-be", "utf-32 mark", "windows-1252"],
)
def test_encodings_are_detected(content: bytes) -> None:
    assert decode(content) == TEXT


def test_line_breaks_stay_as_they_are() -> None:
    assert decode(b"one\r\ntwo\rthree\n") == "one\r\ntwo\rthree\n"


def test_a_page_declares_its_encoding() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body>Совет закрыл мост</body></html>'
    assert "Совет закрыл мост" in decode(page.encode("cp1251"), html=True)


def test_a_page_that_says_latin_means_windows() -> None:
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head>“Yes”'
    assert "“Yes”" in decode(page.encode("cp1252"), html=True)


def test_a_wrong_declaration_does_not_spoil_utf_8() -> None:
    assert decode(TEXT.encode(), "latin-1") == TEXT
    assert decode(TEXT.encode(), "no-such-encoding") == TEXT


def test_a_cut_file_loses_only_its_cut_character() -> None:
    assert decode(TEXT.encode()[: TEXT.encode().rindex("Å".encode()) + 1]).endswith("mayor of \ufffd")


@pytest.mark.parametrize("content", [b"", b" \n\t", b"%PDF-1.7 ...", b"PK\x03\x04abc", bytes(range(32)) * 40])
def test_what_is_no_text_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(UnreadableInput, match=r"empty|PDF|ZIP|binary|blanks"):
        decode(content)
