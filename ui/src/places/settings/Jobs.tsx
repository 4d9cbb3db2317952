/** What goes on in the background: jobs that wait or failed, how far behind it is, work that people asked for, what was refused. */

import {
  Badge, Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { useMaybeEntity } from "../../api/metadata";
import { useRows } from "../../api/pages";
import { count, moment, shown, update } from "../../api/row";
import { holds, useSession } from "../../api/session";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Tabs, useTab } from "../../shell/Tabs";
import { locale } from "../../text/locale";
import { Empty, Loading, Problem } from "../../shell/state";
import { Above } from "./Above";
import { Ask } from "../../shell/Ask";
import { Section } from "./Section";
import { standingQuery } from "./setting";

interface Job {
  Id: string;
  Kind: string;
  Due: string;
  Attempts: number;
  Running: boolean;
  Failed: boolean;
  Failure: string | null;
}
interface Standing {
  Jobs: Job[];
  Ran: { Kind: string; At: string; Changes: number }[];
  Consumers: { Name: string; Behind: number; Oldest: string | null }[];
}

const useStyles = makeStyles({
  box: { overflowX: "auto" },
  buttons: { display: "flex", gap: tokens.spacingHorizontalS },
  wide: { overflowWrap: "anywhere", minWidth: "200px" },
});

/** Longer than this behind its time, and something is wrong. */
const LATE = 10 * 60_000;
/** So many jobs are shown at first. */
const SHOWN = 50;

const TABS = ["jobs", "asked", "refused"] as const;

export default function Jobs() {
  const { t } = useTranslation("settings");
  const [tab, open] = useTab(TABS);
  return (
    <Page title={t("jobs.title")} above={<Above />}>
      <Tabs tabs={TABS.map((it) => ({ value: it, label: t(`jobs.tab.${it}`) }))} open={tab} label={t("jobs.title")} onOpen={open} />
      {tab === "jobs" && <Background />}
      {tab === "asked" && <Asked />}
      {tab === "refused" && <Refused />}
    </Page>
  );
}

/** A span of time as people say it. */
function lag(since: string): string {
  const minutes = (Date.now() - new Date(since).getTime()) / 60_000;
  const say = (value: number, unit: Intl.RelativeTimeFormatUnit) =>
    new Intl.RelativeTimeFormat(locale(), { numeric: "always" }).format(-Math.round(value), unit);
  if (Math.abs(minutes) < 1) return say(minutes * 60, "second");
  if (Math.abs(minutes) < 90) return say(minutes, "minute");
  if (Math.abs(minutes) < 48 * 60) return say(minutes / 60, "hour");
  return say(minutes / 60 / 24, "day");
}

