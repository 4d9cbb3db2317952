/** A new picture: its file, chosen or dropped, and the words for whoever does not see it. */

import { Button, Field, Input, makeStyles, mergeClasses, MessageBar, MessageBarBody, Text, Textarea, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type DragEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { words } from "../../shell/notices";
import { add, LARGEST, nameOf, type Picture, TYPES } from "./pictures";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  drop: {
    display: "flex", flexDirection: "column", alignItems: "center", gap: tokens.spacingVerticalS, padding: tokens.spacingVerticalL, textAlign: "center",
    border: `1px dashed ${tokens.colorNeutralStrokeAccessible}`, borderRadius: tokens.borderRadiusMedium,
  },
  over: { backgroundColor: tokens.colorNeutralBackground1Selected },
  shown: { maxWidth: "100%", maxHeight: "180px" },
});

export function AddPicture({ onAdded }: { onAdded(picture: Picture): void }) {
  const styles = useStyles();
  const { t } = useTranslation("picture");
  const client = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState("");
  const [alt, setAlt] = useState("");
  const [over, setOver] = useState(false);
  const shown = useMemo(() => (file ? URL.createObjectURL(file) : ""), [file]);
  useEffect(() => () => URL.revokeObjectURL(shown), [shown]);
  const adding = useMutation({
    mutationFn: () => add(file!, name || nameOf(file!.name) || file!.name.slice(0, 100), alt),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ["pictures"] });
      setFile(null);
      setName("");
      setAlt("");
      onAdded(made);
    },
  });
  const take = (it: File | undefined) => {
    if (!it) return;
    adding.reset();
    setFile(it);
    setName(nameOf(it.name));
  };
  const tooLarge = file !== null && file.size > LARGEST;
  const drop = {
    onDragOver: (event: DragEvent) => { event.preventDefault(); setOver(true); },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => { event.preventDefault(); setOver(false); take(event.dataTransfer.files[0]); },
  };
  return (
    <div className={styles.form}>
      <div className={mergeClasses(styles.drop, over && styles.over)} {...drop}>
        {file && <img className={styles.shown} src={shown} alt={t("add.preview")} />}
        <input ref={chooser} type="file" accept={TYPES} hidden aria-label={t("add.file")} onChange={(event) => { take(event.target.files?.[0]); event.target.value = ""; }} />
        <Button onClick={() => chooser.current?.click()}>{t(file ? "add.other" : "add.file")}</Button>
        <Text size={200}>{t("add.kinds")}</Text>
      </div>
      {tooLarge && <MessageBar intent="error" layout="multiline" role="alert"><MessageBarBody>{t("add.tooLarge")}</MessageBarBody></MessageBar>}
      {adding.error && <MessageBar intent="error" layout="multiline" role="alert"><MessageBarBody>{words(adding.error, t)}</MessageBarBody></MessageBar>}
      {file && (
        <>
          <Field label={t("name")} required>
            <Input value={name} maxLength={100} onChange={(_, { value }) => setName(value)} />
          </Field>
          <Field label={t("alt")} hint={t("altHint")}>
            <Textarea rows={2} value={alt} maxLength={1000} onChange={(_, { value }) => setAlt(value)} />
          </Field>
          <div>
            <Button appearance="primary" disabled={tooLarge || adding.isPending || !name.trim()} onClick={() => adding.mutate()}>{t(adding.isPending ? "add.adding" : "add.add")}</Button>
          </div>
        </>
      )}
    </div>
  );
}
