/** What people have typed in Chinese is named as Chinese on a page in another language, so that it is read by a voice that
 * can and set in letters that are made for it (WCAG 3.1.2). Names within a sentence of ours stay as they are. */

const HAN = /\p{Script=Han}/u;
const LATIN = /\p{Script=Latin}/u;

export function start(): void {
  if (document.documentElement.lang.startsWith("zh")) return;
  mark(document.body);
  new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => mark(node)))).observe(document.body, { childList: true, subtree: true });
}

function mark(root: Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node: Node | null = root.nodeType === Node.TEXT_NODE ? root : walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || !HAN.test(node.textContent ?? "") || parent.closest("[lang]") !== document.documentElement) continue;
    const own = [...parent.childNodes].filter((each) => each.nodeType === Node.TEXT_NODE).map((each) => each.textContent).join("");
    if (!LATIN.test(own) && !parent.closest("script, style")) parent.lang = "zh-CN";
  }
}
