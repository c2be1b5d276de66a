"""The line that a telephone or a mail client puts below what somebody wrote.

"Sent with …" ends many a letter about a parcel, too: only a line that names a known product is a client's.
"""

import re

LENGTH, WORDS = 90, 12  #: of a footer at most, links aside

_LINK = re.compile(r"<[^<>]{0,500}>|[(\[]https?:[^()\[\]\s]{0,500}[)\]]|[\[\]]")
_BEGINS = re.compile(
    r"(?:sent (?:from|with|via) |(?:get|download) outlook for|von .{1,40} gesendet\.?$|gesendet (?:von|mit|über) "
    r"|diese nachricht wurde von meinem|outlook für .{1,20} (?:beziehen|herunterladen)|wysł\w{1,4} z |pobierz outlook"
    r"|отправлено (?:из|с) |скачать outlook|envoyé (?:de|depuis|à partir) |inviato da|verzonden (?:vanaf|met)"
    r"|enviado (?:desde|do) |sendt fra|skickat från|lähetetty )",
    re.IGNORECASE,
)
_PRODUCT = re.compile(
    r"\b(?:iphon|ipad|ipod|ios\b|apple|mac(?:book|\b)|android|samsung|galaxy|blackberry|huawei|honor\b|xiaomi|redmi|oneplus"
    r"|oppo\b|realme|pixel|nokia|lumia|htc|sony|xperia|motorola|moto\b|lg\b|windows|smartphone|smartfon|смартфон|мобильн"
    r"|планшет|телефона|telefonu|mobile?\b|wireless|handheld|treo\b|palm\b|unterwegs"
    r"|outlook|hotmail|gmail|google mail|yahoo|aol\b|gmx|web\.de|freenet|t-online|proton|tuta|mail\.ru|yandex|яндекс|rambler"
    r"|рамблер|thunderbird|k-9|bluemail|spark\b|airmail|mymail|em client|mailbird|mailspring|polymail|newton mail|superhuman"
    r"|missive|typeapp|cloudmagic|zimbra|roundcube|nine\b|aplikacji (?:o2|wp|onet|interia|poczta)\b"
    r"|mail (?:for|für|app|dla|для)\b)"
    r"|(?:sent from|gesendet von|wysłan\w z|отправлено из) mail$"
    r"|\b(?:my|meine[mr]|mojego|mojej|моего|моей|mon|mijn|min|mi|mio|meu) .{0,40}(?:phone|handy|telefon|tablet|gerät|device"
    r"|urządzeni|устройств|portable|mobi|móvil|computer|laptop)",
    re.IGNORECASE,
)
_PROSE = re.compile(
    r"\b(?:num[mb]er|numer|nummer|nr|tracking\w*|трек\w*|номер|pa(?:ket|czk)\w*|parcel|package|посылк\w*|dhl|ups|dpd|gls"
    r"|hermes|fedex|inpost|servi[cs]\w*|serwis\w*|сервис\w*|is|was|were|has|have|ist|war|wurden?|hat|ha[bt]en|kam|jest"
    r"|został\w*|był\w*|было|была|был)\b|№",
    re.IGNORECASE,
)


def is_footer(line: str) -> bool:
    """Whether *line*, the last of a text, is no word of its writer."""
    bare = _LINK.sub("", line[:600].strip()).split("<")[0].strip(" (\t")
    if len(bare) > LENGTH or bare.count(" ") >= WORDS or bare.endswith(("!", "?", ":")):
        return False
    begins = _BEGINS.match(bare)
    return bool(begins and _PRODUCT.search(bare) and not _PROSE.search(bare, begins.end()))
