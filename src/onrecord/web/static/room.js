/* The reading room's only script: lighting up the words of a row, reviewing with keys, following the reading of what
   was added. All pages work without it. */
"use strict";

function marksOf(row) {
  const marks = document.querySelectorAll(`[data-rows~="${CSS.escape(row)}"]`);
  // A check has no words of its own: it lights those of all its differences.
  return [...(marks.length ? marks : document.querySelectorAll(`[data-rows*="${CSS.escape(row)}-"]`))];
}

function light(row) {
  for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
  if (!row) return;
  const marks = marksOf(row);
  for (const mark of marks) mark.classList.add("lit");
  document.getElementById(row)?.closest("details:not([open])")?.setAttribute("open", "");
  if (marks.length) {
    marks[0].closest("details")?.setAttribute("open", "");
    marks[0].scrollIntoView({ block: "center" });
  }
}

function showInList(row) {
  const item = document.getElementById(row);
  const list = item?.closest("aside");
  if (!list || list.scrollHeight <= list.clientHeight) return;
  const [top, bottom] = [item.offsetTop - list.offsetTop, item.offsetTop - list.offsetTop + item.offsetHeight];
  if (top < list.scrollTop || bottom > list.scrollTop + list.clientHeight) list.scrollTop = top - 20;
}

function lightFromAddress() {
  const row = decodeURIComponent(location.hash.slice(1));
  if (!row) return;
  light(row);
  showInList(row);
}

addEventListener("hashchange", lightFromAddress);
// After the load the browser has scrolled to the list item itself; only then can the words be brought into view.
addEventListener("load", () => setTimeout(lightFromAddress, 0));

/* A statement under the pointer or the focus warms its words, and words warm their statements. */
function warm(element) {
  for (const old of document.querySelectorAll(".warm")) old.classList.remove("warm");
  const item = element?.closest?.("[data-lights]");
  if (item) {
    item.classList.add("warm");
    for (const mark of marksOf(item.dataset.lights)) mark.classList.add("warm");
    return;
  }
  const rows = element?.closest?.("[data-rows]")?.dataset.rows.split(" ") ?? [];
  const items = rows.map((row) => document.querySelector(`[data-lights="${CSS.escape(row)}"]`)).filter(Boolean);
  for (const found of items) found.classList.add("warm");
  const listed = items.findLast((item) => item.closest("aside"));
  if (listed) showInList(listed.id);
}

addEventListener("mouseover", (event) => warm(event.target));
addEventListener("focusin", (event) => warm(event.target));
addEventListener("click", (event) => {
  const mark = event.target.closest(".text [data-rows]");
  const row = mark?.dataset.rows.split(" ").findLast((id) => document.getElementById(id)?.matches(".statement"));
  if (row && getSelection().isCollapsed) location.hash = row;
});

/* While a report is being read: look again every second. */
async function follow(element) {
  const answer = await fetch(element.dataset.twin);
  const now = await answer.json();
  if (!answer.ok || now.done) return location.reload();
  element.querySelector("[role=status]").textContent = now.step;
  setTimeout(() => follow(element), 700);
}

const following = document.querySelector("[data-twin]");
if (following) setTimeout(() => follow(following).catch(() => location.reload()), 300);

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
