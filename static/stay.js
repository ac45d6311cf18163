// Asks in time whether somebody stays: an unused session of the staff ends, and with it what is not yet sent.
// Every answer of the server begins the time anew; the press itself is a request like any other.
(() => {
  "use strict";

  const dialog = document.getElementById("stay");
  if (!dialog?.showModal) return;

  let timer = 0;
  const ask = () => { if (!dialog.open) dialog.showModal(); };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, Number(dialog.dataset.after) * 1000);
  };

  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (!ctx?.response || ctx.response.status >= 400) return;
    wait();
    if (dialog.contains(ctx.sourceElement)) dialog.close();
  });
  wait();
})();
