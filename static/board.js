// A card of the week dragged onto another day opens the form that moves its meeting, with that day in it. Nothing is
// moved without the form; whoever uses no mouse finds it on the meeting's own page.
(() => {
  "use strict";

  const part = () => document.getElementById("board");
  let dragged = null, target = null;

  const ready = () => {
    for (const card of part()?.querySelectorAll("a[data-move]") ?? []) card.draggable = true;
    for (const hint of part()?.querySelectorAll(".drags") ?? []) hint.hidden = false;
  };

  // Days are columns where there is room, else one below the other.
  const dayAt = (x, y) => [...part().querySelectorAll(".board-day > h2")].find((head) => {
    const box = head.getBoundingClientRect(), day = head.parentElement.getBoundingClientRect();
    return day.height ? y >= day.top && y <= day.bottom : x >= box.left && x <= box.right;
  });

  const aim = (head) => {
    if (head === target) return;
    target?.parentElement.classList.remove("target");
    target = head;
    target?.parentElement.classList.add("target");
  };
  const leave = () => {
    aim(null);
    dragged = null;
    part()?.removeAttribute("data-held");
  };

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("a[data-move]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    part().setAttribute("data-held", "");
  });
  document.addEventListener("dragover", (event) => {
    if (!dragged || !part().contains(event.target)) return;
    event.preventDefault();
    aim(dayAt(event.clientX, event.clientY) ?? null);
  });
  document.addEventListener("drop", (event) => {
    if (!dragged || !target) return;
    event.preventDefault();
    const here = dragged.closest(".board-day").querySelector("h2").dataset.day, day = target.dataset.day;
    if (day !== here) location.assign(`${dragged.getAttribute("href")}/move?day=${day}`);
  });
  document.addEventListener("dragend", leave);
  document.addEventListener("live:put", ready);
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  ready();
})();
