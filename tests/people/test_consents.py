"""The words of each version are the words people saw: new words need a new version."""

from hashlib import sha256

from volunteer_hub.people.consents import GUARDIAN_AGREES, GUARDIAN_CONCLUDES, WORDS, Purpose

# purpose, version → the beginning of the SHA-256 of its sentence. Never change a line: add one.
SEEN = {
    ("information", "2026-11"): "ebbd1901cf807fb8",
    ("sms", "2026-11"): "703547b3c9eb2bb4",
    ("email", "2026-11"): "3de3bf2899d4db53",
    ("guardian", "2026-11"): "79724da9ab6d3672",
    ("guardian", "2026-11-agrees"): "7893a675aa47f184",
    ("guardian", "2026-11-concludes"): "aed052fef82d34ee",
}


def test_every_version_keeps_its_words() -> None:
    assert set(WORDS) == set(Purpose)
    guardian = [(Purpose.GUARDIAN, words) for words in (GUARDIAN_AGREES, GUARDIAN_CONCLUDES)]
    for purpose, words in (*WORDS.items(), *guardian):
        assert sha256(words.sentence.encode()).hexdigest()[:16] == SEEN[purpose, words.version], purpose
