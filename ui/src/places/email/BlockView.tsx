/** A block on the canvas, much as mail programs show it. The words themselves are changed beside it. */

import { makeStyles } from "@fluentui/react-components";
import type { CSSProperties, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Block, Look, Paragraph, Run } from "./model";

const useStyles = makeStyles({
  text: { padding: "8px 24px", overflowWrap: "anywhere", minHeight: "24px", "& p": { margin: "0 0 12px" }, "& ul, & ol": { margin: "0 0 12px", paddingLeft: "24px" } },
  heading: { margin: 0, lineHeight: 1.3 },
  small: { fontSize: "13px" },
  image: { maxWidth: "100%", height: "auto" },
  blank: { padding: "24px", border: "1px dashed #767676", color: "#595959", backgroundColor: "#ffffff", fontSize: "14px", textAlign: "center" },
  divider: { margin: "12px 24px", border: "none", borderTop: "1px solid #8a8a8a" },
  spacer: { backgroundImage: "repeating-linear-gradient(45deg, transparent 0 6px, rgba(128,128,128,.25) 6px 7px)" },
  link: { textDecorationLine: "underline" },
  expression: { backgroundColor: "rgba(15,84,140,.14)", borderRadius: "3px", padding: "0 2px" },
});

/** The server chooses so too. */
const on = (colour: string) => {
  const part = (at: number) => {
    const byte = parseInt(colour.slice(at, at + 2), 16) / 255;
    return byte <= 0.04045 ? byte / 12.92 : ((byte + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  return 1.05 / (luminance + 0.05) < 4.5 ? "#000000" : "#ffffff";
};

export function BlockView({ block, look, sender }: { block: Block; look: Look; sender: string }) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const align: CSSProperties = { textAlign: "align" in block ? (block.align ?? "left") : "left" };
  const link: CSSProperties = { color: look.accent };
  switch (block.kind) {
    case "heading": {
      const Tag = `h${block.level}` as const;
      return (
        <div className={styles.text} style={align}>
          <Tag className={styles.heading} style={{ fontSize: { 1: 28, 2: 22, 3: 18 }[block.level] }}><Marked text={block.text} /></Tag>
        </div>
      );
    }
    case "text":
      return <div className={styles.text} style={align}>{grouped(block.paragraphs).map((it, at) => <Group key={at} all={it} colour={look.accent} />)}</div>;
    case "button":
      return (
        <div className={styles.text} style={{ ...align, paddingTop: 12, paddingBottom: 12 }}>
          <span style={{ display: "inline-block", padding: "12px 24px", borderRadius: 4, backgroundColor: look.accent, color: on(look.accent) }}>
            <Marked text={block.text} />
          </span>
        </div>
      );
    case "image":
      return (
        <div className={styles.text} style={align}>
          {block.source ? (
            <Picture key={block.source} source={block.source} alt={block.alt} width={block.width} />
          ) : (
            <div className={styles.blank}>{t("noPicture")}</div>
          )}
        </div>
      );
    case "form":
      return <div className={styles.text}><div className={styles.blank}>{t("formHere")}</div></div>;
    case "divider":
      return <hr className={styles.divider} />;
    case "spacer":
      return <div className={styles.spacer} style={{ height: block.height }} />;
    case "footer":
      return (
        <div className={styles.text} style={align}>
          <div className={styles.small}>
            {block.text && <p><Marked text={block.text} /></p>}
            <p>{sender || t("senderGoesHere")}<br /><Marked text="{{msdyncrm_contentsettings.msdyncrm_addressmain}}" /></p>
            {block.center && <p><span className={styles.link} style={link}>{block.center}</span></p>}
            {block.forward && <p><span className={styles.link} style={link}>{block.forward}</span></p>}
          </div>
        </div>
      );
  }
}

/** The page's policy lets no picture of another site in; the look of the mail, in its frame, shows it. */
function Picture({ source, alt, width }: { source: string; alt: string; width: number | undefined }) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  if (source.startsWith("/") && !source.startsWith("//")) return <img className={styles.image} src={source} alt={alt} style={width ? { width } : {}} />;
  return <div className={styles.blank}>{t("pictureOf", { alt: alt || "…", source: source.replace(/^https?:\/\//, "") })}</div>;
}

const grouped = (paragraphs: Paragraph[]): Paragraph[][] =>
  paragraphs.reduce<Paragraph[][]>((all, it) => {
    const last = all.at(-1);
    if (last && it.list && last[0]?.list === it.list) last.push(it);
    else all.push([it]);
    return all;
  }, []);

function Group({ all, colour }: { all: Paragraph[]; colour: string }) {
  const list = all[0]?.list;
  if (!list) return <p><Runs runs={all[0]?.runs ?? []} colour={colour} /></p>;
  const items = all.map((it, at) => <li key={at}><Runs runs={it.runs} colour={colour} /></li>);
  return list === "bullet" ? <ul>{items}</ul> : <ol>{items}</ol>;
}

function Runs({ runs, colour }: { runs: Run[]; colour: string }) {
  const styles = useStyles();
  return runs.map((run, at) => {
    let it: ReactNode = <Marked text={run.text} />;
    if (run.bold) it = <b>{it}</b>;
    if (run.italic) it = <i>{it}</i>;
    if (run.link) it = <span className={styles.link} style={{ color: colour }} title={run.link}>{it}</span>;
    return <span key={at}>{it}</span>;
  });
}

/** A text in which expressions stand out. */
function Marked({ text }: { text: string }) {
  const styles = useStyles();
  return text.split(/(\{\{.*?\}\})/).map((part, at) =>
    part.startsWith("{{") ? (
      <span key={at} className={styles.expression}>{part}</span>
    ) : (
      part.split("\n").map((line, number) => <span key={`${at} ${number}`}>{number > 0 && <br />}{line}</span>)
    ),
  );
}
