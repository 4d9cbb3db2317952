/** Which columns hold personal data, whose it is, what an erasure does with it. What nobody judged stands first. */

import {
  Badge, Button, makeStyles, MessageBar, MessageBarBody, SearchBox, Select, Table, TableBody, TableCell, TableHeader,
  TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, download } from "../../api/http";
import { entityQuery, useEntities } from "../../api/metadata";
import { count } from "../../api/row";
import { holds, useSession } from "../../api/session";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { Classify } from "./Classify";
import { csvFile } from "../../shell/csv";

export interface Line {
  Entity: string;
  Column: string;
  Sensitivity: "personal" | "sensitive";
  Category: string;
  Custom: boolean;
  Judged: boolean;
  Erasure: "deleted" | "blanked" | "kept";
  Ground: string | null;
}

interface Kept {
  Entity: string;
  Label: string;
  Paths: string[];
  Rows: number;
  Erasure: "deleted" | "anonymised" | "kept";
  Ground: string | null;
}

export const inventoryQuery = queryOptions({
  queryKey: ["inventory"],
  queryFn: ({ signal }) => call<{ Entities: Kept[]; Columns: Line[] }>("assent_PersonalData()", { signal }),
});

interface Said {
  entity?: string;
  category?: string;
  sensitivity?: string;
  erasure?: string;
  judged?: string;
  q?: string;
}

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  box: { overflowX: "auto" },
  table: { minWidth: "960px", tableLayout: "auto" },
  small: { color: tokens.colorNeutralForeground2, display: "block", overflowWrap: "anywhere" },
});

