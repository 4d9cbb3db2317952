/** What the audit records, for how long, and its early end. The sealed trail underneath has no switch. */

import { Button, Checkbox, Field, Input, makeStyles, SearchBox, Switch, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { type Entity, useEntities } from "../../api/metadata";
import { count, day, update } from "../../api/row";
import { holds, may, useSession } from "../../api/session";
import { Ask } from "../../shell/Ask";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Loading, Problem } from "../../shell/state";
import { Above } from "./Above";
import { auditedQuery, columnsQuery, type Switches, switchesQuery } from "./auditing";
import { Section } from "./Section";

const useStyles = makeStyles({
  line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalL, alignItems: "end" },
  box: { overflowX: "auto" },
  columns: { display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(min(220px, 100%), 1fr))" },
});

export default function Auditing() {
  const { t } = useTranslation("settings");
  const session = useSession();
  const found = useQuery(switchesQuery);
  const changes = may(session, "Write", "organization");
  const switches = holds(session, "prvWriteEntity");
  return (
    <Page title={t("auditing.title")} above={<Above />}>
      <Text>{t("auditing.about")}</Text>
      {may(session, "Read", "audit") && <Link to="/list/$entity" params={{ entity: "audit" }}>{t("auditing.look")}</Link>}
      {!changes && !switches && <Text>{t("onlyAdministrator")}</Text>}
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && <Organization switches={found.data} changes={changes} />}
      {found.data && <Entities on={found.data.isauditenabled} switches={switches} />}
      {holds(session, "prvDeleteAuditPartitions") && <Forget />}
    </Page>
  );
}

type Change = Partial<Omit<Switches, "id">>;

function Organization({ switches, changes }: { switches: Switches; changes: boolean }) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const changing = useMutation({
    mutationFn: ({ change }: { change: Change; back?: Change }) => update("organizations", switches.id, change),
    onSuccess: async (_, { back }) => {
      await client.invalidateQueries({ queryKey: switchesQuery.queryKey });
      notices.done(t("auditing.changed"), back && (() => changing.mutate({ change: back })));
    },
    onError: notices.failed,
  });
  const set = (change: Change) => {
    const back = Object.fromEntries(Object.keys(change).map((it) => [it, switches[it as keyof Change]]));
    changing.mutate({ change, back });
  };
  const disabled = !changes || changing.isPending;
  const forEver = switches.auditretentionperiodv2 < 0;
  return (
    <Section title={t("auditing.switches")} about={t("auditing.switchesAbout")}>
      <Switch label={t("auditing.on")} checked={switches.isauditenabled} disabled={disabled} onChange={(_, { checked }) => set({ isauditenabled: checked })} />
      <div className={styles.line}>
        <Switch label={t("auditing.access")} checked={switches.isuseraccessauditenabled} disabled={disabled} onChange={(_, { checked }) => set({ isuseraccessauditenabled: checked })} />
        <Amount label={t("auditing.interval")} value={switches.useraccessauditinginterval} most={8760} disabled={disabled} set={(it) => set({ useraccessauditinginterval: it })} />
      </div>
      <div className={styles.line}>
        <Checkbox label={t("auditing.forEver")} checked={forEver} disabled={disabled} onChange={(_, { checked }) => set({ auditretentionperiodv2: checked === true ? -1 : 30 })} />
        {!forEver && <Amount label={t("auditing.days")} value={switches.auditretentionperiodv2} most={365_000} disabled={disabled} set={(it) => set({ auditretentionperiodv2: it })} />}
      </div>
    </Section>
  );
}

/** A whole number, sent when it is left; what is none, or too much, stays to be mended and is not sent. */
function Amount({ label, value, most, disabled, set }: { label: string; value: number; most: number; disabled: boolean; set(value: number): void }) {
  const { t } = useTranslation("settings");
  const [draft, setDraft] = useState<string>();
  const number = Number(draft ?? value);
  const fits = draft !== "" && Number.isInteger(number) && number >= 1 && number <= most;
  const leave = () => {
    if (draft === undefined || !fits) return;
    setDraft(undefined);
    if (number !== value) set(number);
  };
  return (
    <Field label={label} validationMessage={fits ? undefined : t("auditing.amount", { most: count(most) })}>
      <Input
        type="number" min={1} max={most} step={1} value={draft ?? String(value)} disabled={disabled}
        onChange={(_, { value: typed }) => setDraft(typed)} onBlur={leave} onKeyDown={(event) => { if (event.key === "Enter") leave(); }}
      />
    </Field>
  );
}

interface Moved {
  entity: string;
  column?: string;
  on: boolean;
}

function useSwitch() {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const moving = useMutation({
    mutationFn: ({ entity, column, on }: Moved & { undoing?: boolean }) =>
      call("assent_AuditEntity", { body: { Entity: entity, ...(column && { Column: column }), On: on } }),
    onSuccess: async (_, { undoing, ...it }) => {
      await client.invalidateQueries({ queryKey: auditedQuery.queryKey });
      // What columns were left out is forgotten when their entity is switched off.
      const back = it.column || it.on ? () => moving.mutate({ ...it, on: !it.on, undoing: true }) : undefined;
      notices.done(t(it.on ? "auditing.nowOn" : "auditing.nowOff"), undoing ? undefined : back);
    },
    onError: notices.failed,
  });
  return moving;
}

