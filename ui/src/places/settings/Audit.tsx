/** The audit trail: whether its chain is whole, and what was changed last, by whom, about whom. */

import {
  Badge, Button, Field, Input, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Select, Spinner, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, download, invoke } from "../../api/http";
import { useEntities, useMaybeEntity } from "../../api/metadata";
import { type Cell, count, moment, rows, zone } from "../../api/row";
import { type Change, CREATED, DELETED, useChangeNames, useValueWords, Who, Why } from "../../record/changes";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { Wide } from "../../shell/Wide";
import { Above } from "./Above";
import { Section } from "./Section";

interface Trailed extends Change {
  Entity: string;
  Id: string;
  Withheld: boolean;
  Subject: string | null;
}

interface Asked {
  entity?: string;
  actor?: string;
  from?: string;
  until?: string;
}

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
  facts: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalL, alignItems: "center" },
  head: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
  values: { margin: 0, padding: 0, listStyleType: "none", overflowWrap: "anywhere" },
  wide: { overflowWrap: "anywhere" },
});

export default function Audit() {
  const { t } = useTranslation("settings");
  return (
    <Page title={t("audit.title")} above={<Above />}>
      <Chain />
      <Latest />
    </Page>
  );
}

function Chain() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const notices = useNotices();
  const [noted, setNoted] = useState("");
  const verdict = useQuery({
    queryKey: ["settings", "chain"],
    queryFn: async ({ signal }) => {
      const it = await call<{ Whole: boolean; Rows: number; Head: string; Broken: { Row: number; Entity: string; What: string } | null }>("assent_VerifyAudit()", { signal });
      return { ...it, at: new Date().toISOString() };
    },
    // The whole chain is walked, so it is walked when somebody asks.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const it = verdict.data;
  const proof = () => it && download("audit-head.json", new Blob([JSON.stringify({ at: it.at, rows: it.Rows, head: it.Head }, null, 2)], { type: "application/json" }));
  const copy = async () => {
    if (!it) return;
    await navigator.clipboard.writeText(it.Head);
    notices.done(t("audit.copied"));
  };
  return (
    <Section
      title={t("audit.chain")}
      about={t("audit.chainAbout")}
      commands={<Button disabled={verdict.isFetching} onClick={() => void verdict.refetch()}>{t("audit.verify")}</Button>}
    >
      {verdict.isFetching && <Spinner size="tiny" label={t("audit.walking")} style={{ alignSelf: "start" }} />}
      {verdict.error && <Problem error={verdict.error} retry={() => void verdict.refetch()} />}
      {it && !verdict.isFetching && (
        <>
          {it.Whole ? (
            <div className={styles.facts}>
              <Badge appearance="tint" color="success" size="large">✓ {t("audit.whole")}</Badge>
              <Text>{t("audit.walked", { count: it.Rows, shown: count(it.Rows), when: moment(it.at) })}</Text>
            </div>
          ) : (
            <MessageBar intent="error" layout="multiline">
              <MessageBarBody>
                <MessageBarTitle>✕ {t("audit.broken")}</MessageBarTitle>
                {it.Broken && t("audit.brokenAt", { row: count(it.Broken.Row), entity: it.Broken.Entity, what: it.Broken.What })}
              </MessageBarBody>
            </MessageBar>
          )}
          {it.Head && (
            <>
              <Text weight="semibold">{t("audit.head")}</Text>
              <Text className={styles.head}>{it.Head}</Text>
              <div className={styles.bar}>
                <Button size="small" onClick={() => void copy()}>{t("audit.copy")}</Button>
                <Button size="small" onClick={proof}>{t("audit.download")}</Button>
                <Field label={t("audit.compare")} hint={t("audit.compareHint")}>
                  <Input value={noted} onChange={(_, { value }) => setNoted(value.trim().toLowerCase())} />
                </Field>
                <Text role="status">{noted && (noted === it.Head ? `✓ ${t("audit.same")}` : `≠ ${t("audit.other")}`)}</Text>
              </div>
            </>
          )}
        </>
      )}
    </Section>
  );
}

function Latest() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const navigate = useNavigate();
  const entities = useEntities();
  const said = useSearch({ strict: false }) as Asked;
  const say = (change: Asked) => void navigate({ to: ".", search: { ...said, ...change } as never, replace: true });
  const users = useQuery({
    queryKey: ["settings", "users"],
    queryFn: ({ signal }) =>
      rows("systemusers", { $select: "fullname,internalemailaddress,assent_role,isdisabled,accessmode", $orderby: "fullname" }, signal),
  });
  const found = useInfiniteQuery({
    queryKey: ["settings", "trail", said],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) => {
      // A whole day is meant by the last one.
      const until = said.until && new Date(new Date(`${said.until}T00:00:00Z`).getTime() + 86_400_000).toISOString().slice(0, 10);
      const given = { Entity: said.entity, Actor: said.actor, From: said.from, Until: until, Before: pageParam ?? undefined, Top: 50 };
      return call<{ Changes: Trailed[]; Next: number | null }>(invoke("assent_AuditTrail", given), { signal });
    },
    getNextPageParam: ({ Next }) => Next,
  });
  const changes = found.data?.pages.flatMap((it) => it.Changes) ?? [];
  const names = useChangeNames(changes, changes.flatMap((it) => [it.Subject ?? "", `${it.Entity}:${it.Id}`]));
  const asked = said.entity || said.actor || said.from || said.until;
  return (
    <Section title={t("audit.latest")} about={t("audit.latestAbout")} wide>
      <div className={styles.bar} role="search">
        <Field label={t("audit.entity")}>
          <Select value={said.entity ?? ""} onChange={(_, { value }) => say({ entity: value || undefined })}>
            <option value="">{t("audit.any")}</option>
            {[...entities.values()].sort((one, other) => one.plural.localeCompare(other.plural)).map((it) => <option key={it.name} value={it.name}>{it.plural}</option>)}
          </Select>
        </Field>
        <Field label={t("audit.who")}>
          <Select value={said.actor ?? ""} onChange={(_, { value }) => say({ actor: value || undefined })}>
            <option value="">{t("audit.anybody")}</option>
            <option value="system">{t("history.actor.system")}</option>
            <option value="public">{t("history.actor.public")}</option>
            {users.data?.map((it) => <option key={String(it["systemuserid"])} value={`user:${String(it["systemuserid"])}`}>{it["fullname"] || String(it["systemuserid"])}</option>)}
          </Select>
        </Field>
        <Field label={t("audit.from")}><Input type="date" value={said.from ?? ""} onChange={(_, { value }) => say({ from: value || undefined })} /></Field>
        <Field label={t("audit.until")}><Input type="date" value={said.until ?? ""} onChange={(_, { value }) => say({ until: value || undefined })} /></Field>
        <Text size={200}>{t("timesOf", { zone: zone() })}</Text>
        {asked && <Button onClick={() => void navigate({ to: ".", search: {} as never, replace: true })}>{t("showAll")}</Button>}
      </div>
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.isSuccess && changes.length === 0 && !found.hasNextPage && <Empty title={t("audit.nothing")} />}
      {changes.length > 0 && (
        <Wide label={t("audit.latest")} least={1080}>
          <Table size="small" aria-label={t("audit.latest")}>
            <TableHeader>
              <TableRow>
                {["row", "when", "who", "what", "record", "subject", "values"].map((it) => <TableHeaderCell key={it} style={{ width: WIDTHS[it] }}>{t(`audit.${it}`)}</TableHeaderCell>)}
              </TableRow>
            </TableHeader>
            <TableBody>
              {changes.map((it) => (
                <TableRow key={it.Row}>
                  <TableCell>{it.Row}</TableCell>
                  <TableCell>{moment(it.At)}</TableCell>
                  <TableCell className={styles.wide}>
                    <Who change={it} names={names} />
                  </TableCell>
                  <TableCell className={styles.wide}>
                    {t(`history.operation.${it.Operation}`)}
                    <Why change={it} />
                  </TableCell>
                  <TableCell className={styles.wide}>
                    <Text block size={200}>{entities.get(it.Entity)?.label ?? it.Entity}</Text>
                    {it.Operation === DELETED || !entities.has(it.Entity) ? it.Id.slice(0, 8) : <Link to={`/record/${it.Entity}/${it.Id}`} search={{ tab: "history" } as never}>{names.get(`${it.Entity}:${it.Id}`) || it.Id.slice(0, 8)}</Link>}
                  </TableCell>
                  <TableCell className={styles.wide}>{it.Subject && it.Subject !== `${it.Entity}:${it.Id}` ? (names.get(it.Subject) || it.Subject.slice(0, 16)) : it.Subject ? t("audit.itself") : "–"}</TableCell>
                  <TableCell className={styles.wide}><Changed change={it} names={names} /></TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Wide>
      )}
      {found.hasNextPage && (
        <Button style={{ alignSelf: "start" }} disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {found.isFetchingNextPage ? t("loading") : t(changes.length ? "older" : "audit.goOn")}
        </Button>
      )}
    </Section>
  );
}

/** What is left goes to the values. */
const WIDTHS: Record<string, number | undefined> = { row: 60, when: 165, who: 150, what: 150, record: 160, subject: 130 };
/** So many columns of a change are shown at once. */
const SHOWN = 3;
const LONGEST = 80;

/** What became different. */
function Changed({ change, names }: { change: Trailed; names: Map<string, string> }) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  // What is said about the store names no entity.
  const known = useEntities().has(change.Entity);
  const entity = useMaybeEntity(known ? change.Entity : undefined);
  const [all, setAll] = useState(false);
  const label = (name: string) => entity?.column(name)?.label ?? name;
  const valueWords = useValueWords(entity, names);
  const words = (name: string, value: Cell) => {
    const text = valueWords(name, value);
    return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
  };
  if (change.Columns.length === 0) return <>–</>;
  if (change.Withheld) return <>{t("audit.withheld", { columns: change.Columns.map(label).join(", ") })}</>;
  const columns = all ? change.Columns : change.Columns.slice(0, SHOWN);
  return (
    <>
      <ul className={styles.values}>
        {columns.map((name) => {
          const [before, after] = change.Values[name] ?? [undefined, undefined];
          return (
            <li key={name}>
              {label(name)}
              {before !== undefined && after !== undefined && <>: {change.Operation !== CREATED && <>{words(name, before)} → </>}{words(name, after)}</>}
              {before === undefined && change.Unreadable && <>: {t("history.unreadable")}</>}
            </li>
          );
        })}
      </ul>
      {change.Columns.length > columns.length && <Button size="small" appearance="transparent" onClick={() => setAll(true)}>{t("audit.more", { count: change.Columns.length - columns.length })}</Button>}
    </>
  );
}
