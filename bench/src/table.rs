//! What was measured, as a small table.

/// A table on its way to the terminal.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(heading: &[&str]) -> Table {
        Table { rows: vec![heading.iter().map(|it| (*it).to_owned()).collect()] }
    }
    pub fn row(&mut self, cells: &[String]) {
        self.rows.push(cells.to_vec());
    }
    /// Prints the table under a title; the first column to the left, numbers to the right.
    #[expect(clippy::print_stdout, reason = "the table is what this program is for")]
    pub fn print(&self, title: &str) {
        println!("\n{title}");
        let width = |at: usize| self.rows.iter().filter_map(|it| it.get(at)).map(|it| it.chars().count()).max();
        for row in &self.rows {
            let mut line = String::new();
            for (at, cell) in row.iter().enumerate() {
                let width = width(at).unwrap_or_default();
                if at == 0 {
                    line.push_str(&format!("  {cell:<width$}"));
                } else {
                    line.push_str(&format!("  {cell:>width$}"));
                }
            }
            println!("{}", line.trim_end());
        }
    }
}

/// So many a second.
#[expect(clippy::cast_precision_loss, reason = "a measured rate is not exact")]
pub fn rate(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds.max(1e-9)
}

/// A rate with thousands set apart.
pub fn thousands(rate: f64) -> String {
    let digits = format!("{rate:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many times as fast.
pub fn times(a: f64, b: f64) -> String {
    format!("{:.2}x", a / b.max(1e-9))
}
