//! What any layer may say about a document: findings as data, never rendered here.

mod code_span;
mod finding;
mod help;
mod meant;
mod nearest;
mod span;
mod visible;
mod wording;

pub use code_span::code_span;
pub use finding::{Applicability, Edit, Elsewhere, Finding, Fix, Point, Related, Severity};
pub use help::{Help, did_you_mean};
pub use meant::fix_of_question;
pub use nearest::nearest;
pub use span::Span;
pub use visible::{escape, is_format_character, is_spelt_out, is_steering, visible, visible_lines};
pub use wording::{
    clock, counted, duration, joined, seconds, short, short_both, short_middle, some_of, times,
};
