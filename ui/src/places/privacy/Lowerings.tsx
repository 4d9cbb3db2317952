/** Lists that were imported and lowerings of many, and taking one back: first counted, then done, with a reason. */

import {
  Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, makeStyles, Table, TableBody,
  TableCell, TableHeader, TableHeaderCell, TableRow, Text, Textarea, tokens,
} from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { count, moment } from "../../api/row";
import { useNames } from "../../record/names";
import { useNotices } from "../../shell/notices";
import { Empty, Loading, Problem } from "../../shell/state";

export const loweringsKey = ["lowerings"];

interface Batch {
  batch: string;
  on: string;
  by: string | null;
  because: string | null;
  entries: number;
  contacts: number;
}

interface Undone {
  ended: number;
  restored: number;
  left: number;
  leftovers: { contact: string; reason: string }[];
  dry_run: boolean;
}

const NAMED = 20;
/** Reasons that the product gives itself, which say no more than what it was. */
const OWN = new Set(["suppression", "suppression list", "lowering many"]);

const useStyles = makeStyles({
  box: { overflowX: "auto" },
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

export function Lowerings({ undoes }: { undoes: boolean }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const [chosen, setChosen] = useState<Batch | null>(null);
  const found = useQuery({
    queryKey: loweringsKey,
    queryFn: async ({ signal }) => (await call<{ Batches: Batch[] }>("assent_Lowerings()", { signal })).Batches,
  });
  const names = useNames((found.data ?? []).flatMap((it) => (it.by ? [`systemuser:${it.by}`] : [])));
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (found.data.length === 0) return <Empty title={t("lowering.none")}><Text>{t("lowering.noneText")}</Text></Empty>;
  return (
    <>
      <Text>{t("lowering.what")}</Text>
      <div className={styles.box}>
        <Table size="small" aria-label={t("suppression.tab.undo")}>
          <TableHeader>
            <TableRow>
              {["when", "who", "why", "entries", "contacts"].map((it) => <TableHeaderCell key={it}>{t(`lowering.head.${it}`)}</TableHeaderCell>)}
              {undoes && <TableHeaderCell>{t("lowering.head.undo")}</TableHeaderCell>}
            </TableRow>
          </TableHeader>
          <TableBody>
            {found.data.map((it) => (
              <TableRow key={it.batch}>
                <TableCell>{moment(it.on)}</TableCell>
                <TableCell>{it.by ? (names.get(`systemuser:${it.by}`) ?? it.by) : t("decision.system")}</TableCell>
                <TableCell>{t(it.entries > 0 ? "lowering.list" : "lowering.many")}{it.because && !OWN.has(it.because) && `: ${it.because}`}</TableCell>
                <TableCell>{count(it.entries)}</TableCell>
                <TableCell>{count(it.contacts)}</TableCell>
                {undoes && (
                  <TableCell>
                    <Button size="small" aria-label={t("lowering.undoOf", { when: moment(it.on) })} onClick={() => setChosen(it)}>{t("lowering.undo")}</Button>
                  </TableCell>
                )}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
      {chosen && <Undo batch={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}

function Undo({ batch, onClose }: { batch: Batch; onClose(): void }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const client = useQueryClient();
  const notices = useNotices();
  const [because, setBecause] = useState("");
  const acting = useMutation({
    mutationFn: (dry: boolean) => call<Undone>("assent_UndoLowering", { body: { Batch: batch.batch, Because: because.trim(), DryRun: dry } }),
    onSuccess: (done) => {
      if (done.dry_run) return;
      void client.invalidateQueries({ queryKey: loweringsKey });
      notices.done(t("lowering.done"));
      if (done.left === 0) onClose();
    },
    onError: notices.failed,
  });
  const done = acting.data;
  return (
    <Dialog open onOpenChange={(_, { open }) => { if (!open) onClose(); }}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("lowering.undoOf", { when: moment(batch.on) })}</DialogTitle>
          <DialogContent className={styles.form}>
            <Text>{t("lowering.rule")}</Text>
            <Field label={t("lowering.because")} required hint={t("because.hint")}>
              <Textarea value={because} maxLength={400} onChange={(_, { value }) => { setBecause(value); acting.reset(); }} />
            </Field>
            <div role="status">
              {done && (
                <>
                  <Text weight="semibold">{t(done.dry_run ? "lowering.would" : "lowering.did")}</Text>
                  <ul className={styles.list}>
                    <li>{t("lowering.ended", { count: done.ended })}</li>
                    <li>{t("lowering.restored", { count: done.restored })}</li>
                    <li>{t("lowering.left", { count: done.left })}</li>
                    {done.leftovers.slice(0, NAMED).map((it) => (
                      <li key={it.contact}><Link to={`/person/${it.contact}`}>{t("lowering.contact")}</Link>: {it.reason}</li>
                    ))}
                  </ul>
                </>
              )}
            </div>
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t(done && !done.dry_run ? "close" : "cancel")}</Button>
            {!done && <Button appearance="primary" disabled={!because.trim() || acting.isPending} onClick={() => acting.mutate(true)}>{t("lowering.count")}</Button>}
            {done?.dry_run && <Button appearance="primary" disabledFocusable={acting.isPending || done.ended + done.restored === 0} onClick={() => acting.mutate(false)}>{t("lowering.undo")}</Button>}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
