//! What AWS refuses, in AWS's codes and words.
