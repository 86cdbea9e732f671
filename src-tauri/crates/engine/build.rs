//! Links [`one_arena.c`](one_arena.c) into whatever has lists, where the C library is glibc.

fn main() {
    println!("cargo:rerun-if-changed=one_arena.c");
    let is = |name, value| std::env::var(name).is_ok_and(|is| is == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        // Nothing calls it, and it is wanted all the same.
        cc::Build::new().file("one_arena.c").link_lib_modifier("+whole-archive").compile("one_arena");
    }
}