function Entities({ on, switches }: { on: boolean; switches: boolean }) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const entities = useEntities();
  const audited = useQuery(auditedQuery);
  const moving = useSwitch();
  const [sought, setSought] = useState("");
  const [open, setOpen] = useState<string>();
  const is = (entity: Entity) => audited.data?.get(entity.name)?.Value ?? false;
  const shown = [...entities.values()]
    .filter((it) => audited.data?.get(it.name)?.CanBeChanged && !it.intersect)
    .filter((it) => `${it.label} ${it.name}`.toLowerCase().includes(sought.toLowerCase()))
    .sort((one, other) => Number(is(other)) - Number(is(one)) || one.label.localeCompare(other.label));
  return (
    <Section
      title={t("auditing.entities")} wide about={t(on ? "auditing.entitiesAbout" : "auditing.entitiesOff")}
      commands={<SearchBox aria-label={t("auditing.search")} placeholder={t("auditing.search")} value={sought} onChange={(_, { value }) => setSought(value)} />}
    >
      {audited.error && <Problem error={audited.error} retry={() => void audited.refetch()} />}
      {audited.isPending && <Loading />}
      {audited.data && shown.length === 0 && <Text>{t("auditing.none")}</Text>}
      {shown.length > 0 && (
        <div className={styles.box}>
          <Table size="small" aria-label={t("auditing.entities")}>
            <TableHeader>
              <TableRow>
                <TableHeaderCell>{t("columns.entity")}</TableHeaderCell>
                <TableHeaderCell style={{ width: 120 }}>{t("auditing.audited")}</TableHeaderCell>
                <TableHeaderCell style={{ width: 160 }} aria-label={t("auditing.columns")} />
              </TableRow>
            </TableHeader>
            <TableBody>
              {shown.map((it) => (
                <Fragment key={it.name}>
                  <TableRow>
                    <TableCell>{it.label} <Text size={200}>({it.name})</Text></TableCell>
                    <TableCell>
                      <Switch aria-label={t("auditing.one", { entity: it.label })} checked={is(it)} disabled={!switches || moving.isPending} onChange={(_, { checked }) => moving.mutate({ entity: it.name, on: checked })} />
                    </TableCell>
                    <TableCell>
                      {is(it) && (
                        <Button size="small" aria-expanded={open === it.name} aria-label={t("auditing.columnsOf", { entity: it.label })} onClick={() => setOpen(open === it.name ? undefined : it.name)}>{t("auditing.columns")}</Button>
                      )}
                    </TableCell>
                  </TableRow>
                  {open === it.name && is(it) && (
                    <TableRow><TableCell colSpan={3}><Columns entity={it} /></TableCell></TableRow>
                  )}
                </Fragment>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
    </Section>
  );
}

function Columns({ entity }: { entity: Entity }) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const switches = holds(useSession(), "prvWriteAttribute");
  const found = useQuery(columnsQuery(entity.name));
  const moving = useSwitch();
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <Loading />;
  return (
    <div role="group" aria-label={t("auditing.columnsOf", { entity: entity.label })} className={styles.columns}>
      {found.data.map((it) => (
        <Checkbox key={it.name} label={it.label} checked={it.on} disabled={!switches || moving.isPending} onChange={(_, { checked }) => moving.mutate({ entity: entity.name, column: it.name, on: checked === true })} />
      ))}
    </div>
  );
}

/** Deletes what is older than a day, before its time. */
function Forget() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const notices = useNotices();
  const [until, setUntil] = useState("");
  const [asked, setAsked] = useState(false);
  const forgetting = useMutation({
    mutationFn: () => call<{ DeletedEntriesCount: number }>("DeleteAuditData", { body: { EndDate: new Date(`${until}T00:00:00`).toISOString() } }),
    onSuccess: ({ DeletedEntriesCount: gone }) => notices.done(t("auditing.gone", { count: gone, shown: count(gone) })),
    onError: notices.failed,
    onSettled: () => setAsked(false),
  });
  return (
    <Section title={t("auditing.forget")} about={t("auditing.forgetAbout")}>
      <div className={styles.line}>
        <Field label={t("auditing.before")}><Input type="date" value={until} onChange={(_, { value }) => setUntil(value)} /></Field>
        <Button disabled={!until} onClick={() => setAsked(true)}>{t("auditing.forgetNow")}</Button>
      </div>
      <Ask open={asked} title={t("auditing.forgetSure", { day: until && day(until) })} yes={t("auditing.forgetNow")} busy={forgetting.isPending} onYes={() => forgetting.mutate()} onNo={() => setAsked(false)}>
        {t("auditing.forgetStays")}
      </Ask>
    </Section>
  );
}
