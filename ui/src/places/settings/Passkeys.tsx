/** The passkeys of a user, which an administrator takes away when a device is lost. */

import { Button, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { useMaybeEntity } from "../../api/metadata";
import { moment, rows } from "../../api/row";
import { Ask } from "../../shell/Ask";
import { useNotices } from "../../shell/notices";
import { Problem } from "../../shell/state";
import { Section } from "./Section";

/** `assent_kind` of a passkey. */
const PASSKEY = 2;

export function Passkeys({ user, readOnly }: { user: string; readOnly: boolean }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const entity = useMaybeEntity("assent_credential");
  const [removing, setRemoving] = useState<{ id: string; name: string } | null>(null);
  const found = useQuery({
    queryKey: ["settings", "passkeys", user],
    queryFn: ({ signal }) => rows("assent_credentials", { $filter: `_assent_systemuserid_value eq ${user} and assent_kind eq ${PASSKEY}`, $orderby: "createdon" }, signal),
  });
  const remove = useMutation({
    mutationFn: (id: string) => call<{ Removed: number; Ended: number }>(`systemusers(${user})/Microsoft.Dynamics.CRM.assent_RemovePasskeys`, { body: { Id: id } }),
    onSuccess: async ({ Ended }) => {
      setRemoving(null);
      await Promise.all([["settings", "passkeys"], ["settings", "sessions"], ["rows", "assent_useraccesses"]].map((queryKey) => client.invalidateQueries({ queryKey })));
      notices.done(t("passkeys.removed", { count: Ended }));
    },
    onError: notices.failed,
  });
  if (!entity) return null;
  const passkeys = found.data ?? [];
  return (
    <Section title={t("passkeys.title")} about={t("passkeys.about")} wide>
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {found.data && passkeys.length === 0 && <Text>{t("passkeys.nothing")}</Text>}
      {passkeys.length > 0 && (
        <Table size="small" aria-label={t("passkeys.title")}>
          <TableHeader>
            <TableRow>
              {["assent_name", "createdon", "assent_usedon"].map((it) => <TableHeaderCell key={it}>{entity.column(it)?.label}</TableHeaderCell>)}
              {!readOnly && <TableHeaderCell>{t("passkeys.act")}</TableHeaderCell>}
            </TableRow>
          </TableHeader>
          <TableBody>
            {passkeys.map((it) => {
              const [id, name] = [String(it["assent_credentialid"]), String(it["assent_name"])];
              return (
                <TableRow key={id}>
                  <TableCell style={{ overflowWrap: "anywhere" }}>{name}</TableCell>
                  <TableCell>{moment(String(it["createdon"]))}</TableCell>
                  <TableCell>{it["assent_usedon"] ? moment(String(it["assent_usedon"])) : "–"}</TableCell>
                  {!readOnly && (
                    <TableCell><Button size="small" aria-label={t("passkeys.removeOne", { name })} onClick={() => setRemoving({ id, name })}>{t("passkeys.remove")}</Button></TableCell>
                  )}
                </TableRow>
              );
            })}
          </TableBody>
        </Table>
      )}
      <Ask open={removing !== null} title={t("passkeys.removeOne", { name: removing?.name })} yes={t("passkeys.remove")} busy={remove.isPending} onNo={() => setRemoving(null)} onYes={() => removing && remove.mutate(removing.id)}>
        {t("passkeys.removeText")}
      </Ask>
    </Section>
  );
}
