"""Content codings: a whole body comes out, or an error; never half a body, never a bomb."""

from __future__ import annotations

import gzip
import itertools
import random
import tracemalloc
import zlib
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.decode import read_body
from scraper.errors import BodyDamaged, BodyError

URL = "https://ombudsman.example/decisions/a"
TEXT = b"The Council delayed the plan by four months. " * 40
LIMIT = 5_000_000
MEGABYTE = 1024 * 1024


def bare_deflate(body: bytes) -> bytes:
    """RFC 1951 without zlib's frame, as many servers send it."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def decoded(chunks: Sequence[bytes], *codings: str, limit: int = LIMIT) -> bytes:
    return read_body(chunks, content_encoding=codings, limit=limit, url=URL)


def in_bytes(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


@pytest.mark.parametrize("codings", [(), ("",), ("identity",), ("Identity",)])
def test_an_uncoded_body_stays_as_it_is(codings: tuple[str, ...]) -> None:
    assert decoded([TEXT[:7], TEXT[7:]], *codings) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "x-gzip", " gzip "])
def test_gzip_in_one_piece_and_byte_by_byte(coding: str) -> None:
    packed = gzip.compress(TEXT)
    assert decoded([packed], coding) == TEXT
    assert decoded(in_bytes(packed), coding) == TEXT


@pytest.mark.parametrize("pack", [zlib.compress, bare_deflate])
def test_deflate_in_both_of_its_meanings(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(TEXT)
    assert decoded([packed], "deflate") == TEXT
    assert decoded(in_bytes(packed), "deflate") == TEXT


def test_all_members_of_a_gzip_body_are_joined() -> None:
    packed = gzip.compress(TEXT) + gzip.compress(b"second") + gzip.compress(b"")
    assert decoded([packed], "gzip") == TEXT + b"second"
    assert decoded(in_bytes(packed), "gzip") == TEXT + b"second"


def test_zero_padding_after_a_member_is_legal() -> None:
    packed = gzip.compress(b"one") + b"\x00" * 9
    assert decoded([packed], "gzip") == b"one"
    assert decoded(in_bytes(packed + gzip.compress(b"two")), "gzip") == b"onetwo"


def test_gzip_cut_anywhere_is_noticed() -> None:
    packed = gzip.compress(TEXT)
    for length in range(len(packed)):
        with pytest.raises(BodyDamaged):
            decoded([packed[:length]], "gzip")


def test_gzip_cut_within_its_second_member_is_noticed() -> None:
    first = gzip.compress(TEXT)
    packed = first + gzip.compress(b"second")
    for length in range(len(first) + 1, len(packed)):
        with pytest.raises(BodyDamaged):
            decoded([packed[:length]], "gzip")


@pytest.mark.parametrize("pack", [zlib.compress, bare_deflate])
def test_deflate_cut_anywhere_is_noticed(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(TEXT)
    for length in range(len(packed)):
        with pytest.raises(BodyDamaged):
            decoded([packed[:length]], "deflate")


def test_a_flipped_bit_in_gzip_never_gives_another_text() -> None:
    packed = bytearray(gzip.compress(TEXT))
    header = 10  # time, system and flags in the header carry no text
    for at in range(header, len(packed)):
        packed[at] ^= 0x10
        with pytest.raises(BodyDamaged):
            decoded([bytes(packed)], "gzip")
        packed[at] ^= 0x10


def test_bytes_after_the_end_are_noticed() -> None:
    for coding, packed in (
        ("gzip", gzip.compress(TEXT) + b"<!-- -->"),
        ("deflate", zlib.compress(TEXT) + b"<!-- -->"),
        ("deflate", bare_deflate(TEXT) + b"<!-- -->"),
    ):
        for chunks in ([packed], in_bytes(packed)):
            with pytest.raises(BodyDamaged):
                decoded(chunks, coding)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_plain_text_under_a_coding_it_does_not_have_is_noticed(coding: str) -> None:
    with pytest.raises(BodyDamaged):
        decoded([TEXT], coding)


@pytest.mark.parametrize(
    "codings", [("gzip, gzip",), ("gzip", "gzip"), ("gzip,deflate",), ("identity, gzip",)]
)
def test_stacked_codings_are_refused(codings: tuple[str, ...]) -> None:
    with pytest.raises(BodyError, match="several content codings"):
        decoded([gzip.compress(gzip.compress(TEXT))], *codings)


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "utf-8", "gzip;q=1"])
def test_codings_we_did_not_ask_for_are_refused(coding: str) -> None:
    with pytest.raises(BodyError, match="not taken"):
        decoded([TEXT], coding)


def test_a_coded_body_of_no_bytes_is_whole_only_if_the_server_said_so() -> None:
    with pytest.raises(BodyDamaged):
        decoded([], "gzip")
    assert (
        read_body([], content_encoding=["gzip"], limit=LIMIT, url=URL, declared_empty=True) == b""
    )


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("identity", bytes), ("gzip", gzip.compress), ("deflate", zlib.compress)],
)
def test_the_cap_is_exact(coding: str, pack: Callable[[bytes], bytes]) -> None:
    body = random.Random(4).randbytes(1_000) + bytes(9_000)
    assert decoded([pack(body)], coding, limit=10_000) == body
    for chunks in ([pack(body + b"!")], in_bytes(pack(body + b"!"))):
        with pytest.raises(BodyError, match="larger than 10,000 bytes"):
            decoded(chunks, coding, limit=10_000)


def test_an_endless_body_is_not_read_on() -> None:
    served = 0

    def endless() -> Iterator[bytes]:
        nonlocal served
        while True:
            served += 1
            yield bytes(1_000)

    with pytest.raises(BodyError):
        read_body(endless(), content_encoding=[], limit=10_000, url=URL)
    assert served == 11


def test_an_endless_row_of_empty_members_is_refused() -> None:
    with pytest.raises(BodyError, match="members"):
        decoded([gzip.compress(b"") * 1_001], "gzip")


def zeros(packer: zlib._Compress, megabytes: int) -> bytes:
    out = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes))
    return out + packer.flush()


@pytest.mark.parametrize(("coding", "wbits"), [("gzip", 31), ("deflate", 15), ("deflate", -15)])
def test_a_bomb_is_refused_before_memory_grows(coding: str, wbits: int) -> None:
    bomb = zeros(zlib.compressobj(9, wbits=wbits), 100)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        with pytest.raises(BodyError, match="larger than"):
            decoded([bomb], coding)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < 32 * MEGABYTE


def test_a_bomb_of_many_members_is_refused_before_memory_grows() -> None:
    bomb = zeros(zlib.compressobj(9, wbits=31), 4) * 100
    tracemalloc.start()
    try:
        with pytest.raises(BodyError, match="larger than"):
            decoded([bomb], "gzip")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 32 * MEGABYTE


@given(
    members=st.lists(st.binary(max_size=200), min_size=1, max_size=5),
    cuts=st.lists(st.integers(0, 400), max_size=8),
)
def test_any_body_comes_back_however_it_is_cut_into_chunks(
    members: list[bytes], cuts: list[int]
) -> None:
    packed = b"".join(gzip.compress(member) for member in members)
    edges = [0, *sorted(cut for cut in cuts if cut < len(packed)), len(packed)]
    chunks = [packed[a:b] for a, b in itertools.pairwise(edges)]
    assert decoded(chunks, "gzip") == b"".join(members)
