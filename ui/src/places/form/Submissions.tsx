/** What was sent: a table of all that is stored, the failed ones with why, mended and tried again. */

import {
  Badge, Button, Field, makeStyles, Switch, Table as Grid, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text,
  Textarea, tokens,
} from "@fluentui/react-components";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeSet } from "../../api/batch";
import { call, download } from "../../api/http";
import { type Entity, useEntity } from "../../api/metadata";
import { count, moment, rows } from "../../api/row";
import { may, useSession } from "../../api/session";
import { csvFile } from "../../shell/csv";
import { FormDialog } from "../../shell/FormDialog";
import { useNotices } from "../../shell/notices";
import { Empty, Loading, Problem } from "../../shell/state";
import { ask } from "../design/operations";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  box: { overflowX: "auto" },
  cell: { maxWidth: "260px", overflowWrap: "anywhere" },
});

const SUBMISSION = "msdyncrm_marketingformsubmission";
const FIXED = 4;
const DRAWN = 200;
/** What a person decided stays as they sent it. */
const decided = (name: string) => name === "msgdpr_gdprconsent" || name.startsWith("list-") || /^(donot|msgdpr_donottrack)/.test(name);

interface Table {
  Columns: string[];
  Rows: string[][];
  /** What asks for the rows behind these. */
  Next: string | null;
}

interface Sent {
  id: string;
  at: string;
  state: string;
  failure: string;
  values: string[];
}

const sent = (pages: Table[]): Sent[] =>
  pages.flatMap((it) => it.Rows.map(([id = "", at = "", state = "", failure = "", ...values]) => ({ id, at, state, failure, values })));