export default function Inventory() {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const navigate = useNavigate();
  const administrator = holds(useSession(), "prvWriteAttribute");
  const entities = useEntities();
  const said = useSearch({ strict: false }) as Said;
  const say = (change: Said) => {
    const search = Object.fromEntries(Object.entries({ ...said, ...change }).filter(([, it]) => it));
    void navigate({ to: ".", search: search as never, replace: true });
  };
  const found = useQuery(inventoryQuery);
  const [classifying, setClassifying] = useState<Line | null>(null);
  const names = [...new Set(found.data?.Columns.map((it) => it.Entity))];
  // Labels in the person's language come from the definitions.
  const detailed = useQueries({ queries: names.map((it) => entityQuery(it)) });
  const byName = new Map(names.map((it, at) => [it, detailed[at]?.data]));
  const kept = new Map(found.data?.Entities.map((it) => [it.Entity, it]));
  const label = (line: Line) => byName.get(line.Entity)?.column(line.Column)?.label ?? line.Column;
  const entityLabel = (name: string) => entities.get(name)?.plural ?? kept.get(name)?.Label ?? name;
  const words = (said.q ?? "").toLowerCase();
  const lines = (found.data?.Columns ?? [])
    .filter((it) => !said.entity || it.Entity === said.entity)
    .filter((it) => !said.category || it.Category === said.category)
    .filter((it) => !said.sensitivity || it.Sensitivity === said.sensitivity)
    .filter((it) => !said.erasure || it.Erasure === said.erasure)
    .filter((it) => !said.judged || !it.Judged)
    .filter((it) => !words || `${label(it)} ${it.Column} ${entityLabel(it.Entity)} ${it.Category}`.toLowerCase().includes(words))
    .toSorted((one, other) => Number(one.Judged) - Number(other.Judged) || entityLabel(one.Entity).localeCompare(entityLabel(other.Entity)) || label(one).localeCompare(label(other)));
  const open = found.data?.Columns.filter((it) => !it.Judged).length ?? 0;
  const whose = (name: string) =>
    kept.get(name)?.Paths.map((it) => (it === "self" ? t("inventory.self") : it.split("/").map((step, at) => (at === 0 ? (byName.get(name)?.column(step)?.label ?? step) : step)).join(" → "))).join("; ") ?? "";
  const save = () => {
    const head = ["entity", "column", "label", "sensitivity", "category", "judged", "data_subject_path", "rows", "on_erasure", "ground"];
    const rows = lines.map((it) => [
      it.Entity, it.Column, label(it), it.Sensitivity, it.Category, it.Judged ? "yes" : "no", kept.get(it.Entity)?.Paths.join("; ") ?? "",
      kept.get(it.Entity)?.Rows ?? 0, it.Erasure, it.Ground ?? "",
    ]);
    download(`${t("inventory.fileName")}.csv`, csvFile([head, ...rows]));
  };
  const categories = [...new Set(found.data?.Columns.map((it) => it.Category))].sort();
  return (
    <Page title={t("inventory.title")} commands={<Button disabled={lines.length === 0} onClick={save}>{t("inventory.save")}</Button>}>
      <Text>{t("inventory.what")}</Text>
      {open > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t("inventory.open", { count: open })} {t(administrator ? "inventory.openDo" : "inventory.openAsk")}</MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.bar}>
        <SearchBox aria-label={t("inventory.search")} placeholder={t("inventory.search")} value={said.q ?? ""} onChange={(_, { value }) => say({ q: value })} />
        <Filter label={t("inventory.entity")} value={said.entity} all={names.map((it) => [it, entityLabel(it)])} onChange={(entity) => say({ entity })} />
        <Filter label={t("inventory.category")} value={said.category} all={categories.map((it) => [it, it])} onChange={(category) => say({ category })} />
        <Filter label={t("inventory.sensitivity")} value={said.sensitivity} all={["personal", "sensitive"].map((it) => [it, t(`inventory.is.${it}`)])} onChange={(sensitivity) => say({ sensitivity })} />
        <Filter label={t("inventory.erasure")} value={said.erasure} all={["deleted", "blanked", "kept"].map((it) => [it, t(`action.${it}`)])} onChange={(erasure) => say({ erasure })} />
        <Filter label={t("inventory.judged")} value={said.judged} all={[["open", t("inventory.onlyOpen")]]} onChange={(judged) => say({ judged })} />
        <Text role="status">{found.data && t("inventory.count", { count: lines.length, shown: count(lines.length) })}</Text>
      </div>
      {found.isPending && <Loading />}
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.data && lines.length === 0 && (
        <Empty title={t("inventory.nothingFits")}><Button onClick={() => void navigate({ to: ".", search: {} as never, replace: true })}>{t("board.showAll")}</Button></Empty>
      )}
      {lines.length > 0 && (
        <div className={styles.box}>
          <Table size="small" aria-label={t("inventory.title")} className={styles.table}>
            <TableHeader>
              <TableRow>{["entity", "column", "sensitivity", "category", "whose", "rows", "erasure"].map((it) => <TableHeaderCell key={it}>{t(`inventory.head.${it}`)}</TableHeaderCell>)}</TableRow>
            </TableHeader>
            <TableBody>
              {lines.map((it) => (
                <TableRow key={`${it.Entity}.${it.Column}`}>
                  <TableCell>{entityLabel(it.Entity)}</TableCell>
                  <TableCell>{label(it)}<Text size={200} className={styles.small}>{it.Column}{it.Custom && ` · ${t("inventory.custom")}`}</Text></TableCell>
                  <TableCell>
                    <Badge appearance="tint" color={it.Sensitivity === "sensitive" ? "danger" : "informative"}>{t(`inventory.is.${it.Sensitivity}`)}</Badge>
                  </TableCell>
                  <TableCell>
                    {it.Judged ? it.Category : <Badge appearance="tint" color="warning">{t("inventory.unjudged")}</Badge>}
                    {administrator && it.Custom && <div><Button size="small" aria-label={t("inventory.classifyWhat", { what: label(it) })} onClick={() => setClassifying(it)}>{t("inventory.classify")}</Button></div>}
                  </TableCell>
                  <TableCell>{whose(it.Entity)}</TableCell>
                  <TableCell>{count(kept.get(it.Entity)?.Rows ?? 0)}</TableCell>
                  <TableCell>{t(`action.${it.Erasure}`)}{it.Ground && <Text size={200} className={styles.small}>{it.Ground}</Text>}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
      {classifying && <Classify line={classifying} label={label(classifying)} categories={categories} onClose={() => setClassifying(null)} />}
    </Page>
  );
}

function Filter({ label, value, all, onChange }: { label: string; value: string | undefined; all: string[][]; onChange(value: string): void }) {
  return (
    <Select aria-label={label} value={value ?? ""} onChange={(_, { value }) => onChange(value)}>
      <option value="">{label}</option>
      {all.map(([it, words]) => <option key={it} value={it}>{words}</option>)}
    </Select>
  );
}
