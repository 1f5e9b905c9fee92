// Keeps the page as it is now: asks whether anything happened, and if so takes the new page's
// content in place of the old, leaving open what was open and the focus where it was.

const EVERY = 2000;
const FAULTS = {
  throttle: { times: 5, status: 429, retryAfter: 20 },
  away: { times: 10, status: 503 },
  lost: { times: 1, status: 0, after: true },
};

let known = null;

async function version() {
  const answer = await fetch("/api/version");
  const clock = await fetch("/clock");
  const now = Math.floor(Date.parse((await clock.json()).now) / 60000);
  return `${(await answer.json()).version} ${now}`;
}

function fit(frame) {
  const inside = frame.contentDocument?.documentElement;
  if (inside) frame.style.height = `${Math.min(inside.scrollHeight + 4, 640)}px`;
}

function prepare() {
  for (const details of document.querySelectorAll("details")) {
    details.addEventListener("toggle", () => details.querySelectorAll("iframe").forEach(fit));
  }
  for (const frame of document.querySelectorAll("iframe")) {
    frame.addEventListener("load", () => fit(frame));
  }
  for (const button of document.querySelectorAll("[data-fault]")) {
    button.addEventListener("click", () => order("POST", FAULTS[button.dataset.fault]));
  }
  for (const button of document.querySelectorAll("[data-post]")) {
    button.addEventListener("click", async () => {
      await fetch(button.dataset.post, { method: "POST", body: button.dataset.body });
      await look();
    });
  }
  document.getElementById("fault-clear")?.addEventListener("click", () => order("DELETE"));
}

async function order(method, body) {
  await fetch("/faults", { method, body: body && JSON.stringify(body) });
  await look();
}

async function renew() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const open = [...document.querySelectorAll("details[open]")].map((each) => each.id);
  const focused = document.activeElement?.id;
  let changed = false;
  for (const part of ["main", ".side", "#clock"]) {
    const now = document.querySelector(part);
    const then = fresh.querySelector(part);
    for (const id of open) then.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    const before = now.innerHTML.replaceAll(/ style="height: [^"]*"/g, "");
    if (before === then.innerHTML) continue;
    changed ||= part === "main";
    now.replaceChildren(...then.childNodes);
  }
  prepare();
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  const status = document.getElementById("status");
  if (changed) status.textContent = status.dataset.updated;
}

async function look() {
  try {
    const now = await version();
    if (known !== null && now !== known) await renew();
    known = now;
  } catch {
    // The sandbox was stopped: the next look finds it again.
  }
}

prepare();
await look();
setInterval(() => {
  if (document.visibilityState === "visible") look();
}, EVERY);
