/** The plan of one kind of record: its columns with what happens to each, and its records one by one. */

import {
  Badge, Button, makeStyles, Switch, Tab, TabList, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text,
  tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEntities, useMaybeEntity } from "../../api/metadata";
import { count } from "../../api/row";
import { Loading, Problem } from "../../shell/state";
import { HoldBack, type Target } from "./HoldBack";
import { COLOURS } from "./PlanStep";
import { ACCESS, COMPLETED, foundQuery, type Item, type Request, useAct } from "./request";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: tokens.spacingHorizontalM, margin: `${tokens.spacingVerticalS} 0` },
  box: { overflowX: "auto" },
  table: { tableLayout: "auto" },
  ground: { overflowWrap: "anywhere" },
});

export function PlanEntity({ request, name, items, changeable }: { request: Request; name: string; items: Item[]; changeable: boolean }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const known = useEntities().has(name);
  const [tab, setTab] = useState("columns");
  const [target, setTarget] = useState<Target | null>(null);
  const act = useAct(request.id);
  const putBack = (target: Target) =>
    act.mutate({ name: "assent_HoldBack", body: { Entity: name, ...target.body }, done: t("hold.putBack") });
  const held = items.filter((it) => it.Held && !it.Record);
  const whole: Target = { label: t("hold.wholeKind"), body: {} };
  return (
    <>
      {known && request.status !== COMPLETED && (
        <div className={styles.bar}>
          <TabList size="small" selectedValue={tab} onTabSelect={(_, { value }) => setTab(String(value))} aria-label={t("plan.look")}>
            <Tab value="columns">{t("plan.byColumn")}</Tab>
            <Tab value="records">{t("plan.byRecord")}</Tab>
          </TabList>
          {changeable && (held.length > 0 && held.length === items.filter((it) => !it.Record).length
            ? <Button size="small" disabledFocusable={act.isPending} onClick={() => putBack(whole)}>{t("hold.putAllBack")}</Button>
            : <Button size="small" onClick={() => setTarget(whole)}>{t(request.type === ACCESS ? "hold.leaveAll" : "hold.keepAll")}</Button>)}
        </div>
      )}
      {tab === "columns"
        ? <Columns {...{ request, name, items, changeable }} onHold={setTarget} onPutBack={putBack} />
        : <Records {...{ request, name, changeable }} onHold={setTarget} onPutBack={putBack} />}
      {target && <HoldBack request={request} entity={name} target={target} onClose={() => setTarget(null)} />}
    </>
  );
}

interface Acts {
  onHold(target: Target): void;
  onPutBack(target: Target): void;
}

function Columns({ request, name, items, changeable, onHold, onPutBack }: { request: Request; name: string; items: Item[]; changeable: boolean } & Acts) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const known = useEntities().has(name);
  const entity = useMaybeEntity(known ? name : undefined);
  const [all, setAll] = useState(false);
  const lines = items.filter((it) => !it.Record);
  const shown = lines.filter((it) => all || it.Rows > 0 || it.Held);
  return (
    <>
      {lines.some((it) => it.Rows === 0) && (
        <Switch label={t("plan.emptyToo", { count: lines.filter((it) => it.Rows === 0).length })} checked={all} onChange={(_, { checked }) => setAll(checked)} />
      )}
      <div className={styles.box}>
        <Table size="small" aria-label={t("plan.byColumn")} className={styles.table}>
          <TableHeader>
            <TableRow>
              {["column", "rows", "action", "ground"].map((it) => <TableHeaderCell key={it}>{t(`plan.head.${it}`)}</TableHeaderCell>)}
              {request.status === COMPLETED && <TableHeaderCell>{t("plan.head.result")}</TableHeaderCell>}
              {changeable && <TableHeaderCell>{t("plan.head.change")}</TableHeaderCell>}
            </TableRow>
          </TableHeader>
          <TableBody>
            {shown.map((it) => {
              const label = entity?.column(it.Column)?.label ?? t(`plan.special.${it.Column}`, { defaultValue: it.Column });
              const target: Target = { label, body: { Column: it.Column } };
              const holdable = request.type === ACCESS ? it.Action === "given out" : it.Action === "blanked";
              return (
                <TableRow key={it.Column}>
                  <TableCell>{label}</TableCell>
                  <TableCell>{count(it.Rows)}</TableCell>
                  <TableCell>
                    <Badge appearance="tint" color={COLOURS[it.Action]}>{t(`action.${it.Action}`)}</Badge>
                    {it.Held && <Text size={200} block>{t("plan.byOfficer")}</Text>}
                  </TableCell>
                  <TableCell className={styles.ground}>{it.Ground}</TableCell>
                  {request.status === COMPLETED && <TableCell>{it.Verified ? t(`plan.verified.${it.Action}`) : t("plan.unverified")}</TableCell>}
                  {changeable && (
                    <TableCell>
                      {(it.Held || holdable) && <Hold request={request} target={target} held={it.Held} onHold={onHold} onPutBack={onPutBack} />}
                    </TableCell>
                  )}
                </TableRow>
              );
            })}
          </TableBody>
        </Table>
      </div>
    </>
  );
}

function Records({ request, name, changeable, onHold, onPutBack }: { request: Request; name: string; changeable: boolean } & Acts) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const entity = useEntities().get(name);
  const found = useQuery(foundQuery(request.id, name));
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  return (
    <div className={styles.box}>
      <Table size="small" aria-label={t("plan.byRecord")} className={styles.table}>
        <TableHeader>
          <TableRow>
            {["record", "path", "happens"].map((it) => <TableHeaderCell key={it}>{t(`plan.head.${it}`)}</TableHeaderCell>)}
            {changeable && <TableHeaderCell>{t("plan.head.change")}</TableHeaderCell>}
          </TableRow>
        </TableHeader>
        <TableBody>
          {found.data.Records.map((it) => {
            const label = it.Name ?? it.Id;
            const target: Target = { label, body: { Record: it.Id } };
            return (
              <TableRow key={it.Id}>
                <TableCell>{it.Other ? t("plan.other") : <Link to={`/record/${name}/${it.Id}`}>{label}</Link>}</TableCell>
                <TableCell>{it.Path === "self" ? t("plan.self") : it.Path.endsWith("=") ? t("plan.byAddress", { column: it.Path.slice(0, -1) }) : it.Path}</TableCell>
                <TableCell>{it.Other ? t("plan.otherWhy") : it.Ground ? t("plan.heldWhy", { ground: it.Ground }) : t("plan.asPlanned", { what: entity?.plural ?? name })}</TableCell>
                {changeable && (
                  <TableCell>
                    {!it.Other && <Hold request={request} target={target} held={Boolean(it.Ground)} onHold={onHold} onPutBack={onPutBack} />}
                  </TableCell>
                )}
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
      {found.data.Total > found.data.Records.length && (
        <Text size={200}>{t("plan.firstOf", { shown: count(found.data.Records.length), total: count(found.data.Total) })}</Text>
      )}
    </div>
  );
}

/** Takes something out of the plan, or puts it back. */
function Hold({ request, target, held, onHold, onPutBack }: { request: Request; target: Target; held: boolean } & Acts) {
  const { t } = useTranslation("privacy");
  const what = target.label;
  if (held) return <Button size="small" onClick={() => onPutBack(target)} aria-label={t("hold.putBackWhat", { what })}>{t("hold.back")}</Button>;
  return <Button size="small" onClick={() => onHold(target)} aria-label={t("hold.what", { what })}>{t(request.type === ACCESS ? "hold.leave" : "hold.keep")}</Button>;
}
