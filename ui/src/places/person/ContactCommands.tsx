import { Button } from "@fluentui/react-components";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** From a contact's record to the person's one timeline. */
export default function ContactCommands({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return <Button onClick={() => void navigate({ to: `/person/${id}` })}>{t("person.open")}</Button>;
}
