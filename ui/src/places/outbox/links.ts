/** The web addresses in both parts of a mail, each once, in their order; the one that counts openings is none. */
export function links(html: string, text: string): string[] {
  // The page's policy would be asked about each style, though nothing of it is shown.
  const plain = html.replaceAll(/<style[\s\S]*?<\/style>/gi, "").replaceAll(/\sstyle=/gi, " data-style=");
  const written = new DOMParser().parseFromString(plain, "text/html");
  const quoted = [...written.querySelectorAll("a[href]")].map((it) => it.getAttribute("href") ?? "");
  const words = text.split(/[\s<>()]+/);
  const isAddress = (it: string) => it.startsWith("https://") || it.startsWith("http://");
  return [...new Set([...quoted, ...words].filter(isAddress))];
}
