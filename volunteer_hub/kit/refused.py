"""A business rule said no: one exception, shown in one place for page, fragment and webhook alike."""


class Refused(Exception):
    """The act is well-formed but must not happen.

    `sentence` is a Polish message id (see docs/languages.md) with `values` for its %(names)s; it is translated where
    it is shown. `status` is the HTTP status it is answered with: 409 a conflict with how things stand, 403 not
    allowed, 404 not there, 410 over, 429 too often.
    """

    def __init__(self, sentence: str, status: int = 409, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.values = values
