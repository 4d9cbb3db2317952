/** A picture for a block: one of the library, or a new one. */

import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger, makeStyles, SearchBox, Tab, TabList, Text, tokens } from "@fluentui/react-components";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { may, useSession } from "../../api/session";
import { Loading, Problem } from "../../shell/state";
import { AddPicture } from "./AddPicture";
import { PICTURE, type Picture, picturesQuery } from "./pictures";

const useStyles = makeStyles({
  box: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minHeight: "320px" },
  grid: { display: "grid", gap: tokens.spacingHorizontalS, gridTemplateColumns: "repeat(auto-fill, minmax(130px, 1fr))", listStyleType: "none", margin: 0, padding: 0 },
  one: {
    width: "100%", display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS, padding: tokens.spacingVerticalXS, font: "inherit", color: "inherit", cursor: "pointer",
    border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusMedium, backgroundColor: tokens.colorNeutralBackground1,
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover }, ":focus-visible": { outline: `3px solid ${tokens.colorBrandStroke1}` },
  },
  image: { width: "100%", height: "90px", objectFit: "contain" },
  name: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", maxWidth: "100%" },
});

export function ChoosePicture({ onPick }: { onPick(picture: Picture): void }) {
  const { t } = useTranslation("picture");
  const [open, setOpen] = useState(false);
  return (
    <Dialog open={open} onOpenChange={(_, { open }) => setOpen(open)}>
      <DialogTrigger disableButtonEnhancement><Button>{t("choose.open")}</Button></DialogTrigger>
      <DialogSurface>{open && <Choice onPick={(it) => { setOpen(false); onPick(it); }} />}</DialogSurface>
    </Dialog>
  );
}

function Choice({ onPick }: { onPick(picture: Picture): void }) {
  const styles = useStyles();
  const { t } = useTranslation("picture");
  const session = useSession();
  const mayAdd = may(session, "Create", PICTURE);
  const [words, setWords] = useState("");
  const found = useQuery({ ...picturesQuery(useDeferredValue(words)), placeholderData: keepPreviousData });
  const [tab, setTab] = useState<string | null>(null);
  // Who has none begins by adding one.
  const current = tab ?? (mayAdd && found.data?.length === 0 && !words ? "new" : "library");
  return (
    <DialogBody>
      <DialogTitle>{t("choose.title")}</DialogTitle>
      <DialogContent className={styles.box}>
        {mayAdd && (
          <TabList selectedValue={current} onTabSelect={(_, { value }) => setTab(String(value))}>
            <Tab value="library">{t("choose.library")}</Tab>
            <Tab value="new">{t("choose.new")}</Tab>
          </TabList>
        )}
        {current === "new" && <AddPicture onAdded={onPick} />}
        {current === "library" && (
          <>
            <SearchBox aria-label={t("find")} placeholder={t("find")} value={words} onChange={(_, { value }) => setWords(value)} />
            {found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
            {!found.data && !found.error && <Loading />}
            {found.data?.length === 0 && <Text>{t(words ? "nothing" : "none")}</Text>}
            <ul className={styles.grid}>
              {found.data?.map((it) => (
                <li key={it.id}>
                  <button type="button" className={styles.one} title={it.alt || it.name} onClick={() => onPick(it)}>
                    <img className={styles.image} src={it.path} alt="" loading="lazy" />
                    <span className={styles.name}>{it.name}</span>
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </DialogContent>
      <DialogActions>
        <DialogTrigger disableButtonEnhancement><Button>{t("cancel")}</Button></DialogTrigger>
      </DialogActions>
    </DialogBody>
  );
}
