"use strict";
// The wall. A screen is drawn in the hidden frame and swapped in when it is whole; what the stamp tells is
// always the publication the frame in sight was drawn from.
const wall = JSON.parse(document.getElementById("cau-hinh").textContent);
const part = (name) => document.getElementById(name);
const frames = [...document.querySelectorAll(".man")];
const DRAWN_WITHIN = 45_000;
let shown = null; // {frame, screen, publication}
let place = -1;
let paused = false;
let turn = 0; // a newer turn makes an older one give up
let next = 0;
let answered = Date.now();
let newest = null;
let failed = "";

const two = (number) => String(number).padStart(2, "0");
const day = (date) => `${two(date.getDate())}/${two(date.getMonth() + 1)}/${date.getFullYear()}`;
const hour = (date) => `${two(date.getHours())}:${two(date.getMinutes())}`;
const localDay = (text) => (text ? text.slice(0, 10).split("-").reverse().join("/") : "chưa rõ");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function askPublication() {
  try {
    const answer = await fetch("/kho/cong-bo", {
      cache: "no-store", signal: AbortSignal.timeout(wall.ask_seconds * 1000),
    });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    newest = await answer.json();
    answered = Date.now();
  } catch {
    // told by the notice, once it has lasted
  }
}

// A board is whole when its page stands, nothing on it is still loading, and it has figures.
function isWhole(frame) {
  const page = frame.contentDocument;
  if (!page || page.readyState !== "complete" || !page.querySelector(".dashboard")) return false;
  if (page.querySelector('[data-test="loading-indicator"], .loading, .ant-spin-spinning')) return false;
  return Boolean(page.querySelector(".dashboard :is(.handlebars, canvas, table, svg.chart)"));
}

function fit(frame, zoom) {
  const box = part("khung").getBoundingClientRect();
  frame.style.width = `${box.width / zoom}px`;
  frame.style.height = `${box.height / zoom}px`;
  frame.style.transform = `scale(${zoom})`;
}

async function draw(screen, mine) {
  const frame = frames.find((one) => !shown || one !== shown.frame);
  const publication = newest;
  fit(frame, screen.zoom);
  frame.dataset.screen = screen.address;
  // a fragment alone would not load the page again
  const address = new URL(screen.address, location.origin);
  address.searchParams.set("luc", Date.now());
  frame.contentWindow.location.replace(address.pathname + address.search + address.hash);
  await pause(300);
  const until = Date.now() + DRAWN_WITHIN;
  while (Date.now() < until && mine === turn) {
    if (isWhole(frame)) {
      await pause(400); // the last chart's own drawing
      return mine === turn ? { frame, screen, publication } : null;
    }
    await pause(200);
  }
  return null;
}

function swap(drawn) {
  frames.forEach((frame) => frame.classList.toggle("hien", frame === drawn.frame));
  shown = drawn;
  next = Date.now() + drawn.screen.seconds * 1000;
  tell();
}

async function go(step) {
  const mine = ++turn;
  const wanted = (place + step + wall.screens.length) % wall.screens.length;
  next = Date.now() + DRAWN_WITHIN + 5000;
  const drawn = await draw(wall.screens[wanted], mine);
  if (mine !== turn) return;
  failed = drawn ? "" : wall.screens[wanted].title;
  place = wanted;
  if (drawn) swap(drawn);
  else next = Date.now() + 5000; // the one in sight stays, and the next one is tried
}

function notice() {
  const silent = Date.now() - answered;
  if (silent > wall.silent_seconds * 1000) {
    return `Máy chủ chưa trả lời từ ${hour(new Date(answered))}: số liệu trên màn là của lúc đó, không phải bây giờ.`;
  }
  if (newest && newest.published_at) {
    const published = new Date(newest.published_at);
    if (Date.now() - published > wall.old_hours * 3600_000) {
      return `Chưa có bản công bố mới từ ${hour(published)} ngày ${day(published)}.`;
    }
  }
  return failed ? `Bảng «${failed}» chưa tải được, đang thử bảng kế tiếp.` : "";
}

function tell() {
  const now = new Date();
  part("gio").textContent = `${hour(now)} · ${day(now)}`;
  part("ten").textContent = shown ? `${place + 1}/${wall.screens.length} · ${shown.screen.title}` : "Đang tải bảng…";
  const of = shown && shown.publication;
  if (of) part("dau").textContent = `Số liệu đến ${localDay(of.data_as_of)} · bản công bố số ${of.publication_id}`;
  const said = notice();
  part("tin").hidden = !said;
  part("tin").textContent = said;
  document.body.classList.toggle("cu", now - answered > wall.silent_seconds * 1000);
  part("dung").hidden = !paused;
}

// What is in sight comes from an older publication: the same board again, from the newer one.
const isOutdated = () =>
  shown && newest && shown.publication && shown.publication.publication_id !== newest.publication_id;

let redrawing = false;
async function redraw() {
  redrawing = true;
  await go(0);
  redrawing = false;
}

function onKey(event) {
  if (event.key === " ") {
    paused = !paused;
    if (!paused && shown) next = Date.now() + shown.screen.seconds * 1000;
    tell();
  } else if (event.key === "ArrowRight") go(1);
  else if (event.key === "ArrowLeft") go(-1);
  else return;
  event.preventDefault();
}

async function begin() {
  addEventListener("keydown", onKey);
  addEventListener("resize", () => shown && fit(shown.frame, shown.screen.zoom));
  await askPublication();
  tell();
  setInterval(tell, 1000);
  setInterval(askPublication, wall.ask_seconds * 1000);
  setInterval(() => {
    // a server that is silent would only bring an error page
    if (Date.now() - answered > 2 * wall.ask_seconds * 1000) return;
    if (isOutdated() && !redrawing) redraw();
    else if (Date.now() >= next && !paused) go(1);
  }, 500);
  go(1);
}

begin();
