//! What AWS accepts and users regret.
