/** Where the focus goes when a dialog closes that no trigger of Fluent opened: back to where it was. */

import { useLayoutEffect } from "react";

/** So many frames a dialog has for leaving the page. */
const FRAMES = 60;

export function useFocusBack(open: boolean) {
  useLayoutEffect(() => {
    const before = open ? document.activeElement : null;
    return before instanceof HTMLElement ? () => giveBack(before) : undefined;
  }, [open]);
}

/** The dialog lets go of the focus when it leaves the page, a moment later; what took the focus meanwhile keeps it. */
function giveBack(before: HTMLElement, frames = FRAMES) {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) before.focus();
    else if (frames > 0 && document.activeElement?.closest("[role=dialog], [role=alertdialog]")) giveBack(before, frames - 1);
  });
}
