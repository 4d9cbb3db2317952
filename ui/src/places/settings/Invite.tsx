import { Field, Input, MessageBar, MessageBarBody, Select, Text } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { FormDialog } from "../../shell/FormDialog";
import { words } from "../../shell/notices";
import type { Made } from "./OneTimeLink";
import { useRoleName, useRoles } from "./roles";

/** A new person who works here: an account, and the link by which they set their password. */
export function Invite({ open, onClose, onMade }: { open: boolean; onClose(): void; onMade(made: Made): void }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const roles = useRoles();
  const roleName = useRoleName();
  const empty = { FirstName: "", LastName: "", Address: "", Role: "" };
  const [given, setGiven] = useState(empty);
  const set = (change: Partial<typeof empty>) => setGiven({ ...given, ...change });
  const making = useMutation({
    mutationFn: () => call<{ Link: string; Minutes: number }>("assent_CreateUser", { body: given }),
    onSuccess: async ({ Link, Minutes }) => {
      await client.invalidateQueries({ queryKey: ["settings", "users"] });
      onMade({ name: [given.FirstName, given.LastName].join(" ").trim() || given.Address, link: Link, minutes: Minutes });
      setGiven(empty);
      onClose();
    },
  });
  const ready = given.Role !== "" && given.LastName.trim() !== "" && /^\S+@\S+$/.test(given.Address.trim());
  return (
    <FormDialog
      open={open}
      title={t("invite.title")}
      yes={t("invite.yes")}
      ready={ready}
      busy={making.isPending}
      onYes={() => making.mutate()}
      onNo={onClose}
    >
      <Text>{t("invite.about")}</Text>
      {making.error && (
        <MessageBar intent="error" layout="multiline" role="alert"><MessageBarBody>{words(making.error, t)}</MessageBarBody></MessageBar>
      )}
      <Field label={t("invite.firstName")}>
        <Input value={given.FirstName} autoComplete="off" onChange={(_, { value }) => set({ FirstName: value })} />
      </Field>
      <Field label={t("invite.lastName")} required>
        <Input value={given.LastName} autoComplete="off" onChange={(_, { value }) => set({ LastName: value })} />
      </Field>
      <Field label={t("invite.address")} required hint={t("invite.addressHint")}>
        <Input type="email" value={given.Address} autoComplete="off" onChange={(_, { value }) => set({ Address: value })} />
      </Field>
      <Field label={t("users.role")} required hint={given.Role ? t(`roleAbout.${given.Role}`, { defaultValue: "" }) || undefined : undefined}>
        <Select value={given.Role} onChange={(_, { value }) => set({ Role: value })}>
          <option value="">{t("pick")}</option>
          {roles.data?.map((it) => <option key={it.id} value={it.name}>{roleName(it.name)}</option>)}
        </Select>
      </Field>
    </FormDialog>
  );
}
