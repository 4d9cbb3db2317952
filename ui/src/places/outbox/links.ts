/** The web addresses in both parts of a mail, each once, in their order; the one that counts openings is none. */
export function links(html: string, text: string): string[] {
  const written = new DOMParser().parseFromString(html.replaceAll(/\sstyle=/gi, " data-style="), "text/html");
  const quoted = [...written.querySelectorAll("a[href]")].map((it) => it.getAttribute("href") ?? "");
  const words = text.split(/[\s<>()]+/);
  const isAddress = (it: string) => it.startsWith("https://") || it.startsWith("http://");
  return [...new Set([...quoted, ...words].filter(isAddress))];
}
