/** One mail: as its reader sees it, with its headers, why it was allowed, its text part and every link in it. */

import {
  Button, Link as TextLink, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Tab, TabList, Text, tokens,
} from "@fluentui/react-components";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Detailed, useEntity } from "../../api/metadata";
import { reference, type Row, rowQuery, shown } from "../../api/row";
import { nameOf, permitOf, reasonOf } from "../../said/said";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { useZoneOf, When } from "../person/There";
import { links } from "./links";
import { Rendered } from "./Rendered";
import { State } from "./State";

const useStyles = makeStyles({
  parts: { display: "grid", gap: tokens.spacingHorizontalXL, gridTemplateColumns: "minmax(0, 3fr) minmax(260px, 2fr)", alignItems: "start", "@media (max-width: 1000px)": { gridTemplateColumns: "minmax(0, 1fr)" } },
  side: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  facts: { display: "grid", gridTemplateColumns: "minmax(90px, auto) minmax(0, 1fr)", gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`, margin: 0 },
  term: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0, overflowWrap: "anywhere" },
  text: { whiteSpace: "pre-wrap", overflowWrap: "anywhere", border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, padding: tokens.spacingHorizontalM, margin: 0, fontFamily: tokens.fontFamilyMonospace },
  links: { margin: 0, paddingLeft: tokens.spacingHorizontalL, overflowWrap: "anywhere" },
});

export default function Mail() {
  const { id = "" } = useParams({ strict: false });
  const entity = useEntity("assent_outgoingmail");
  const { data: mail } = useSuspenseQuery(rowQuery(entity, id));
  return <One key={id} entity={entity} mail={mail} />;
}

function One({ entity, mail }: { entity: Detailed; mail: Row }) {
  const styles = useStyles();
  const { t } = useTranslation("outbox");
  const notices = useNotices();
  const [part, setPart] = useState("html");
  const text = (name: string) => String(mail[name] ?? "");
  const html = text("assent_html");
  const plain = text("assent_text");
  const all = links(html, plain);
  const status = Number(mail["statuscode"]);
  const contact = mail["_assent_contactid_value"];
  const zone = useZoneOf(typeof contact === "string" ? contact : null);
  const copy = async () => {
    await navigator.clipboard.writeText(plain);
    notices.done(t("copied"));
  };
  return (
    <Page title={text("assent_subject") || t("noSubject")} above={<Link to="/outbox">{t("title")}</Link>}>
      {text("assent_failure") && (
        <MessageBar intent={status === 5 ? "warning" : "error"} layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t(status === 5 ? "wasBlocked" : "wasNotSent")}</MessageBarTitle>
            {reasonOf(text("assent_failure"))}
          </MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.parts}>
        <div className={styles.side}>
          <TabList selectedValue={part} onTabSelect={(_, { value }) => setPart(String(value))} aria-label={t("parts")}>
            <Tab value="html">{t("html")}</Tab>
            <Tab value="text">{t("text")}</Tab>
          </TabList>
          {part === "html" && (html ? <Rendered html={html} title={t("frame", { subject: text("assent_subject") })} /> : <Text>{t("noHtml")}</Text>)}
          {part === "text" && (
            <>
              <pre className={styles.text}>{plain || t("noText")}</pre>
              {plain && <Button style={{ alignSelf: "start" }} onClick={() => void copy()}>{t("copyText")}</Button>}
            </>
          )}
        </div>
        <div className={styles.side}>
          <Facts title={t("headers")}>
            <Fact name={t("to")}>{text("assent_to") || t("friend")}</Fact>
            <Fact name={t("from")}>{text("assent_from")}</Fact>
            <Fact name={t("replyTo")}>{text("assent_replyto")}</Fact>
            <Fact name={t("subject")}>{text("assent_subject")}</Fact>
            <Fact name={t("messageId")}>{text("assent_messageid")}</Fact>
            <Fact name={t("state")}><State status={status} /></Fact>
            <Fact name={t("created")}>{mail["createdon"] && <When at={text("createdon")} zone={zone} />}</Fact>
            <Fact name={t("sent")}>{mail["assent_senton"] && <When at={text("assent_senton")} zone={zone} />}</Fact>
            <Fact name={t("attempts")}>{mail["assent_attempts"]}</Fact>
            <Fact name={t("next")}>{mail["assent_nextattempton"] && <When at={text("assent_nextattempton")} zone={zone} />}</Fact>
          </Facts>
          <Facts title={t("permit")}>
            {["assent_purpose", "assent_basis", "assent_permit", "assent_requiredlevel", "assent_contactid", "assent_journeyid", "assent_emailid", "assent_optinrequestid"].map((it) => (
              <Fact key={it} name={entity.column(it)?.label ?? it}>
                {it === "assent_permit" ? permitOf(text(it)) : it === "assent_basis" ? nameOf("basis", text(it)) : <Value entity={entity} mail={mail} name={it} />}
              </Fact>
            ))}
          </Facts>
          <section aria-labelledby="links">
            <Text as="h2" id="links" size={400} weight="semibold">{t("links")}</Text>
            {all.length === 0 ? <Text block>{t("noLinks")}</Text> : <Text block size={200}>{t("linksHint")}</Text>}
            <ul className={styles.links}>
              {all.map((it) => (
                <li key={it}><TextLink href={it} target="_blank" rel="noopener noreferrer">{it}</TextLink></li>
              ))}
            </ul>
          </section>
        </div>
      </div>
    </Page>
  );
}

function Facts({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles();
  return (
    <section aria-label={title}>
      <Text as="h2" size={400} weight="semibold">{title}</Text>
      <dl className={styles.facts}>{children}</dl>
    </section>
  );
}

/** What is not there is left out. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  const styles = useStyles();
  if (children === null || children === "" || children === undefined) return null;
  return (
    <>
      <dt className={styles.term}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
    </>
  );
}

function Value({ entity, mail, name }: { entity: Detailed; mail: Row; name: string }) {
  const column = entity.column(name);
  if (!column) return null;
  const it = reference(mail, column);
  if (column.targets.length > 0) return it ? <Link to={`/record/${it.entity}/${it.id}`}>{it.name}</Link> : <>–</>;
  return <>{shown(mail, column) || "–"}</>;
}
