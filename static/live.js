// Parts of a page marked data-live follow what others do meanwhile. The server tells over one stream that something has
// changed, by a kind and ids alone; the page then asks for its own part anew and puts it in the place of the old one,
// - never while somebody types in it: then a quiet line with a button says so,
// - with the focus, open details and the place on the screen as they were.
// data-live="kinds"; data-live-of="id": only of this meeting; data-live-shown: only of meetings that the part leads to,
// but for what happens to a meeting itself: it may come or go. data-live-every="30": looked at after so many seconds too,
// for what is told to nobody because it happens too often.
(() => {
  "use strict";

  const parts = () => [...document.querySelectorAll("[data-live]")];
  if (!window.EventSource || !window.htmx || !parts().length) return;

  const TOGETHER = 250, AGAIN = 2000, LONGEST = 60_000;
  // When the oldest of what is shown was asked for; what happened since then is to be heard.
  let fresh = performance.timeOrigin;
  let source = null, pause = AGAIN, timer = 0, retry = 0, over = false;
  const due = new Set();
  const last = new Map();
  const asking = new Set();

  const typed = (field) => {
    if (field.type === "hidden" || field.type === "submit") return false;
    if (field.matches("select")) {
      const first = Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
      return field.selectedIndex !== first;
    }
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  };
  const busy = (part) =>
    part.matches("[data-held]")
    || part.querySelector("dialog[open], button[aria-busy]")
    || [...part.querySelectorAll("input, textarea, select")].some((field) =>
      typed(field) || (field === document.activeElement && !["checkbox", "radio", "submit"].includes(field.type)));

  const concerns = (part, { kind, meetings }) => {
    if (kind === "all") return true;
    if (!part.dataset.live.split(" ").includes(kind)) return false;
    if (!meetings) return true;
    if (part.dataset.liveOf) return meetings.includes(part.dataset.liveOf);
    if (!("liveShown" in part.dataset) || kind === "meeting") return true;
    return meetings.some((id) => part.querySelector(`a[href="/desk/meetings/${id}"]`));
  };

  const hear = (event) => {
    for (const part of parts()) if (concerns(part, event)) due.add(part.id);
    if (due.size && !timer) timer = setTimeout(refresh, TOGETHER);
  };

  const later = (id) => {
    due.add(id);
    const line = document.getElementById("changed");
    if (!line || line.firstChild) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button slim";
    button.textContent = line.dataset.show;
    button.addEventListener("click", () => {
      line.replaceChildren();
      for (const one of [...due]) replace(one, true);
    });
    line.append(Object.assign(document.createElement("span"), { textContent: line.dataset.words }), button);
  };

  const refresh = () => {
    timer = 0;
    for (const id of [...due]) replace(id, false);
  };

  // One question at a time: of two side by side the older answer might come last, and stay.
  const replace = async (id, asked) => {
    if (asking.has(id)) return;
    const part = document.getElementById(id);
    due.delete(id);
    if (!part) return;
    if (!asked && busy(part)) return later(id);
    asking.add(id);
    try {
      const began = Date.now();
      const html = await answer();
      if (html === null) return;
      fresh = began;
      const now = document.getElementById(id);
      if (!now || rootOf(html) !== id || (last.get(id) === html && !asked)) return;
      if (!asked && busy(now)) return later(id);
      last.set(id, html);
      await put(now, html, id);
    } finally {
      asking.delete(id);
      if (due.has(id) && !timer && !document.getElementById("changed")?.firstChild) timer = setTimeout(refresh, TOGETHER);
    }
  };

  // Nothing, when it could not be had: the stream will have broken off as well, and its return asks for everything.
  const answer = async () => {
    const headers = { "HX-Request": "true", "X-Unasked": "yes" };
    try {
      const given = await fetch(location.href, { headers, cache: "no-store", redirect: "error" });
      return given.ok ? await given.text() : null;
    } catch {
      return null;
    }
  };
  const rootOf = (html) => /^\s*<\w+[^>]*\sid="([^"]+)"/.exec(html)?.[1];

  // What is the same stays the same element, so that focus and the reader's place stay too.
  const put = async (part, html, id) => {
    const open = new Set([...part.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
    const focus = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const at = { left: scrollX, top: scrollY };
    await htmx.swap({ text: html, target: part, sourceElement: part, swap: "outerMorph", unasked: true });
    const now = document.getElementById(id);
    for (const one of now?.querySelectorAll("details > summary") ?? []) {
      if (open.has(one.textContent)) one.parentElement.open = true;
    }
    if (focus && document.activeElement === document.body) now?.querySelector(`a[href="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
    scrollTo({ ...at, behavior: "instant" });
    document.dispatchEvent(new CustomEvent("live:put", { detail: now }));
  };

  const close = () => {
    source?.close();
    source = null;
    clearTimeout(retry);
  };
  const open = () => {
    if (source || over || document.hidden) return;
    // A second more than it is old: clocks of pages are not exact, and to look once too often does no harm.
    source = new EventSource(`/desk/live?age=${Math.ceil(Date.now() - fresh) + 1000}`);
    source.addEventListener("open", () => { pause = AGAIN; });
    source.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
    source.addEventListener("end", () => { over = true; close(); });
    source.addEventListener("error", () => {
      close();
      retry = setTimeout(open, pause);
      pause = Math.min(pause * 2, LONGEST);
    });
  };

  for (const { id, dataset } of parts()) {
    if (!dataset.liveEvery) continue;
    setInterval(() => {
      const part = document.getElementById(id);
      if (part && !document.hidden && !over && !busy(part)) replace(id, false);
    }, dataset.liveEvery * 1000);
  }

  // A browser keeps few connections to one address: a tab that nobody looks at holds none.
  document.addEventListener("visibilitychange", () => { document.hidden ? close() : open(); });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
})();
