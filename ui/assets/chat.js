// What the page does by itself: open a source from its marker, come back, copy an answer, show verdicts, keep the newest
// turn in sight, tell that a question waits, see that it is sent, and give back one that could not be asked.
// Gradio runs this once, when the page has loaded; the conversation is redrawn under it, so all listeners sit on the document.
(() => {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 699px)");
  let cameFrom = null;

  const questionBox = () => document.querySelector("#fn-box textarea");
  const linked = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const scrollTo = (element, block) => element.scrollIntoView({ block, behavior: still.matches ? "auto" : "smooth" });

  const showGroup = (group) => {
    for (const other of document.querySelectorAll(".fn-group")) other.hidden = other !== group;
  };

  const openSource = (link, event) => {
    const target = linked(link);
    const group = target?.closest(".fn-group");
    if (!group) return;
    event.preventDefault();
    cameFrom = link.id || null;
    showGroup(group);
    group.querySelector("details")?.setAttribute("open", "");
    const place = target === group ? (group.querySelector("summary, .fn-card") ?? group) : target;
    place.focus({ preventScroll: true });
    scrollTo(place, narrow.matches || place.offsetHeight > innerHeight ? "start" : "nearest");
    place.classList.remove("fn-flash");
    void place.offsetWidth; // restarts the animation
    place.classList.add("fn-flash");
  };

  const goBack = (marker, event) => {
    if (!marker) return;
    event.preventDefault();
    marker.focus({ preventScroll: true });
    scrollTo(marker, "center");
  };

  // What is being read: a source that has the focus keeps it, and its place, when another answer's sources come.
  let reading = null;
  document.addEventListener("focusin", ({ target }) => (reading = target.closest(".fn-group") ? target : null));
  document.addEventListener("pointerdown", ({ target }) => target.closest("#fn-side") || (reading = null));

  const keepReading = () => {
    const group = reading?.isConnected ? reading.closest(".fn-group") : null;
    if (!group?.hidden) return;
    showGroup(group);
    if (document.activeElement !== reading) reading.focus({ preventScroll: true });
  };

  // Browsers give a page its clipboard only over https or from this machine; elsewhere the old command serves.
  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const field = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  };

  const copyText = async (text, button) => {
    const done = await copied(text);
    button.focus();
    button.textContent = done ? "Copied" : "Not copied: the browser forbids it";
    setTimeout(() => (button.textContent = "Copy with sources"), done ? 2000 : 5000);
  };

  // What the reader thinks of each answer, by the answer's name: shown at once, and taken back where it was not kept.
  const verdicts = new Map();

  const showVerdicts = () => {
    for (const group of document.querySelectorAll(".fn-rating")) {
      const { shown = null, said = "", unkept = false } = verdicts.get(group.dataset.turn) ?? {};
      for (const button of group.querySelectorAll(".fn-rate")) {
        const pressed = String(button.dataset.helpful === shown);
        if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
      }
      const place = group.querySelector("span");
      place.className = unkept ? "fn-unrated" : "fn-thanks";
      if (place.textContent !== said) place.textContent = said;
    }
  };

  const rate = (button) => {
    const { turn } = button.closest(".fn-rating").dataset;
    verdicts.set(turn, { kept: verdicts.get(turn)?.kept ?? null, shown: button.dataset.helpful });
    showVerdicts();
  };

  const rated = ({ turn, helpful, unkept }) => {
    const verdict = verdicts.get(turn);
    if (!verdict) return; // of a conversation that was left
    if (!unkept) Object.assign(verdict, { kept: helpful, said: "Thank you", unkept: false });
    else {
      if (verdict.shown === helpful) verdict.shown = verdict.kept;
      Object.assign(verdict, { said: unkept, unkept: true });
    }
    showVerdicts();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.fn-marker, a.fn-open");
    if (link) return openSource(link, event);
    const back = event.target.closest("a.fn-back");
    if (back) return goBack(linked(back), event);
    const copy = event.target.closest("button.fn-copy");
    if (copy) return copyText(copy.dataset.copy, copy);
    const verdict = event.target.closest("button.fn-rate");
    if (verdict) return rate(verdict);
    if (event.target.closest("#fn-anew")) leave();
    // These two leave the page when they are used, and the next thing to do is to write. Under a finger, though, the box
    // would bring up a keyboard over the answer.
    if (!event.target.closest("#fn-anew, .fn-example")) return;
    const writes = event.detail === 0 || matchMedia("(pointer: fine)").matches; // 0: pressed with a key
    (writes ? questionBox() : document.querySelector(".fn-log"))?.focus({ preventScroll: true });
  });

  // Escape leads back: from a source to the marker that opened it, from anywhere else to the question box.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const card = document.activeElement?.closest(".fn-card");
    const marker = card && document.getElementById(cameFrom || card.dataset.marker);
    if (marker) return goBack(marker, event);
    questionBox()?.focus();
  });

  // One question is answered at a time, so another reader's may have to end first. The mark on the conversation goes when
  // it is drawn anew, which is what the server does first when the question's turn has come.
  const waiting = () => document.getElementById("fn-waiting");
  const marked = () => document.querySelector(".fn-log[data-sent]");
  let sent = null; // the question that was typed last, until something came of it

  const asking = (question = null) => {
    wanted = null;
    sent = question?.trim() ? question : null;
    document.querySelector(".fn-log")?.setAttribute("data-sent", "");
    setTimeout(() => {
      if (marked() && waiting()) waiting().textContent = "Waiting for its turn …";
    }, 400);
    return document.querySelectorAll(".fn-turn:not(:has(.fn-busy))").length;
  };

  const asked = () => {
    marked()?.removeAttribute("data-sent");
    if (waiting()?.textContent) waiting().textContent = "";
  };

  const fill = (box, text) => {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // Where something else was written meanwhile, that stays.
  const giveBack = (newest) => {
    if (sent === null || newest.querySelector(".fn-busy")) return;
    const box = questionBox();
    if (newest.querySelector(".fn-problem") && box && !box.value) fill(box, sent);
    sent = null;
  };

  // A new conversation: what was written is gone at once, and what is written next waits until the old one is gone.
  let leaving = false;
  const leave = () => {
    verdicts.clear();
    if (questionBox()?.value) fill(questionBox(), "");
    leaving = document.querySelector(".fn-turn") !== null;
    if (leaving) setTimeout(() => (leaving = false), 10_000); // should the server not answer
  };

  // Gradio lets go, without a word, of what is sent before it has ended what was asked before, and it ends that a while
  // after the page shows so. What was sent from a page that looked ready is sent again until it goes.
  let wanted = null; // the button that sends it
  let insisting = false;
  const taken = () => !leaving && (marked() ?? document.querySelector(".fn-busy")) !== null;

  const insist = (tries) => {
    if (taken() || !tries) wanted = null;
    insisting = true;
    if (!leaving) wanted?.click();
    insisting = false;
    if (wanted) setTimeout(insist, 200, tries - 1);
  };

  const want = (button, event) => {
    if (!button || insisting || taken()) return; // it stays in the box until it can be sent
    if (!wanted) setTimeout(insist, 200, 50);
    wanted = button;
    if (!leaving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  document.addEventListener("click", (event) => want(event.target.closest("#fn-send, .fn-example"), event), true);
  document.addEventListener(
    "keydown",
    (event) => {
      const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
      if (sends && event.target.matches("#fn-box textarea")) want(document.getElementById("fn-send"), event);
    },
    true,
  );

  let last = null;
  const follow = () => {
    if (!marked()) asked();
    showVerdicts();
    keepReading();
    const turns = document.querySelectorAll(".fn-turn");
    const newest = turns[turns.length - 1];
    if (!newest) leaving = false;
    const state = newest ? newest.id + newest.childElementCount + Boolean(newest.querySelector(".fn-busy")) : null;
    if (state === last) return;
    last = state;
    if (!newest) return;
    if (!marked()) giveBack(newest);
    const composer = document.getElementById("fn-composer");
    const room = innerHeight - (composer?.offsetHeight ?? 0);
    scrollTo(newest, newest.offsetHeight > room ? "start" : "end");
  };
  new MutationObserver(follow).observe(document.body, {
    attributeFilter: ["aria-pressed", "data-sent", "hidden"],
    characterData: true,
    childList: true,
    subtree: true,
  });
  globalThis.footnote = { asking, asked, rated };
})();
