/** What is to be said about a role beside its circles: what it is for, and the privileges about no entity that it has. */

import { Accordion, AccordionHeader, AccordionItem, AccordionPanel, Badge, Checkbox, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNotices } from "../../shell/notices";
import { type Line, setAct } from "./matrix";
import { Section } from "./Section";

/** Which privileges are read together; one that stands nowhere else is in the last group. */
const GROUPS: [string, string[]][] = [
  ["requests", [
    "prvAssentReadFindings", "prvAssentIdentifyRequest", "prvAssentPlanRequest", "prvAssentDecideRequest", "prvAssentExportSubject",
    "prvAssentEraseSubject", "prvAssentRestrictSubject", "prvAssentNoteObjection", "prvAssentAdmitErased",
  ]],
  ["consent", [
    "prvAssentReadConsentTrend", "prvAssentLowerConsent", "prvAssentReadLowerings", "prvAssentUndoLowering", "prvAssentWriteSuppressions",
    "prvAssentDescribeConsent", "prvAssentReadInventory",
  ]],
  ["customising", [
    "prvCreateEntity", "prvWriteEntity", "prvDeleteEntity", "prvCreateAttribute", "prvWriteAttribute", "prvDeleteAttribute",
    "prvCreateOptionSet", "prvWriteOptionSet", "prvDeleteOptionSet", "prvImportCustomization", "prvAssentSecureColumn",
  ]],
  ["installation", []],
];

const useStyles = makeStyles({
  groups: { display: "grid", gap: tokens.spacingHorizontalL, gridTemplateColumns: "repeat(auto-fill, minmax(min(300px, 100%), 1fr))", alignItems: "start" },
  group: { border: "none", margin: 0, padding: 0, minWidth: 0, display: "flex", flexDirection: "column" },
  heading: { padding: 0, fontWeight: tokens.fontWeightSemibold },
});

export function RoleActs({ role, all, open }: { role: Line; all: string[]; open: boolean }) {
  const styles = useStyles();
  const { t, i18n } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const changing = useMutation({
    mutationFn: ({ act, on }: { act: string; on: boolean; undoing?: boolean }) => setAct(role.Id, act, on),
    onSuccess: async (_, { act, on, undoing }) => {
      await client.invalidateQueries({ queryKey: ["settings", "matrix"] });
      notices.done(t("saved"), undoing ? undefined : () => changing.mutate({ act, on: !on, undoing: true }));
    },
    onError: notices.failed,
  });
  const has = (key: string) => i18n.exists(key, { ns: "settings" });
  const about = has(`roleAbout.${role.Name}`) ? t(`roleAbout.${role.Name}`) : "";
  const everything = role.Name === "system-administrator";
  const fixed = !open || everything || role.Name === "auditor";
  const held = new Map(role.Acts.map((it) => [it.Name, it.Product]));
  const named = new Set(GROUPS.flatMap(([, acts]) => acts));
  const others = all.filter((it) => !named.has(it));
  return (
    <Section
      title={has(`role.${role.Name}`) ? t(`role.${role.Name}`) : role.Name}
      about={about}
      commands={<Badge appearance="tint" color="informative">{t(role.BuiltIn ? "matrix.ofProduct" : "matrix.own")}</Badge>}
      wide
    >
      <Accordion collapsible>
        <AccordionItem value="acts">
          <AccordionHeader>{t("matrix.acts", { held: everything ? all.length : held.size, count: all.length })}</AccordionHeader>
          <AccordionPanel className={styles.groups}>
            {GROUPS.map(([group, acts]) => (
              <fieldset key={group} className={styles.group}>
                <legend className={styles.heading}>{t(`actGroup.${group}`)}</legend>
                {(acts.length > 0 ? acts.filter((it) => all.includes(it)) : others).map((act) => {
                  const product = held.get(act) === true;
                  return (
                    <Checkbox
                      key={act}
                      label={`${t(`named.privilege.${act}`, { ns: "said", defaultValue: act })}${product ? ` – ${t("matrix.product")}` : ""}`}
                      checked={everything || held.has(act)}
                      disabled={fixed || product || changing.isPending}
                      onChange={(_, { checked }) => changing.mutate({ act, on: checked === true })}
                    />
                  );
                })}
              </fieldset>
            ))}
          </AccordionPanel>
        </AccordionItem>
      </Accordion>
      {everything && <Text>{t("matrix.lockedAdministrator")}</Text>}
      {role.Name === "auditor" && <Text>{t("matrix.lockedAuditor")}</Text>}
    </Section>
  );
}
