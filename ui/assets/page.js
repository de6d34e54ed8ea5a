// What the page's scripts have in common. Gradio runs them once, in one piece, when the page has loaded; the conversation
// is redrawn under them, so all listeners sit on the document.
const page = {
  narrow: matchMedia("(max-width: 699px)"),
  still: matchMedia("(prefers-reduced-motion: reduce)"),

  box: () => document.querySelector("#fn-box textarea"),

  fill(text) {
    const box = page.box();
    if (!box || box.value === text) return;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  },

  scrollTo: (element, block) => element.scrollIntoView({ block, behavior: page.still.matches ? "auto" : "smooth" }),

  // The line above the question box.
  told: () => document.getElementById("fn-waiting")?.textContent ?? "",
  tell(text) {
    const line = document.getElementById("fn-waiting");
    if (line && line.textContent !== text) line.textContent = text;
  },

  redrawn(then) {
    new MutationObserver(then).observe(document.body, {
      attributeFilter: ["aria-pressed", "data-sent", "hidden", "open"],
      characterData: true,
      childList: true,
      subtree: true,
    });
  },
};

globalThis.footnote = {}; // what Gradio's events call
