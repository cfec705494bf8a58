"use strict";
/* The list by keyboard: J and K move, Enter opens. Everything works without this file. */
(() => {
  const rows = Array.from(document.querySelectorAll("table.list tbody tr"));
  if (!rows.length) return;
  document.querySelectorAll(".keys").forEach((hint) => { hint.hidden = false; });
  let at = -1;
  const go = (to) => {
    if (at >= 0) rows[at].classList.remove("here");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("here");
    rows[at].querySelector("a.open").focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, button")) return;
    if (event.key === "j" || event.key === "J") go(at + 1);
    else if (event.key === "k" || event.key === "K") go(at - 1);
    else return;
    event.preventDefault();
  });
})();
