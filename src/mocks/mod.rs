//! Mock files of both forms: the answers a run gets.
