/** Rows that another row is linked to many-to-many, such as the roles of a user: add one, remove one, with a way back. */

import { Button, makeStyles, Select, Tag, TagGroup, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, send } from "../../api/http";
import { type Row, rows } from "../../api/row";
import { useNotices } from "../../shell/notices";
import { Problem } from "../../shell/state";

const useStyles = makeStyles({
  line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "center" },
  tags: { flexWrap: "wrap", rowGap: tokens.spacingVerticalXS },
});

interface End {
  set: string;
  key: string;
  name: string;
}

export const USERS: End = { set: "systemusers", key: "systemuserid", name: "fullname" };
export const ROLES: End = { set: "roles", key: "roleid", name: "name" };
export const TEAMS: End = { set: "teams", key: "teamid", name: "name" };

export function Associated({ of, id, by, target, filter, label, nothing, readOnly, words = (it) => it }: {
  /** The set and the row that is linked. */
  of: string;
  id: string;
  /** The navigation property. */
  by: string;
  target: End;
  /** Which rows can be added. */
  filter?: string;
  label: string;
  nothing: string;
  readOnly?: boolean;
  words?: (name: string) => string;
}) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const picker = useId();
  const [wanted, setWanted] = useState("");
  const key = ["associated", of, id, by];
  const there = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) =>
      (await call<{ value: Row[] }>(`${of}(${id})/${by}?$select=${target.name}&$orderby=${target.name}`, { signal })).value,
  });
  const all = useQuery({
    queryKey: ["associated", "choices", target.set, filter],
    enabled: !readOnly,
    queryFn: ({ signal }) => rows(target.set, { $select: target.name, $orderby: target.name, $filter: filter, $top: 1000 }, signal),
  });
  const changing = useMutation({
    mutationFn: async ({ to, add }: { to: string; add: boolean; undoing?: boolean }) => {
      if (add) await send(`${of}(${id})/${by}/$ref`, { body: { "@odata.id": `${target.set}(${to})` } });
      else await send(`${of}(${id})/${by}(${to})/$ref`, { method: "DELETE" });
    },
    onSuccess: async (_, { to, add, undoing }) => {
      setWanted("");
      await client.invalidateQueries({ queryKey: ["associated"] });
      if (undoing) notices.done(t("undone"));
      else notices.done(t(add ? "linked" : "unlinked"), () => changing.mutate({ to, add: !add, undoing: true }));
    },
    onError: notices.failed,
  });
  if (there.error) return <Problem error={there.error} retry={() => void there.refetch()} />;
  const present = new Set(there.data?.map((it) => String(it[target.key])));
  const open = (all.data ?? []).filter((it) => !present.has(String(it[target.key])));
  const nameOf = (it: Row) => words(String(it[target.name] ?? it[target.key]));
  return (
    <div className={styles.line}>
      {there.data?.length === 0 && <Text>{nothing}</Text>}
      {(there.data?.length ?? 0) > 0 && (
        <TagGroup
          aria-label={label}
          className={styles.tags}
          {...(readOnly ? {} : { onDismiss: (_: unknown, { value }: { value: string }) => changing.mutate({ to: value, add: false }) })}
        >
          {there.data?.map((it) => (
            <Tag
              key={String(it[target.key])}
              value={String(it[target.key])}
              dismissible={!readOnly}
              dismissIcon={{ "aria-label": t("removeOne", { name: nameOf(it) }) }}
              appearance="outline"
            >
              {nameOf(it)}
            </Tag>
          ))}
        </TagGroup>
      )}
      {!readOnly && open.length > 0 && (
        <>
          <Select id={picker} aria-label={label} value={wanted} onChange={(_, { value }) => setWanted(value)}>
            <option value="">{t("pick")}</option>
            {open.map((it) => <option key={String(it[target.key])} value={String(it[target.key])}>{nameOf(it)}</option>)}
          </Select>
          <Button disabled={!wanted || changing.isPending} onClick={() => changing.mutate({ to: wanted, add: true })}>{t("add")}</Button>
        </>
      )}
    </div>
  );
}
