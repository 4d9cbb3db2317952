// Shows the HTML that the page around hands over. Nothing of it runs, leads away or is sent.
addEventListener("message", (event) => {
  if (event.source !== parent || typeof event.data?.html !== "string") return;
  const page = new DOMParser().parseFromString(event.data.html, "text/html");
  for (const it of page.querySelectorAll("script, base, meta[http-equiv], iframe, object, embed")) it.remove();
  // A frame without an origin does not learn whether the page around is dark, so what a mail says of it is decided here.
  for (const it of page.querySelectorAll("style"))
    it.textContent = it.textContent.replace(/\(\s*prefers-color-scheme\s*:\s*dark\s*\)/g, event.data.dark ? "(min-width: 0)" : "(max-width: 0)");
  const top = document.documentElement?.scrollTop ?? 0;
  document.documentElement.replaceWith(document.adoptNode(page.documentElement));
  document.documentElement.scrollTop = top;
});
for (const kind of ["click", "auxclick", "submit"])
  addEventListener(kind, (event) => {
    if (kind === "submit" || event.target.closest("a, button, input[type=submit]")) event.preventDefault();
  }, true);
parent.postMessage("ready", "*");
