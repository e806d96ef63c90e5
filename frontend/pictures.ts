/** Shows the pictures a person has chosen before they are sent, and lets each be taken out again. */

import { all, make, one } from "./dom";
import { say } from "./strings";
import { toast } from "./toast";

const WIDTH = 224;

export function start(): void {
  for (const input of all<HTMLInputElement>("input[type=file][data-preview]")) {
    input.addEventListener("change", () => {
      trim(input);
      show(input);
    });
    show(input);
  }
}

function trim(input: HTMLInputElement): void {
  const limit = Number(input.dataset["limit"] ?? "0");
  const files = Array.from(input.files ?? []);
  if (!limit || files.length <= limit) return;
  choose(input, files.slice(0, limit));
  toast(say("too_many", { limit }));
}

function choose(input: HTMLInputElement, files: File[]): void {
  const carrier = new DataTransfer();
  files.forEach((file) => carrier.items.add(file));
  input.files = carrier.files;
}

function show(input: HTMLInputElement): void {
  const shelf = one(`[data-previews="${CSS.escape(input.dataset["preview"] ?? "")}"]`);
  if (!shelf) return;
  const files = Array.from(input.files ?? []);
  shelf.replaceChildren(...files.map((file) => preview(input, file)));
}

function preview(input: HTMLInputElement, file: File): HTMLElement {
  const figure = make("figure");
  const canvas = make("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", say("preview", { name: file.name }));
  const out = make("button", "thumbs__out", "×");
  out.type = "button";
  out.setAttribute("aria-label", say("take_out", { name: file.name }));
  out.addEventListener("click", () => {
    choose(input, Array.from(input.files ?? []).filter((other) => other !== file));
    show(input);
    input.focus();
  });
  figure.append(canvas, make("figcaption", "", file.name), out);
  void draw(file, canvas);
  return figure;
}

async function draw(file: File, canvas: HTMLCanvasElement): Promise<void> {
  try {
    const picture = await createImageBitmap(file);
    canvas.width = WIDTH;
    canvas.height = Math.round((WIDTH * picture.height) / picture.width);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
  } catch {
    // A format this browser cannot draw keeps its name as caption; the server judges it.
  }
}
