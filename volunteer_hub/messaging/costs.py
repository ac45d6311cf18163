"""What SMS cost: by parts, as the network bills them."""

from decimal import Decimal

from volunteer_hub.settings import Settings

GROSZE = Decimal(100)


def price(parts: int, settings: Settings) -> Decimal | None:
    """What `parts` cost in złoty, not rounded; None while nobody said what a part costs (HUB_SMS_PRICE)."""
    return None if settings.sms_price is None else parts * settings.sms_price / GROSZE
