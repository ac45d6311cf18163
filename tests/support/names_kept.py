"""Every message that the suite puts is looked at: the names its edited text could use can be made of its values."""

from collections import Counter
from collections.abc import Mapping

from volunteer_hub.messaging.edited import saying
from volunteer_hub.messaging.edited.kinds import of_message
from volunteer_hub.messaging.edited.names import BY_KEY
from volunteer_hub.messaging.edited.ours import ours
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.messaging.texts import Words
from volunteer_hub.web import i18n

# So many of one text by one process; their values come from the same place in the code.
MOST = 3
looked_at: Counter[str] = Counter()


def watch() -> None:
    """From now on a message whose values lack what is offered for its text fails the test that puts it."""
    put = saying.words

    async def words(template: str, channel: Channel, language: str, values: Mapping[str, object]) -> Words:
        text = of_message(template, channel, language if language in i18n.LANGUAGES else i18n.DEFAULT, values)
        if text is not None and looked_at[text.key] < MOST:
            looked_at[text.key] += 1
            check(template, text.key, [name.key for name in ours(text).names], values, text.language)
        return await put(template, channel, language, values)

    saying.words = words


def check(template: str, key: str, names: list[str], values: Mapping[str, object], language: str) -> None:
    """Raises AssertionError naming what cannot be made of `values`."""
    with i18n.speaking(language):
        for name in names:
            try:
                made = BY_KEY[name].make(values)
            except (KeyError, TypeError, AttributeError) as error:
                raise AssertionError(f"{key} offers {name}, but {template} is put without it: {error!r}") from error
            assert isinstance(made, str), (key, name)
