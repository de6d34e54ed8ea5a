"""What a single line of a web page is when it is no part of the article: buttons, forms, credits, links, prices.

The rules know how pages of any publisher speak to their readers, and no publisher by name. Each matches a whole short
line, so that a sentence of an article that happens to hold the same words stays where it is.
"""

# Dashes and quotes of many shapes are the matter of this file, and a pattern reads best unbroken.
# ruff: noqa: E501, RUF001
from __future__ import annotations

import re
from functools import cache

_LONGEST_LINE = 240
_SITE = (
    r"(?:facebook|twitter|x|instagram|linkedin|pinterest|reddit|whatsapp|telegram|youtube|tiktok|threads|bluesky|mastodon"
    r"|flipboard|tumblr|vk|vkontakte|e-?mail|mail|sms|print|(?:copy )?link|rss(?: feeds?)?|messenger|google\+?"
    r"|google news|snapchat|viber|apple news)"
)
_AGENCY = (
    r"(?:getty(?: images)?|afp|ap(?: photo)?|associated press|reuters|epa(?:-efe)?|tass|ria novosti|alamy(?: stock photo)?"
    r"|shutterstock|istock(?:photo)?|unsplash|pexels|bloomberg|anadolu(?: agency)?|xinhua|pa(?: wire| images| media)?|zuma"
    r"|imago|dpa|upi|wikimedia(?: commons)?|wikipedia|flickr|nurphoto|sipa(?: usa)?|pool(?: photo)?|handout|courtesy"
    r"|file(?: photo)?|staff|screenshot|press (?:service|office)(?: of .{2,60})?|via .{2,40}|cc[ -]by[\w .-]*|instagram|facebook|telegram|twitter|youtube)"
)
CAPITALISED = r"[^\W\d_a-zß-ÿ][\w.'’-]*"
"""A word that begins with a capital, or with a letter of another alphabet than Western Europe's."""
_NAME = rf"(?-i:{CAPITALISED}(?:\s+(?:(?:of|de|del|la|van|von|der|den|al|bin|ibn)\s+)?{CAPITALISED}){{0,4}})"
_HOST = r"(?:www\.)?(?:[a-z0-9-]{1,60}\.){1,4}[a-z]{2,12}"
_DOMAIN = rf"(?:https?://)?{_HOST}(?:/\S*)?"
_PERIOD = r"(?:\s?(?:/|per|an?|each|every)\s?\w+)?"
PRICE = rf"(?:(?:US|CA?|AU?|NZ)?[$€£¥₴₽₹]\s?\d[\d,.]*{_PERIOD}|\d[\d,.]*\s?(?:[€£₴₽₹]|usd|eur|gbp){_PERIOD})"
_LETTERS = r"(?:newsletters?|e-?mails?|inbox|mailbox|mailing list|digest|alerts?|briefings?|bulletin|roundup)"
_POLICIES = r"(?:privacy (?:policy|notice|statement)|terms(?: (?:of (?:use|service)|(?:and|&) conditions))?|cookie (?:policy|notice))"

