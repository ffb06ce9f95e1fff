// Keeps the marked parts of a page fresh: when the server says that something is new, the page is fetched again and what
// differs in it is put in place, text by text, so that focus, scrolling and open details stay as they are.
"use strict";

const body = document.body;
const status = document.getElementById("fresh");
const AT_MOST_EVERY = 2000; // milliseconds between two looks, however often something is new
const AGAIN = [3000, 10000, 30000, 60000]; // milliseconds until a line that is gone is tried again

let stamp = body.dataset.stamp;
let lookedAt = 0;
let waiting = false;
let failures = 0;
let source = null;

function say(words, broken) {
  if (status.textContent !== words) status.textContent = words;
  status.classList.toggle("broken", broken);
}

function lineIsBroken() {
  say(status.dataset.broken.replace("{time}", status.dataset.asOf), true);
}

// Makes `old` what `fresh` is, and touches nothing that is the same already.
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data === fresh.data) return;
    old.data = fresh.data;
    mark(old.parentElement);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) return;
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "open" && name !== "class") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  before.slice(after.length).forEach((node) => node.remove());
  after.forEach((node, at) => (at < before.length ? morph(before[at], node) : old.append(node)));
}

function mark(element) {
  element.classList.remove("changed");
  void element.offsetWidth; // so that the animation begins anew
  element.classList.add("changed");
}

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error("no page");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(part.id);
    if (fresh) morph(part, document.importNode(fresh, true));
  }
  const told = page.getElementById("fresh");
  if (!told) throw new Error("another page");
  status.dataset.asOf = told.dataset.asOf;
  stamp = page.body.dataset.stamp;
  say(told.textContent, false);
}

function soon(told) {
  if (told === stamp || waiting) return;
  waiting = true;
  const pause = Math.max(0, lookedAt + AT_MOST_EVERY - Date.now());
  setTimeout(async () => {
    lookedAt = Date.now();
    try {
      await look();
    } catch {
      lineIsBroken();
    }
    waiting = false;
  }, pause);
}

function listen() {
  source = new EventSource(body.dataset.live);
  source.addEventListener("figures", (event) => {
    failures = 0;
    if (status.classList.contains("broken")) stamp = null; // also what was missed meanwhile
    soon(event.data);
  });
  source.addEventListener("error", () => {
    lineIsBroken();
    if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    setTimeout(listen, AGAIN[Math.min(failures++, AGAIN.length - 1)]);
  });
}

if (body.dataset.live && status && "EventSource" in window) {
  listen();
  // A page that is left lets its line go, and one that comes back from the browser's memory takes a new one.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && listen());
}
