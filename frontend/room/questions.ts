/** Questions from the floor: asked by anybody present, liked by others, marked by the chair once they are answered. */

import { one } from "../dom";
import { clear, keep } from "../kept";
import { say } from "../strings";
import { toast } from "../toast";
import { setAside } from "./chair_forms";
import { area, field } from "./dialogs";
import type { Link } from "./link";
import { button, h, icon, isDoubleTap } from "./parts";
import type { Question, RoomState } from "./state";

type Parts = (HTMLElement | null)[];

/** In somebody's hand: each with its like, one's own with the way to take it back. */
export function questionsCard(state: RoomState, link: Link): Parts {
  const { item, questions, me } = state;
  if (!item || !questions.length) return [];
  const list = h("ol", "asked");
  for (const each of questions) list.append(line(each, me.questions.includes(each.id) ? takeBack(each, link) : like(each, state, link)));
  return [h("h2", "fs-md", say("questions"), " ", h("span", "count count--quiet", String(questions.length))), list];
}

/** On the console: what the room wants to know most comes first. */
export function questionsPane({ item, questions }: RoomState, link: Link): Parts {
  if (!item) return [];
  const open = questions.filter((each) => each.state === "asked").length;
  const head = h("div", "h", h("span", "", h("b", "strong", say("questions_count", { count: open }))), h("span", "", say("questions_rule")));
  const list = h("ol", "asked");
  for (const each of questions) list.append(line(each, chairActs(each, link)));
  return [head, questions.length ? list : h("p", "small muted", say("questions_empty"))];
}

function line(question: Question, act: HTMLElement | null): HTMLElement {
  const isAnswered = question.state === "answered";
  const below = h("small", "muted", isAnswered ? say("question.answered_by", { author: question.author }) : question.author);
  const likes = h("span", "asked__likes", icon("hand-thumbs-up"), String(question.likes));
  likes.setAttribute("aria-label", say("likes", { likes: question.likes }));
  likes.setAttribute("role", "img");
  return h("li", isAnswered ? "is-done" : "", h("div", "grow", h("p", "word", question.text), below), act && act.dataset["like"] !== undefined ? null : likes, act);
}

function like(question: Question, { me }: RoomState, link: Link): HTMLElement | null {
  if (question.state !== "asked" || !me.is_present) return null;
  const isLiked = me.likes.includes(question.id);
  const element = button(String(question.likes), isLiked ? "btn--sm btn--main" : "btn--sm", () => turn(question, !isLiked, link), { icon: "hand-thumbs-up", key: `like-${question.id}` });
  element.dataset["like"] = "";
  element.setAttribute("aria-pressed", String(isLiked));
  element.setAttribute("aria-label", say("like", { likes: question.likes }));
  return element;
}

/** Shown at once; the figures of the room follow with the next push. */
function turn(question: Question, isLiked: boolean, link: Link): void {
  if (isDoubleTap(`like-${question.id}`)) return;
  const { store } = link;
  const { state } = store;
  const likes = isLiked ? [...state.me.likes, question.id] : state.me.likes.filter((id) => id !== question.id);
  const questions = state.questions.map((each) => (each.id === question.id ? { ...each, likes: each.likes + (isLiked ? 1 : -1) } : each));
  store.state = { ...state, questions, me: { ...state.me, likes } };
  link.redraw();
  void link.act("question.like", { question_id: question.id, is_liked: isLiked }).then((answer) => (answer.ok ? undefined : link.join()));
}

function takeBack(question: Question, link: Link): HTMLElement | null {
  if (question.state !== "asked") return null;
  const run = () => void link.act("question.withdraw", { question_id: question.id });
  return button(say("withdraw_question"), "btn--sm btn--quiet", run, { key: `take-back-${question.id}` });
}

function chairActs(question: Question, link: Link): HTMLElement {
  const answered = (isAnswered: boolean) => () => void link.act("question.answer", { question_id: question.id, is_answered: isAnswered });
  if (question.state === "answered") return button(say("question.reopen"), "btn--sm btn--quiet", answered(false), { key: `reopen-${question.id}` });
  return h("span", "bar", button(say("question.answered"), "btn--sm", answered(true), { icon: "check-lg", key: `answered-${question.id}` }), aside(question, link));
}

function aside(question: Question, link: Link): HTMLElement {
  const act = button("", "btn--sm btn--quiet btn--icon", () => setAside(question.id, link), { icon: "eye-slash", key: `aside-${question.id}` });
  act.setAttribute("aria-label", say("question.set_aside"));
  act.title = say("question.set_aside");
  return act;
}

// ---- asking

let made = 0;

/** The form stands apart from the list, so that no push touches what is being written. */
export function drawAsking(link: Link): void {
  const place = one("[data-asking]");
  if (!place) return;
  const { item, me } = link.store.state;
  place.hidden = !item || !me.is_present || (item.state !== "debate" && item.state !== "vote");
  if (!item || place.hidden || made === item.id) return;
  const text = one<HTMLTextAreaElement>("textarea", place);
  if (text?.value && made) toast(say("question_kept"), { seconds: 10 });
  made = item.id;
  place.replaceChildren(form(item.id, link));
}

function form(itemId: number, link: Link): HTMLElement {
  const name = `question-${itemId}`;
  const text = area("text", { rows: 2, longest: 200, least: 4 });
  const body = h("form", "stack", field(say("question_text"), text, say("question_hint")));
  body.dataset["keep"] = name;
  const send = h("button", "btn btn--sm", say("ask"));
  send.type = "submit";
  body.append(h("div", "bar", send));
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const words = text.value.trim();
    if (words.length < 4) return toast(say("question_short"));
    send.disabled = true;
    void link.act("question.ask", { item_id: itemId, text: words }).then((answer) => {
      send.disabled = false;
      if (!answer.ok) return;
      text.value = "";
      clear(name);
      one<HTMLDetailsElement>("[data-asking] details")?.removeAttribute("open");
    });
  });
  keep(body);
  return h("details", "declare", h("summary", "small", say("ask_question")), body);
}

/** The three that the room wants to know most, for the big screen. */
export function topQuestions({ questions }: RoomState): HTMLElement | null {
  const open = questions.filter((each) => each.state === "asked").slice(0, 3);
  if (!open.length) return null;
  return h("ol", "topq", ...open.map((each) => h("li", "", h("span", "topq__n", icon("hand-thumbs-up"), String(each.likes)), h("span", "word", each.text))));
}