function Background() {
  const styles = useStyles();
  const { t, i18n } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const allowed = holds(useSession(), "prvAssentManageJobs");
  const [all, setAll] = useState(false);
  const [forgetting, setForgetting] = useState<Job | null>(null);
  const found = useQuery({
    queryKey: ["settings", "jobs"],
    queryFn: ({ signal }) => call<Standing>("assent_Jobs()", { signal }),
    refetchInterval: 5_000,
  });
  const acting = useMutation({
    mutationFn: ({ job, act }: { job: Job; act: "assent_RetryJob" | "assent_ForgetJob" }) => call(act, { body: { Id: job.Id } }),
    onSuccess: async (_, { act }) => {
      setForgetting(null);
      await client.invalidateQueries({ queryKey: ["settings", "jobs"] });
      notices.done(t(act === "assent_RetryJob" ? "jobs.retried" : "jobs.forgotten"));
    },
    onError: notices.failed,
  });
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const { Jobs, Ran, Consumers } = found.data;
  const failed = Jobs.filter((it) => it.Failed);
  const waiting = Jobs.filter((it) => !it.Failed);
  const overdue = waiting.filter((it) => Date.now() - new Date(it.Due).getTime() > LATE);
  const behind = Consumers.filter((it) => it.Behind > 0);
  const kind = (name: string) => (i18n.exists(`job.${name.replaceAll(".", "_")}`, { ns: "settings" }) ? t(`job.${name.replaceAll(".", "_")}`) : name);
  return (
    <>
      {failed.length > 0 && (
        <MessageBar intent="error"><MessageBarBody><MessageBarTitle>{t("jobs.someFailed", { count: failed.length })}</MessageBarTitle> {t("jobs.someFailedText")}</MessageBarBody></MessageBar>
      )}
      {overdue.length > 0 && (
        <MessageBar intent="warning"><MessageBarBody><MessageBarTitle>{t("jobs.late", { count: overdue.length })}</MessageBarTitle> {t("jobs.lateText")}</MessageBarBody></MessageBar>
      )}
      {failed.length === 0 && overdue.length === 0 && (
        <MessageBar intent="success"><MessageBarBody>{t("jobs.fine", { count: waiting.length })}</MessageBarBody></MessageBar>
      )}
      <Section title={t("jobs.open")} wide>
        {Jobs.length === 0 ? <Empty title={t("jobs.nothing")} /> : (
          <div className={styles.box}>
            <Table size="small" aria-label={t("jobs.open")}>
              <TableHeader>
                <TableRow>
                  <TableHeaderCell style={{ width: 260 }}>{t("jobs.kind")}</TableHeaderCell>
                  <TableHeaderCell style={{ width: 90 }}>{t("jobs.number")}</TableHeaderCell>
                  <TableHeaderCell style={{ width: 130 }}>{t("jobs.state")}</TableHeaderCell>
                  <TableHeaderCell style={{ width: 260 }}>{t("jobs.due")}</TableHeaderCell>
                  <TableHeaderCell style={{ width: 80 }}>{t("jobs.attempts")}</TableHeaderCell>
                  <TableHeaderCell>{t("jobs.reason")}</TableHeaderCell>
                  {allowed && failed.length > 0 && <TableHeaderCell style={{ width: 200 }} aria-label={t("jobs.act")} />}
                </TableRow>
              </TableHeader>
              <TableBody>
                {[...failed.map((it) => [it]), ...alike(waiting)].slice(0, all ? undefined : SHOWN).map(([it, ...more]) => it && (
                  <TableRow key={it.Id}>
                    <TableCell title={it.Kind}>{kind(it.Kind)}</TableCell>
                    <TableCell>{count(more.length + 1)}</TableCell>
                    <TableCell><State job={it} /></TableCell>
                    <TableCell>{moment(it.Due)} <Text size={200}>({lag(it.Due)})</Text></TableCell>
                    <TableCell>{it.Attempts}</TableCell>
                    <TableCell className={styles.wide}>{it.Failure ?? "–"}</TableCell>
                    {allowed && failed.length > 0 && (
                      <TableCell>
                        {it.Failed && (
                          <div className={styles.buttons}>
                            <Button size="small" disabled={acting.isPending} onClick={() => acting.mutate({ job: it, act: "assent_RetryJob" })}>{t("jobs.retry")}</Button>
                            <Button size="small" disabled={acting.isPending} onClick={() => setForgetting(it)}>{t("jobs.forget")}</Button>
                          </div>
                        )}
                      </TableCell>
                    )}
                  </TableRow>
                ))}
              </TableBody>
            </Table>
          </div>
        )}
        {!all && failed.length > SHOWN && <Button style={{ alignSelf: "start" }} onClick={() => setAll(true)}>{t("jobs.showAll", { count: failed.length })}</Button>}
      </Section>
      <Section title={t("jobs.ran")} about={t("jobs.ranAbout")}>
        {Ran.length === 0 ? <Text>{t("jobs.nothingRan")}</Text> : (
          <Table size="small" aria-label={t("jobs.ran")}>
            <TableHeader><TableRow>{["kind", "at", "changes"].map((it) => <TableHeaderCell key={it}>{t(`jobs.${it}`)}</TableHeaderCell>)}</TableRow></TableHeader>
            <TableBody>
              {Ran.map((it) => (
                <TableRow key={it.Kind}>
                  <TableCell title={it.Kind}>{kind(it.Kind)}</TableCell>
                  <TableCell>{moment(it.At)} <Text size={200}>({lag(it.At)})</Text></TableCell>
                  <TableCell>{count(it.Changes)}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        )}
      </Section>
      <Section title={t("jobs.followers")} about={t("jobs.followersAbout")}>
        {behind.length === 0 ? <Text>{t("jobs.noneBehind", { count: Consumers.length })}</Text> : (
          <ul>{behind.map((it) => <li key={it.Name}>{t("jobs.behind", { name: it.Name, count: it.Behind, since: it.Oldest ? lag(it.Oldest) : "" })}</li>)}</ul>
        )}
      </Section>
      <Ask open={forgetting !== null} title={t("jobs.forgetTitle")} yes={t("jobs.forget")} busy={acting.isPending} onNo={() => setForgetting(null)} onYes={() => forgetting && acting.mutate({ job: forgetting, act: "assent_ForgetJob" })}>
        {t("jobs.forgetText")}
      </Ask>
    </>
  );
}

/** Jobs that wait for the same, the earliest first. */
const alike = (waiting: Job[]) => [...Map.groupBy(waiting, (it) => `${it.Kind} ${it.Running} ${it.Failure ?? ""}`).values()];

function State({ job }: { job: Job }) {
  const { t } = useTranslation("settings");
  if (job.Failed) return <Badge appearance="tint" color="danger">✕ {t("jobs.failed")}</Badge>;
  if (job.Running) return <Badge appearance="tint" color="brand">▶ {t("jobs.running")}</Badge>;
  if (new Date(job.Due) > new Date()) return <Badge appearance="tint" color="informative">○ {t("jobs.later")}</Badge>;
  return <Badge appearance="tint" color={job.Failure ? "warning" : "informative"}>… {t(job.Failure ? "jobs.again" : "jobs.waiting")}</Badge>;
}

/** Work that people asked for, such as deleting many rows; what is under way can be cancelled. */
function Asked() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const entity = useMaybeEntity("asyncoperation");
  const found = useRows("asyncoperations", { $orderby: "createdon desc" }, 30);
  const cancelling = useMutation({
    mutationFn: (id: string) => update("asyncoperations", id, { statuscode: 32 }),
    onSuccess: async () => { await client.invalidateQueries({ queryKey: ["rows", "asyncoperations"] }); notices.done(t("jobs.cancelled")); },
    onError: notices.failed,
  });
  if (found.error) return <Problem error={found.error} retry={found.refetch} />;
  if (!entity || found.isPending) return <Loading />;
  const names = ["name", "operationtype", "statuscode", "successcount", "failurecount", "createdon", "message"];
  const columns = names.flatMap((it) => entity.column(it) ?? []);
  if (found.rows.length === 0) return <Empty title={t("jobs.nothingAsked")}><Text>{t("jobs.nothingAskedText")}</Text></Empty>;
  return (
    <div className={styles.box}>
      <Table size="small" aria-label={entity.plural}>
        <TableHeader>
          <TableRow>
            {columns.map((it) => <TableHeaderCell key={it.name}>{it.label}</TableHeaderCell>)}
            <TableHeaderCell style={{ width: 120 }} aria-label={t("jobs.act")} />
          </TableRow>
        </TableHeader>
        <TableBody>
          {found.rows.map((it) => {
            const id = String(it["asyncoperationid"]);
            return (
              <TableRow key={id}>
                {columns.map((column) => (
                  <TableCell key={column.name} className={styles.wide}>
                    {column.name === "name" ? <Link to={`/record/asyncoperation/${id}`}>{it["name"]}</Link> : shown(it, column) || "–"}
                  </TableCell>
                ))}
                <TableCell>{it["statecode"] !== 3 && <Button size="small" disabled={cancelling.isPending} onClick={() => cancelling.mutate(id)}>{t("cancel")}</Button>}</TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
      {found.hasMore && <Button disabled={found.isFetching} onClick={found.more}>{t("older")}</Button>}
    </div>
  );
}

/** What was refused since the server began, by route: nothing of what was sent. */
function Refused() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const found = useQuery(standingQuery);
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  const { Refused, Since, Version } = found.data;
  return (
    <Section title={t("jobs.tab.refused")} about={t("jobs.refusedAbout", { since: moment(Since), version: Version })} wide>
      {Refused.length === 0 ? <Empty title={t("jobs.nothingRefused")} /> : (
        <div className={styles.box}>
          <Table size="small" aria-label={t("jobs.tab.refused")}>
            <TableHeader><TableRow>{["route", "status", "code", "times"].map((it) => <TableHeaderCell key={it}>{t(`jobs.${it}`)}</TableHeaderCell>)}</TableRow></TableHeader>
            <TableBody>
              {Refused.map((it) => (
                <TableRow key={`${it.Route} ${it.Status} ${it.Code}`}>
                  <TableCell className={styles.wide}><code>{it.Route}</code></TableCell>
                  <TableCell>{it.Status}</TableCell>
                  <TableCell>{it.Code || "–"}</TableCell>
                  <TableCell>{count(it.Times)}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
    </Section>
  );
}
