/** What can be said of what is chosen: a block, a section, or the whole mail. */

import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, Radio, RadioGroup, Select, SpinButton, Switch, Text, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import type { Found } from "../design/operations";
import type { Acts } from "./Blocks";
import { ConditionInput } from "./ConditionInput";
import { type Align, type Block, change, type Content, type Design, find, layOut, type Look, type Section } from "./model";
import { BlockPicture } from "./BlockPicture";
import { useMedium } from "./medium";
import { RichText } from "./RichText";
import { TextField } from "./TextField";

const useStyles = makeStyles({
  heading: { margin: 0 },
  panel: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, border: "none", margin: 0, padding: 0, minWidth: 0 },
  buttons: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  colour: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "center" },
  swatch: { width: "40px", height: "32px", padding: 0, border: `1px solid ${tokens.colorNeutralStrokeAccessible}`, borderRadius: tokens.borderRadiusMedium, backgroundColor: "transparent" },
});

export function Properties({ design, selected, problem, locked, confirmation, acts, onSection }: {
  design: Design;
  selected: string | null;
  problem: Found | undefined;
  locked: boolean;
  confirmation: boolean;
  acts: Acts;
  onSection(id: string, to: (section: Section) => Section, about?: string): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const medium = useMedium();
  const block = selected ? find(design, selected)?.block : undefined;
  const at = design.sections.findIndex((it) => it.id === selected);
  const section = design.sections[at];
  const title = block ? t(`kind.${block.kind}`) : section ? t("section", { number: at + 1 }) : t("wholeMail", { context: medium });
  const id = block?.id ?? section?.id;
  return (
    <fieldset className={styles.panel} disabled={locked} aria-labelledby="properties">
      <Text as="h2" id="properties" weight="semibold" block className={styles.heading}>{title}</Text>
      {problem && <MessageBar intent={problem.warning ? "warning" : "error"} layout="multiline"><MessageBarBody>{problem.text}</MessageBarBody></MessageBar>}
      {block && (
        <BlockProperties
          block={block}
          locked={locked}
          confirmation={confirmation}
          onChange={(to, about) => acts.change((it) => change(it, block.id, (one) => ({ ...one, ...to }) as Block), `${block.id} ${about}`)}
        />
      )}
      {section && <SectionProperties section={section} look={design.look} onChange={(to, about) => onSection(section.id, to, about)} />}
      {!block && !section && <LookProperties look={design.look} onChange={(to, about) => acts.change((it) => ({ ...it, look: { ...it.look, ...to } }), `look ${about}`)} />}
      {id && !locked && (
        <div className={styles.buttons}>
          <Button size="small" onClick={() => acts.step(id, -1)}>{t("moveUp")}</Button>
          <Button size="small" onClick={() => acts.step(id, 1)}>{t("moveDown")}</Button>
          <Button size="small" onClick={() => acts.duplicate(id)}>{t("duplicate")}</Button>
          <Button size="small" onClick={() => acts.remove(id)}>{t("remove")}</Button>
        </div>
      )}
    </fieldset>
  );
}

type Change = (to: Partial<Extract<Content, { kind: string }>> | Record<string, unknown>, about: string) => void;

function BlockProperties({ block, locked, confirmation, onChange }: { block: Block; locked: boolean; confirmation: boolean; onChange: Change }) {
  const { t } = useTranslation("email");
  const medium = useMedium();
  const text = (name: string, value: string, label: string, more: { lines?: number; hint?: string } = {}) => (
    <TextField label={label} value={value} confirmation={confirmation} onChange={(it) => onChange({ [name]: it }, name)} {...more} />
  );
  const align = "align" in block || ["heading", "text", "button", "image", "footer"].includes(block.kind);
  return (
    <>
      {block.kind === "heading" && (
        <>
          {text("text", block.text, t("text"), { lines: 2 })}
          <Field label={t("level")}>
            <Select value={String(block.level)} onChange={(_, { value }) => onChange({ level: Number(value) }, "level")}>
              {[1, 2, 3].map((it) => <option key={it} value={it}>{t(`levels.${it}`)}</option>)}
            </Select>
          </Field>
        </>
      )}
      {block.kind === "text" && (
        <RichText label={t("text")} value={block.paragraphs} confirmation={confirmation} disabled={locked} onChange={(paragraphs) => onChange({ paragraphs }, "text")} />
      )}
      {block.kind === "button" && (
        <>
          {text("text", block.text, t("text"))}
          {text("link", block.link, t("link"), { hint: t("linkHint") })}
        </>
      )}
      {block.kind === "image" && (
        <>
          <BlockPicture block={block} onChange={onChange} />
          <Switch label={t("decorative")} checked={block.decorative ?? false} onChange={(_, { checked }) => onChange({ decorative: checked }, "decorative")} />
          {!block.decorative && text("alt", block.alt, t("alt"), { hint: t("altHint") })}
          <Field label={t("width")} hint={t("widthHint")}>
            <Input type="number" min={1} max={900} value={block.width ? String(block.width) : ""} onChange={(_, { value }) => onChange({ width: value ? Math.min(900, Math.max(1, Math.round(Number(value)))) : undefined }, "width")} />
          </Field>
          {text("link", block.link ?? "", t("linkOptional"), { hint: t("linkHint") })}
        </>
      )}
      {block.kind === "form" && <Text size={200}>{t("formNote")}</Text>}
      {block.kind === "spacer" && (
        <Field label={t("height")}>
          <SpinButton min={1} max={400} value={block.height} onChange={(_, { value, displayValue }) => onChange({ height: Math.min(400, Math.max(1, value ?? (Number(displayValue) || 24))) }, "height")} />
        </Field>
      )}
      {block.kind === "footer" && (
        <>
          {text("text", block.text, t("footer.text"), { lines: 3 })}
          <Text size={200}>{t("footer.always")}</Text>
          <Field label={t("footer.center")} hint={t("footer.centerHint")}>
            <Input value={block.center} onChange={(_, { value }) => onChange({ center: value }, "center")} />
          </Field>
          <Field label={t("footer.forward")} hint={t("footer.forwardHint")}>
            <Input value={block.forward} onChange={(_, { value }) => onChange({ forward: value }, "forward")} />
          </Field>
        </>
      )}
      {align && (
        <Field label={t("align")}>
          <RadioGroup layout="horizontal" value={("align" in block && block.align) || "left"} onChange={(_, { value }) => onChange({ align: value as Align }, "align")}>
            {(["left", "center", "right"] as const).map((it) => <Radio key={it} value={it} label={t(`aligns.${it}`)} />)}
          </RadioGroup>
        </Field>
      )}
      {medium === "mail" && <ConditionInput condition={block.onlyIf} onChange={(onlyIf) => onChange({ onlyIf }, "condition")} />}
    </>
  );
}

function SectionProperties({ section, look, onChange }: {
  section: Section;
  look: Look;
  onChange(to: (section: Section) => Section, about?: string): void;
}) {
  const { t } = useTranslation("email");
  const medium = useMedium();
  return (
    <>
      <Field label={t("columns")} hint={t("columnsHint")}>
        <RadioGroup layout="horizontal" value={String(section.columns.length)} onChange={(_, { value }) => onChange((it) => layOut(it, Number(value)))}>
          {[1, 2, 3].map((it) => <Radio key={it} value={String(it)} label={String(it)} />)}
        </RadioGroup>
      </Field>
      <Colour
        label={t("background")}
        value={section.background ?? look.surface}
        onChange={(background) => onChange((it) => ({ ...it, background }), `${section.id} background`)}
      />
      {section.background && (
        <Button size="small" onClick={() => onChange(({ background: _, ...rest }) => rest)}>{t("asMail", { context: medium })}</Button>
      )}
    </>
  );
}

function LookProperties({ look, onChange }: { look: Look; onChange(to: Partial<Look>, about: string): void }) {
  const { t } = useTranslation("email");
  const medium = useMedium();
  return (
    <>
      <Field label={t("mailWidth", { context: medium })}>
        <SpinButton min={320} max={900} step={20} value={look.width} onChange={(_, { value, displayValue }) => onChange({ width: Math.min(900, Math.max(320, value ?? (Number(displayValue) || 600))) }, "width")} />
      </Field>
      <Field label={t("font")}>
        <Select value={look.font} onChange={(_, { value }) => onChange({ font: value as Look["font"] }, "font")}>
          {(["sans", "serif", "mono"] as const).map((it) => <option key={it} value={it}>{t(`fonts.${it}`)}</option>)}
        </Select>
      </Field>
      {(["text", "accent", "surface", "page"] as const).map((it) => (
        <Colour key={it} label={t(`colour.${it}`, { context: medium })} value={look[it]} onChange={(value) => onChange({ [it]: value }, it)} />
      ))}
      {medium === "mail" && <Text size={200}>{t("darkNote")}</Text>}
    </>
  );
}

function Colour({ label, value, onChange }: { label: string; value: string; onChange(value: string): void }) {
  const styles = useStyles();
  return (
    <Field label={label}>
      {(control) => (
        <div className={styles.colour}>
          <input {...control} type="color" className={styles.swatch} value={value} onChange={(event) => onChange(event.target.value)} />
          <Text font="monospace">{value}</Text>
        </div>
      )}
    </Field>
  );
}
