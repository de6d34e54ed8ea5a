// What the reader thinks of each answer, by the answer's name: shown at once, and taken back where it was not kept.
(() => {
  const verdicts = new Map();

  const show = () => {
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
    show();
  };

  footnote.rated = ({ turn, helpful, unkept }) => {
    const verdict = verdicts.get(turn);
    if (!verdict) return; // of a conversation that was left
    if (!unkept) Object.assign(verdict, { kept: helpful, said: "Thank you", unkept: false });
    else {
      if (verdict.shown === helpful) verdict.shown = verdict.kept;
      Object.assign(verdict, { said: unkept, unkept: true });
    }
    show();
  };

  // The server did not even take it, as when too much waits for it; which one it was is not told.
  footnote.unrated = () => {
    for (const verdict of verdicts.values()) {
      if (verdict.shown === verdict.kept) continue;
      Object.assign(verdict, { shown: verdict.kept, said: "Not kept: the server did not take it. Try again.", unkept: true });
    }
    show();
  };

  document.addEventListener("click", ({ target }) => {
    const verdict = target.closest("button.fn-rate");
    if (verdict) rate(verdict);
    if (target.closest("#fn-anew")) verdicts.clear();
  });

  page.redrawn(show);
})();
