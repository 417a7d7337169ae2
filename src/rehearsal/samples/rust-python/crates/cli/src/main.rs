fn main() { println!("{}", acme_core::answer()); }
