"""Whether a reply says only thanks, or thanks and that all is well: each of its words is one of these tables.

A negation, a "but", a question, any other word: a person reads it.
"""

from itertools import pairwise, product

SHORT = 200  #: characters of what may be nothing but thanks
ENDS = " \t\r\n.,;:!?…-–—"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_THANK = _set("thanks thank thx danke dank dankeschön dziękuję dziękuje dziekuje dzięki спасибо благодарю")
#: what may stand around thanks without saying more
_AROUND = _THANK | _set(
    "hello hi dear mr mrs ms many you a lot very so much for the your quick fast kind help support answer reply and again "
    "hallo guten tag liebe lieber frau herr vielen herzlichen besten lieben schön sehr für die ihre deine schnelle rasche "
    "nette hilfe antwort unterstützung und nochmals ihnen dir "
    "dzień dobry witam cześć bardzo serdecznie za pomoc szybką odpowiedź i raz jeszcze państwu panu pani panie "
    "здравствуйте добрый день большое огромное вам за вашу помощь быстрый быструю ответ и ещё раз 😊 🙂 ) ))"
)
#: what a contented customer says besides; where we had asked something, it may be the answer
_GOOD = _set(
    "ok okay good great super perfect excellent wonderful awesome cool 👍 🙏 "
    "klar gut toll prima klasse perfekt wunderbar hervorragend spitze "
    "świetnie dobrze doskonale rewelacja ок хорошо отлично супер прекрасно замечательно понятно"
)
_NAME_FOLLOWS = _THANK | _set(
    "you much lot ihnen dir schön sehr bardzo pani panu panie вам большое "
    "hello hi dear mr mrs ms hallo liebe lieber frau herr cześć"
)
NEGATIONS = _set(
    "no not never none nothing nobody isn't don't doesn't won't "
    "nein nicht nie kein keine keinen nichts niemand "
    "nie nic nikt нет не ничего никто"
)
_BUT = _set("but however still aber jedoch trotzdem leider ale jednak niestety но однако увы")


def _phrases(*parts: str) -> frozenset[str]:
    """Every choice of one from each of *parts*, which "|" divides."""
    chosen = product(*(part.split("|") for part in parts))
    return frozenset(" ".join(word for word in words if word) for words in chosen)


#: that it works now: whole phrases, for the same words in another order may ask or deny it
_WORKS = sorted(
    _phrases(
        "it|it all|all|everything|that|this|", "works|worked|is working|is fine|is ok", "now|again|now again|fine|"
    )
    | _phrases("now|", "it|it all|everything", "works", "again|fine|")
    | _phrases("|the|my", "problem|issue", "is|is now|has been|", "solved|resolved|fixed")
    | _phrases("it's|all is|everything is", "working|fixed|solved|fine|ok|well|good", "now|again|")
    | _phrases("es|alles|das|", "funktioniert|geht|läuft|klappt", "jetzt|nun|wieder|jetzt wieder|nun wieder|")
    | _phrases("jetzt|nun", "funktioniert|geht|läuft|klappt", "es|alles|das|", "wieder|")
    | _phrases("es|alles|das|", "hat", "funktioniert|geklappt|geholfen")
    | _phrases("alles", "ist|jetzt|ist jetzt|", "klar|gut|bestens|in ordnung")
    | _phrases("|das|mein", "problem", "ist|ist jetzt|ist damit|", "gelöst|behoben")
    | _phrases("|teraz|już", "wszystko|", "|już", "działa|jest dobrze|jest ok|w porządku", "|już|teraz")
    | _phrases("problem", "|został|jest", "rozwiązany")
    | _phrases("|теперь|сейчас|уже", "всё|все|", "|теперь|уже", "работает|заработало|получилось|в порядке", "|теперь")
    | _phrases("проблема|вопрос", "", "решена|решен|решён|решилась"),
    key=len,
    reverse=True,
)


def is_thanks(text: str) -> bool:
    """Whether *text* is thanks and nothing else, whatever it answers; to somebody by name, perhaps."""
    words = _said(text)
    return bool(_THANK.intersection(words)) and _AROUND.issuperset(words)


def is_content(text: str) -> bool:
    """Whether *text* is thanks, and that all is well: that closes what was resolved, and may answer what was asked."""
    words = _said(text)
    left = f" {' '.join(words)} "
    for phrase in _WORKS:
        left = left.replace(f" {phrase} ", " ")
    return bool(_THANK.intersection(words)) and (_AROUND | _GOOD).issuperset(left.split())


def _said(text: str) -> list[str]:
    """The words of *text* in small letters, without a name; a long text or a question is one strange word."""
    if len(text) >= SHORT or "?" in text:
        return [text]
    words = _without_name(text.replace("’", "'").split(" "))
    return [word for one in " ".join(words).casefold().split() if (word := one.strip(ENDS))]


def _without_name(words: list[str]) -> list[str]:
    """*words* without the first capitalised stranger in the same breath behind thanks or an address."""
    for at, (before, word) in enumerate(pairwise(words), 1):
        if before.removesuffix(",").casefold() in _NAME_FOLLOWS and _is_name(word.strip(ENDS)):
            return words[:at] + words[at + 1 :]
    return words


def _is_name(word: str) -> bool:
    known = _AROUND | _GOOD | NEGATIONS | _BUT
    return word.istitle() and word.isalpha() and word.casefold() not in known
