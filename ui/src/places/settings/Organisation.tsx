/** Who is responsible for the data, where, in which time, and in whose name mail is written. */

import { MessageBar, MessageBarBody, MessageBarTitle, Text } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { may, useSession } from "../../api/session";
import { Page } from "../../shell/page";
import { Loading, Problem } from "../../shell/state";
import { Above } from "./Above";
import { countries, timeZones } from "./countries";
import { Holidays } from "./Holidays";
import { Section } from "./Section";
import { standingQuery, useSettings } from "./setting";
import { ChoiceValue, type Draft, TextValue, Values } from "./Values";

export default function Organisation() {
  const { t } = useTranslation("settings");
  const allowed = may(useSession(), "Write", "assent_setting");
  const settings = useSettings();
  const check = useCheck();
  return (
    <Page title={t("organisation.title")} above={<Above />}>
      <Text>{t("organisation.about")}</Text>
      {settings.error && <Problem error={settings.error} retry={() => void settings.refetch()} />}
      {settings.isPending && <Loading />}
      {settings.data && (
        <Values there={settings.data} disabled={!allowed} check={check}>
          {(draft, problem) => (
            <>
              <Section title={t("organisation.controller")}><Controller draft={draft} problem={problem} /></Section>
              <Section title={t("organisation.place")}><Place draft={draft} /></Section>
              <Section title={t("organisation.mail")}><Mail draft={draft} problem={problem} /></Section>
            </>
          )}
        </Values>
      )}
    </Page>
  );
}

type Problems = (name: string) => string | undefined;

/** What is wrong with a value, in words that say what to do. */
export function useCheck() {
  const { t } = useTranslation("settings");
  return (name: string, value: string) => {
    if (value === "") return undefined;
    if (/email$|from_address$/.test(name) && !/^\S+@\S+\.\S+$/.test(value)) return t("wrong.address");
    if (/_url$/.test(name) && !/^https?:\/\/\S+$/.test(value)) return t("wrong.url");
    if (name === "consent.proof_years" && !/^([1-9]\d?|100)$/.test(value)) return t("wrong.years");
    return undefined;
  };
}

export function Controller({ draft, problem }: { draft: Draft; problem: Problems }) {
  const { t } = useTranslation("settings");
  return (
    <>
      <TextValue draft={draft} name="organisation.name" label={t("organisation.name")} hint={t("organisation.nameHint")} />
      <TextValue draft={draft} name="organisation.address" label={t("organisation.address")} hint={t("organisation.addressHint")} />
      <TextValue draft={draft} name="organisation.privacy_email" label={t("organisation.officer")} hint={t("organisation.officerHint")} type="email" problem={problem("organisation.privacy_email")} />
      <TextValue draft={draft} name="organisation.privacy_policy_url" label={t("organisation.policy")} hint={t("organisation.policyHint")} type="url" problem={problem("organisation.privacy_policy_url")} />
    </>
  );
}

export function Place({ draft }: { draft: Draft }) {
  const { t } = useTranslation("settings");
  return (
    <>
      <ChoiceValue draft={draft} name="organisation.country" label={t("organisation.country")} hint={t("organisation.countryHint")} options={countries()} />
      <ChoiceValue draft={draft} name="organisation.time_zone" label={t("organisation.zone")} hint={t("organisation.zoneHint")} options={timeZones()} />
      <Holidays draft={draft} />
    </>
  );
}

export function Mail({ draft, problem }: { draft: Draft; problem: Problems }) {
  const { t } = useTranslation("settings");
  const standing = useQuery(standingQuery);
  return (
    <>
      {standing.data && (
        <MessageBar intent={standing.data.MailLeaves ? "success" : "info"} layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t(standing.data.MailLeaves ? "organisation.mailLeaves" : "organisation.mailStays")}</MessageBarTitle>
            {t(standing.data.MailLeaves ? "organisation.mailLeavesText" : "organisation.mailStaysText")} <Link to="/outbox">{t("organisation.outbox")}</Link>
          </MessageBarBody>
        </MessageBar>
      )}
      <TextValue draft={draft} name="mail.from_name" label={t("organisation.fromName")} />
      <TextValue draft={draft} name="mail.from_address" label={t("organisation.fromAddress")} type="email" problem={problem("mail.from_address")} />
      <TextValue draft={draft} name="mail.postal_address" label={t("organisation.postal")} hint={t("organisation.postalHint")} />
      <Text><Link to="/list/msdyncrm_contentsettings">{t("organisation.contentSettings")}</Link></Text>
    </>
  );
}
