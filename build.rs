//! Links the program at a fixed address on Linux with glibc: everything it does on its way to a small file takes less
//! time than the loader takes to write the addresses of 30,000 vtables and texts, which it needs not do then. What is
//! given up is that the program's own code lies elsewhere each time: its stack, heap and libraries still do. The crate forbids
//! unsafe code; the crates that it is built with may have some.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    // A program that holds its libraries, too, is linked in another way.
    let is_static = target("FEATURE")
        .split(',')
        .any(|feature| feature == "crt-static");
    if target("OS") == "linux" && target("ENV") == "gnu" && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
