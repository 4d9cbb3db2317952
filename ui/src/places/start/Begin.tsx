/** On the first page: what a new installation still lacks, for administrators; a short tour of the places for one's role. */

import { Button, Card, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { may, type Session, useSession } from "../../api/session";
import { RemoveIcon } from "../../shell/icons";
import { useSteps } from "./steps";

const useStyles = makeStyles({
  card: { maxWidth: "900px" },
  head: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalM },
  title: { flexGrow: 1, margin: 0 },
  list: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, display: "grid", gap: tokens.spacingVerticalXS },
});

export function Begin() {
  const session = useSession();
  const administrator = may(session, "Write", "assent_setting");
  const { steps, demo } = useSteps(administrator);
  if (administrator && !steps) return null;
  return (
    <>
      {administrator && !demo && <Missing />}
      {(!administrator || demo) && <Tour session={session} />}
    </>
  );
}

function Missing() {
  const styles = useStyles();
  const { t } = useTranslation("start");
  const navigate = useNavigate();
  const { steps, putOff } = useSteps(true);
  const open = steps?.filter((it) => !it.done) ?? [];
  // Nobody has said yet whose store this is: the first run begins by itself.
  const isNew = !putOff && open.length === steps?.length;
  useEffect(() => { if (isNew) void navigate({ to: "/start", replace: true }); }, [isNew, navigate]);
  if (open.length === 0) return null;
  return (
    <Card className={styles.card} role="region" aria-label={t("home.title")}>
      <Text as="h2" size={400} weight="semibold" className={styles.title}>{t("home.title")}</Text>
      <ul className={styles.list}>
        {open.map((it) => <li key={it.name}><Link to="/start" search={{ step: it.name } as never}>{t(`step.${it.name}`)}</Link> – {t(`stepAbout.${it.name}`)}</li>)}
      </ul>
    </Card>
  );
}

/** Places by role; each is there for whoever may read what it shows. */
const TOURS: Record<string, { to: string; word: string; reads?: string }[]> = {
  "system-administrator": [
    { to: "/settings/consent", word: "consent" }, { to: "/settings/users", word: "users" }, { to: "/settings/roles", word: "roles" },
    { to: "/import", word: "import" }, { to: "/outbox", word: "outbox" }, { to: "/settings/audit", word: "audit" },
  ],
  "privacy-officer": [
    { to: "/list/assent_datasubjectrequest", word: "requests", reads: "assent_datasubjectrequest" }, { to: "/list/msgdpr_gdprconsentchangerecord", word: "records", reads: "msgdpr_gdprconsentchangerecord" },
    { to: "/list/assent_suppression", word: "suppression", reads: "assent_suppression" }, { to: "/outbox", word: "outbox" }, { to: "/settings/audit", word: "audit" },
  ],
  marketer: [
    { to: "/list/contact", word: "contacts", reads: "contact" }, { to: "/list/msdyncrm_segment", word: "segments", reads: "msdyncrm_segment" }, { to: "/list/msdyncrm_marketingform", word: "forms", reads: "msdyncrm_marketingform" },
    { to: "/list/msdyncrm_marketingemail", word: "emails", reads: "msdyncrm_marketingemail" }, { to: "/list/msdyncrm_customerjourney", word: "journeys", reads: "msdyncrm_customerjourney" }, { to: "/outbox", word: "outbox" },
  ],
  "sales-person": [
    { to: "/list/contact", word: "contacts", reads: "contact" }, { to: "/list/lead", word: "leads", reads: "lead" }, { to: "/list/account", word: "accounts", reads: "account" }, { to: "/list/task", word: "tasks", reads: "task" },
  ],
  auditor: [
    { to: "/settings/audit", word: "audit" }, { to: "/settings/roles", word: "roles" }, { to: "/outbox", word: "outbox" }, { to: "/settings/jobs", word: "jobs" },
    { to: "/list/msgdpr_gdprconsentchangerecord", word: "records", reads: "msgdpr_gdprconsentchangerecord" },
  ],
  integrator: [
    { to: "/import", word: "import" }, { to: "/list/contact", word: "contacts", reads: "contact" }, { to: "/outbox", word: "outbox" }, { to: "/list/assent_importbatch", word: "batches", reads: "assent_importbatch" },
  ],
};

function Tour({ session }: { session: Session }) {
  const styles = useStyles();
  const { t } = useTranslation("start");
  const key = `assent.tour.${session.id}`;
  const [hidden, setHidden] = useState(() => localStorage.getItem(key) === "seen");
  const role = Object.keys(TOURS).find((it) => session.roles.includes(it));
  const steps = (role ? TOURS[role] : undefined)?.filter((it) => !it.reads || may(session, "Read", it.reads)) ?? [];
  if (hidden || steps.length === 0) return null;
  const hide = () => {
    localStorage.setItem(key, "seen");
    setHidden(true);
  };
  return (
    <Card className={styles.card} role="region" aria-label={t("tour.title")}>
      <div className={styles.head}>
        <Text as="h2" size={400} weight="semibold" className={styles.title}>{t("tour.title")}</Text>
        <Button appearance="subtle" icon={<RemoveIcon />} onClick={hide}>{t("tour.hide")}</Button>
      </div>
      <ol className={styles.list}>
        {steps.map((it) => <li key={it.to}><Link to={it.to}>{t(`tour.to.${it.word}`)}</Link> – {t(`tour.about.${it.word}`)}</li>)}
      </ol>
    </Card>
  );
}
