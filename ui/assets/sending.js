// Asking: a question is sent, told to wait, kept in sight, and given back where nothing came of it.
(() => {
  const WAITS = "Waiting for its turn …";
  const STOPPED = "The server has stopped. Your question comes back when it is there again.";
  const FORGOTTEN = "The page was loaded anew: earlier questions are forgotten.";
  const NOT_SENT = "Not sent: the server does not answer. Ask again.";

  // The mark on the conversation goes when it is drawn anew, which is what the server does first when the question's turn
  // has come: one is answered at a time, so another reader's may have to end first.
  const marked = () => document.querySelector(".fn-log[data-sent]");
  const busy = () => document.querySelector(".fn-busy");

  let typed = null; // the question as it stands in the box, until its turn has come
  let sent = null; // the question that was typed last, until something came of it
  let wanted = null; // what was to be sent, until it is: the button that sends it, and the text in the box
  let leaving = false; // a new conversation was asked for, and is not shown yet
  let patience = null;
  let cancelled = 0; // questions that were left, of which Gradio will tell that they failed

  const unmark = () => {
    marked()?.removeAttribute("data-sent");
    if (page.told() === WAITS) page.tell("");
  };

  footnote.asking = (question = null) => {
    wanted = null;
    typed = question;
    sent = question?.trim() ? question : null;
    page.tell("");
    document.querySelector(".fn-log")?.setAttribute("data-sent", "");
    setTimeout(() => marked() && page.tell(WAITS), 400);
    return document.querySelectorAll(".fn-turn:not(:has(.fn-busy))").length;
  };

  footnote.failed = () => {
    if (cancelled) return void (cancelled -= 1);
    typed = null; // it is still in the box, where it was never begun
    unmark();
    if (busy() && !leaving) comeBack();
  };

  // An answer broke off, as where the server was stopped; this page is of no use to it when it is started again.
  const comeBack = async () => {
    page.tell(STOPPED);
    const there = () => fetch("gradio_api/app_id").then(({ ok }) => ok, () => false);
    while (!(await there())) await new Promise((done) => setTimeout(done, 2000));
    location.reload();
  };

  // What was written or asked outlasts the page: Gradio loads it anew where the line broke.
  const KEPT = "footnote";
  const kept = () => {
    try {
      const found = JSON.parse(sessionStorage.getItem(KEPT));
      sessionStorage.removeItem(KEPT);
      return found ?? {};
    } catch {
      return {}; // a browser may forbid it
    }
  };
  addEventListener("pagehide", () => {
    const talked = document.querySelector(".fn-turn") !== null;
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ text: page.box()?.value || sent || "", talked }));
    } catch {}
  });
  const before = kept();
  if (before.text && !page.box()?.value) page.fill(before.text);
  if (before.talked) page.tell(FORGOTTEN);

  // What is written after a new conversation was asked for waits until the old one is gone.
  const leave = () => {
    page.fill("");
    if (busy() || marked()) cancelled += 1;
    typed = sent = wanted = null;
    unmark();
    clearTimeout(patience);
    leaving = document.querySelector(".fn-turn") !== null;
    patience = setTimeout(() => (leaving = false), 10_000); // should the server not answer
  };

  // Gradio lets go, without a word, of what is sent before it has ended what was asked before, and it ends that a while
  // after the page shows so. What was sent from a page that looked ready is sent again until it goes.
  const taken = () => !leaving && (marked() ?? busy()) !== null;
  let insisting = false;

  const insist = (tries) => {
    const holds = wanted && (wanted.text === null ? wanted.button.isConnected : page.box()?.value === wanted.text);
    if (!holds || taken()) wanted = null;
    else if (!tries) {
      wanted = null;
      page.tell(NOT_SENT);
    }
    if (!wanted) return;
    insisting = true;
    if (!leaving) wanted.button.click();
    insisting = false;
    setTimeout(insist, 200, tries - 1);
  };

  // ``again``: of a double click or a key that is held, which mean one question.
  const want = (event, button, text, again) => {
    if (insisting || !button) return;
    if (again || taken() || leaving) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (again || taken() || text?.trim() === "") return; // what is taken stays in the box until it can be sent
    if (!wanted) setTimeout(insist, 200, 50);
    wanted = { button, text };
  };

  const send = () => document.getElementById("fn-send");
  let held = false;
  document.addEventListener("keydown", ({ key, repeat }) => (held = key === "Enter" && repeat), true);
  document.addEventListener(
    "keypress", // as Gradio does: it is not told of the Enter that ends a composition
    (event) => {
      const sends = event.key === "Enter" && !event.shiftKey && event.target.matches("#fn-box textarea");
      if (sends) want(event, send(), event.target.value, held);
    },
    true,
  );
  document.addEventListener(
    "click",
    (event) => {
      const again = event.detail > 1;
      if (event.target.closest("#fn-send")) want(event, send(), page.box()?.value ?? "", again);
      else want(event, event.target.closest(".fn-example"), null, again);
    },
    true,
  );

  document.addEventListener("click", (event) => {
    if (event.target.closest("#fn-anew")) leave();
    // These two leave the page when they are used, and the next thing to do is to write. Under a finger, though, the box
    // would bring up a keyboard over the answer.
    if (!event.target.closest("#fn-anew, .fn-example")) return;
    const writes = event.detail === 0 || matchMedia("(pointer: fine)").matches; // 0: pressed with a key
    (writes ? page.box() : document.querySelector(".fn-log"))?.focus({ preventScroll: true });
  });

  // Where something else was written meanwhile, that stays.
  const settle = (newest) => {
    if (typed !== null && page.box()?.value === typed) page.fill("");
    typed = null;
    if (sent === null || newest.querySelector(".fn-busy")) return;
    if (newest.querySelector(".fn-problem") && !page.box()?.value) page.fill(sent);
    sent = null;
  };

  let last = null;
  page.redrawn(() => {
    if (!marked()) unmark();
    const turns = document.querySelectorAll(".fn-turn");
    const newest = turns[turns.length - 1];
    if (!newest) leaving = false;
    const state = newest ? newest.id + newest.childElementCount + Boolean(newest.querySelector(".fn-busy")) : null;
    if (state === last) return;
    last = state;
    if (!newest) return;
    if (!marked()) settle(newest);
    if (page.readsBelow()) return;
    const room = innerHeight - (document.getElementById("fn-composer")?.offsetHeight ?? 0);
    page.scrollTo(newest, newest.offsetHeight > room ? "start" : "end");
  });
})();
