"""What an edited text looks like before it is saved: with ordinary and with the longest names, and what that costs."""

from dataclasses import dataclass
from decimal import Decimal

from jinja2 import TemplateError

from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import costs
from volunteer_hub.messaging.edited.kinds import Text
from volunteer_hub.messaging.edited.names import LONGEST, ORDINARY
from volunteer_hub.messaging.edited.ours import fitting
from volunteer_hub.messaging.edited.saying import Draft, Unsayable, say
from volunteer_hub.messaging.rules import Channel, Sms, segments
from volunteer_hub.messaging.texts import Words
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark


@dataclass(frozen=True, slots=True)
class Sample:
    """The text with one set of names. `sms` as it would leave; `otherwise` with diacritics kept or dropped instead."""

    name: str
    words: Words
    sms: Sms | None = None
    price: Decimal | None = None
    otherwise: Sms | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """`letters`: what turns the SMS into the costly alphabet; `keeps`: whether diacritics stay."""

    samples: tuple[Sample, ...]
    letters: str = ""
    keeps: bool = False

    @property
    def dearer(self) -> bool:
        """Whether the kept diacritics cost parts that the same text without them would not."""
        return self.keeps and any(
            one.sms and one.otherwise and len(one.sms.parts) > len(one.otherwise.parts) for one in self.samples
        )


def preview(text: Text, draft: Draft, settings: Settings) -> Preview:
    """Nothing to show where the text cannot be read yet: the sentences beside its fields say why."""
    try:
        samples = tuple(
            _sample(name, text, draft, fitting(text, values), settings)
            for name, values in ((mark("Zwykłe nazwy"), ORDINARY), (mark("Najdłuższe nazwy"), LONGEST))
        )
    except (Refused, TemplateError, Unsayable):
        return Preview(())
    return Preview(samples, _costly(samples), draft.keeps)


def _sample(name: str, text: Text, draft: Draft, values: dict[str, object], settings: Settings) -> Sample:
    words = say(text, draft, values)
    if text.channel is not Channel.SMS:
        return Sample(name, words)
    sms = segments(words.body)
    other = say(text, Draft(draft.subject, draft.body, not draft.keeps), values).body
    return Sample(name, words, sms, costs.price(len(sms.parts), settings), segments(other))


def _costly(samples: tuple[Sample, ...]) -> str:
    """The letters of an SMS that only UCS-2 has, each once, in their order."""
    body = "".join(one.words.body for one in samples if one.sms)
    return "".join(letter for letter in dict.fromkeys(body) if segments(letter).encoding != "GSM-7")