export function Submissions({ entity, id, title }: { entity: Entity; id: string; title: string }) {
  const styles = useStyles();
  const { t } = useTranslation("form");
  const session = useSession();
  const notices = useNotices();
  const client = useQueryClient();
  const contact = useEntity("contact");
  const [failedOnly, setFailedOnly] = useState(false);
  const [drawn, setDrawn] = useState(DRAWN);
  const [editing, setEditing] = useState<Sent | null>(null);
  const label = (name: string) => contact.column(name)?.label ?? name;
  const page = (token: string | null, signal?: AbortSignal) =>
    ask<Table>(entity, id, "assent_Submissions", token ? { Token: token } : {}, signal);
  const found = useInfiniteQuery({
    queryKey: ["form", id, "submissions"],
    queryFn: ({ pageParam, signal }) => page(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (it) => it.Next,
  });
  const exporting = useMutation({
    mutationFn: async () => {
      const pages = [...(found.data?.pages ?? [])];
      for (let token = pages.at(-1)?.Next; token; token = pages.at(-1)?.Next) pages.push(await page(token));
      const rows = sent(pages).filter((it) => !failedOnly || it.failure);
      download(`${title}.csv`, csvFile([[t("sent.at"), t("sent.state"), t("sent.why"), ...names.map(label)], ...rows.map((it) => [it.at, it.state, it.failure, ...it.values])]));
    },
    onError: notices.failed,
  });
  const retrying = useMutation({
    mutationFn: (submission: string) =>
      call<{ applied: boolean; note: string | null }>(`msdyncrm_marketingformsubmissions(${submission})/Microsoft.Dynamics.CRM.assent_RetrySubmission`, { method: "POST", body: {} }),
    onSuccess: async ({ applied, note }) => {
      await client.invalidateQueries({ queryKey: ["form", id, "submissions"] });
      if (applied) notices.done(note ? `${t("sent.applied")} ${note}` : t("sent.applied"));
      else notices.failed(new Error(t("sent.again", { why: note ?? "" })));
    },
    onError: notices.failed,
  });
  const names = found.data?.pages[0]?.Columns.slice(FIXED) ?? [];
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const all = sent(found.data.pages);
  const shown = failedOnly ? all.filter((it) => it.failure) : all;
  const failed = all.filter((it) => it.failure).length;
  if (all.length === 0) return <Empty title={t("sent.none")}><Text>{t("sent.noneText")}</Text></Empty>;
  return (
    <>
      <div className={styles.bar}>
        <Text role="status">{t(found.hasNextPage ? "sent.first" : "sent.count", { count: all.length, shown: count(all.length) })}{failed > 0 && ` · ${t("sent.failed", { count: failed, shown: count(failed) })}`}</Text>
        <Switch label={t("sent.failedOnly")} checked={failedOnly} onChange={(_, { checked }) => setFailedOnly(checked)} />
        <Button disabled={exporting.isPending} onClick={() => exporting.mutate()}>
          {t("sent.export")}
        </Button>
      </div>
      <div className={styles.box}>
        <Grid size="small" aria-label={t("tab.submissions")} style={{ minWidth: 300 + names.length * 140 }}>
          <TableHeader>
            <TableRow>
              <TableHeaderCell>{t("sent.at")}</TableHeaderCell>
              <TableHeaderCell>{t("sent.state")}</TableHeaderCell>
              {failed > 0 && <TableHeaderCell>{t("sent.why")}</TableHeaderCell>}
              {names.map((it) => <TableHeaderCell key={it}>{label(it)}</TableHeaderCell>)}
            </TableRow>
          </TableHeader>
          <TableBody>
            {shown.slice(0, drawn).map((it) => (
              <TableRow key={it.id}>
                <TableCell>{it.at && moment(it.at)}</TableCell>
                <TableCell><Badge appearance="outline" color={it.failure ? "danger" : "informative"}>{it.state}</Badge></TableCell>
                {failed > 0 && (
                  <TableCell className={styles.cell}>
                    {it.failure}{" "}
                    {it.failure && may(session, "Write", SUBMISSION) && (
                      <>
                        <Button size="small" disabled={retrying.isPending} onClick={() => retrying.mutate(it.id)}>{t("sent.retry")}</Button>
                        <Button size="small" onClick={() => setEditing(it)}>{t("sent.mend")}</Button>
                      </>
                    )}
                  </TableCell>
                )}
                {it.values.map((value, at) => <TableCell key={at} className={styles.cell}>{value}</TableCell>)}
              </TableRow>
            ))}
          </TableBody>
        </Grid>
      </div>
      {(shown.length > drawn || found.hasNextPage) && (
        <div>
          <Button
            disabled={found.isFetchingNextPage}
            onClick={() => {
              if (shown.length <= drawn + DRAWN && found.hasNextPage) void found.fetchNextPage();
              setDrawn(drawn + DRAWN);
            }}
          >
            {t("sent.more")}
          </Button>
        </div>
      )}
      {editing && <Mend sent={editing} label={label} onEnd={(again) => { setEditing(null); if (again) retrying.mutate(editing.id); }} />}
    </>
  );
}

function Mend({ sent, label, onEnd }: { sent: Sent; label(name: string): string; onEnd(again: boolean): void }) {
  const { t } = useTranslation("form");
  const notices = useNotices();
  const [draft, setDraft] = useState<Record<string, string>>({});
  const fields = useQuery({
    queryKey: ["form", "sent", sent.id],
    queryFn: ({ signal }) => rows("msdyncrm_marketingfieldsubmissions", { $filter: `_msdyncrm_marketingformsubmissionid_value eq ${sent.id}`, $orderby: "createdon" }, signal),
  });
  const saving = useMutation({
    mutationFn: () =>
      changeSet(Object.entries(draft).map(([field, msdyncrm_fieldvalue]) => ({ method: "PATCH", path: `msdyncrm_marketingfieldsubmissions(${field})`, body: { msdyncrm_fieldvalue } }))),
    onSuccess: () => onEnd(true),
    onError: notices.failed,
  });
  return (
    <FormDialog title={t("sent.mendTitle")} yes={t("sent.saveRetry")} busy={saving.isPending} onYes={() => saving.mutate()} onNo={() => onEnd(false)}>
      <Text>{sent.failure}</Text>
      {fields.error && <Problem error={fields.error} />}
      {fields.data?.map((it) => {
        const id = String(it["msdyncrm_marketingfieldsubmissionid"]);
        const name = String(it["msdyncrm_fieldname"]);
        return (
          <Field key={id} label={label(name)} hint={decided(name) ? t("sent.decided") : undefined}>
            <Textarea disabled={decided(name)} value={draft[id] ?? String(it["msdyncrm_fieldvalue"] ?? "")} onChange={(_, { value }) => setDraft({ ...draft, [id]: value })} />
          </Field>
        );
      })}
      <Text size={200}>{t("sent.address")}</Text>
    </FormDialog>
  );
}
