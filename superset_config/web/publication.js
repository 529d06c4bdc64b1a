// Shows on every board of which publication its figures are, and reloads a board whose tiles are
// of different publications or of one that is out of date.
(() => {
  "use strict";

  const POLL_MS = 30_000;
  const SETTLE_MS = 1_500;
  const AT_REST_MS = 60_000;
  const REMEMBERED = "kho-cong-bo";

  const tiles = new Map(); // chart → number of the publication its figures are of
  let board = "";
  let newest = 0;
  let asOf = "";
  let asked = 0;
  let timer = 0;
  let typedAt = -AT_REST_MS;

  const isBoard = () => location.pathname.startsWith("/superset/dashboard/");

  function chartOf(address) {
    const url = new URL(address, location.origin);
    const saved = url.pathname.match(/^\/api\/v1\/chart\/(\d+)\/data\/$/);
    if (saved) return saved[1];
    if (url.pathname !== "/api/v1/chart/data") return null;
    // without a chart's number it is a filter asking for its choices
    return String(JSON.parse(url.searchParams.get("form_data") ?? "{}").slice_id ?? "");
  }

  const fetchAsBefore = window.fetch;
  window.fetch = async function fetchAndWatch(resource, options) {
    const chart = chartOf(resource instanceof Request ? resource.url : String(resource));
    if (chart === null) return fetchAsBefore.call(this, resource, options);
    asked += 1;
    try {
      const answer = await fetchAsBefore.call(this, resource, options);
      note(chart, answer.headers);
      return answer;
    } finally {
      asked -= 1;
      look();
    }
  };

  function note(chart, headers) {
    const number = Number(headers.get("X-Kho-Publication"));
    if (!number || !isBoard()) return;
    if (board !== location.pathname) {
      board = location.pathname;
      tiles.clear();
    }
    if (chart) tiles.set(chart, number);
    if (number >= newest) {
      newest = number;
      asOf = headers.get("X-Kho-Data-As-Of") ?? "";
    }
    show();
  }

  const isStale = () => [...tiles.values()].some((number) => number !== newest);

  function look() {
    clearTimeout(timer);
    timer = setTimeout(reloadWhenStale, SETTLE_MS);
  }

  function reloadWhenStale() {
    if (!isBoard()) return;
    if (!isStale()) {
      // it followed: the same number, given again to another publication, is news again
      if (asked === 0) sessionStorage.removeItem(REMEMBERED);
      return;
    }
    if (asked > 0 || isInUse()) {
      look();
      return;
    }
    // once for each publication: a tile that cannot follow must not reload the page for ever
    if (sessionStorage.getItem(REMEMBERED) === `${board} ${newest}`) return;
    sessionStorage.setItem(REMEMBERED, `${board} ${newest}`);
    keepTab();
    location.reload();
  }

  const MENUS = [
    ".ant-dropdown:not(.ant-dropdown-hidden)",
    ".ant-select-dropdown:not(.ant-select-dropdown-hidden)",
    ".ant-picker-dropdown:not(.ant-picker-dropdown-hidden)",
    ".ant-popover:not(.ant-popover-hidden)",
    ".ant-modal-wrap:not([style*='display: none'])",
    ".ant-drawer-open",
    ".dashboard--editing",
    // a filter chosen and not yet applied
    "[data-test='filter-bar__apply-button']:not([disabled])",
  ].join(",");

  function isInUse() {
    const focused = document.activeElement;
    const isIn = focused?.matches("input, textarea, select, [contenteditable='true']");
    // a field keeps the focus long after the person has gone
    const isTyping = isIn && performance.now() - typedAt < AT_REST_MS;
    return isTyping || document.querySelector(MENUS) !== null;
  }

  // Superset keeps the filters in the address and opens the tab that its fragment names.
  function keepTab() {
    const open = [...document.querySelectorAll(".ant-tabs-tab-active[data-node-key^='TAB-']")];
    const last = open.at(-1)?.dataset.nodeKey;
    if (last) history.replaceState(history.state, "", `#${last}`);
  }

  async function poll() {
    if (document.visibilityState !== "visible" || !isBoard() || tiles.size === 0) return;
    const answer = await fetchAsBefore("/kho/cong-bo").catch(() => null);
    if (!answer?.ok) return;
    newest = (await answer.json()).publication_id;
    show();
    look();
  }

  function show() {
    const shown = Math.min(...tiles.values());
    const until = asOf ? `Số liệu đến ${asOf.split("-").reverse().join("/")} · ` : "";
    const waiting = isStale() ? ` · đang chuyển sang bản số ${newest}` : "";
    const stamp = placedStamp();
    stamp.textContent = tiles.size ? `${until}bản công bố số ${shown}${waiting}` : "";
    stamp.dataset.publication = tiles.size ? String(shown) : "";
  }

  // In the board's header; where a page has none, in the corner, and never in the way of a click.
  function placedStamp() {
    const header = document.querySelector(".header-with-actions .right-button-panel");
    const stamp = document.getElementById("kho-cong-bo") ?? document.createElement("div");
    stamp.id = "kho-cong-bo";
    stamp.style.cssText = header ? LOOK : LOOK + IN_THE_CORNER;
    if (header && stamp.parentNode !== header) header.prepend(stamp);
    if (!header && !stamp.isConnected) document.body.append(stamp);
    return stamp;
  }

  const LOOK =
    "color: #475467; font-size: 12px; line-height: 18px; white-space: nowrap; pointer-events: none;" +
    "padding: 2px 10px;";
  const IN_THE_CORNER =
    "position: fixed; right: 0; bottom: 0; z-index: 90; background: rgba(255, 255, 255, 0.92);";

  document.addEventListener("keydown", () => (typedAt = performance.now()), true);
  setInterval(poll, POLL_MS);
  document.addEventListener("visibilitychange", poll);
})();
