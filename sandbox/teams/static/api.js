/** What the sandbox's server answers. Every call rejects with `ApiError` on a refusal or silence. */

export class ApiError extends Error {
  constructor(status, body) {
    super(`the server answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

async function call(method, path, body) {
  const options = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    answer = { message: text };
  }
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer;
}

const person = (id, rest) => `/api/people/${encodeURIComponent(id)}/${rest}`;

export const api = {
  people: () => call("GET", "/api/people"),
  links: () => call("GET", "/api/links"),
  messages: (id) => call("GET", person(id, "messages")),
  say: (id, text) => call("POST", person(id, "messages"), { text }),
  submit: (id, value, replyToId) => call("POST", person(id, "messages"), { value, replyToId }),
  invoke: (id, request) => call("POST", person(id, "invoke"), request),
  search: (id, request) => call("POST", person(id, "search"), request),
  read: (id) => call("POST", person(id, "read"), {}),
  install: (id) => call("POST", person(id, "install"), {}),
  uninstall: (id) => call("POST", person(id, "uninstall"), {}),
  block: (id, blocked) => call("POST", person(id, "block"), { blocked }),
  clock: () => call("GET", "/clock"),
  moveClock: (order) => call("POST", "/clock", order),
  nextReminder: () => call("POST", "/clock/next", {}),
};

const EVENTS = ["message", "update", "delete", "typing", "unread", "clock", "people"];

/**
 * Listen to the server for as long as the page lives. `onEvent(name, data)` for each event;
 * `onLost()` when the line breaks; `onFound()` when it is back (what was missed must be read again).
 */
export function listen({ onEvent, onLost, onFound }) {
  const source = new EventSource("/api/events");
  let lost = false;
  for (const name of EVENTS) {
    source.addEventListener(name, (event) => onEvent(name, event.data ? JSON.parse(event.data) : {}));
  }
  source.addEventListener("error", () => {
    if (!lost) onLost();
    lost = true;
  });
  source.addEventListener("open", () => {
    if (lost) onFound();
    lost = false;
  });
  return source;
}
