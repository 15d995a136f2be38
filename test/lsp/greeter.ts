/** A small protocol for the tests with real editors. */
export const GREETER = `syntax = "proto3";
package demo;
message Request {
  string name = 1;
  int32 age = 2;
}
service Greeter {
  rpc Greet(Request) returns (Request);
}
`;
