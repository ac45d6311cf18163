// A name is put where the writing stands: into the field that had the focus last, the body at first.
const form = document.querySelector("#text-form");
let field = form.elements.body;
form.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea, input[type=text]")) field = event.target;
});
for (const button of document.querySelectorAll("[data-insert]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
