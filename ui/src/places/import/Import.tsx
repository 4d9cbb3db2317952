/**
 * Bringing a file in: choose it, say what its columns are, try it, import it. Nothing happens to records before the last
 * step, and the last step can be taken back.
 */

import {
  Button, Checkbox, Field, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Input, ProgressBar, Select, Text, tokens,
} from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type DragEvent, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "../../api/http";
import { type Detailed, useEntities, useEntity } from "../../api/metadata";
import { count, rows as rowsOfSet } from "../../api/row";
import { may, useSession } from "../../api/session";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Problem } from "../../shell/state";
import { Section } from "../settings/Section";
import { Batches, type Undone, useUndo, WasUndone } from "./Batches";
import { guess } from "./guess";
import { lay, type Mapping, print } from "./mapping";
import { MappingTable } from "./MappingTable";
import { Matching } from "./Matching";
import { Report } from "./Report";
import { type Report as Of, run } from "./run";
import { type Chosen, linesOf, read, rowsOf } from "./table";

const useStyles = makeStyles({
  line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
  drop: {
    display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, alignItems: "center", textAlign: "center",
    border: `2px dashed ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusLarge, padding: tokens.spacingVerticalXXL,
  },
  over: { border: `2px dashed ${tokens.colorBrandStroke1}`, backgroundColor: tokens.colorBrandBackground2 },
});

/** So many rows are looked at for samples and words. */
const LOOKED = 5_000;

export default function Import() {
  const { t } = useTranslation("import");
  const session = useSession();
  const entities = useEntities();
  const [entity, setEntity] = useState("contact");
  const [file, setFile] = useState<Chosen | null>(null);
  const possible = [...entities.values()]
    .filter((it) => !it.intersect && it.primaryName && (["Create", "Read", "Write"] as const).every((privilege) => may(session, privilege, it.name)))
    .sort((one, other) => one.plural.localeCompare(other.plural));
  return (
    <Page title={t("title")}>
      <Text>{t("about")}</Text>
      <Section title={t("choose.title")} wide>
        <Choose file={file} onChoose={setFile} />
        {file && (
          <Field label={t("choose.entity")} style={{ maxWidth: 360 }}>
            <Select value={entity} onChange={(_, { value }) => setEntity(value)}>
              {possible.map((it) => <option key={it.name} value={it.name}>{it.plural}</option>)}
            </Select>
          </Field>
        )}
      </Section>
      {file && <Steps key={`${entity} ${file.name} ${file.text.length}`} name={entity} file={file} onEnd={() => setFile(null)} />}
      {may(session, "Read", "assent_importbatch") && <Batches />}
    </Page>
  );
}

function Choose({ file, onChoose }: { file: Chosen | null; onChoose(file: Chosen | null): void }) {
  const styles = useStyles();
  const { t } = useTranslation("import");
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const reading = useMutation({ mutationFn: read, onSuccess: onChoose });
  const take = (all: FileList | null | undefined) => { const it = all?.[0]; if (it) reading.mutate(it); };
  const onDrop = (event: DragEvent) => { event.preventDefault(); setOver(false); take(event.dataTransfer.files); };
  const wrong = reading.error && t([`choose.${reading.error.message}`, "choose.unreadable"]);
  return (
    <>
      <div
        className={over ? `${styles.drop} ${styles.over}` : styles.drop}
        onDragOver={(event) => { event.preventDefault(); setOver(true); }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <Text>{file ? t("choose.chosen", { name: file.name, count: linesOf(file.text), shown: count(linesOf(file.text)) }) : t("choose.drop")}</Text>
        <Button appearance={file ? "secondary" : "primary"} disabled={reading.isPending} onClick={() => input.current?.click()}>
          {reading.isPending ? t("loading") : t(file ? "choose.another" : "choose.button")}
        </Button>
        <input ref={input} type="file" hidden accept=".csv,.tsv,.txt,.xlsx,text/csv" aria-label={t("choose.button")} onChange={(event) => { take(event.target.files); event.target.value = ""; }} />
        <Text size={200}>{t("choose.limits")}</Text>
      </div>
      {wrong && <MessageBar intent="error" role="alert"><MessageBarBody>{wrong}</MessageBarBody></MessageBar>}
      {file?.note && <MessageBar intent="info"><MessageBarBody>{t(`choose.note.${file.note}`)}</MessageBarBody></MessageBar>}
    </>
  );
}

function Steps({ name, file, onEnd }: { name: string; file: Chosen; onEnd(): void }) {
  const entity = useEntity(name);
  return <Mapped entity={entity} file={file} onEnd={onEnd} />;
}

function Mapped({ entity, file, onEnd }: { entity: Detailed; file: Chosen; onEnd(): void }) {
  const styles = useStyles();
  const { t } = useTranslation("import");
  const client = useQueryClient();
  const notices = useNotices();
  const session = useSession();
  const [separator, setSeparator] = useState(file.separator);
  const rows = useMemo(() => rowsOf(file.text, separator, file.quote, LOOKED), [file, separator]);
  const [mapping, setMapping] = useState<Mapping>(() => guess(entity, file, rows.slice(0, 200)));
  const [own, setOwn] = useState<string | null>(null);
  const [progress, setProgress] = useState(0);
  const [undone, setUndone] = useState<Undone | null>(null);
  const header = mapping.header ? (rows[0] ?? []) : [];
  const below = mapping.header ? rows.slice(1) : rows;
  const text = own ?? print({ ...mapping, separator }, header);
  const total = linesOf(file.text) - (mapping.header ? 1 : 0);
  const [tried, setTried] = useState<{ text: string; report: Of } | null>(null);
  const going = useMutation({
    mutationFn: ({ dryRun }: { dryRun: boolean }) => { setProgress(0); return run({ entity: entity.name, mapping: text, data: file.data, name: file.name, dryRun }, setProgress); },
    onSuccess: async (report, { dryRun }) => {
      if (dryRun) return setTried({ text, report });
      await Promise.all([client.invalidateQueries({ queryKey: ["rows", "assent_importbatches"] }), client.invalidateQueries({ queryKey: ["list", entity.name] })]);
      notices.done(t("done.notice", { count: report.created + report.updated, shown: count(report.created + report.updated) }));
    },
  });
  const undo = useUndo();
  const done = going.data && !going.data.dry_run ? going.data : null;
  const set = (it: Mapping) => { setMapping(it); setOwn(null); };
  const used = mapping.targets.some(Boolean);
  const fresh = tried !== null && tried.text === text;
  if (done)
    return (
      <Section title={t("done.title")} wide>
        <Report report={done} file={file.name} />
        <div className={styles.line}>
          <Link to={`/list/${entity.name}`}>{t("done.look", { what: entity.plural })}</Link>
          {done.batch && !undone && (
            <Button disabled={undo.isPending} onClick={() => undo.mutate(done.batch ?? "", { onSuccess: setUndone })}>{t(undo.isPending ? "undo.running" : "batches.undo")}</Button>
          )}
          <Button appearance="primary" onClick={onEnd}>{t("done.next")}</Button>
        </div>
        {undone && <WasUndone name={file.name} entity={entity.name} undone={undone} onClose={onEnd} />}
      </Section>
    );
  return (
    <>
      <Section title={t("mapping.title")} about={t("mapping.about")} wide>
        <div className={styles.line}>
          <Field label={t("mapping.separator")}>
            <Select
              value={[",", ";", "\t", "|"].includes(separator) ? separator : "own"}
              onChange={(_, { value }) => {
                const it = value === "own" ? ":" : value;
                setSeparator(it);
                set(guess(entity, { ...file, separator: it }, rowsOf(file.text, it, file.quote, 200)));
              }}
            >
              {[[",", ", "], [";", "; "], ["\t", t("mapping.tab")], ["|", "|"]].map(([value, label]) => <option key={value} value={value}>{label}</option>)}
              <option value="own">{t("mapping.ownFormat")}</option>
            </Select>
          </Field>
          {![",", ";", "\t", "|"].includes(separator) && (
            <Field label={t("mapping.ownSeparator")}><Input value={separator} style={{ width: 80 }} onChange={(_, { value }) => value && setSeparator(value)} /></Field>
          )}
          <Checkbox label={t("mapping.header")} checked={mapping.header} onChange={(_, { checked }) => set({ ...mapping, header: checked === true })} />
          <Saved entity={entity} header={header} onUse={(text) => {
            try {
              const it = lay(text, header.length ? header : (rows[0] ?? []), entity.name);
              setSeparator(it.separator);
              set(it);
              notices.done(t("mapping.taken"));
            } catch (error) {
              notices.failed(error);
            }
          }} />
          <Button onClick={() => download(`${file.name.replace(/\.\w+$/, "")}.toml`, new Blob([text], { type: "application/toml" }))}>{t("mapping.save")}</Button>
        </div>
        <MappingTable entity={entity} mapping={mapping} header={header} rows={below} onChange={set} />
      </Section>
      <Section title={t("match.title")}><Matching entity={entity} mapping={mapping} onChange={set} /></Section>
      {mapping.targets.some((it) => it.startsWith("consent.")) && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody><MessageBarTitle>{t("consent.title")}</MessageBarTitle>{t("consent.text")}</MessageBarBody>
        </MessageBar>
      )}
      <Section title={t("try.title")} about={t("try.about")} wide>
        <div className={styles.line}>
          <Button appearance={fresh ? "secondary" : "primary"} disabled={!used || going.isPending} onClick={() => going.mutate({ dryRun: true })}>{t("try.button")}</Button>
          <Button appearance={fresh ? "primary" : "secondary"} disabled={!fresh || going.isPending || tried.report.created + tried.report.updated === 0} onClick={() => going.mutate({ dryRun: false })}>
            {fresh ? t("try.import", { count: tried.report.created + tried.report.updated, shown: count(tried.report.created + tried.report.updated) }) : t("try.importFirst")}
          </Button>
        </div>
        {going.isPending && (
          <Field validationMessage={t(going.variables.dryRun ? "try.trying" : "try.importing", { shown: count(progress), total: count(total) })} validationState="none">
            <ProgressBar {...(progress > 0 ? { value: Math.min(1, progress / Math.max(1, total)) } : {})} aria-label={t("try.progress")} />
          </Field>
        )}
        {going.error && !going.isPending && <Problem error={going.error} />}
        {fresh && !going.isPending && (
          <>
            <MessageBar intent="success"><MessageBarBody>{t("try.nothingChanged")}</MessageBarBody></MessageBar>
            <Report report={tried.report} file={file.name} />
          </>
        )}
        {tried !== null && !fresh && !going.isPending && <MessageBar intent="info"><MessageBarBody>{t("try.stale")}</MessageBarBody></MessageBar>}
      </Section>
      {may(session, "Read", "assent_importbatch") ? null : <Text size={200}>{t("try.whoSeesBatches")}</Text>}
    </>
  );
}

/** Mappings of earlier imports into the same entity, or one from a file. */
function Saved({ entity, onUse }: { entity: Detailed; header: string[]; onUse(text: string): void }) {
  const { t } = useTranslation("import");
  const session = useSession();
  const input = useRef<HTMLInputElement>(null);
  const allowed = may(session, "Read", "assent_importbatch");
  const earlier = useMutation({
    mutationFn: () => rowsOfSet("assent_importbatches", { $select: "assent_filename,assent_mapping,createdon", $filter: `assent_entity eq '${entity.name}'`, $orderby: "createdon desc", $top: 20 }),
  });
  const all = [...new Map((earlier.data ?? []).map((it) => [String(it["assent_mapping"]), it])).values()];
  return (
    <Field label={t("mapping.earlier")}>
      <Select
        value=""
        onFocus={() => { if (allowed && !earlier.data && !earlier.isPending) earlier.mutate(); }}
        onChange={(_, { value }) => {
          if (value === "file") input.current?.click();
          else if (value) onUse(String(all[Number(value)]?.["assent_mapping"] ?? ""));
        }}
      >
        <option value="">{t("mapping.guessed")}</option>
        {all.map((it, at) => <option key={at} value={at}>{String(it["assent_filename"])}</option>)}
        <option value="file">{t("mapping.fromFile")}</option>
      </Select>
      <input ref={input} type="file" hidden accept=".toml" aria-label={t("mapping.fromFile")} onChange={(event) => { void event.target.files?.[0]?.text().then(onUse); event.target.value = ""; }} />
    </Field>
  );
}
