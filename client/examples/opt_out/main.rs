//! Sets a contact's opt-out of analytics, late-bound, early-bound and as one column.
//!
//! `ASSENT_TOKEN=… cargo run -p assent-client --example opt_out -- http://127.0.0.1:8080 <contact id> [<lead id>]`

#![expect(clippy::print_stdout, reason = "an example talks to the terminal")]

mod early_bound;
mod late_bound;
mod tables;

use assent_client::{Client, Columns, Error, Result, Uuid};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let usage = || Error::Usage("ASSENT_TOKEN=<token> opt_out <address> <contact id> [<lead id>]".to_owned());
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [address, id, lead @ ..] = words.as_slice() else { return Err(usage()) };
    let id: Uuid = id.parse().map_err(|_| usage())?;
    #[expect(clippy::disallowed_methods, reason = "a token in the arguments would be seen by others on the machine")]
    let token = std::env::var("ASSENT_TOKEN").map_err(|_| usage())?;
    let client = Client::builder(address).token(&token).build()?;

    late_bound::opt_out(&client, id).await?;
    println!("late-bound:  {}", read(&client, id).await?);
    client.set_column("contact", id, "msdyn_gdproptout", false).await?;
    println!("one column:  {}", read(&client, id).await?);
    early_bound::opt_out(&client, id).await?;
    println!("early-bound: {}", read(&client, id).await?);
    for lead in lead {
        early_bound::opt_out_lead(&client, lead.parse().map_err(|_| usage())?).await?;
        println!("lead {lead}: opted out");
    }
    Ok(())
}

async fn read(client: &Client, id: Uuid) -> Result<bool> {
    let contact = client.retrieve("contact", id, &Columns::of(["msdyn_gdproptout"])).await?;
    Ok(contact.get("msdyn_gdproptout")?.unwrap_or_default())
}
