/** The live room: one state, three faces. Draws what the server says, sends what people do, and survives a lost line. */

import { one } from "./dom";
import { say } from "./strings";
import { drawChair } from "./room/chair";
import { openDoor } from "./room/door";
import { tickHour } from "./room/hour";
import { chairKeys } from "./room/keys";
import { type Config, Link } from "./room/link";
import { notices } from "./room/notices";
import { drawParticipant } from "./room/participant";
import { tick } from "./room/clocks";
import { keepSprite } from "./room/parts";
import { drawScreen, fitScreen, keepCodeFresh } from "./room/screen";
import { drawSheet, sheetKeys } from "./room/sheet";
import { opening, type RoomState } from "./room/state";
import { Store } from "./room/store";
import { toast } from "./toast";

const TICK = 250;

function start(): void {
  const data = one("#room-data");
  if (!data) return;
  const { config, state } = JSON.parse(data.textContent ?? "") as { config: Config; state: RoomState };
  void keepSprite(config.sprite).catch(() => undefined);
  const store = new Store(state);
  const draw = () => {
    notices(store.state);
    DRAW[config.role](link);
    move();
  };
  const move = () => {
    tick(store);
    tickHour(store.now());
  };
  const link: Link = new Link(config, store, draw);
  BEGIN[config.role](link);
  draw();
  let opened = opening(store.state.meeting, store.now());
  window.setInterval(() => {
    const now = opening(store.state.meeting, store.now());
    if (now === opened) return move();
    opened = now;
    draw();
  }, TICK);
}

const DRAW: Record<Config["role"], (link: Link) => void> = {
  room: (link) => {
    drawParticipant(link);
    drawSheet(link);
  },
  chair: drawChair,
  screen: drawScreen,
};

const BEGIN: Record<Config["role"], (link: Link) => void> = {
  room: (link) => {
    sheetKeys();
    interestForm(link);
    doorButton(link);
  },
  chair: (link) => {
    chairKeys();
    doorButton(link);
    watchCode();
  },
  screen: () => {
    fitScreen();
    watchCode();
  },
};

function doorButton(link: Link): void {
  one("[data-door]")?.addEventListener("click", () => void openDoor(link));
}

function watchCode(): void {
  const box = one("[data-qr]");
  if (box?.dataset["qr"]) keepCodeFresh(box.dataset["qr"]);
}

/** the form stands in the page already and works without a script; here it is sent without leaving the room. */
function interestForm(link: Link): void {
  const form = one<HTMLFormElement>("[data-declare] form");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const { item } = link.store.state;
    const reason = String(new FormData(form).get("reason") ?? "").trim();
    if (!item || reason.length < 2) {
      toast(say("say_why"));
      return;
    }
    void link.act("interest.declare", { item_id: item.id, reason }).then(() => link.join());
    form.reset();
    one<HTMLDetailsElement>("[data-declare]")?.removeAttribute("open");
  });
}

start();
