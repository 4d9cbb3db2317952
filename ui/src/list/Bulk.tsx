/**
 * Acts on several rows: those chosen, or all that the list has. The number is confirmed here and looked at again by
 * the server; where the list has another size by then, nothing happens.
 */

import { Button, Field, Input, makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ListQuery, print } from "../api/fetchxml";
import { call } from "../api/http";
import { type Detailed, isLookup, useEntities } from "../api/metadata";
import { body, count, type Draft } from "../api/row";
import { may, useSession } from "../api/session";
import { Input as ValueInput } from "../record/inputs";
import { FormDialog } from "../shell/FormDialog";
import { useNotices } from "../shell/notices";

const useStyles = makeStyles({
  bar: {
    display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "center",
    padding: tokens.spacingVerticalXS, backgroundColor: tokens.colorNeutralBackground2, borderRadius: tokens.borderRadiusMedium,
  },
});

export function Bulk({ entity, query, fetchxml, total, chosen, onClear }: {
  entity: Detailed;
  query: ListQuery;
  fetchxml: string;
  total: number;
  chosen: ReadonlyMap<number, string>;
  onClear(): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation();
  const session = useSession();
  const [all, setAll] = useState(false);
  const [act, setAct] = useState<"change" | "delete" | null>(null);
  if (chosen.size === 0) return null;
  const size = all ? total : chosen.size;
  const ids = [...chosen.values()];
  const selected = all
    ? fetchxml
    : print({ ...query, filters: [], links: [], conditions: [{ column: entity.key, operator: "in", value: ids.join(",") }] });
  return (
    <div className={styles.bar} role="toolbar" aria-label={t("bulk.title")}>
      <Text weight="semibold">{t("bulk.chosen", { count: size, shown: count(size) })}</Text>
      {!all && total > chosen.size && <Button size="small" onClick={() => setAll(true)}>{t("bulk.all", { shown: count(total) })}</Button>}
      {may(session, "Write", entity.name) && <Button size="small" onClick={() => setAct("change")}>{t("bulk.change")}</Button>}
      {may(session, "Delete", entity.name) && <Button size="small" onClick={() => setAct("delete")}>{t("bulk.delete")}</Button>}
      <Button size="small" appearance="subtle" onClick={() => { setAll(false); onClear(); }}>{t("bulk.none")}</Button>
      {act && (
        <Confirm entity={entity} act={act} fetchxml={selected} size={size} onEnd={(done) => { setAct(null); if (done) { setAll(false); onClear(); } }} />
      )}
    </div>
  );
}

function Confirm({ entity, act, fetchxml, size, onEnd }: {
  entity: Detailed;
  act: "change" | "delete";
  fetchxml: string;
  size: number;
  onEnd(done: boolean): void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const entities = useEntities();
  const notices = useNotices();
  const columns = entity.columns.filter((it) => it.updatable && !isLookup(it) && it.kind !== "File");
  const [name, setName] = useState("");
  const [draft, setDraft] = useState<Draft>({});
  const [because, setBecause] = useState("");
  const [typed, setTyped] = useState("");
  const column = entity.column(name);
  const doing = useMutation({
    mutationFn: async () => {
      if (act === "change") {
        const Values = JSON.stringify(body(draft, entity, entities));
        await call("assent_UpdateRows", { body: { FetchXml: fetchxml, Values, Expect: size, Because: because || null } });
      } else {
        await call("assent_DeleteRows", { body: { FetchXml: fetchxml, Expect: size, Because: because || null } });
      }
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["list", entity.name] });
      notices.done(t(act === "change" ? "bulk.changed" : "bulk.deleted", { count: size, shown: count(size) }));
      onEnd(true);
    },
    onError: notices.failed,
  });
  const ready = act === "change" ? column !== undefined && name in draft : typed.trim() === String(size);
  return (
    <FormDialog
      title={t(act === "change" ? "bulk.changeTitle" : "bulk.deleteTitle", { count: size, shown: count(size) })}
      yes={t(act === "change" ? "bulk.change" : "bulk.delete")}
      ready={ready}
      busy={doing.isPending}
      onYes={() => doing.mutate()}
      onNo={() => onEnd(false)}
    >
      {act === "change" ? (
        <>
          <Field label={t("list.column")}>
            <Select value={name} onChange={(_, { value }) => { setName(value); setDraft({}); }}>
              <option value="">{t("list.choose")}</option>
              {columns.map((it) => <option key={it.name} value={it.name}>{it.label}</option>)}
            </Select>
          </Field>
          {column && (
            <Field label={column.label}>
              <ValueInput column={column} value={draft[name] ?? null} onChange={(value) => setDraft({ [name]: value })} />
            </Field>
          )}
        </>
      ) : (
        <>
          <Text>{t("bulk.deleteWarning")}</Text>
          <Field label={t("bulk.typeNumber", { number: size })}>
            <Input value={typed} inputMode="numeric" onChange={(_, { value }) => setTyped(value)} />
          </Field>
        </>
      )}
      <Field label={t("because")}>
        <Input value={because} maxLength={2000} onChange={(_, { value }) => setBecause(value)} />
      </Field>
    </FormDialog>
  );
}
