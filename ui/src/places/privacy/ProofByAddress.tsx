/** What is kept of the consent of somebody who was erased: it is found only by who types the address. */

import {
  Button, Field, Input, makeStyles, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { invoke } from "../../api/http";
import { day, moment } from "../../api/row";
import { Empty, Problem } from "../../shell/state";
import { useLevels } from "./levels";
import { quietly } from "./quiet";

interface Proof {
  from: number;
  to: number;
  on: string | null;
  source: string;
  wording_sha256: string | null;
  requested_on: string | null;
  until: string | null;
}

const useStyles = makeStyles({
  ask: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "flex-end" },
  field: { flexGrow: 1, maxWidth: "480px" },
  hash: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
});

export function ProofByAddress() {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const levels = useLevels();
  const [typed, setTyped] = useState("");
  const asking = useMutation({
    mutationFn: async (address: string) => (await quietly<{ Proofs: Proof[] }>(invoke("assent_ConsentProof", { Address: address }))).Proofs,
  });
  const level = (number: number) => levels.find((it) => it.number === number)?.label ?? String(number);
  return (
    <>
      <Text>{t("erased.what")}</Text>
      <form className={styles.ask} onSubmit={(event) => { event.preventDefault(); if (typed.trim()) asking.mutate(typed.trim()); }}>
        <Field label={t("erased.label")} hint={t("ask.hintQuiet")} className={styles.field}>
          <Input value={typed} autoComplete="off" spellCheck={false} onChange={(_, { value }) => setTyped(value)} />
        </Field>
        <Button appearance="primary" type="submit" disabledFocusable={asking.isPending || !typed.trim()}>{t("ask.ask")}</Button>
      </form>
      <div role="status">
        {asking.error && <Problem error={asking.error} />}
        {asking.data?.length === 0 && <Empty title={t("erased.none")}><Text>{t("erased.noneText")}</Text></Empty>}
        {asking.data && asking.data.length > 0 && (
          <Table size="small" aria-label={t("records.erased")}>
            <TableHeader>
              <TableRow>{["on", "change", "source", "requested", "wording", "until"].map((it) => <TableHeaderCell key={it}>{t(`erased.head.${it}`)}</TableHeaderCell>)}</TableRow>
            </TableHeader>
            <TableBody>
              {asking.data.map((it, at) => (
                <TableRow key={at}>
                  <TableCell>{it.on && moment(it.on)}</TableCell>
                  <TableCell>{level(it.from)} → {level(it.to)}</TableCell>
                  <TableCell>{t(`source.${it.source}`, { defaultValue: it.source })}</TableCell>
                  <TableCell>{it.requested_on && moment(it.requested_on)}</TableCell>
                  <TableCell className={styles.hash}>{it.wording_sha256}</TableCell>
                  <TableCell>{it.until && day(it.until)}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        )}
      </div>
    </>
  );
}
