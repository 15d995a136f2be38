//! rust-protobuf's plugin for protoc.
fn main() {
    protobuf_codegen::protoc_gen_rust_main()
}
