// The few things HTML and htmx do not do by themselves. Every page works without this file; with it
// - the focus is never lost when a part of the page is swapped (people without a mouse would start again at the top),
// - the pressed button says that it is busy, and what came of it is read aloud,
// - the room one is in is visible in the phone's strip of rooms.
// Events are those of htmx 4: htmx:before:swap, not htmx:beforeSwap.
(() => {
  "use strict";

  const notice = () => document.getElementById("notice");

  // An empty region first: a screen reader announces a change, and the same words twice are none.
  const say = (words) => {
    const region = notice();
    if (!region || !words) return;
    region.replaceChildren();
    requestAnimationFrame(() => { region.textContent = words; });
  };

  const summaries = (part) => [...part.querySelectorAll("details > summary")];

  // What tells a control in an old part from its twin in the new one: an id, else what it does. A field that is gone
  // leads to the button that its form's address still has.
  const twin = (control) => {
    if (!control || control === document.body) return () => null;
    if (control.matches("summary")) return (part) => summaries(part).find((one) => one.textContent === control.textContent);
    const action = control.form?.getAttribute("action");
    if (control.id) {
      const id = control.id;
      const beside = (button) => action && button.form?.getAttribute("action") === action;
      return (part) => document.getElementById(id) || [...part.querySelectorAll("button")].find(beside);
    }
    const link = control.getAttribute("href");
    const { name, value } = control;
    const does = (other) => link
      ? other.getAttribute("href") === link
      : other.form?.getAttribute("action") === action && other.name === name && other.value === value;
    return (part) => [...part.querySelectorAll(link ? "a[href]" : "button, input, select, textarea")].find(does);
  };

  // What stands in closed details takes no focus; their summary does.
  const focus = (wanted) => {
    const summary = wanted.closest("details:not([open])")?.querySelector("summary");
    const element = summary || wanted;
    if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus();
  };

  let before = () => null;

  // What somebody opens while the answer is on its way stays open when it comes: a thumb is faster than a slow network.
  // Asked of the page itself: the event "toggle" comes a moment after the opening, and the answer may be in between.
  const open = () => new Set([...document.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
  let asked = new Set();
  let opened = new Set();

  document.addEventListener("htmx:before:swap", () => {
    before = twin(document.activeElement);
    opened = new Set([...open()].filter((one) => !asked.has(one)));
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.unasked) return; // live.js: nobody pressed anything, so nothing is to be said or led to
    const target = typeof ctx.target === "string" ? document.querySelector(ctx.target) : ctx.target;
    const part = (target?.id && document.getElementById(target.id)) || target;
    if (!part?.isConnected) return;
    for (const one of summaries(part)) if (opened.has(one.textContent)) one.parentElement.open = true;
    for (const words of part.querySelectorAll("[data-say]")) {
      say(words.textContent);
      words.remove();
    }
    const wrong = part.querySelector(".summary");
    if (wrong) focus(wrong);
    else if (document.activeElement === document.body || !document.activeElement) {
      focus(before(part) || part.querySelector("h1, h2, h3, h4, caption, legend") || part);
    }
  });

  // The button is not disabled: a disabled one drops the focus. hx-sync on the form drops a second press instead.
  const busy = (button) => {
    button?.setAttribute("aria-busy", "true");
  };
  const ready = () => {
    for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
  };

  // What is said from now on floats over the page that is being read; pressing it or Escape puts it away.
  const quiet = () => notice()?.replaceChildren();
  document.addEventListener("click", ({ target }) => { if (target.closest("#notice.live")) quiet(); });
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") quiet(); });

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    asked = open();
    quiet();
    notice()?.classList.add("live");
    busy(ctx.request.submitter);
  });
  document.addEventListener("htmx:finally:request", ready);
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (ctx && !ctx.response) say(notice()?.dataset.offline);
  });

  // A form sent the plain way: a second press while the answer is on its way would send it twice. After ten seconds,
  // or back from history, it may be sent again: the answer may have been a file, or never have come.
  let sent = null;
  const again = () => { sent = null; ready(); };
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.getAttribute("method") !== "post") return;
    if (sent === event.target) {
      event.preventDefault();
      return;
    }
    sent = event.target;
    busy(event.submitter);
    setTimeout(again, 10_000);
  });
  addEventListener("pageshow", again);

  document.addEventListener("DOMContentLoaded", () => {
    const here = document.querySelector(".rail [aria-current]");
    const strip = here?.closest("ul");
    if (strip) strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
  });
})();
