//! The languages inside strings: JSONPath, intrinsic functions, JSONata, and the payload template that holds them.
