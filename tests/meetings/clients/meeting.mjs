// Runs the script of test_clients.py with the official JavaScript client: node meeting.mjs < {url, meeting_id, cookies, steps}
import { readFileSync } from "node:fs";
import { io } from "socket.io-client";

const PATIENCE = 30_000;
const { url, meeting_id, cookies, steps } = JSON.parse(readFileSync(0, "utf8"));
const sockets = {};
const kept = {};
let state = null;

const read = (value, path) => path.split(".").reduce((part, name) => part[name], value);
const filled = (payload) =>
  Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value).startsWith("$") ? kept[value.slice(1)] : value]));

function fold(event) {
  if (event.sequence === state.sequence + 1) state = { ...state, ...event.patch, sequence: event.sequence };
}

for (const [name, Cookie] of Object.entries(cookies)) {
  const socket = io(url, { transports: ["websocket"], extraHeaders: { Cookie }, forceNew: true, reconnection: false });
  await new Promise((resolve, reject) => socket.on("connect", resolve).on("connect_error", reject));
  sockets[name] = socket;
}
const ask = (who, message, payload) => sockets[who].timeout(PATIENCE).emitWithAck(message, payload);

state = (await ask("watcher", "room.join", { meeting_id })).state;
sockets.watcher.on("room.event", fold);
for (const { who, message, payload, keep } of steps) {
  const answer = await ask(who, message, filled(payload));
  if (!answer.ok) throw new Error(`${who} ${message}: ${JSON.stringify(answer)}`);
  for (const [name, path] of Object.entries(keep)) kept[name] = read(answer, path);
}
const whole = (await ask("watcher", "room.join", { meeting_id })).state;
while (state.sequence < whole.sequence) await new Promise((resolve) => setTimeout(resolve, 20));
for (const socket of Object.values(sockets)) socket.disconnect();
console.log(JSON.stringify({ folded: state, whole }));
