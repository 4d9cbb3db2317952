/** Whose page shows a section. It is a matter of what is in the way, not of access: a secured column is the lock. */

import { Dropdown, Field, Option } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRoleName, useRoles } from "../settings/roles";

export function SectionRoles({ roles, onChange }: { roles: string[]; onChange(roles: string[]): void }) {
  const { t } = useTranslation("customise");
  const roleName = useRoleName();
  const { data = [] } = useRoles();
  // A role that is gone stays to be seen, and to be taken away.
  const names = [...new Set([...data.map((it) => it.name), ...roles])];
  return (
    <Field label={t("roles")} size="small" hint={<>{t("rolesHint")} <Link to="/settings/columns">{t("rolesLock")}</Link></>}>
      <Dropdown
        multiselect
        placeholder={t("rolesAll")}
        value={roles.map(roleName).join(", ")}
        selectedOptions={roles}
        onOptionSelect={(_, { selectedOptions }) => onChange(selectedOptions)}
      >
        {names.map((it) => <Option key={it} value={it}>{roleName(it)}</Option>)}
      </Dropdown>
    </Field>
  );
}
