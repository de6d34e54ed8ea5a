// Reading: a source is opened from its marker, and leads back; what is read, and what was unfolded, stays so when another
// answer comes; an answer is copied.
(() => {
  let cameFrom = null;

  const linked = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));

  const showGroup = (group) => {
    for (const other of document.querySelectorAll(".fn-group")) other.hidden = other !== group;
  };

  // What was unfolded, by the turn or the group of sources that it lies in: a redrawn one is folded.
  const unfolded = new Set();
  const around = (fold) => fold.closest(".fn-turn, .fn-group")?.id;

  const keepUnfolded = () => {
    for (const id of unfolded) document.getElementById(id)?.querySelector("details:not([open])")?.setAttribute("open", "");
  };

  const openSource = (link, event) => {
    const target = linked(link);
    const group = target?.closest(".fn-group");
    if (!group) return;
    event.preventDefault();
    cameFrom = link.id || null;
    showGroup(group);
    if (group.querySelector("details")) unfolded.add(group.id);
    keepUnfolded();
    const place = target === group ? (group.querySelector("summary, .fn-card") ?? group) : target;
    place.focus({ preventScroll: true });
    page.scrollTo(place, page.narrow.matches || place.offsetHeight > innerHeight ? "start" : "nearest");
    for (const other of document.querySelectorAll(".fn-flash")) other.classList.remove("fn-flash");
    void place.offsetWidth; // restarts the animation
    place.classList.add("fn-flash");
  };

  const goBack = (marker, event) => {
    if (!marker) return;
    event.preventDefault();
    marker.focus({ preventScroll: true });
    page.scrollTo(marker, "center");
  };

  // A source that has the focus keeps it, and its place, when another answer's sources come.
  let reading = null;
  document.addEventListener("focusin", ({ target }) => (reading = target.closest(".fn-group") ? target : null));
  document.addEventListener("pointerdown", ({ target }) => target.closest("#fn-side") || (reading = null));

  const keepReading = () => {
    const group = reading?.isConnected ? reading.closest(".fn-group") : null;
    if (!group?.hidden) return;
    showGroup(group);
    if (document.activeElement !== reading) reading.focus({ preventScroll: true });
  };

  // Below the conversation, where there is no room beside it, a source that is read would be scrolled away from.
  page.readsBelow = () => page.narrow.matches && reading?.isConnected === true;

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

  let toldLast = null;
  const copyText = async (text, button) => {
    const done = await copied(text);
    button.focus();
    button.textContent = done ? "Copied" : "Not copied: the browser forbids it";
    clearTimeout(toldLast?.button === button ? toldLast.timer : undefined);
    toldLast = { button, timer: setTimeout(() => (button.textContent = "Copy with sources"), done ? 2000 : 5000) };
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.fn-marker, a.fn-open");
    if (link) return openSource(link, event);
    const back = event.target.closest("a.fn-back");
    if (back) return goBack(linked(back), event);
    const copy = event.target.closest("button.fn-copy");
    if (copy) return copyText(copy.dataset.copy, copy);
    const fold = event.target.closest("summary")?.parentElement;
    if (fold && around(fold)) unfolded[fold.open ? "delete" : "add"](around(fold)); // it is what it will not be
    if (event.target.closest("#fn-anew")) unfolded.clear();
  });

  // Escape leads back: from a source to the marker that opened it, from anywhere else to the question box.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const card = document.activeElement?.closest(".fn-card");
    const from = document.getElementById(cameFrom);
    const marker = card && (from && linked(from) === card ? from : document.getElementById(card.dataset.marker));
    if (marker) return goBack(marker, event);
    page.box()?.focus();
  });

  page.redrawn(() => {
    keepUnfolded();
    keepReading();
  });
})();
