"""Which words of a message stand for something that was said before it: those that nothing in their message explains.

A question is told what they stand for only where that is plain; what may explain them counts as if it did.
"""

# Lists of words read best as words, and news is full of curly apostrophes.
# ruff: noqa: RUF001, SIM905
from __future__ import annotations

import re
from itertools import takewhile

from rag.lexical import Words
from rag.names import VERBS, WORD, names

PERSON = frozenset("he she him her his hers".split())
THING = frozenset("it its".split())
ANY = frozenset("they them their theirs".split())
"""Pronouns by the kinds of names that they can stand for."""

_ASKING = frozenset(
    "what which who whom whose when where why how in on at by for with from to of since until after before".split()
)
"""What a question begins with, where it does not begin with its verb."""
_CLEFT = r"(?:\s+[\w'’-]+){1,3}?\s+(?:that|who|whom)\b"
_HOW_GOOD = (
    "safe|unsafe|dangerous|risky|possible|impossible|legal|illegal|lawful|easy|easier|hard|harder|difficult|necessary"
    "|important|normal|usual|common|rare|wise|fair|right|wrong|good|better|best|bad|worse|expensive|cheap|cheaper|late"
    "|early|useful|useless|acceptable|reasonable|realistic|feasible|worthwhile"
)
_FOR = r"(?:\s+for(?:\s+[\w'’-]+){1,3}?)?"
_EMPTY_IT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:is|was) (it){_CLEFT}",
        rf"\b(it)\s+(?:is|was){_CLEFT}",
        rf"\b(it)(?:\s+(?:is|was|be|become))?(?:\s+\w+){{0,2}}?\s+(?:{_HOW_GOOD}){_FOR}\s+to\s+\w+\s+\w",
        r"\bhow\b[^.?!]*?\b(it)\s+(?:takes?|took|costs?)\b(?:\s+[\w'’-]+){0,6}?\s+to\s+\w+\s+\w",
        r"\b(it)\s+(?:takes?|took)\b(?:\s+[\w'’-]+){0,9}?\s+(?:minutes?|hours?|days?|weeks?|months?|years?|long)\s+to\s+\w",
    )
)
"""An "it" that stands for nothing said: "Is it true that ...?", "Is it safe to go to Perm?", "Was it Ruto who won?".

"Is it safe to eat?" asks of something that was said, and so does "Is it able to act?".
"""
_STARTERS = frozenset("and but so or then also yes no ok okay well please thanks".split())
_FRAME = re.compile(
    r"(?:^|(?<=[.?!]))\W{0,5}(?:(?:and|but|so|well|please|ok|okay|thanks|thank you|sorry|yes|no)\b\W{0,5})*"
    r"(?:(?:can|could|do|does|would|will) (?:you|we|i|anyone|anybody|someone|somebody) (?:please )?"
    r"(?:want to |need to )?(?:know|explain|tell|give|show|find|describe|list|remember)"
    r"|i (?:want|need|wish|would like|would love) to know|i['’]d (?:like|love) to know|i wonder|i am wondering"
    r"|i['’]m wondering|explain|describe|tell|give|show|find|list)\b(?: out\b)?(?: (?:me|us)\b)?"
    r"|\b(?:according to|based on|in|from) (?:the|this|that|these|those|your|my) (?:[\w'’-]+ )?"
    r"(?:articles?|texts?|reports?|stor(?:y|ies)|sources?|documents?|news)\b",
    re.IGNORECASE,
)
"""What leads to a question and is no part of it: "Do you know when he resigned?", "According to the article, ..."."""
_LEADING = (
    "idea clue detail information exact exactly rough roughly approximately please thanks thank sorry ok okay hello hi "
    "hey well yes no also actually really"
)
_WHEN = "yesterday today tomorrow tonight week month last later recently currently meanwhile"
"""Words that no pronoun stands for, though a question may be about what they tell."""
_SENTENCE_END = re.compile(r"(?<=[.?!])[\"”’)]*\s+")
_ALSO_ASKED = re.compile(
    rf"\b(?:and|but)\s+(?=(?:(?:in|on|at|by|for|to|since)\s+)?(?:what|which|who|whom|whose|when|where|why|how)\b"
    rf"|(?:{'|'.join(sorted(VERBS - {'may', 'will'}))})\b)"
)
"""Where a second question begins: "Who won the vote and when was it held?"."""
_NEW_CLAUSE = re.compile(
    r"\b(?:that|who|whom|whose|which|what|when|where|why|how|if|whether|because|while|before|after|since|until|although"
    r"|though|unless|than|as|so|but|or|then)\b|\band\s+[a-z]"
    r"|\b(?:say|says|said|think|thinks|thought|believe[sd]?|claim(?:s|ed)?|admit(?:s|ted)?|den(?:y|ies|ied)|kn[eo]ws?"
    r"|fear(?:s|ed)?|hope[sd]?|feels?|felt|allege[sd]?)\b(?!\s+(?:about|of|to|against|on)\b)"
)
"""Where another clause may begin, behind the first verb."""
_ENDS = re.compile(
    r"\s*(?:[?.!,;:)]|$)|\s+(?:in|on|at|with|for|from|to|by|about|after|before|during|since|until|again|yesterday|today"
    r"|now|last|this|too|so)\b",
    re.IGNORECASE,
)
"""What shows that nothing is told of "it", and nothing belongs to "her"."""
_HAPPENS = re.compile(
    r"\s+(?:(?:has|had|will|would|did|is|was|to)\s+)?(?:\w+ly\s+|all\s+|first\s+|still\s+)?"
    r"(?:happen(?:s|ed|ing)?|occur(?:s|red|ring)?|t(?:ake|akes|ook|aken|aking) place"
    r"|(?:beg[iau]n|start|end|finish)(?:s|ed|ning|ing|es)?(?=\s*(?:$|[?.!,;]|(?:and|in|on|at|before|after|again)\b)))",
    re.IGNORECASE,
)
_OF_US = re.compile(r"\W*(?:i|you|we|thanks?|sorry)\b", re.IGNORECASE)
_ITS_OWN = re.compile(
    r"\b(?:make|makes|made)\s*$|\s(?:have|bring|brought|take|took|carry|carried|keep|kept)\b.*"
    r"\b(?:in|on|with|around|behind|beside|near|about)\s*$",
    re.IGNORECASE,
)
"""Before a pronoun that may stand for what does something: "What did Bo bring with her?", "Did Perm make it?"."""
_TO_DO = re.compile(r"\bto\s+\w+(?:\s+\w+)?\s*$")
_DOING = re.compile(r"\w\s+\w+ing\s*$", re.IGNORECASE)
_BEING = re.compile(r"\b(?:is|are|was|were|be|been|being)\b", re.IGNORECASE)
"""What may be done by another than who is named first: "When did Perm sign a treaty granting them land?"."""
_ASIDE = re.compile(r"[,:;()–—]|\s-\s")
_ASKED_OF, _TOLD_OF = 2, 3
"""How many words a question, or another sentence, has at least that say something, if it tells of something."""


