// Tells the page around this frame how high the form is; nothing else.
(() => {
  const tell = () => parent.postMessage({ assentHeight: document.documentElement.scrollHeight + 16 }, "*");
  new ResizeObserver(tell).observe(document.body);
})();
