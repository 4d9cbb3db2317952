/** What a mail, a form and a page begin with: a name, its type, and then the designer. Everything else has a default. */

import { Button, Field, Input, makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEntity } from "../../api/metadata";
import { create, rows } from "../../api/row";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { asAddress } from "./address";

const useStyles = makeStyles({ form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL, maxWidth: "480px" } });

interface Kind {
  entity: "msdyncrm_marketingemail" | "msdyncrm_marketingform" | "msdyncrm_marketingpage";
  /** Where its designer is. */
  place: string;
  /** The column with its type. */
  type?: string;
  /** The column with the last part of its address. */
  address?: string;
  /** What else it begins with. */
  defaults?(): Promise<Record<string, unknown>>;
}

const MAIL: Kind = { entity: "msdyncrm_marketingemail", place: "email", defaults: sender };
const FORM: Kind = { entity: "msdyncrm_marketingform", place: "form", type: "msdyncrm_validforpagetype" };
const PAGE: Kind = { entity: "msdyncrm_marketingpage", place: "page", type: "msdyncrm_type", address: "msdyncrm_partialurl" };

/** A commercial mail of the usual sender: that of the settings, else that of the last mail. */
async function sender(): Promise<Record<string, unknown>> {
  const [settings] = await rows("msdyncrm_defaultmarketingsettings", {
    $select: "msdyncrm_defaultemailfromname,msdyncrm_defaultemailfromemail", $filter: "msdyncrm_default eq true", $top: 1,
  }).catch(() => []);
  const [last] = await rows("msdyncrm_marketingemails", {
    $select: "msdyncrm_fromname,msdyncrm_fromemail", $filter: "msdyncrm_fromemail ne null and msdyncrm_messagedesignation eq 0", $orderby: "modifiedon desc", $top: 1,
  });
  return {
    msdyncrm_messagedesignation: 0,
    msdyncrm_fromname: settings?.["msdyncrm_defaultemailfromname"] ?? last?.["msdyncrm_fromname"] ?? undefined,
    msdyncrm_fromemail: settings?.["msdyncrm_defaultemailfromemail"] ?? last?.["msdyncrm_fromemail"] ?? undefined,
  };
}

function New({ kind }: { kind: Kind }) {
  const styles = useStyles();
  const { t } = useTranslation("design");
  const client = useQueryClient();
  const notices = useNotices();
  const navigate = useNavigate();
  const entity = useEntity(kind.entity);
  const [name, setName] = useState("");
  const [type, setType] = useState(0);
  const [address, setAddress] = useState<string | null>(null);
  const partial = address ?? asAddress(name);
  const isPartial = /^[A-Za-z0-9_-]*$/.test(partial);
  const types = kind.type ? entity.column(kind.type) : undefined;
  const making = useMutation({
    mutationFn: async () => {
      const given = (await kind.defaults?.()) ?? {};
      return create(entity.set, {
        ...given,
        msdyncrm_name: name.trim(),
        ...(kind.type ? { [kind.type]: type } : {}),
        ...(kind.address && partial ? { [kind.address]: partial } : {}),
      });
    },
    onSuccess: (id) => {
      void client.invalidateQueries({ queryKey: ["list", entity.name] });
      void navigate({ to: `/${kind.place}/${id}`, replace: true });
    },
    onError: notices.failed,
  });
  const ready = name.trim() !== "" && isPartial && !making.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) making.mutate();
  };
  return (
    <Page title={t("new", { what: entity.label })} above={<Text size={200}><Link to={`/list/${entity.name}`}>{entity.plural}</Link></Text>}>
      <form className={styles.form} onSubmit={submit}>
        <Field label={t("name")} required><Input autoFocus maxLength={100} value={name} onChange={(_, { value }) => setName(value)} /></Field>
        {types && (
          <Field label={types.label} required>
            <Select value={String(type)} onChange={(_, { value }) => setType(Number(value))}>
              {types.options.map((it) => <option key={it.value} value={it.value}>{it.label}</option>)}
            </Select>
          </Field>
        )}
        {kind.address && (
          <Field
            label={entity.column(kind.address)?.label ?? ""} hint={t("newAddress")}
            {...(isPartial ? {} : { validationState: "error" as const, validationMessage: t("newBadAddress") })}
          >
            <Input contentBefore="/p/" maxLength={100} value={partial} onChange={(_, { value }) => setAddress(value)} />
          </Field>
        )}
        <div><Button type="submit" appearance="primary" disabled={!ready}>{t("begin")}</Button></div>
      </form>
    </Page>
  );
}

export const NewMail = () => <New kind={MAIL} />;
export const NewForm = () => <New kind={FORM} />;
export const NewLanding = () => <New kind={PAGE} />;
