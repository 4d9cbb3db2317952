/** Outbound consent: the two switches, double opt-in, what is kept as evidence, and the words that people read. */

import { Checkbox, Switch, Text } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { may, useSession } from "../../api/session";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Problem } from "../../shell/state";
import { Above } from "./Above";
import { Levels } from "./Levels";
import { useCheck } from "./Organisation";
import { Section } from "./Section";
import { useSaving, useSettings } from "./setting";
import { doubleOptInQuery, setDoubleOptIn } from "./switches";
import { TwoSwitches } from "./TwoSwitches";
import { TextValue, Values } from "./Values";

/** Settings that are switched: on, or anything else. */
const SWITCHED = ["consent.justification_required", "consent.keep_origin"] as const;
/** Settings that are texts, with what their input takes. */
const TEXTS = [
  ["organisation.privacy_policy_url", "url"],
  ["organisation.privacy_email", "email"],
  ["organisation.storage_locations", "text"],
  ["organisation.recipients", "text"],
  ["consent.retention", "text"],
  ["consent.proof_years", "number"],
] as const;

export default function Consent() {
  const { t } = useTranslation("settings");
  const session = useSession();
  return (
    <Page title={t("consent.title")} above={<Above />}>
      <Text>{t("consent.about")}</Text>
      <Section title={t("consent.switches")}><TwoSwitches /></Section>
      {may(session, "Read", "msdyncrm_defaultmarketingsetting") && <DoubleOptIn />}
      {may(session, "Read", "assent_setting") && <Evidence />}
      <Section title={t("consent.levels")} about={t("consent.levelsAbout")} wide><Levels /></Section>
    </Page>
  );
}

function DoubleOptIn() {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const allowed = may(useSession(), "Write", "msdyncrm_defaultmarketingsetting");
  const there = useQuery(doubleOptInQuery);
  const changing = useMutation({
    mutationFn: ({ on }: { on: boolean; undoing?: boolean }) => setDoubleOptIn(on),
    onSuccess: async (_, { on, undoing }) => {
      await client.invalidateQueries({ queryKey: ["settings", "double opt-in"] });
      notices.done(t(undoing ? "undone" : "saved"), undoing ? undefined : () => changing.mutate({ on: !on, undoing: true }));
    },
    onError: notices.failed,
  });
  return (
    <Section title={t("consent.doubleOptIn")} about={t("consent.doubleOptInAbout")}>
      {there.error && <Problem error={there.error} />}
      <Switch label={t("consent.doubleOptInOn")} checked={there.data ?? false} disabled={!allowed || !there.isSuccess || changing.isPending} onChange={(_, { checked }) => changing.mutate({ on: checked })} />
    </Section>
  );
}

function Evidence() {
  const { t } = useTranslation("settings");
  const allowed = may(useSession(), "Write", "assent_setting");
  const settings = useSettings();
  const saving = useSaving();
  const check = useCheck();
  if (settings.error) return <Problem error={settings.error} />;
  if (!settings.data) return null;
  return (
    <>
      <Section title={t("consent.evidence")}>
        {SWITCHED.map((name) => {
          const on = settings.data.get(name) === "on";
          return (
            <Checkbox
              key={name}
              label={t(`consent.${name.split(".")[1]}`)}
              checked={on}
              disabled={!allowed || saving.isPending}
              onChange={() => saving.mutate({ values: { [name]: on ? "off" : "on" }, before: { [name]: on ? "on" : "off" } })}
            />
          );
        })}
      </Section>
      <Section title={t("consent.texts")} about={t("consent.textsAbout")}>
        <Values there={settings.data} disabled={!allowed} check={check}>
          {(draft, problem) =>
            TEXTS.map(([name, type]) => {
              const word = name.split(".")[1] ?? "";
              return <TextValue key={name} draft={draft} name={name} type={type} label={t(`consent.${word}`)} hint={t(`consent.${word}Hint`)} problem={problem(name)} />;
            })
          }
        </Values>
      </Section>
    </>
  );
}
