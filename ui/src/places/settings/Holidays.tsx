/** The days of each year on which nobody works: a last day that falls on one becomes the next working day. */

import { Button, Field, Input, makeStyles, Tag, TagGroup, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { locale } from "../../text/locale";
import { days, HOLIDAYS } from "./holidays";
import type { Draft } from "./Values";

const useStyles = makeStyles({
  box: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "end" },
  tags: { flexWrap: "wrap", rowGap: tokens.spacingVerticalXS },
});

export const NAME = "requests.holidays";

const said = (day: string) =>
  new Intl.DateTimeFormat(locale(), { day: "numeric", month: "long", timeZone: "UTC" }).format(new Date(`2024-${day}T00:00:00Z`));

export function Holidays({ draft }: { draft: Draft }) {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const [day, setDay] = useState("");
  const all = days(draft.value(NAME));
  const suggested = HOLIDAYS[draft.value("organisation.country")];
  const put = (days: string[]) => draft.set(NAME, [...new Set(days)].sort().join(","));
  return (
    <div className={styles.box}>
      <Text weight="semibold">{t("organisation.holidays")}</Text>
      <Text>{t("organisation.holidaysHint")}</Text>
      <TagGroup
        className={styles.tags}
        aria-label={t("organisation.holidays")}
        {...(draft.disabled ? {} : { onDismiss: (_: unknown, { value }: { value: string }) => put(all.filter((it) => it !== value)) })}
      >
        {all.map((it) => (
          <Tag key={it} value={it} appearance="outline" dismissible={!draft.disabled && all.length > 1} dismissIcon={{ "aria-label": t("removeOne", { name: said(it) }) }}>
            {said(it)}
          </Tag>
        ))}
      </TagGroup>
      {!draft.disabled && (
        <div className={styles.line}>
          <Field label={t("organisation.anotherDay")} hint={t("organisation.dayHint")}>
            <Input type="date" value={day} onChange={(_, { value }) => setDay(value)} />
          </Field>
          <Button disabled={!/^\d{4}-\d\d-\d\d$/.test(day)} onClick={() => { put([...all, day.slice(5)]); setDay(""); }}>{t("add")}</Button>
          {suggested && suggested !== all.join(",") && <Button onClick={() => put(suggested.split(","))}>{t("organisation.suggest")}</Button>}
        </div>
      )}
    </div>
  );
}