def open_pronoun(question: str, words: Words) -> re.Match[str] | None:
    """The first pronoun, if no word of its own message can be what it stands for; else None."""
    empty = {match.start(1) for pattern in _EMPTY_IT for match in pattern.finditer(question)}
    pronouns = (word for word in WORD.finditer(question) if word.group().lower() in PERSON | THING | ANY)
    first = next((word for word in pronouns if word.start() not in empty), None)
    if first is None or (explained(question[: first.start()], words) and not _is_done_to(question, first, words)):
        return None
    return first


def happens(question: str, it: re.Match[str]) -> bool:
    """Whether "it" happens, begins or ends, as no person and no state does: "Where did it happen?"."""
    return _HAPPENS.match(question, it.end()) is not None


def _is_done_to(question: str, pronoun: re.Match[str], words: Words) -> bool:
    """Whether something is done to what a pronoun stands for, by somebody or something named in its clause.

    So it stands for something else, and where the message is that one clause, for something said before it.
    """
    said, before, behind = pronoun.group().lower(), question[: pronoun.start()], question[pronoun.end() :]
    ends = _ENDS.match(behind) is not None and not (said == "her" and behind.lower().startswith(" last"))
    done_to = said in ("him", "them") or (said in ("it", "her") and ends)
    *earlier, own = _SENTENCE_END.split(before)
    told = any(len(words.content(sentence)) >= _ASKED_OF and not _OF_US.match(sentence) for sentence in earlier)
    if not done_to or told or tells_before(before, words) or _ITS_OWN.search(own):
        return False
    named = len(list(names(own)))
    if (said in PERSON and named > 1) or (said != "it" and (named or said == "them") and _TO_DO.search(own)):
        return False
    doing = _DOING.search(own) is not None and not _BEING.search(own)
    return one_clause(before, words) and not doing


def telling(text: str, words: Words) -> frozenset[str]:
    """The terms of a text that say what it is about, without those that only lead to a question."""
    return words.content(_FRAME.sub(" ", text)) - frozenset(words.terms(_LEADING))


def explained(before: str, words: Words) -> bool:
    """Whether what stands before a pronoun can be what it stands for.

    What is asked for ("which countries") stands before the first verb and explains nothing; a word that says something
    between that verb and the pronoun does: "When did Ukraine say it would sign?". So does what a sentence before tells
    or asks of, "The mayor opened a bridge on Friday. What did she say?", and a question before, "Who won and when did
    she speak?".
    """
    if tells_before(before, words):
        return True
    own = _SENTENCE_END.split(before)[-1]
    return any(_explains(clause, words) for clause in _ALSO_ASKED.split(_FRAME.sub(" ", own)))


def _explains(clause: str, words: Words) -> bool:
    """Whether a question has, behind its first verb, a word that says something; of no question, any word does."""
    found = [word for word in WORD.finditer(clause) if word.group().lower() not in _STARTERS]
    asks = bool(found) and found[0].group().lower() in _ASKING | VERBS
    verb = next((word.end() for word in found if word.group().lower() in VERBS), 0)
    return bool(telling(clause[verb if asks else 0 :], words) - frozenset(words.terms(_WHEN)))


def tells_before(text: str, words: Words) -> bool:
    """Whether a sentence before the last of a text tells or asks of something, as thanks or doubts do not."""
    for sentence in _SENTENCE_END.split(text)[:-1]:
        enough = _ASKED_OF if sentence.rstrip().endswith("?") else _TOLD_OF
        if len(words.content(sentence)) >= enough or next(names(sentence), None) is not None:
            return True
    return False


def one_clause(before: str, words: Words) -> bool:
    """Whether the words before another, back to where their sentence begins, may be of one clause with it.

    What does something is named in that clause, so that a word that it is done to stands for something else: "Did the
    police arrest him?".
    """
    own = _FRAME.sub(" ", _SENTENCE_END.split(before)[-1])
    found = [word for word in WORD.finditer(own) if word.group().lower() not in _STARTERS]
    leading = takewhile(lambda word: word.group().lower() in _ASKING | VERBS, found)
    first = max((word.end() for word in leading), default=0)
    breaks = _NEW_CLAUSE.search(own, first) or (_ASIDE.search(own) if words.content(_ASIDE.split(own)[0]) else None)
    return breaks is None
