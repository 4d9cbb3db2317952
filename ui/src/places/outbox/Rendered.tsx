/**
 * The HTML part of a mail as a mail program shows it, in a frame without scripts and forms.
 *
 * The policy of our page lets no style of somebody else in, so what the mail says about its looks is set element by
 * element once it stands; pictures from elsewhere stay away, and so does the one that counts openings.
 */

import { makeStyles, tokens } from "@fluentui/react-components";
import { useRef, useState } from "react";

const useStyles = makeStyles({
  frame: {
    width: "100%",
    minHeight: "320px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    // Mails are written for white paper.
    backgroundColor: "#fff",
    colorScheme: "light",
  },
});

const LAID_ASIDE = "data-laid-aside";

/** The text of the frame: links open beside us, styles wait. */
function prepared(html: string): string {
  let text = html.replaceAll(/<img\b[^>]*\bsrc=["'][^"']*\/o\/[^>]*>/gi, "");
  // An element may have its style behind other attributes, so each is looked for again until none is left.
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replaceAll(/(<[a-z][^<>]*?)\sstyle=/gi, `$1 ${LAID_ASIDE}=`);
  }
  return `<base target="_blank">${text.replaceAll(/<style\b/gi, `<style nonce="${nonce}"`)}`;
}

const nonce = document.querySelector<HTMLMetaElement>('meta[name="nonce"]')?.content ?? "";

export function Rendered({ html, title }: { html: string; title: string }) {
  const styles = useStyles();
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(320);
  const dress = () => {
    const inside = frame.current?.contentDocument;
    if (!inside) return;
    for (const it of inside.querySelectorAll<HTMLElement>(`[${LAID_ASIDE}]`)) it.style.cssText = it.getAttribute(LAID_ASIDE) ?? "";
    inside.querySelectorAll("a").forEach((it) => it.setAttribute("rel", "noopener noreferrer"));
    setHeight(Math.min(1_600, Math.max(320, inside.documentElement.scrollHeight + 16)));
  };
  return (
    <iframe
      ref={frame}
      className={styles.frame}
      style={{ height }}
      title={title}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      srcDoc={prepared(html)}
      onLoad={dress}
    />
  );
}
