//! What to write instead of what is wrong: words, and the name that they ask about.

use std::fmt;

use super::nearest;

/// What to write instead.
#[derive(Debug, Clone)]
pub struct Help {
    /// In words.
    pub words: String,
    /// The name that they ask about, where they do.
    pub meant: Option<String>,
}

impl Help {
    /// Words that ask whether `meant` is meant.
    pub fn asking(words: impl Into<String>, meant: impl Into<String>) -> Help {
        Help {
            words: words.into(),
            meant: Some(meant.into()),
        }
    }

    /// `did you mean 'Next'?`
    pub fn asks(meant: impl Into<String>) -> Help {
        let meant = meant.into();
        Help::asking(format!("did you mean '{meant}'?"), meant)
    }

    /// `did you mean $states?`, of what has a sign of its own.
    pub fn asks_plainly(meant: impl Into<String>) -> Help {
        let meant = meant.into();
        Help::asking(format!("did you mean {meant}?"), meant)
    }
}

/// `did you mean 'Resource'?` where one of the names is near, else what `otherwise` says.
pub fn did_you_mean<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: impl FnOnce() -> String,
) -> Help {
    match nearest(name, known) {
        Some(near) => Help::asks(near),
        None => otherwise().into(),
    }
}

impl From<String> for Help {
    fn from(words: String) -> Help {
        Help { words, meant: None }
    }
}

impl From<&str> for Help {
    fn from(words: &str) -> Help {
        words.to_owned().into()
    }
}

impl fmt::Display for Help {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}
