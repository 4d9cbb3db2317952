/** The library of pictures for mails and pages: what there is, where each is shown, a new one, its words. */

import { Button, Card, Field, Input, makeStyles, MessageBar, MessageBarBody, SearchBox, Text, Textarea, tokens } from "@fluentui/react-components";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http";
import { useEntities, useEntity } from "../../api/metadata";
import { count } from "../../api/row";
import { may, useSession } from "../../api/session";
import { Ask } from "../../shell/Ask";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { AddPicture } from "./AddPicture";
import { describe, PICTURE, type Picture, picturesQuery, SET, SHOWN, usesQuery } from "./pictures";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  new: { maxWidth: "520px" },
  grid: { display: "grid", gap: tokens.spacingHorizontalM, gridTemplateColumns: "repeat(auto-fill, minmax(260px, 1fr))", alignItems: "start", listStyleType: "none", margin: 0, padding: 0 },
  image: { width: "100%", height: "160px", objectFit: "contain", backgroundColor: tokens.colorNeutralBackground3, borderRadius: tokens.borderRadiusMedium },
  name: { margin: 0, overflowWrap: "anywhere" },
  buttons: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  uses: { margin: 0, paddingLeft: tokens.spacingHorizontalL },
});

/** Where each kind of thing that shows pictures is made. */
const DESIGNERS: Record<string, string> = { msdyncrm_marketingemail: "email", msdyncrm_marketingpage: "page", msdyncrm_marketingform: "form" };

export default function Pictures() {
  const styles = useStyles();
  const { t } = useTranslation("picture");
  const session = useSession();
  const notices = useNotices();
  const entity = useEntity(PICTURE);
  const [words, setWords] = useState("");
  const [adding, setAdding] = useState(false);
  const found = useQuery({ ...picturesQuery(useDeferredValue(words)), placeholderData: keepPreviousData });
  return (
    <Page
      title={entity.plural}
      commands={may(session, "Create", PICTURE) && <Button appearance={adding ? "secondary" : "primary"} onClick={() => setAdding(!adding)}>{t(adding ? "cancel" : "choose.new")}</Button>}
    >
      {adding && <div className={styles.new}><AddPicture onAdded={() => { setAdding(false); notices.done(t("added")); }} /></div>}
      <div className={styles.bar}>
        <SearchBox aria-label={t("find")} placeholder={t("find")} value={words} onChange={(_, { value }) => setWords(value)} />
        {found.data && found.data.length === SHOWN && <Text size={200}>{t("more", { count: SHOWN })}</Text>}
      </div>
      {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {!found.data && !found.error && <Loading />}
      {found.data?.length === 0 && <Empty title={t(words ? "nothing" : "none")}>{!words && may(session, "Create", PICTURE) && <Text>{t("noneText")}</Text>}</Empty>}
      <ul className={styles.grid}>{found.data?.map((it) => <li key={it.id}><One picture={it} /></li>)}</ul>
    </Page>
  );
}

function One({ picture }: { picture: Picture }) {
  const styles = useStyles();
  const { t } = useTranslation("picture");
  const session = useSession();
  const client = useQueryClient();
  const notices = useNotices();
  const entities = useEntities();
  const [name, setName] = useState(picture.name);
  const [alt, setAlt] = useState(picture.alt);
  const [editing, setEditing] = useState(false);
  const [asked, setAsked] = useState<"uses" | "delete" | null>(null);
  const uses = useQuery({ ...usesQuery(picture.id), enabled: asked !== null });
  const renew = () => client.invalidateQueries({ queryKey: ["pictures"] });
  const saving = useMutation({
    mutationFn: (to: { name: string; alt: string }) => describe(picture.id, to.name, to.alt),
    onSuccess: async () => {
      setEditing(false);
      await renew();
      const back = () => void describe(picture.id, picture.name, picture.alt).then(renew).then(() => { setName(picture.name); setAlt(picture.alt); notices.done(t("undone")); }, notices.failed);
      notices.done(t("saved"), back);
    },
    onError: notices.failed,
  });
  const deleting = useMutation({
    mutationFn: () => call(`${SET}(${picture.id})`, { method: "DELETE" }),
    onSuccess: async () => {
      setAsked(null);
      await renew();
      notices.done(t("deleted"));
    },
    onError: (error) => {
      setAsked("uses");
      notices.failed(error);
    },
  });
  const shownIn = uses.data && (
    uses.data.length === 0 ? <Text size={200} block>{t("unused")}</Text> : (
      <ul className={styles.uses} aria-label={t("uses")}>
        {uses.data.map((it) => (
          <li key={it.id}><Link to={`/${DESIGNERS[it.entity] ?? `record/${it.entity}`}/${it.id}`}>{entities.get(it.entity)?.label ?? it.entity}: {it.name}</Link></li>
        ))}
      </ul>
    )
  );
  return (
    <Card>
      <img className={styles.image} src={picture.path} alt={picture.alt} loading="lazy" />
      <Text as="h2" weight="semibold" className={styles.name}>{picture.name}</Text>
      {editing ? (
        <>
          <Field label={t("name")} required><Input value={name} maxLength={100} onChange={(_, { value }) => setName(value)} /></Field>
          <Field label={t("alt")} hint={t("altHint")}><Textarea rows={2} value={alt} maxLength={1000} onChange={(_, { value }) => setAlt(value)} /></Field>
          <div className={styles.buttons}>
            <Button size="small" appearance="primary" disabled={saving.isPending || !name.trim()} onClick={() => saving.mutate({ name, alt })}>{t("save")}</Button>
            <Button size="small" onClick={() => { setEditing(false); setName(picture.name); setAlt(picture.alt); }}>{t("cancel")}</Button>
          </div>
        </>
      ) : (
        <>
          {picture.alt ? <Text size={200}>{picture.alt}</Text> : <MessageBar intent="warning" layout="multiline"><MessageBarBody>{t("noAlt")}</MessageBarBody></MessageBar>}
          <Text size={200}>{t("size", { width: count(picture.width), height: count(picture.height), kilobytes: count(Math.ceil(picture.bytes / 1024)) })}</Text>
          {asked === "uses" && shownIn}
          <div className={styles.buttons}>
            {may(session, "Write", PICTURE) && <Button size="small" aria-label={`${t("edit")}: ${picture.name}`} onClick={() => setEditing(true)}>{t("edit")}</Button>}
            <Button size="small" aria-expanded={asked === "uses"} aria-label={`${t("uses")}: ${picture.name}`} onClick={() => setAsked(asked === "uses" ? null : "uses")}>{t("uses")}</Button>
            {may(session, "Delete", PICTURE) && <Button size="small" aria-label={`${t("delete")}: ${picture.name}`} onClick={() => setAsked("delete")}>{t("delete")}</Button>}
          </div>
        </>
      )}
      <Ask
        open={asked === "delete"} title={t("deleteTitle", { name: picture.name })} yes={t("delete")} busy={deleting.isPending || !uses.data || uses.data.length > 0}
        onYes={() => deleting.mutate()} onNo={() => setAsked(null)}
      >
        <Text block>{t(uses.data?.length ? "deleteUsed" : "deleteText")}</Text>
        {(uses.data?.length ?? 0) > 0 && shownIn}
      </Ask>
    </Card>
  );
}
