/** Chooses what a mail is filled in with: columns of the contact, content settings, what a confirmation is about. */

import { Button, Field, Input, makeStyles, Popover, PopoverSurface, PopoverTrigger, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Column, useMaybeEntity } from "../../api/metadata";

const useStyles = makeStyles({
  surface: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, width: "340px" },
  list: { maxHeight: "280px", overflow: "auto", display: "flex", flexDirection: "column" },
  item: { justifyContent: "start", textAlign: "left", fontWeight: tokens.fontWeightRegular },
  open: { minWidth: "32px", flexShrink: 0 },
  name: { color: tokens.colorNeutralForeground3, marginLeft: tokens.spacingHorizontalS },
});

const SETTINGS = "msdyncrm_contentsettings";
/** What only mails that ask for a confirmation are filled in with. */
const MESSAGE = [
  "Message.ConfirmationRedirectURL", "ConfirmationUrl", "SubscriptionListNames", "Message.ConfirmationObjectName",
  "Message.ConfirmationObjectValue", "Message.ConfirmationObjectDescription", "FormDoiSubmission",
];
/** Columns that are about the row and not about whom it describes. */
const MACHINERY = /^(created|modified|overridden|owning|owner|version|import|state|status|timezone|utc|traversed|msdyncrm_name$|msdyncrm_default$|msdyncrm_isbusiness)/;

export interface Named {
  expression: string;
  label: string;
}

/** The names that a mail knows, in the person's language. */
export function useNames(confirmation: boolean): { group: string; names: Named[] }[] {
  const { t } = useTranslation("email");
  const contact = useMaybeEntity("contact");
  const settings = useMaybeEntity(SETTINGS);
  const of = (root: string, all: Column[] | undefined) =>
    (all ?? [])
      .filter((it) => !it.secured && !MACHINERY.test(it.name) && !["Uniqueidentifier", "Virtual", "File", "Lookup", "Owner", "Customer"].includes(it.kind))
      .map((it) => ({ expression: `${root}.${it.name}`, label: it.label }))
      .sort((one, other) => one.label.localeCompare(other.label));
  return [
    { group: contact?.label ?? "", names: of("contact", contact?.columns) },
    { group: settings?.label ?? "", names: of(SETTINGS, settings?.columns) },
    ...(confirmation ? [{ group: t("expressions.confirmation"), names: MESSAGE.map((it) => ({ expression: it, label: t(`expressions.${it.split(".").at(-1)}`) })) }] : []),
  ];
}

export function Expressions({ confirmation, onPick, onOpen }: {
  confirmation: boolean;
  onPick(expression: string): void;
  onOpen?(): void;
}) {
  const styles = useStyles();
  const { t } = useTranslation("email");
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState("");
  const [instead, setInstead] = useState("");
  const groups = useNames(confirmation);
  const fits = (it: Named) => `${it.label} ${it.expression}`.toLowerCase().includes(words.trim().toLowerCase());
  const pick = (name: string) => {
    setOpen(false);
    const other = instead.replace(/[{}]/g, "").trim();
    onPick(other ? `{{#if ${name}}}{{${name}}}{{else}}${other}{{/if}}` : `{{${name}}}`);
  };
  return (
    <Popover open={open} trapFocus onOpenChange={(_, { open }) => { if (open) onOpen?.(); setOpen(open); }}>
      <PopoverTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" className={styles.open} onMouseDown={(it) => it.preventDefault()} aria-label={t("expressions.insert")} title={t("expressions.insert")}>
          {"{ }"}
        </Button>
      </PopoverTrigger>
      <PopoverSurface className={styles.surface} aria-label={t("expressions.insert")}>
        <Field label={t("expressions.find")}>
          <Input value={words} onChange={(_, { value }) => setWords(value)} />
        </Field>
        <Field label={t("expressions.instead")} hint={t("expressions.insteadHint")}>
          <Input value={instead} onChange={(_, { value }) => setInstead(value)} />
        </Field>
        <div className={styles.list}>
          {groups.map(({ group, names }) => {
            const found = names.filter(fits);
            return found.length === 0 ? null : (
              <section key={group} aria-label={group}>
                <Text weight="semibold" block>{group}</Text>
                {found.map((it) => (
                  <Button key={it.expression} appearance="subtle" size="small" className={styles.item} onClick={() => pick(it.expression)}>
                    {it.label}
                    <Text size={200} font="monospace" className={styles.name}>{it.expression.split(".").at(-1)}</Text>
                  </Button>
                ))}
              </section>
            );
          })}
          {groups.every(({ names }) => !names.some(fits)) && <Text>{t("expressions.nothing")}</Text>}
        </div>
      </PopoverSurface>
    </Popover>
  );
}
