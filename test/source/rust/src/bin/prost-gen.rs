//! `prost-gen DESCRIPTOR_SET FOLDER` writes what prost generates for the files of a descriptor set, one file for each package.
fn main() {
    let args: Vec<String> = std::env::args().collect();
    prost_build::Config::new()
        .out_dir(&args[2])
        .skip_protoc_run()
        .file_descriptor_set_path(&args[1])
        .compile_protos(&[] as &[&str], &[] as &[&str])
        .unwrap();
}
