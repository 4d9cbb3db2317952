/** HTML as its readers see it, in a frame without an origin: nothing in it runs, leads away or is sent. */

import { makeStyles, ToggleButton, tokens } from "@fluentui/react-components";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "end" },
  choice: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  stage: {
    display: "flex", justifyContent: "center", padding: tokens.spacingVerticalM, overflow: "auto", flexGrow: 1,
    backgroundColor: tokens.colorNeutralBackground4, borderRadius: tokens.borderRadiusMedium,
  },
  frame: {
    border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusMedium, width: "100%",
    height: "70vh", minHeight: "420px", transitionProperty: "max-width", transitionDuration: tokens.durationNormal,
  },
});

const WIDTHS = { desktop: 760, phone: 375 } as const;

export function ShownFrame({ html, title, dark: offersDark, children }: {
  html: string;
  title: string;
  /** Whether it can be looked at on a dark screen. */
  dark?: boolean;
  children?: ReactNode;
}) {
  const styles = useStyles();
  const { t } = useTranslation("design");
  const frame = useRef<HTMLIFrameElement>(null);
  const [ready, setReady] = useState(0);
  const [width, setWidth] = useState<keyof typeof WIDTHS>("desktop");
  const [dark, setDark] = useState(false);
  useEffect(() => {
    const onMessage = (event: MessageEvent) => {
      if (event.source === frame.current?.contentWindow && event.data === "ready") setReady((it) => it + 1);
    };
    addEventListener("message", onMessage);
    return () => removeEventListener("message", onMessage);
  }, []);
  useEffect(() => {
    // The frame has no origin that could be named.
    if (ready) frame.current?.contentWindow?.postMessage({ html, dark }, "*");
  }, [ready, html, dark]);
  return (
    <>
      <div className={styles.bar}>
        {children}
        <div className={styles.choice}>
          {(["desktop", "phone"] as const).map((it) => (
            <ToggleButton key={it} checked={width === it} onClick={() => setWidth(it)}>{t(`frame.${it}`)}</ToggleButton>
          ))}
          {offersDark && <ToggleButton checked={dark} onClick={() => setDark(!dark)}>{t("frame.dark")}</ToggleButton>}
        </div>
      </div>
      <div className={styles.stage}>
        <iframe
          ref={frame}
          className={styles.frame}
          src="/preview"
          sandbox="allow-scripts"
          title={title}
          style={{ maxWidth: WIDTHS[width], backgroundColor: "#ffffff", colorScheme: "light" }}
        />
      </div>
    </>
  );
}
