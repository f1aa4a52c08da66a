//! What changes between two machines.
