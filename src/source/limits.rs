//! How large a text may be that becomes a tree. Everything after `source/` may rely on these.

/// How many arrays and objects may stand inside one another.
///
/// AWS has a code for it, `TOO_DEEPLY_NESTED`, but names no number. A Map or Parallel inside another takes four to six
/// levels, so 256 leaves room for some fifty of them; and a tree of this depth is walked recursively by every later
/// layer, on threads with stacks of 2 MiB.
pub const MAX_NESTING: usize = 256;

/// How many values one document may hold, what YAML aliases multiply included.
///
/// A definition of AWS's largest size, 1 MiB, holds at most half a million (`[0,0,...]`); data files get four times
/// that. Without a limit an alias bomb of one KB fills the memory.
pub const MAX_VALUES: usize = 2_000_000;

/// How many bytes of text may be put together for one file, by placeholders that are filled in and functions that join:
/// as many as a file may have.
pub const MAX_MADE_BYTES: usize = 64 * 1024 * 1024;

/// How many bytes of one file are read: 64 MiB, sixty-four times what AWS takes as a definition.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
