/* The reading room's only script: lighting up the words of a row, and reviewing with keys. All pages work without it. */
"use strict";

function light(row) {
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  if (!row) return;
  const marks = [...document.querySelectorAll("[data-rows]")].filter((m) => m.dataset.rows.split(" ").includes(row));
  for (const mark of marks) mark.classList.add("lit");
  if (marks.length) {
    marks[0].closest("details")?.setAttribute("open", "");
    marks[0].scrollIntoView({ block: "center" });
  }
}

function lightFromAddress() {
  const row = decodeURIComponent(location.hash.slice(1));
  if (!row) return;
  light(row);
  const item = document.getElementById(row);
  const list = item?.closest("aside");
  if (list) list.scrollTop = item.offsetTop - list.offsetTop - 20;
}

addEventListener("hashchange", lightFromAddress);
// After the load the browser has scrolled to the list item itself; only then can the words be brought into view.
addEventListener("load", () => setTimeout(lightFromAddress, 0));

const queue = () => [...document.querySelectorAll("#queue .hit")];
const done = [];
let here = -1;

function moveTo(index) {
  const items = queue();
  if (!items.length) return;
  here = Math.max(0, Math.min(index, items.length - 1));
  for (const item of items) item.classList.toggle("here", item === items[here]);
  items[here].focus();
}

function say(message) {
  document.getElementById("said").textContent = message;
}

async function review(row, state) {
  const answer = await fetch("/review.json", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ row, state }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error ?? "The review could not be written.");
  return body;
}

async function judge(state) {
  const item = queue()[here];
  if (!item) return;
  const before = await review(item.dataset.row, state);
  done.push({ item, row: item.dataset.row, was: before.from_state });
  show(item, state);
  say(`${state}. Press z to undo.`);
  moveTo(here + 1);
}

async function undo() {
  const last = done.pop();
  if (!last) return say("Nothing to undo.");
  await review(last.row, last.was);
  show(last.item, last.was);
  say("Undone.");
  moveTo(queue().indexOf(last.item));
}

function show(item, state) {
  const label = item.querySelector(".state");
  label.className = `state ${state}`;
  label.textContent = state === "machine" ? "machine-made" : state;
}

const KEYS = {
  j: () => moveTo(here + 1),
  k: () => moveTo(here - 1),
  y: () => judge("accepted"),
  n: () => judge("rejected"),
  u: () => judge("unsure"),
  z: undo,
  "?": () => say("j next, k previous, y accept, n reject, u unsure, z undo, / search."),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("find").focus();
    return;
  }
  if (!document.getElementById("queue") || !document.getElementById("keys").checked) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  Promise.resolve(action()).catch((error) => say(error.message));
});
