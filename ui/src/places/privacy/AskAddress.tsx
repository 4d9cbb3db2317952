/** Is this address suppressed, and why? Whoever is an officer ends an entry here, with a reason, or notes an objection. */

import {
  Button, Field, Input, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Table, TableBody, TableCell, TableHeader,
  TableHeaderCell, TableRow, Text, Textarea, tokens,
} from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, invoke } from "../../api/http";
import { count, day } from "../../api/row";
import { holds, useSession } from "../../api/session";
import { FormDialog } from "../../shell/FormDialog";
import { useNotices } from "../../shell/notices";
import { Problem } from "../../shell/state";
import { quietly } from "./quiet";

interface Entry {
  id: string;
  reason: string;
  source: string;
  since: string | null;
  until: string | null;
}

interface Explanation {
  suppressed: boolean;
  entries: Entry[];
  contacts: number | null;
}

const useStyles = makeStyles({
  ask: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "flex-end" },
  field: { flexGrow: 1, maxWidth: "480px" },
  answer: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  bar: { display: "flex", gap: tokens.spacingHorizontalM, flexWrap: "wrap" },
});

const OBJECTION = "objection";
const isInForce = (it: Entry) => it.until === null || new Date(it.until) > new Date();

export function AskAddress() {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const client = useQueryClient();
  const notices = useNotices();
  const session = useSession();
  const [typed, setTyped] = useState("");
  const [doing, setDoing] = useState<"lift" | "object" | null>(null);
  const asking = useMutation({
    mutationFn: async (address: string) => ({ address, found: await quietly<Explanation>(invoke("assent_ExplainSuppression", { Address: address })) }),
  });
  const acting = useMutation({
    mutationFn: ({ what, address, because }: { what: "lift" | "object"; address: string; because: string }) =>
      what === "lift"
        ? call("assent_LiftSuppression", { body: { Address: address, Because: because } })
        : call("assent_Object", { body: { Address: address, Source: because } }),
    onSuccess: (_, { what, address }) => {
      setDoing(null);
      notices.done(t(`ask.${what}Done`));
      void client.invalidateQueries({ queryKey: ["list", "assent_suppression"] });
      asking.mutate(address);
    },
    onError: notices.failed,
  });
  const { address = "", found } = asking.data ?? {};
  const inForce = found?.entries.filter(isInForce) ?? [];
  const lifts = holds(session, "prvAssentWriteSuppressions") && inForce.some((it) => it.reason !== OBJECTION);
  const objects = holds(session, "prvAssentNoteObjection") && !inForce.some((it) => it.reason === OBJECTION);
  return (
    <>
      <form className={styles.ask} onSubmit={(event) => { event.preventDefault(); if (typed.trim()) asking.mutate(typed.trim()); }}>
        <Field label={t("ask.label")} hint={t("ask.hint")} className={styles.field}>
          <Input value={typed} autoComplete="off" spellCheck={false} onChange={(_, { value }) => setTyped(value)} />
        </Field>
        <Button appearance="primary" type="submit" disabledFocusable={asking.isPending || !typed.trim()}>{t("ask.ask")}</Button>
      </form>
      <div role="status" className={styles.answer}>
        {asking.error && <Problem error={asking.error} />}
        {found && (
          <>
            <MessageBar intent={found.suppressed ? "warning" : "success"} layout="multiline">
              <MessageBarBody>
                <MessageBarTitle>{t(found.suppressed ? "ask.withheld" : "ask.free")}</MessageBarTitle>
                {found.contacts === null ? t("ask.byHash") : t("ask.contacts", { count: found.contacts, shown: count(found.contacts) })}
              </MessageBarBody>
            </MessageBar>
            {found.entries.length > 0 && (
              <Table size="small" aria-label={t("ask.entries")}>
                <TableHeader>
                  <TableRow>{["reason", "since", "until", "source"].map((it) => <TableHeaderCell key={it}>{t(`ask.head.${it}`)}</TableHeaderCell>)}</TableRow>
                </TableHeader>
                <TableBody>
                  {found.entries.map((it) => (
                    <TableRow key={it.id}>
                      <TableCell>{t(`ask.reason.${it.reason}`)}</TableCell>
                      <TableCell>{it.since && day(it.since)}</TableCell>
                      <TableCell>{it.until === null ? t("ask.forEver") : isInForce(it) ? day(it.until) : t("ask.ended", { on: day(it.until) })}</TableCell>
                      <TableCell>{it.source}</TableCell>
                    </TableRow>
                  ))}
                </TableBody>
              </Table>
            )}
            {inForce.some((it) => it.reason === OBJECTION) && <Text>{t("ask.objectionStays")}</Text>}
            {(lifts || objects) && address.includes("@") && (
              <div className={styles.bar}>
                {lifts && <Button onClick={() => setDoing("lift")}>{t("ask.lift")}</Button>}
                {objects && <Button onClick={() => setDoing("object")}>{t("ask.object")}</Button>}
              </div>
            )}
          </>
        )}
      </div>
      {doing && (
        <Because
          title={t(`ask.${doing}Title`)} text={t(`ask.${doing}Text`)} yes={t(`ask.${doing}`)} busy={acting.isPending}
          onYes={(because) => acting.mutate({ what: doing, address, because })} onNo={() => setDoing(null)}
        />
      )}
    </>
  );
}

/** Asks for the reason of an act that is kept in the audit trail. */
export function Because({ title, text, yes, busy, onYes, onNo }: {
  title: string; text: string; yes: string; busy: boolean; onYes(because: string): void; onNo(): void;
}) {
  const { t } = useTranslation("privacy");
  const [because, setBecause] = useState("");
  return (
    <FormDialog title={title} yes={yes} ready={because.trim() !== ""} busy={busy} onYes={() => onYes(because.trim())} onNo={onNo}>
      <Text block>{text}</Text>
      <Field label={t("because.label")} required hint={t("because.hint")}>
        <Textarea value={because} maxLength={400} onChange={(_, { value }) => setBecause(value)} />
      </Field>
    </FormDialog>
  );
}
