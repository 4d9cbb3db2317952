/**
 * The elements of a form in order, much as visitors see them. One is moved by dragging, by its buttons, or with Alt and
 * the arrows; Delete takes it away.
 */

import { Button, makeStyles, mergeClasses, Text, tokens } from "@fluentui/react-components";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEntity } from "../../api/metadata";
import { AddIcon, DownIcon, RemoveIcon, UpIcon } from "../../shell/icons";
import { useNotices } from "../../shell/notices";
import { AddField } from "./AddField";
import { ElementProperties } from "./ElementProperties";
import { ElementView } from "./ElementView";
import { ALLOWED, CONSENT, type Element, KIND, type Kind, newElement, ONCE, type Stored, wordOf, type Work } from "./model";

const DRAGGED = "application/x-assent-element";

const useStyles = makeStyles({
  wording: { whiteSpace: "pre-line", marginBottom: tokens.spacingVerticalS },
  grid: {
    display: "grid", gap: tokens.spacingHorizontalL, alignItems: "start", gridTemplateColumns: "minmax(160px, 200px) minmax(0, 1fr) minmax(250px, 320px)",
    "@media (max-width: 1100px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  side: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS, position: "sticky", top: "70px", maxHeight: "calc(100vh - 90px)", overflowY: "auto", padding: "2px", "@media (max-width: 1100px)": { position: "static", maxHeight: "none" } },
  add: { justifyContent: "start" },
  heading: { margin: 0 },
  sheet: { backgroundColor: tokens.colorNeutralBackground1, border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusMedium, padding: tokens.spacingHorizontalXL, maxWidth: "640px", width: "100%", margin: "0 auto", listStyleType: "none" },
  item: { position: "relative", padding: tokens.spacingHorizontalS, borderRadius: tokens.borderRadiusSmall, ":hover": { outline: `1px dashed ${tokens.colorNeutralStrokeAccessible}` }, ":focus-visible": { outline: `3px solid ${tokens.colorBrandStroke1}` } },
  chosen: { outline: `2px solid ${tokens.colorBrandStroke1}`, ":hover": { outline: `2px solid ${tokens.colorBrandStroke1}` } },
  over: { boxShadow: `inset 0 4px 0 ${tokens.colorBrandBackground}` },
  bar: { position: "absolute", right: "4px", top: "-14px", zIndex: 2, display: "flex", backgroundColor: tokens.colorNeutralBackground1, borderRadius: tokens.borderRadiusMedium, boxShadow: tokens.shadow8 },
  vacant: { textAlign: "center", padding: tokens.spacingVerticalXL },
});

export function Elements({ work, stored, kind, wording, prefills, selected, locked, onSelect, onChange, onWording, onField }: {
  work: Work;
  stored: Stored;
  /** The type of the form. */
  kind: number;
  wording: string;
  prefills: boolean;
  selected: string | null;
  locked: boolean;
  onSelect(id: string | null): void;
  onChange(to: (work: Work) => Work, about?: string): void;
  onWording(text: string): void;
  /** A field was made. */
  onField(): Promise<unknown>;
}) {
  const styles = useStyles();
  const { t } = useTranslation("form");
  const notices = useNotices();
  const contact = useEntity("contact");
  const lead = useEntity("lead");
  const root = useRef<HTMLOListElement>(null);
  const [over, setOver] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const { elements } = work;
  const set = (to: (all: Element[]) => Element[], about = "") => onChange((it) => ({ ...it, elements: to(it.elements) }), about);
  const insert = (it: Element) => {
    const chosen = elements.findIndex((one) => one.id === selected);
    // Something new stands above the button, where the eye is.
    const button = elements.findIndex((one) => one.kind === KIND.submit);
    const at = chosen >= 0 ? chosen + 1 : it.kind !== KIND.submit && button >= 0 ? button : elements.length;
    set((all) => all.toSpliced(at, 0, it));
    onSelect(it.id);
  };
  const add = (it: Kind) => {
    if (it === KIND.field) return setAdding(true);
    const label = { [KIND.bulk]: t("begin.bulk"), [KIND.submit]: t("begin.submit"), [KIND.remember]: t("begin.remember"), [KIND.reset]: t("begin.reset"), [KIND.friends]: "" }[it as number];
    insert(newElement(it, { assent_label: it === KIND.list ? null : label || t(`kind.${wordOf(it)}`), ...(it === KIND.text ? { assent_text: t("begin.text") } : {}) },
      it === KIND.list ? { list: String(stored.lists.find((one) => !elements.some((el) => el.list === one["listid"]))?.["listid"] ?? "") || null } : {}));
  };
  const step = (id: string, by: -1 | 1) => {
    const at = elements.findIndex((it) => it.id === id);
    if (at + by < 0 || at + by >= elements.length) return;
    set((all) => all.toSpliced(at, 1).toSpliced(at + by, 0, all[at]!));
  };
  const remove = (id: string) => {
    const before = work;
    set((all) => all.filter((it) => it.id !== id));
    onSelect(null);
    notices.done(t("removed"), () => onChange(() => before));
  };
  const onKeyDown = (event: KeyboardEvent, id: string) => {
    if (event.target !== event.currentTarget) return;
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    const item = (it: string) => root.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(it)}"]`);
    if (by !== 0 && event.altKey && !locked) {
      step(id, by);
      setTimeout(() => item(id)?.focus());
    } else if (by !== 0) item(elements[elements.findIndex((it) => it.id === id) + by]?.id ?? "")?.focus();
    else if (event.key === "Enter" || event.key === " ") onSelect(id);
    else if (event.key === "Escape") onSelect(null);
    else if (event.key === "Delete" && !locked) remove(id);
    else return;
    event.preventDefault();
  };
  const drop = (dragged: string, before: string | null) =>
    set((all) => {
      const it = all.find((one) => one.id === dragged);
      if (!it || dragged === before) return all;
      const rest = all.filter((one) => one.id !== dragged);
      const at = before ? rest.findIndex((one) => one.id === before) : rest.length;
      return rest.toSpliced(at, 0, it);
    });
  const labelOf = (it: Element): string => {
    if (it.values["assent_label"] && it.kind !== KIND.text) return String(it.values["assent_label"]);
    const field = stored.fields.find((one) => one["msdyncrm_marketingformfieldid"] === it.field);
    if (field) return String(field["msdyncrm_defaultformlabel"] ?? contact.column(String(field["msdyncrm_contactmapping"]))?.label ?? lead.column(String(field["msdyncrm_leadmapping"]))?.label ?? field["msdyncrm_name"]);
    if (it.kind === KIND.list) return String(stored.lists.find((one) => one["listid"] === it.list)?.["listname"] ?? t("noList"));
    return t(`kind.${wordOf(it.kind)}`);
  };
  const chosen = elements.find((it) => it.id === selected);
  // The server puts the wording above the first question that asks, unless a text shows it.
  const asking = elements.find((it) => it.kind === KIND.list || stored.fields.find((one) => one["msdyncrm_marketingformfieldid"] === it.field)?.["msdyncrm_contactmapping"] === CONSENT);
  const byItself = wording.trim() && !elements.some((it) => it.kind === KIND.text && String(it.values["assent_text"] ?? "").includes(wording.trim()));
  return (
    <div className={styles.grid}>
      <div className={styles.side}>
        {!locked && (
          <>
            <Text as="h2" weight="semibold" block className={styles.heading}>{t("palette")}</Text>
            {(ALLOWED[kind] ?? ALLOWED[0]!).map((it) => (
              <Button key={it} size="small" className={styles.add} icon={<AddIcon />} disabled={ONCE.includes(it) && elements.some((one) => one.kind === it)} onClick={() => add(it)}>
                {t(`kind.${wordOf(it)}`)}
              </Button>
            ))}
          </>
        )}
      </div>
      <ol ref={root} className={styles.sheet} aria-label={t("elements")} aria-description={locked ? undefined : t("elementsHelp")}>
        {elements.length === 0 && <li className={styles.vacant}>{t("vacant")}</li>}
        {elements.map((it) => {
          const label = labelOf(it);
          return (
            <li
              key={it.id}
              data-id={it.id}
              tabIndex={0}
              aria-label={`${t(`kind.${wordOf(it.kind)}`)}: ${label}`}
              aria-current={selected === it.id ? "true" : undefined}
              className={mergeClasses(styles.item, selected === it.id && styles.chosen, over === it.id && styles.over)}
              onClick={() => onSelect(it.id)}
              onKeyDown={(event) => onKeyDown(event, it.id)}
              draggable={!locked}
              onDragStart={(event) => event.dataTransfer.setData(DRAGGED, it.id)}
              onDragOver={(event) => { if (!locked && event.dataTransfer.types.includes(DRAGGED)) { event.preventDefault(); setOver(it.id); } }}
              onDragLeave={() => setOver(null)}
              onDrop={(event) => { event.preventDefault(); setOver(null); drop(event.dataTransfer.getData(DRAGGED), it.id); }}
            >
              {selected === it.id && !locked && (
                <div className={styles.bar} role="toolbar" aria-label={label} onClick={(event) => event.stopPropagation()}>
                  <Button size="small" appearance="subtle" icon={<UpIcon />} aria-label={t("moveUp")} title={t("moveUp")} onClick={() => step(it.id, -1)} />
                  <Button size="small" appearance="subtle" icon={<DownIcon />} aria-label={t("moveDown")} title={t("moveDown")} onClick={() => step(it.id, 1)} />
                  <Button size="small" appearance="subtle" icon={<RemoveIcon />} aria-label={t("remove")} title={t("remove")} onClick={() => remove(it.id)} />
                </div>
              )}
              {byItself && it === asking && <Text block italic className={styles.wording}>{wording}</Text>}
              <ElementView element={it} label={label} field={stored.fields.find((one) => one["msdyncrm_marketingformfieldid"] === it.field)} />
            </li>
          );
        })}
      </ol>
      <div className={styles.side}>
        {chosen ? (
          <ElementProperties
            key={chosen.id}
            element={chosen}
            label={labelOf(chosen)}
            stored={stored}
            work={work}
            wording={wording}
            prefills={prefills}
            locked={locked}
            onValue={(name, value) => set((all) => all.map((it) => (it.id === chosen.id ? { ...it, values: { ...it.values, [name]: value } } : it)), `${chosen.id} ${name}`)}
            onList={(list) => set((all) => all.map((it) => (it.id === chosen.id ? { ...it, list } : it)))}
            onPicture={(path, alt) => set((all) => all.map((it) => (it.id === chosen.id ? { ...it, values: { ...it.values, assent_text: path, assent_label: alt || null } } : it)))}
            onPurpose={(purpose) => onChange((it) => ({ ...it, purposes: { ...it.purposes, [chosen.field ?? ""]: purpose } }), `${chosen.field} purpose`)}
            onWording={onWording}
            onShowWording={() => {
              const at = elements.findIndex((it) => it.id === chosen.id);
              set((all) => all.toSpliced(at, 0, newElement(KIND.text, { assent_label: "Text", assent_text: wording })));
            }}
          />
        ) : (
          <Text>{t("chooseOne")}</Text>
        )}
      </div>
      {adding && (
        <AddField
          stored={stored}
          used={elements.flatMap((it) => (it.field ? [it.field] : []))}
          onEnd={async (field, label, made, column) => {
            setAdding(false);
            if (!field) return;
            if (made) await onField();
            // By the address people are found; without one a submission fails.
            insert(newElement(KIND.field, { assent_label: label, ...(column === "emailaddress1" ? { assent_required: true } : {}) }, { field }));
          }}
        />
      )}
    </div>
  );
}
