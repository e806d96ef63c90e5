/** Pictures a person has chosen: made smaller on the device, which also leaves the place of the camera behind; shown before
they are sent, and each can be taken out again. */

import { all, make, one } from "./dom";
import { say } from "./strings";
import { toast } from "./toast";

const WIDTH = 224;
/** Pixels of the longer side: enough to read a sign, and a tenth of what a telephone takes. */
const LONGEST = 1920;
const QUALITY = 0.86;

export function start(): void {
  for (const input of all<HTMLInputElement>("input[type=file][data-preview]")) {
    input.addEventListener("change", () => {
      trim(input);
      show(input);
      void shrink(input);
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

/** Each picture drawn anew, no larger than it need be; what this browser cannot draw stays as it is for the server. */
async function shrink(input: HTMLInputElement): Promise<void> {
  const files = Array.from(input.files ?? []);
  const drawn = await Promise.all(files.map(redraw));
  const isStill = (input.files?.length ?? 0) === files.length && files.every((file, place) => input.files?.[place] === file);
  if (!isStill || drawn.every((file, place) => file === files[place])) return; // Another choice has been made meanwhile.
  choose(input, drawn);
  show(input);
}

async function redraw(file: File): Promise<File> {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = make("canvas");
    canvas.width = Math.round(picture.width * share);
    canvas.height = Math.round(picture.height * share);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const type = file.type === "image/png" && share === 1 ? "image/png" : "image/jpeg";
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, QUALITY));
    const name = type === file.type ? file.name : `${file.name.replace(/\.[^.]*$/, "")}.jpg`;
    return blob ? new File([blob], name, { type }) : file;
  } catch {
    return file;
  }
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
