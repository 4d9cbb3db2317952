/** The gate's answer about one person and one journey or e-mail, in words, with the fact that decides. */

import {
  Badge, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { call, invoke } from "../../api/http";
import { type Detailed, useEntity } from "../../api/metadata";
import { moment } from "../../api/row";
import { Loading, Problem } from "../../shell/state";
import { key, reasonOf } from "../../said/said";

const useStyles = makeStyles({
  decides: { backgroundColor: tokens.colorNeutralBackground1Selected, fontWeight: tokens.fontWeightSemibold },
  box: { overflowX: "auto" },
});

interface Answer {
  allowed: boolean;
  outcome: string;
  reason: string;
  facts: { fact: string; value: string; decides: boolean }[];
}

export function Verdict({ target, contact, tile }: {
  target: string;
  contact: string;
  /** What a tile is called. */
  tile?: ((id: string) => string) | undefined;
}) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const person = useEntity("contact");
  const found = useQuery({
    queryKey: ["why", target, contact],
    queryFn: ({ signal }) => call<Answer>(`contacts(${contact})/${invoke("Microsoft.Dynamics.CRM.assent_ConsentWhy", { TargetId: target })}`, { signal }),
    staleTime: 0,
  });
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  return (
    <>
      <MessageBar intent={found.data.allowed ? "success" : "warning"} layout="multiline" role="status">
        <MessageBarBody>
          <MessageBarTitle>{t(`why.outcome.${found.data.outcome}`, { defaultValue: found.data.outcome })}</MessageBarTitle>
          {saidReason(found.data.reason)}
        </MessageBarBody>
      </MessageBar>
      <div className={styles.box}>
        <Table size="small" aria-label={t("why.facts")}>
          <TableHeader>
            <TableRow>
              <TableHeaderCell>{t("why.fact")}</TableHeaderCell>
              <TableHeaderCell>{t("why.value")}</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {found.data.facts.map((it, at) => (
              <TableRow key={at} className={it.decides ? styles.decides : undefined}>
                <TableCell>{factOf(it.fact, person, t)} {it.decides && <Badge appearance="tint" color={found.data.allowed ? "success" : "warning"}>{t("why.decides")}</Badge>}</TableCell>
                <TableCell>{valueOf(it.value, t, tile)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
      <Text size={200}>{t("why.order")}</Text>
    </>
  );
}

function factOf(fact: string, person: Detailed, t: TFunction): string {
  const mail = /^mail of (\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC$/.exec(fact);
  if (mail) return t("why.mail", { when: moment(`${mail[1]}T${mail[2]}:00Z`) });
  return t(`fact.${key(fact)}`, { defaultValue: person.column(fact)?.label ?? fact });
}

/** `X: reason` and `word (more)` are put together from what is known. */
function valueOf(value: string, t: TFunction, tile?: (id: string) => string): string {
  const levels = /^given (\w+), needed (\w+)$/.exec(value);
  if (levels) return t("why.levels", { given: t(`level.${levels[1]}`), needed: t(`level.${levels[2]}`) });
  const confirmed = /^confirmed up to (\w+)$/.exec(value);
  if (confirmed) return t("why.confirmed", { level: t(`level.${confirmed[1]}`) });
  const known = t(`value.${key(value)}`, { defaultValue: "" });
  if (known) return known;
  return value
    .split(", ")
    .map((it) => {
      const place = /^(is in|is not in) segment (.*)$/.exec(it);
      if (place) return t(place[1] === "is in" ? "why.inSegment" : "why.notInSegment", { name: place[2] });
      const reason = /^(at tile \S+|[\w-]+): (.*)$/.exec(it);
      if (reason) return `${said(reason[1] ?? "", t, tile)}: ${saidReason(reason[2] ?? "")}`;
      return said(it, t, tile);
    })
    .join(", ");
}

function said(text: string, t: TFunction, tile?: (id: string) => string): string {
  const place = /^at tile (.*)$/.exec(text)?.[1];
  if (place) return t("why.atTile", { tile: tile ? tile(place) : place });
  return t(`value.${key(text)}`, { defaultValue: text });
}

function saidReason(reason: string): string {
  const stopped = /^(Contact was stopped|The journey failed for the contact): (.*)$/.exec(reason);
  if (stopped) return `${reasonOf(stopped[1] ?? "")}: ${reasonOf(stopped[2] ?? "")}`;
  return reasonOf(reason.replace(/ \([^)]*\)$/, ""));
}
