// Builds static/dist from the sources in this folder: one script and one style sheet per entry, the icon sprite, and
// the letters that printed pages are set in (kernel/typesetting.py).
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const frontend = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(frontend);
const dist = path.join(root, "static", "dist");

const entries = {
  main: path.join(frontend, "main.ts"),
  room: path.join(frontend, "room.ts"),
  vote: path.join(frontend, "vote.ts"),
  verify: path.join(frontend, "verify.ts"),
  worker: path.join(frontend, "worker.ts"),
  "main.css": path.join(frontend, "styles", "main.css"),
};

/** One <symbol id="i-NAME"> for every name in icons.txt; a name that bootstrap-icons lacks stops the build. */
async function iconSprite() {
  const lines = (await readFile(path.join(frontend, "icons.txt"), "utf8")).split("\n");
  const names = [...new Set(lines.map((line) => line.replace(/#.*/, "").trim()).filter(Boolean))].sort();
  const symbols = await Promise.all(names.map(iconSymbol));
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

async function iconSymbol(name) {
  const file = path.join(root, "node_modules", "bootstrap-icons", "icons", `${name}.svg`);
  if (!existsSync(file)) throw new Error(`frontend/icons.txt: bootstrap-icons has no icon named "${name}"`);
  const [, attributes, body] = (await readFile(file, "utf8")).match(/<svg([^>]*)>([\s\S]*)<\/svg>/);
  const viewBox = attributes.match(/viewBox="([^"]+)"/)[1];
  return `<symbol id="i-${name}" viewBox="${viewBox}" fill="currentColor">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
}

/** Noto Sans in two weights, with the rare characters of people's names; nothing depends on the machine's own fonts. */
async function printedLetters() {
  await mkdir(path.join(dist, "fonts"), { recursive: true });
  for (const [region, script] of [["sc", "Hans"], ["tc", "Hant"]])
    for (const weight of ["Regular", "Bold"]) {
      const name = `NotoSans${script}-${weight}.otf`;
      await copyFile(path.join(root, "node_modules", "@embedpdf", `fonts-${region}`, "fonts", name), path.join(dist, "fonts", name));
    }
}

async function build() {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  await esbuild.build({
    entryPoints: Object.entries(entries).map(([name, file]) => ({ in: file, out: name.replace(/\.css$/, "") })),
    outdir: dist,
    bundle: true,
    minify: true,
    sourcemap: true,
    // An immediately called function runs as a plain deferred script and as a module alike.
    format: "iife",
    target: ["es2021", "chrome95", "firefox100", "safari15.4"],
    loader: { ".svg": "file", ".woff2": "file", ".png": "file" },
    legalComments: "none",
    logLevel: "warning",
  });
  await writeFile(path.join(dist, "icons.svg"), await iconSprite());
  await copyFile(path.join(frontend, "app-icon.png"), path.join(dist, "app-icon.png"));
  await printedLetters();
  await compress();
}

/** Each text beside itself as the browser wants it: kernel/web.py sends that to whoever takes it. */
async function compress() {
  for (const name of (await readdir(dist)).filter((each) => /\.(js|css|svg)$/.test(each)))
    await writeFile(path.join(dist, `${name}.gz`), gzipSync(await readFile(path.join(dist, name)), { level: 9 }));
}

build().catch((error) => {
  if (!error.errors) console.error(error.message); // esbuild has printed its own errors already.
  process.exitCode = 1;
});