# Name of the piece -> patterns, tried in this order; each must match the whole line, its case aside.
_PATTERNS: dict[str, tuple[str, ...]] = {
    "newsletter form": (
        rf"(?:.{{0,100}}[.!?:]\s)?(?:sign[ -]?up|subscribe|register|join)\b.{{0,100}}\b{_LETTERS}\b.{{0,80}}",
        r"(?:get|receive|have)\b.{0,120}\b(?:(?:in|to|into) your (?:inbox|mailbox|e-?mail)|newsletters?)\b.{0,60}",
        rf"(?:get|receive) (?:our|the|a)(?: (?!from|by)[\w-]+){{0,4}} {_LETTERS}",
        r"(?:(?:our|the|a|free|daily|weekly|monthly|morning|evening)\s+){0,3}newsletters?(?: sign-?up)?",
        r"(?:(?:enter|type) )?(?:your )?e-?mail(?: address)?\s?\*?|thanks?(?: you)? for (?:signing up|subscribing).{0,80}",
        r"please (?:enter|provide) (?:a valid|your) e-?mail.{0,60}|you (?:can|may) unsubscribe\b.{0,60}|no spam\b.{0,60}",
        r"(?:get|have)\b.{2,80}\bdelivered (?:straight )?(?:to|through|in|into) your\b.{0,120}",
        r".{0,60}\bstraight to your (?:inbox|mailbox).{0,40}|(?:sign(?: me)? up|subscribe)(?: (?:now|here|today|for free))?[.!]?",
    ),
    "consent line": (
        rf"(?:by (?:\w+ing)\b|you|i|we|(?:all )?(?:subscribers|readers|users|members))\b.{{0,120}}\b(?:agree|consent|accept)\b.{{0,80}}\b{_POLICIES}.{{0,100}}",
        rf"(?:(?:read|see|view) )?(?:our )?{_POLICIES}(?:(?:\s?(?:,|&|\||·|and)\s?)+(?:our )?{_POLICIES})*\.?",
        r"(?:this (?:web)?site|we) uses? cookies\b.{0,160}|(?:accept|reject|manage)(?: all)?(?: cookies| preferences)?",
        r"this site is protected by recaptcha.{0,120}",
    ),
    "price buttons": (
        rf"{PRICE}(?:[\s|·,]*{PRICE})*",
        r"(?:once|one[- ]?time|just once|single|monthly|annual(?:ly)?|yearly|weekly|(?:per|every|each) (?:month|year|week))",
        r"(?:other|custom|another|different)(?: amount)?|amount|continue|pa[iy]e?ments? (?:methods?|options?|details)",
        r"(?:choose|select|enter|pick) (?:an?|your) (?:own )?(?:amount|plan|contribution|subscription|donation)\b.{0,40}",
    ),
    "dismiss button": (
        r"no,? thank(?:s| you)[.!]?|not (?:now|today|interested|yet)[.!]?|(?:maybe|ask me|i(?:'|’)ll do it) later[.!]?",
        r"skip(?: (?:to|this|ad) ?.{0,30})?|dismiss|close(?: (?:this|menu|window|x|×))*|cancel|got it[.!]?|ok(?:ay)?",
        r"(?:please )?remind me (?:later|in .{2,30}|tomorrow|next .{2,20})[.!]?|not (?:ready|able|sure) .{2,60}\?",
        r"i(?:'|’)?(?:ve| have)? already (?:support|subscri|donat|contribut|sign).{0,60}|already an? \w+\?.{0,40}",
        r"continue without .{2,40}",
    ),
    "support banner": (
        rf"(?:please )?(?:support|donate to|subscribe to|help|fund|back|stand with|become an? \w+ of) (?:us|our work|(?:the )?{_NAME})(?: (?:today|now))?!",
        r"(?:please )?(?:donate|contribute|subscribe|support us|support our (?:work|journalism|newsroom|reporting)|join us|help us"
        r"|become an? (?:member|supporter|subscriber|patron)|(?:make|give) an? (?:\w+ )?(?:donation|contribution|gift))"
        r"(?: (?:now|today|here|online|for [^?]{2,40}|to [^?]{2,50}))?[.!]?",
        r"support (?:independent|quality|local|honest|free|public) .{2,40}",
    ),
    "share line": (
        rf"(?:share|tweet|post|print|save|send|like|follow|pin|copy link|bookmark|gift|listen|e-?mail)(?:[ ,|/]+(?:this|the|via|on|with"
        rf"|to|us|it|article|story|page|post|link|by|friends?|or|and|full|share|tweet|save|{_SITE}))*[:.!]?",
        rf"{_SITE}(?:[\s,|/·•]+(?:and |or |on |share on )?{_SITE})*",
        rf"(?:share|follow|like|join|find|connect with)\b.{{0,60}}\bon {_SITE}(?:,? (?:and |or )?{_SITE})*[.!]?",
        r"\d[\d.,]*k? (?:shares?|likes?|views?|retweets?)",
    ),
    "read more": (
        r"(?:read|see|view|show|load|learn|discover|find out|watch|explore)(?: (?:all|the))? (?:more|next|full (?:story|article|list)|all|less)"
        r"(?: (?:stories|news|articles|here))?(?:\s?(?:[.…»>→]+))?",
        r"(?:read|see|watch|learn|find out|hear|get)(?: (?:more|also|next|now))?(?: (?:about|on|from|in|at|here).{0,100})?\s?[:|»>→].{0,160}",
        r"(?:read|see|learn|find out) more (?:about|on|from|in|at|here)\b.{0,80}|(?:continue|keep) reading\b.{0,60}|click here\b.{0,80}",
        r"(?:(?:more|latest|top|related|recommended|popular|trending|similar|other|recent|breaking|featured|our|world|local) ){1,3}"
        r"(?:stories|articles|news|links|posts?|content|topics|reading|reads|coverage|headlines|videos?)(?: (?:from|in|on) .{2,40})?:?",
        r"you (?:may|might|will) also (?:like|love|enjoy|be interested in)\b.{0,30}|most (?:popular|read|viewed|shared|recent|commented)\b.{0,20}",
        r"(?:editor['’]?s['’]?|our) (?:picks?|choice)|(?:what )?to read next|up next|(?:next|previous) (?:article|story|post)|in other news:?",
        r"(?:don['’]t miss|also read|read also|see also|related|recommended(?: for you)?|trending(?: now)?|must[- ](?:read|watch))(?:\s?[:»>].{0,160})?",
        r"(?:more|home|all news|latest|popular|overview|back to (?:top|home|news))(?:\s?[.…»>→]+)?|more (?:from|on|in):? .{2,50}",
    ),
    "advertisement": (
        r"[-—–\s]*(?:advert(?:isement|isment|ising|s)?|sponsored(?: (?:content|by .{2,40}|links?))?|promoted(?: content)?|paid (?:content|post)"
        r"|ad|ads by .{2,20})[-—–:\s]*(?:(?:article |story )?continues? (?:reading )?below.{0,40})?",
        r"(?:story|article|text) continues (?:below|after)\b.{0,40}|(?:keep )?scroll(?:ing)? (?:down )?(?:to|for) .{2,40}|loading(?:\.\.\.|…)?",
    ),
    "comments": (
        r"(?:\d+\s)?comments?(?:\s?\(?\d+\)?)?|(?:view|show|see|leave|post|write|add|read|hide|load|join)(?: (?:all|a|your|the|\d+))* "
        r"(?:comments?|conversation|discussion|reply|replies)(?: .{0,30})?|comments (?:are|have been) (?:closed|disabled).{0,40}",
        r"tell us what you think.{0,20}|what do you think\?|let us know what you think.{0,60}|log in to (?:comment|reply)|reply|have your say.{0,40}",
    ),
    "account line": (
        r"(?:log|sign)[ -]?(?:in|out|on)(?: (?:or|/) .{2,40}| (?:to|with) .{2,60})?|(?:create|my|your)(?: (?:an?|your|free))* account"
        r"|register(?: (?:now|here|for free))?|forgot(?:ten)? (?:your )?password\??",
    ),
    "photo credit": (
        r"[(\[]?(?:photos?|images?|pictures?|pics?|photograph(?:y|er)?|graphic|illustration|credits?|(?:photo|image|picture) (?:credits?|source)"
        r"|source|(?:featured|cover|header|main) (?:image|photo)|thumbnail)(?: (?:by|via|from|courtesy(?: of)?))?\s?[:/|—–]\s?.{2,80}",
        rf"[(\[]?(?:photos?|images?|pictures?|photograph|(?:photo )?illustration|graphic|video) (?:by|via|credit|courtesy(?: of)?) {_NAME}(?:\s?[/|,]\s?.{{2,40}})?[)\]]?",
        rf"[(\[]?courtesy(?: of)? .{{2,60}}|[(\[]?(?:from )?{_NAME}\s?(?:/\s?(?:{_AGENCY}|{_DOMAIN}|{_NAME})|\|\s?(?:{_AGENCY}|{_DOMAIN}))(?:\s?(?:/|\||,)\s?(?:{_AGENCY}|{_NAME}|{_DOMAIN})){{0,3}}[)\]]?",
        rf"[(\[]?(?:{_NAME}\s?(?:,|-|–|—|via|for)\s?)?{_AGENCY}(?:\s?(?:/|via|\||,|for)\s?(?:{_AGENCY}|{_NAME})){{0,3}}[)\]]?",
        rf"{_HOST}",
    ),
    "copyright line": (
        r"(?:all (?:contents? )?)?(?:copyright\s)?(?:©|\(c\)).{1,160}|copyright,? (?:\d{4}.{0,160}|.{2,50} \d{4})|.{0,120}all rights reserved.{0,100}",
        r".{0,60}may not be (?:published|reproduced|republished|redistributed|copied).{0,120}",
    ),
    "photo controls": (
        r"(?:image|photo|slide|picture)?\s?\d+\s?(?:of|/)\s?/?\s?\d+|(?:enlarge|expand|zoom)(?: (?:this )?(?:image|photo))?",
        r"(?:view|open|see|show|hide|launch|back to)(?: (?:the|full|all|in))* (?:gallery|photos?|captions?|slideshow|full ?screen|images?)",
        r"(?:toggle |hide )?caption|play(?: video)?|pause|mute|watch(?: (?:now|live|video))?|video|gallery|photos?|slideshow|now playing|replay\b.{0,60}",
        r"(?:just watched|now (?:playing|watching)|up next)\b.{0,100}\b(?:replay|more videos|must[- ]watch)\b.{0,140}",
    ),
    "contact line": (
        r"(?:(?:have|got) an? (?:news )?tip\b|do you have information\b|send tips\b).{0,160}|.{2,60}(?:can|may) be (?:reached|contacted) (?:at|on|via)\b.{2,120}",
        rf"(?:e-?mail|contact|write to|reach) .{{2,60}}\b(?:at|via)\b .{{0,20}}\S+@\S+.{{0,120}}|follow .{{2,40}} on {_SITE}\b.{{0,80}}",
    ),
    "date line": (r"(?:last )?(?:updated|published|posted|modified)(?: (?:at|on))?:?\s.{0,20}\d.{0,40}",),
    "tag line": (r"(?:tags?|topics?|filed under|categor(?:y|ies)|keywords|tagged(?: (?:with|in|as))?)(?:\s?:.{0,120})?",),
}  # fmt: skip


def furniture_name(line: str) -> str | None:
    """Name the piece of page furniture that a line is, or None for what may be an article's.

    Args:
        line: one line, without whitespace at its ends.
    """
    if not line or len(line) > _LONGEST_LINE:
        return None
    if not any(character.isalnum() for character in line):
        return "rule" if len(line) <= 80 else None
    plain = " ".join(line.split())
    return next((name for name, pattern in _compiled() if pattern.fullmatch(plain)), None)


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (name, re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE))
        for name, patterns in _PATTERNS.items()
    )
