/** Imports so far: what each did, its report, and the way back. */

import {
  Badge, Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { useEntities, useMaybeEntity } from "../../api/metadata";
import { useRows } from "../../api/pages";
import { count, moment, type Row, shown } from "../../api/row";
import { useNotices } from "../../shell/notices";
import { Loading, Problem } from "../../shell/state";
import { Ask } from "../../shell/Ask";
import { Section } from "../settings/Section";
import { Report } from "./Report";
import type { Report as Of } from "./run";

const useStyles = makeStyles({ box: { overflowX: "auto" }, buttons: { display: "flex", gap: tokens.spacingHorizontalS } });

export interface Undone {
  deleted: number;
  restored: number;
  erased: number;
  left: number;
  leftovers: { record: string; column: string | null; reason: string }[];
}

const UNDONE = 3;
const RUNNING = 1;
const MARKS: Record<number, [string, "informative" | "success" | "warning" | "danger"]> = {
  1: ["…", "informative"], 2: ["✓", "success"], 3: ["↶", "warning"], 4: ["✕", "danger"],
};

export function useUndo() {
  const client = useQueryClient();
  const notices = useNotices();
  return useMutation({
    mutationFn: (batch: string) => call<Undone>(`assent_importbatches(${batch})/Microsoft.Dynamics.CRM.assent_UndoImport`, { body: {} }),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: ["rows", "assent_importbatches"] }), client.invalidateQueries({ queryKey: ["list"] })]),
    onError: notices.failed,
  });
}

export function Batches() {
  const styles = useStyles();
  const { t } = useTranslation("import");
  const entities = useEntities();
  const status = useMaybeEntity("assent_importbatch")?.column("statuscode");
  const [asking, setAsking] = useState<Row | null>(null);
  const [report, setReport] = useState<Row | null>(null);
  const [undone, setUndone] = useState<{ name: string; entity: string; it: Undone } | null>(null);
  const undo = useUndo();
  const found = useRows("assent_importbatches", {
    $select: "assent_name,assent_entity,assent_filename,assent_rows,assent_created,assent_updated,assent_refused,statuscode,createdon,assent_report",
    $orderby: "createdon desc",
  }, 20);
  const name = (it: Row) => String(it["assent_filename"] || it["assent_name"]);
  return (
    <Section title={t("batches.title")} wide>
      {found.error && <Problem error={found.error} retry={found.refetch} />}
      {found.isPending && <Loading />}
      {!found.isPending && found.rows.length === 0 && !found.error && <Text>{t("batches.nothing")}</Text>}
      {found.rows.length > 0 && (
        <div className={styles.box}>
          <Table size="small" aria-label={t("batches.title")}>
            <TableHeader>
              <TableRow>
                {["when", "file", "entity", "rows", "created", "updated", "refused", "state"].map((it) => <TableHeaderCell key={it}>{t(`batches.${it}`)}</TableHeaderCell>)}
                <TableHeaderCell style={{ width: 220 }} aria-label={t("batches.act")} />
              </TableRow>
            </TableHeader>
            <TableBody>
              {found.rows.map((it) => {
                const id = String(it["assent_importbatchid"]);
                const [mark, color] = MARKS[Number(it["statuscode"])] ?? ["", "informative"];
                return (
                  <TableRow key={id}>
                    <TableCell>{moment(String(it["createdon"]))}</TableCell>
                    <TableCell style={{ overflowWrap: "anywhere" }}><Link to={`/record/assent_importbatch/${id}`}>{name(it)}</Link></TableCell>
                    <TableCell>{entities.get(String(it["assent_entity"]))?.plural ?? it["assent_entity"]}</TableCell>
                    {["rows", "created", "updated", "refused"].map((number) => <TableCell key={number}>{count(Number(it[`assent_${number}`] ?? 0))}</TableCell>)}
                    <TableCell><Badge appearance="tint" color={color}>{mark} {status && shown(it, status)}</Badge></TableCell>
                    <TableCell>
                      <div className={styles.buttons}>
                        {it["assent_report"] && <Button size="small" onClick={() => setReport(it)}>{t("batches.report")}</Button>}
                        {it["statuscode"] !== UNDONE && it["statuscode"] !== RUNNING && <Button size="small" onClick={() => setAsking(it)}>{t("batches.undo")}</Button>}
                      </div>
                    </TableCell>
                  </TableRow>
                );
              })}
            </TableBody>
          </Table>
        </div>
      )}
      {found.hasMore && <Button style={{ alignSelf: "start" }} disabled={found.isFetching} onClick={found.more}>{t("older")}</Button>}
      <Ask
        open={asking !== null}
        title={t("undo.title", { name: asking ? name(asking) : "" })}
        yes={undo.isPending ? t("undo.running") : t("batches.undo")}
        busy={undo.isPending}
        onNo={() => setAsking(null)}
        onYes={() => asking && undo.mutate(String(asking["assent_importbatchid"]), {
          onSuccess: (it) => { setUndone({ name: name(asking), entity: String(asking["assent_entity"]), it }); setAsking(null); },
          onError: () => setAsking(null),
        })}
      >
        {t("undo.text")}
      </Ask>
      {undone && <WasUndone name={undone.name} entity={undone.entity} undone={undone.it} onClose={() => setUndone(null)} />}
      {report && (
        <Dialog open onOpenChange={(_, { open }) => { if (!open) setReport(null); }}>
          <DialogSurface style={{ maxWidth: 900 }}>
            <DialogBody>
              <DialogTitle>{t("batches.reportOf", { name: name(report) })}</DialogTitle>
              <DialogContent style={{ display: "flex", flexDirection: "column", gap: 12 }}><Report report={JSON.parse(String(report["assent_report"])) as Of} file={name(report)} /></DialogContent>
              <DialogActions><Button appearance="primary" onClick={() => setReport(null)}>{t("close")}</Button></DialogActions>
            </DialogBody>
          </DialogSurface>
        </Dialog>
      )}
    </Section>
  );
}

/** What became of an import that was taken back. */
export function WasUndone({ name, entity, undone, onClose }: { name: string; entity: string; undone: Undone; onClose(): void }) {
  const { t } = useTranslation("import");
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("undo.done", { name })}</DialogTitle>
          <DialogContent>
            <ul>
              {(["deleted", "restored", "erased", "left"] as const).map((it) => <li key={it}>{t(`undo.${it}`, { count: undone[it], shown: count(undone[it]) })}</li>)}
            </ul>
            {undone.leftovers.length > 0 && <Text weight="semibold">{t("undo.leftovers")}</Text>}
            <ul>
              {undone.leftovers.slice(0, 50).map((it, at) => (
                <li key={at}><Link to={`/record/${entity}/${it.record}`}>{it.record.slice(0, 8)}</Link>{it.column ? ` ${it.column}` : ""}: {it.reason}</li>
              ))}
            </ul>
          </DialogContent>
          <DialogActions><Button appearance="primary" onClick={onClose}>{t("close")}</Button></DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
