//! The two things that are done to a mail's HTML: its links are numbered, and a plain text is made.
//!
//! *Not* a parser of HTML; it scans for tags and `href` as mail designs write them. Invariant: text
//! outside of the found addresses stays byte for byte.

/// Replaces the address of each `href` in an `a` element by what `replace` gives; `None` keeps it.
pub(crate) fn rewrite_links(html: &str, mut replace: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(html.len() + 256);
    let mut rest = html;
    while let Some(start) = find_ignoring_case(rest, "<a ") {
        let (before, tag_on) = rest.split_at(start);
        out.push_str(before);
        let end = tag_on.find('>').map_or(tag_on.len(), |it| it + 1);
        let (tag, after) = tag_on.split_at(end);
        out.push_str(&rewrite_tag(tag, &mut replace));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn rewrite_tag(tag: &str, replace: &mut impl FnMut(&str) -> Option<String>) -> String {
    let found = find_ignoring_case(tag, "href=").and_then(|at| {
        let from = at + "href=".len();
        let quote = tag.get(from..)?.chars().next().filter(|it| matches!(it, '"' | '\''))?;
        let start = from + 1;
        let length = tag.get(start..)?.find(quote)?;
        Some((start, start + length))
    });
    let Some((start, end)) = found else { return tag.to_owned() };
    let address = tag.get(start..end).unwrap_or_default().replace("&amp;", "&");
    match replace(&address) {
        Some(new) => {
            let new = new.replace('&', "&amp;").replace('"', "&quot;");
            format!("{}{new}{}", tag.get(..start).unwrap_or_default(), tag.get(end..).unwrap_or_default())
        }
        None => tag.to_owned(),
    }
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|it| it.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// Puts a part before everything that is read.
pub(crate) fn insert_first(html: &mut String, part: &str) {
    let at = find_ignoring_case(html, "<body").and_then(|it| html.get(it..)?.find('>').map(|end| it + end + 1));
    html.insert_str(at.unwrap_or(0), part);
}

/// A text as it stands in HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// A plain text for a mail: tags go, blocks become lines, links keep their address.
pub(crate) fn to_text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    let mut address: Option<String> = None;
    while let Some(at) = rest.find('<') {
        let (text, tag_on) = rest.split_at(at);
        push_text(&mut out, text);
        let Some(end) = tag_on.find('>') else {
            rest = "";
            break;
        };
        let tag = tag_on.get(1..end).unwrap_or_default().trim();
        rest = tag_on.get(end + 1..).unwrap_or_default();
        let name: String =
            tag.chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '/').collect::<String>().to_lowercase();
        match name.as_str() {
            // What mail programs show beside the subject is read there already.
            "div" if find_ignoring_case(tag, "display:none").is_some() => {
                rest = find_ignoring_case(rest, "</div").and_then(|it| rest.get(it..)).unwrap_or_default();
            }
            "style" | "script" | "head" | "title" => {
                let close = format!("</{name}");
                rest = find_ignoring_case(rest, &close).and_then(|it| rest.get(it..)).unwrap_or_default();
            }
            "a" => {
                rewrite_tag(&format!("<{tag}>"), &mut |it| {
                    address = Some(it.to_owned());
                    None
                });
            }
            "/a" => {
                if let Some(address) = address.take().filter(|it| !out.ends_with(it.as_str())) {
                    out.push_str(&format!(" ({address})"));
                }
            }
            "/p" | "/h1" | "/h2" | "/h3" | "/table" => out.push_str("\n\n"),
            "br" | "br/" | "tr" | "/tr" | "/div" | "/ul" => out.push('\n'),
            "li" => out.push_str("\n- "),
            "p" | "div" | "h1" | "h2" | "h3" if !out.ends_with('\n') => out.push('\n'),
            _ => {}
        }
    }
    push_text(&mut out, rest);
    let lines: Vec<&str> = out.lines().map(str::trim).collect();
    let mut text = String::new();
    for line in lines {
        if line.is_empty() && (text.is_empty() || text.ends_with("\n\n")) {
            continue;
        }
        text.push_str(line);
        text.push('\n');
    }
    text.trim_end().to_owned()
}

fn push_text(out: &mut String, text: &str) {
    let mut space = out.is_empty() || out.ends_with(char::is_whitespace);
    let text = text
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    for c in text.chars() {
        if c.is_whitespace() {
            if !space {
                out.push(' ');
            }
            space = true;
        } else {
            out.push(c);
            space = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{rewrite_links, to_text};

    #[test]
    fn links_are_found_and_the_rest_stays() {
        let html = r#"<p>Hi <A class="x" HREF='https://a.example/?a=1&amp;b=2'>there</A> <a name="n">x</a></p>"#;
        let out = rewrite_links(html, |it| Some(format!("https://t.example/?u={}", it.len())));
        assert_eq!(out, r#"<p>Hi <A class="x" HREF='https://t.example/?u=26'>there</A> <a name="n">x</a></p>"#);
    }

    #[test]
    fn text_keeps_lines_and_addresses() {
        let html = "<head><title>T</title></head><h1>Hello</h1><p>Read <a href=\"https://a.example\">this</a>&nbsp;&amp; that<br>Bye</p>";
        assert_eq!(to_text(html), "Hello\n\nRead this (https://a.example) & that\nBye");
    }
}
