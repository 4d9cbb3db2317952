/** Notes a request that came by telephone, letter or mail. Both clocks begin with the receipt, so it is asked for. */

import { Field, Input, makeStyles, Radio, RadioGroup, Select, Text, Textarea, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "../../api/row";
import { FormDialog } from "../../shell/FormDialog";
import { words } from "../../shell/notices";
import { Problem } from "../../shell/state";
import { type Person, PersonPicker } from "./PersonPicker";
import { CHANNELS, ENTITY, SET, TYPES } from "./request";

const useStyles = makeStyles({
  pair: { display: "grid", gap: tokens.spacingHorizontalM, gridTemplateColumns: "repeat(auto-fit, minmax(200px, 1fr))", alignItems: "start" },
  types: { display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(240px, 1fr))" },
});

/** Now, as an input of day and time takes it. */
const localNow = () => {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

export function NewRequest({ onClose }: { onClose(): void }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  const client = useQueryClient();
  const navigate = useNavigate();
  const [type, setType] = useState(1);
  const [channel, setChannel] = useState(3);
  const [contact, setContact] = useState<Person | null>(null);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [received, setReceived] = useState(localNow);
  const [tried, setTried] = useState(false);
  const isAddress = /^\S+@\S+\.\S+$/.test(email.trim());
  const isPast = received !== "" && new Date(received) <= new Date();
  const making = useMutation({
    mutationFn: () =>
      create(SET, {
        assent_type: type,
        assent_channel: channel,
        assent_email: email.trim(),
        assent_subjectname: name.trim() || null,
        assent_text: text.trim() || null,
        assent_receivedon: new Date(received).toISOString(),
        ...(contact ? { "assent_contactid@odata.bind": `/contacts(${contact.id})` } : {}),
      }),
    onSuccess: (id) => {
      void client.invalidateQueries({ queryKey: ["list", ENTITY] });
      void navigate({ to: `/privacy/request/${id}` });
    },
  });
  const pick = (person: Person) => {
    setContact(person);
    setName(person.name);
    setEmail(person.email);
  };
  const send = () => {
    setTried(true);
    if (isAddress && isPast) making.mutate();
  };
  return (
    <FormDialog title={t("new.title")} yes={t("new.note")} busy={making.isPending} onYes={send} onNo={onClose}>
      <Field label={t("new.what")} required hint={t(`typeHint.${type}`)}>
        <RadioGroup value={String(type)} onChange={(_, { value }) => setType(Number(value))} className={styles.types}>
          {TYPES.map((it) => <Radio key={it} value={String(it)} label={t(`type.${it}`)} />)}
        </RadioGroup>
      </Field>
      <Field label={t("new.person")} hint={t("new.personHint")}>
        <PersonPicker onPick={pick} />
      </Field>
      <div className={styles.pair}>
        <Field
          label={t("new.email")}
          required
          hint={t("new.emailHint")}
          {...(tried && !isAddress ? { validationMessage: t("new.emailWrong") } : {})}
        >
          <Input type="email" value={email} autoComplete="off" onChange={(_, { value }) => setEmail(value)} />
        </Field>
        <Field label={t("new.name")}>
          <Input value={name} autoComplete="off" maxLength={200} onChange={(_, { value }) => setName(value)} />
        </Field>
        <Field label={t("new.channel")}>
          <Select value={channel} onChange={(_, { value }) => setChannel(Number(value))}>
            {CHANNELS.map((it) => <option key={it} value={it}>{t(`channel.${it}`)}</option>)}
          </Select>
        </Field>
        <Field
          label={t("new.received")}
          required
          {...(tried && !isPast ? { validationMessage: t("new.receivedWrong") } : {})}
        >
          <Input type="datetime-local" value={received} max={localNow()} onChange={(_, { value }) => setReceived(value)} />
        </Field>
      </div>
      <Field label={t("new.text")}>
        <Textarea value={text} resize="vertical" rows={4} onChange={(_, { value }) => setText(value)} />
      </Field>
      <Text size={200}>{t("new.clock")}</Text>
      {making.error && <Problem error={new Error(words(making.error, t))} />}
    </FormDialog>
  );
}
