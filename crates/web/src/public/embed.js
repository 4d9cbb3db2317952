// Puts a form of this site into the page. Without a script, an iframe with the same address does the same.
(() => {
  const here = document.currentScript;
  const base = new URL(here.src).origin;
  const frame = document.createElement("iframe");
  frame.src = `${base}/e/FORM`;
  frame.title = here.dataset.title || "Form";
  frame.style.cssText = "border:0;width:100%;height:40rem";
  addEventListener("message", (event) => {
    const height = event.data && event.data.assentHeight;
    if (event.source === frame.contentWindow && event.origin === base && Number.isFinite(height)) {
      frame.style.height = `${Math.min(Math.max(height, 100), 5000)}px`;
    }
  });
  here.after(frame);
})();
