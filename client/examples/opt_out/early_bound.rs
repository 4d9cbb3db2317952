//! "Opt out of data analytics (GDPR)", the same early-bound: a misspelt column does not compile.

use assent_client::{Client, Columns, Result, Uuid};

use super::tables::{Contact, Lead};

/// Keeps analytics from a contact's data.
pub async fn opt_out(client: &Client, contact_id: Uuid) -> Result<()> {
    let mut contact = client.retrieve_bound::<Contact>(contact_id, &Columns::of(["msdyn_gdproptout"])).await?;
    contact.msdyn_gdproptout = Some(true);
    client.update_bound(&mut contact).await
}

/// Keeps analytics from a lead's data.
pub async fn opt_out_lead(client: &Client, lead_id: Uuid) -> Result<()> {
    let mut lead = client.retrieve_bound::<Lead>(lead_id, &Columns::of(["msdyn_gdproptout"])).await?;
    lead.msdyn_gdproptout = Some(true);
    client.update_bound(&mut lead).await
}
