/** The form customiser: columns into sections and tabs, by drag, by buttons and by keyboard; then publish. */

import {
  Button, Field, Input, makeStyles, mergeClasses, MessageBar, MessageBarBody, SearchBox, Tab, TabList, Text, tokens,
} from "@fluentui/react-components";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type DragEvent, type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../../api/http";
import { type Column, type Detailed, useEntity } from "../../api/metadata";
import { type Form, formQuery, inWords, type Layout, publish } from "../../record/layout";
import { Unsaved } from "../../record/Unsaved";
import { Ask } from "../../shell/Ask";
import { AddIcon, DownIcon, DragIcon, RemoveIcon, UpIcon } from "../../shell/icons";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { StepButtons } from "../../shell/StepButtons";
import { useSteps } from "../../shell/steps";
import { SectionRoles } from "./SectionRoles";
import { addSection, addTab, changeSection, changeTab, find, moveSection, put, removeSection, removeTab, step, without } from "./arrange";

const DRAGGED = "application/x-assent-column";

const useStyles = makeStyles({
  columns: { display: "grid", gridTemplateColumns: "260px minmax(0, 1fr)", gap: tokens.spacingHorizontalXL, "@media (max-width: 900px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  palette: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, maxHeight: "70vh", overflow: "auto" },
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  column: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalXS, padding: `2px ${tokens.spacingHorizontalS}`, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground1, cursor: "grab" },
  name: { flexGrow: 1, minWidth: 0, overflowWrap: "anywhere" },
  sections: { display: "grid", gap: tokens.spacingHorizontalL, gridTemplateColumns: "repeat(auto-fill, minmax(min(300px, 100%), 1fr))", alignItems: "start" },
  section: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, padding: tokens.spacingHorizontalM, border: `1px dashed ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusMedium, minHeight: "120px" },
  over: { outline: `2px solid ${tokens.colorBrandStroke1}` },
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "end" },
});

export default function FormPage() {
  const { entity: name = "" } = useParams({ strict: false });
  const entity = useEntity(name);
  const { data: form } = useSuspenseQuery(formQuery(entity));
  return <Customiser key={name} entity={entity} form={form} />;
}

function Customiser({ entity, form: there }: { entity: Detailed; form: Form }) {
  const styles = useStyles();
  const { t, i18n } = useTranslation("customise");
  const client = useQueryClient();
  const notices = useNotices();
  // The form that the work began with; what others publish meanwhile is asked about.
  const [form, setForm] = useState(there);
  const [theirs, setTheirs] = useState<Form | null>(null);
  const steps = useSteps(form.layout);
  const { now: layout, set: change, reset } = steps;
  const [tab, setTab] = useState(0);
  const [text, setText] = useState("");
  const dirty = layout !== form.layout;
  useEffect(() => {
    if (dirty || there === form) return;
    setForm(there);
    reset(there.layout);
  }, [there, form, dirty, reset]);
  const publishing = useMutation({
    mutationFn: async ({ layout, over }: { layout: Layout | null; over: Form }) => {
      await publish(entity, over, layout);
      return client.fetchQuery({ ...formQuery(entity), staleTime: 0 });
    },
    onSuccess: (fresh, { layout }) => {
      setTheirs(null);
      setForm(fresh);
      reset(fresh.layout);
      notices.done(t(layout ? "published" : "productBack"));
    },
    onError: async (error) => {
      if (!(error instanceof ApiError && (error.isStale || error.status === 404))) return notices.failed(error);
      try {
        setTheirs(await client.fetchQuery({ ...formQuery(entity), staleTime: 0 }));
      } catch (error) {
        notices.failed(error);
      }
    },
  });
  const current = layout.tabs[Math.min(tab, layout.tabs.length - 1)];
  const at = Math.min(tab, layout.tabs.length - 1);
  const free = entity.columns
    .filter((it) => !find(layout, it.name) && it.name !== entity.key && `${it.label} ${it.name}`.toLowerCase().includes(text.toLowerCase()))
    .sort((one, other) => one.label.localeCompare(other.label));
  const append = (column: string) =>
    change(put(layout, column, { tab: at, section: 0, at: current?.sections[0]?.columns.length ?? 0 }));
  const words = (label: Record<string, string>, value: string) => ({ ...label, [i18n.language]: value });
  return (
    <Page
      title={t("title", { entity: entity.label })}
      above={<Text size={200}><Link to={`/entities/${entity.name}`}>{entity.label}</Link></Text>}
      commands={
        <>
          <StepButtons steps={steps} locked={false} />
          {form.own && <Button disabled={publishing.isPending} onClick={() => publishing.mutate({ layout: null, over: form })}>{t("product")}</Button>}
          <Button appearance="primary" disabled={!dirty || publishing.isPending} onClick={() => publishing.mutate({ layout, over: form })}>{t("publish")}</Button>
        </>
      }
    >
      {form.own && <MessageBar><MessageBarBody>{t("isOwn")}</MessageBarBody></MessageBar>}
      <div className={styles.columns}>
        <section
          className={styles.palette}
          aria-label={t("free")}
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            const column = event.dataTransfer.getData(DRAGGED);
            if (column) change(without(layout, column));
          }}
        >
          <Text as="h2" weight="semibold">{t("free")}</Text>
          <SearchBox value={text} placeholder={t("list.findColumn")} aria-label={t("list.findColumn")} onChange={(_, { value }) => setText(value)} />
          <ul className={styles.list}>
            {free.map((it) => (
              <Draggable key={it.name} column={it}>
                <Button size="small" appearance="subtle" icon={<AddIcon />} aria-label={t("put", { column: it.label })} onClick={() => append(it.name)} />
              </Draggable>
            ))}
          </ul>
        </section>
        <div>
          <div className={styles.bar}>
            <TabList selectedValue={at} onTabSelect={(_, { value }) => setTab(Number(value))}>
              {layout.tabs.map((it, at) => <Tab key={at} value={at}>{inWords(it.label) || t("tab", { number: at + 1 })}</Tab>)}
            </TabList>
            <Button size="small" icon={<AddIcon />} onClick={() => { change(addTab(layout)); setTab(layout.tabs.length); }}>{t("addTab")}</Button>
          </div>
          {current && (
            <>
              <div className={styles.bar}>
                <Field label={t("tabName")} size="small">
                  <Input value={current.label[i18n.language] ?? ""} placeholder={inWords(current.label)} onChange={(_, { value }) => change(changeTab(layout, at, { label: words(current.label, value) }))} />
                </Field>
                <Button size="small" icon={<AddIcon />} onClick={() => change(addSection(layout, at))}>{t("addSection")}</Button>
                {layout.tabs.length > 1 && <Button size="small" onClick={() => { change(removeTab(layout, at)); setTab(0); }}>{t("removeTab")}</Button>}
              </div>
              <div className={styles.sections} style={{ marginTop: 12 }}>
                {current.sections.map((section, place) => (
                  <SectionBox
                    key={place}
                    entity={entity}
                    label={inWords(section.label) || t("section", { number: place + 1 })}
                    columns={section.columns}
                    onDrop={(column, to) => change(put(layout, column, { tab: at, section: place, at: to }))}
                    onStep={(column, down) => change(step(layout, column, down))}
                    onRemove={(column) => change(without(layout, column))}
                  >
                    <div className={styles.bar}>
                      <Field label={t("sectionName")} size="small">
                        <Input value={section.label[i18n.language] ?? ""} placeholder={inWords(section.label)} onChange={(_, { value }) => change(changeSection(layout, at, place, { label: words(section.label, value) }))} />
                      </Field>
                      <SectionRoles roles={section.roles ?? []} onChange={(roles) => change(changeSection(layout, at, place, { roles }))} />
                      <Button size="small" appearance="subtle" icon={<UpIcon />} aria-label={t("sectionUp")} disabled={place === 0} onClick={() => change(moveSection(layout, at, place, false))} />
                      <Button size="small" appearance="subtle" icon={<DownIcon />} aria-label={t("sectionDown")} disabled={place === current.sections.length - 1} onClick={() => change(moveSection(layout, at, place, true))} />
                      <Button size="small" appearance="subtle" icon={<RemoveIcon />} aria-label={t("removeSection")} onClick={() => change(removeSection(layout, at, place))} />
                    </div>
                  </SectionBox>
                ))}
              </div>
            </>
          )}
        </div>
      </div>
      <Unsaved dirty={dirty} />
      <Ask open={theirs !== null} title={t("conflict.title")} yes={t("publishOver")} busy={publishing.isPending} onYes={() => theirs && publishing.mutate({ layout, over: theirs })} onNo={() => setTheirs(null)}>
        {t("overtaken")}
      </Ask>
    </Page>
  );
}

function SectionBox({ entity, label, columns, children, onDrop, onStep, onRemove }: {
  entity: Detailed;
  label: string;
  columns: string[];
  children: ReactNode;
  onDrop(column: string, at: number): void;
  onStep(column: string, down: boolean): void;
  onRemove(column: string): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("customise");
  const [over, setOver] = useState(false);
  const dropped = (event: DragEvent, at: number) => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    const column = event.dataTransfer.getData(DRAGGED);
    if (column) onDrop(column, at);
  };
  return (
    <section
      aria-label={label}
      className={mergeClasses(styles.section, over && styles.over)}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => dropped(event, columns.length)}
    >
      {children}
      <ul className={styles.list}>
        {columns.map((name, at) => {
          const column = entity.column(name);
          if (!column) return null;
          return (
            <Draggable key={name} column={column} onDrop={(event) => dropped(event, at)}>
              <Button size="small" appearance="subtle" icon={<UpIcon />} aria-label={t("up", { column: column.label })} onClick={() => onStep(name, false)} />
              <Button size="small" appearance="subtle" icon={<DownIcon />} aria-label={t("down", { column: column.label })} onClick={() => onStep(name, true)} />
              <Button size="small" appearance="subtle" icon={<RemoveIcon />} aria-label={t("take", { column: column.label })} onClick={() => onRemove(name)} />
            </Draggable>
          );
        })}
      </ul>
    </section>
  );
}

function Draggable({ column, children, onDrop }: { column: Column; children: ReactNode; onDrop?: (event: DragEvent) => void }) {
  const styles = useStyles();
  return (
    <li
      className={styles.column}
      draggable
      title={column.name}
      onDragStart={(event) => event.dataTransfer.setData(DRAGGED, column.name)}
      {...(onDrop ? { onDrop } : {})}
    >
      <DragIcon width={16} />
      <span className={styles.name}>{column.label}</span>
      {children}
    </li>
  );
}
