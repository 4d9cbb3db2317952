import { Button } from "@fluentui/react-components";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** From the record of a request to the place where it is worked on. */
export default function OpenRequest({ id }: { id: string }) {
  const { t } = useTranslation("privacy");
  const navigate = useNavigate();
  return <Button appearance="primary" onClick={() => void navigate({ to: `/privacy/request/${id}` })}>{t("openDesk")}</Button>;
}
