/** The editor of a text: bold, italic, links and lists, and expressions. Ctrl+B, Ctrl+I and Ctrl+K work. */

import { Button, Field, Input, makeStyles, mergeClasses, Popover, PopoverSurface, Toolbar, ToolbarButton, ToolbarDivider, tokens } from "@fluentui/react-components";
import { type ClipboardEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Expressions } from "./Expressions";
import { useMedium } from "./medium";
import type { Paragraph } from "./model";
import { draw, take } from "./richtext";

const useStyles = makeStyles({
  text: {
    minHeight: "7em", padding: tokens.spacingHorizontalS, border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
    borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground1, overflowWrap: "anywhere",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "1px" },
    "& p": { margin: "0 0 0.6em" },
    "& ul, & ol": { margin: "0 0 0.6em", paddingLeft: "1.5em" },
  },
  bar: { flexWrap: "wrap", paddingLeft: 0, paddingRight: 0 },
  link: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  tool: { minWidth: "32px" },
  bold: { fontWeight: tokens.fontWeightBold },
  italic: { fontStyle: "italic" },
});

export function RichText({ label, value, confirmation, disabled, onChange }: {
  label: string;
  value: Paragraph[];
  confirmation: boolean;
  disabled: boolean;
  onChange(value: Paragraph[]): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const medium = useMedium();
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef("");
  const range = useRef<Range | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const text = JSON.stringify(value);
  useLayoutEffect(() => {
    // What came from the editor itself is there already; drawing it again would move the cursor.
    if (!box.current || shown.current === text) return;
    box.current.replaceChildren(draw(value, document));
    shown.current = text;
  });
  const told = () => {
    if (!box.current) return;
    const now = take(box.current);
    shown.current = JSON.stringify(now);
    onChange(now);
  };
  /** The browser's own commands keep its own way back. */
  const command = (name: string, argument?: string) => {
    const selection = getSelection();
    const inside = selection !== null && box.current !== null && document.activeElement === box.current && box.current.contains(selection.anchorNode);
    if (!inside) {
      box.current?.focus();
      // A dialog took the cursor away.
      if (range.current) {
        selection?.removeAllRanges();
        selection?.addRange(range.current);
      }
    }
    document.execCommand(name, false, argument);
    told();
  };
  const remember = () => {
    const selection = getSelection();
    if (selection?.rangeCount && box.current?.contains(selection.anchorNode)) range.current = selection.getRangeAt(0).cloneRange();
  };
  const askLink = () => {
    remember();
    const node = range.current?.startContainer;
    const at = (node instanceof Element ? node : node?.parentElement)?.closest("a");
    setLink(at?.getAttribute("href") ?? "https://");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    askLink();
  };
  const onPaste = (event: ClipboardEvent) => {
    event.preventDefault();
    const html = event.clipboardData.getData("text/html");
    if (!html) return document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
    const page = new DOMParser().parseFromString(html, "text/html");
    const holder = document.createElement("div");
    holder.append(draw(take(page.body), document));
    document.execCommand("insertHTML", false, holder.innerHTML);
  };
  const mark = (name: string, word: string, className?: string) => (
    <ToolbarButton aria-label={t(`rich.${name}`)} title={t(`rich.${name}`)} className={mergeClasses(styles.tool, className)} onMouseDown={(it) => it.preventDefault()} onClick={() => command(name)}>
      {word}
    </ToolbarButton>
  );
  return (
    <Field label={label}>
      <div>
        {!disabled && <Toolbar size="small" className={styles.bar} aria-label={t("rich.bar")}>
          {mark("bold", "B", styles.bold)}
          {mark("italic", "I", styles.italic)}
          <ToolbarDivider />
          {mark("insertUnorderedList", "•")}
          {mark("insertOrderedList", "1.")}
          <ToolbarDivider />
          <Popover open={link !== null} trapFocus positioning={{ target: box.current, position: "below" }} onOpenChange={(_, { open }) => { if (!open) setLink(null); }}>
            <ToolbarButton className={styles.tool} onMouseDown={(it) => it.preventDefault()} onClick={askLink}>{t("rich.link")}</ToolbarButton>
            <PopoverSurface className={styles.link}>
              <Field label={t("link")} hint={t("linkHint")}>
                <Input value={link ?? ""} onChange={(_, { value }) => setLink(value)} />
              </Field>
              <Button appearance="primary" disabled={!link?.trim()} onClick={() => { const to = link?.trim() ?? ""; setLink(null); setTimeout(() => command("createLink", to)); }}>
                {t("apply")}
              </Button>
              <Button onClick={() => { setLink(null); setTimeout(() => command("unlink")); }}>{t("rich.noLink")}</Button>
            </PopoverSurface>
          </Popover>
          {medium === "mail" && <Expressions confirmation={confirmation} onOpen={remember} onPick={(it) => setTimeout(() => command("insertText", it))} />}
        </Toolbar>}
        <div
          ref={box}
          className={styles.text}
          role="textbox"
          aria-multiline="true"
          aria-label={label}
          contentEditable={!disabled}
          aria-disabled={disabled}
          tabIndex={0}
          suppressContentEditableWarning
          onInput={told}
          onBlur={remember}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
      </div>
    </Field>
  );
}
