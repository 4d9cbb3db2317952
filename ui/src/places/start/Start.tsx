/**
 * The first run: what a new installation needs, a step at a time. What is done is told from what is there, so it can be
 * left and taken up again at any time, here or under the settings.
 */

import { Badge, Button, makeStyles, mergeClasses, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { may, useSession } from "../../api/session";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { Invite } from "../settings/Invite";
import { type Made, OneTimeLink } from "../settings/OneTimeLink";
import { Controller, Mail, Place, useCheck } from "../settings/Organisation";
import { Section } from "../settings/Section";
import { setSettings, useSettings } from "../settings/setting";
import { TwoSwitches } from "../settings/TwoSwitches";
import { Values } from "../settings/Values";
import { PUT_OFF, type Step, useSteps } from "./steps";

const useStyles = makeStyles({
  parts: { display: "grid", gap: tokens.spacingHorizontalXXL, gridTemplateColumns: "260px minmax(0, 1fr)", alignItems: "start", "@media (max-width: 800px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  steps: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  step: {
    display: "flex", justifyContent: "space-between", gap: tokens.spacingHorizontalS, padding: tokens.spacingHorizontalS,
    borderRadius: tokens.borderRadiusMedium, color: tokens.colorNeutralForeground1, textDecorationLine: "none",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  here: { backgroundColor: tokens.colorNeutralBackground1Selected, fontWeight: tokens.fontWeightSemibold, borderLeft: `3px solid ${tokens.colorBrandStroke1}` },
  body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

const NAMES: Step["name"][] = ["organisation", "place", "mail", "consent", "users"];

export default function Start() {
  const styles = useStyles();
  const { t } = useTranslation("start");
  const client = useQueryClient();
  const notices = useNotices();
  const navigate = useNavigate();
  const administrator = may(useSession(), "Write", "assent_setting");
  const { steps, putOff } = useSteps(administrator);
  const said = useSearch({ strict: false }) as { step?: string };
  const putting = useMutation({
    mutationFn: () => setSettings({ [PUT_OFF]: "yes" }, {}),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["settings", "values"] });
      notices.done(t("putOff"));
      void navigate({ to: "/" });
    },
    onError: notices.failed,
  });
  if (!administrator) return <Page title={t("title")}><Empty title={t("onlyAdministrator")} /></Page>;
  if (!steps) return <Page title={t("title")}><Loading /></Page>;
  const current = said.step === "end" ? "end" : (NAMES.find((it) => it === said.step) ?? steps.find((it) => !it.done)?.name ?? "end");
  const at = current === "end" ? NAMES.length : NAMES.indexOf(current);
  const go = (to: number) => void navigate({ to: ".", search: { step: NAMES[to] ?? "end" } as never });
  const done = steps.filter((it) => it.done).length;
  return (
    <Page
      title={t("title")}
      commands={done < steps.length && !putOff && <Button disabled={putting.isPending} onClick={() => putting.mutate()}>{t("later")}</Button>}
    >
      <Text>{t("about")}</Text>
      <div className={styles.parts}>
        <nav aria-label={t("steps")}>
          <ol className={styles.steps}>
            {steps.map((it, number) => (
              <li key={it.name}>
                <Link
                  to="/start"
                  search={{ step: it.name } as never}
                  className={mergeClasses(styles.step, it.name === current && styles.here)}
                  aria-current={it.name === current ? "step" : undefined}
                >
                  {number + 1}. {t(`step.${it.name}`)}
                  <Badge appearance="tint" color={it.done ? "success" : "informative"}>{it.done ? `✓ ${t("done")}` : `○ ${t("open")}`}</Badge>
                </Link>
              </li>
            ))}
          </ol>
          <Text size={200} role="status">{t("progress", { count: done, total: steps.length })}</Text>
        </nav>
        <div className={styles.body}>
          <One key={current} name={current} next={() => go(at + 1)} />
          <div className={styles.line}>
            {at > 0 && <Button onClick={() => go(at - 1)}>{t("back")}</Button>}
            {current !== "end" && <Button appearance={current === "consent" || current === "users" ? "primary" : "subtle"} onClick={() => go(at + 1)}>{t(current === "consent" || current === "users" ? "next" : "skip")}</Button>}
          </div>
        </div>
      </div>
    </Page>
  );
}

function One({ name, next }: { name: Step["name"] | "end"; next(): void }) {
  const { t } = useTranslation("start");
  if (name === "end") return <End />;
  return (
    <Section title={t(`step.${name}`)} about={t(`stepAbout.${name}`)}>
      {name === "consent" ? <TwoSwitches /> : name === "users" ? <People /> : <Form name={name} next={next} />}
    </Section>
  );
}

function Form({ name, next }: { name: "organisation" | "place" | "mail"; next(): void }) {
  const { t } = useTranslation("start");
  const settings = useSettings();
  const check = useCheck();
  if (settings.error) return <Problem error={settings.error} retry={() => void settings.refetch()} />;
  if (!settings.data) return <Loading />;
  return (
    <Values there={settings.data} disabled={false} check={check} next={{ label: t("saveAndGo"), go: next }}>
      {(draft, problem): ReactNode =>
        name === "organisation" ? <Controller draft={draft} problem={problem} /> : name === "place" ? <Place draft={draft} /> : <Mail draft={draft} problem={problem} />
      }
    </Values>
  );
}

function People() {
  const styles = useStyles();
  const { t } = useTranslation("start");
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  return (
    <>
      <ul className={styles.list}>
        {["officer", "marketer", "auditor"].map((it) => <li key={it}>{t(`who.${it}`)}</li>)}
      </ul>
      <div className={styles.line}>
        <Button onClick={() => setOpen(true)}>{t("invite")}</Button>
        <Link to="/settings/users">{t("users")}</Link>
      </div>
      <Invite open={open} onClose={() => setOpen(false)} onMade={setMade} />
      <OneTimeLink made={made} onClose={() => setMade(null)} />
    </>
  );
}

function End() {
  const styles = useStyles();
  const { t } = useTranslation("start");
  const { steps } = useSteps(true);
  const missing = steps?.filter((it) => !it.done) ?? [];
  return (
    <Section title={t("end.title")}>
      {missing.length === 0 ? (
        <MessageBar intent="success"><MessageBarBody>{t("end.all")}</MessageBarBody></MessageBar>
      ) : (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody><MessageBarTitle>{t("end.missing")}</MessageBarTitle> {missing.map((it) => t(`step.${it.name}`)).join(", ")}</MessageBarBody>
        </MessageBar>
      )}
      <Text>{t("end.next")}</Text>
      <ul className={styles.list}>
        {[["/import", "import"], ["/list/msdyncrm_marketingform", "form"], ["/settings/roles", "roles"], ["/settings/audit", "audit"]].map(([to, word]) => (
          <li key={to}><Link to={to ?? "/"}>{t(`end.${word}`)}</Link></li>
        ))}
      </ul>
      <Text size={200}>{t("end.backup")}</Text>
    </Section>
  );
}
